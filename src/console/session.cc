// One token, compared in constant time.
#include "console/session.h"

#include "base/hash.h"

namespace wr::console {

namespace {

constexpr std::string_view cookie_name = "wildrydes_session";

/// "_4566", or nothing when the host is told without a port.
std::string suffix_of(std::string_view host) {
    const size_t colon = host.rfind(':');
    if (colon == std::string_view::npos) return {};
    const std::string_view port = host.substr(colon + 1);
    const bool is_port = !port.empty() && port.size() <= 5 &&
                         port.find_first_not_of("0123456789") == std::string_view::npos;
    return is_port ? "_" + std::string(port) : std::string();
}

}  // namespace

bool Session::is_token(std::string_view candidate) const {
    return !token_.empty() && base::equal_constant_time(candidate, token_);
}

bool Session::is_signed_in(const http::Request& request) const {
    std::string_view cookies = request.headers.get("Cookie");
    while (!cookies.empty()) {
        const size_t end = cookies.find(';');
        std::string_view pair = cookies.substr(0, end);
        cookies = end == std::string_view::npos ? std::string_view() : cookies.substr(end + 1);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        const size_t value = pair.find('=');
        if (pair.starts_with(cookie_name) && value != std::string_view::npos &&
            is_token(pair.substr(value + 1)))
            return true;
    }
    return false;
}

std::string Session::cookie(std::string_view host) const {
    return std::string(cookie_name) + suffix_of(host) + "=" + token_ +
           "; Path=/_/; HttpOnly; SameSite=Strict; Max-Age=31536000";
}

}  // namespace wr::console
