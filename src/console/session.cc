// One token, compared in constant time.
#include "console/session.h"

#include "base/hash.h"

namespace wr::console {

constexpr std::string_view cookie_name = "wildrydes_session";

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
        if (pair.starts_with(cookie_name) && pair.size() > cookie_name.size() &&
            pair[cookie_name.size()] == '=' && is_token(pair.substr(cookie_name.size() + 1))) {
            return true;
        }
    }
    return false;
}

std::string Session::cookie() const {
    return std::string(cookie_name) + "=" + token_ +
           "; Path=/_/; HttpOnly; SameSite=Strict; Max-Age=31536000";
}

}  // namespace wr::console
