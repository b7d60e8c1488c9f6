// Who may knock, and at which door.
#include "server/front.h"

namespace wr::server {
namespace {

http::Response text_response(int status, std::string content_type, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", std::move(content_type));
    response.body = std::move(body);
    return response;
}

std::string_view host_name(std::string_view authority) {
    if (authority.starts_with("[")) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

/// Names that only this machine, or a bucket on it, can mean: a rebinding page brings its own name.
bool is_local_name(std::string_view name) {
    return name == "localhost" || name.ends_with(".localhost") || name == "[::1]" ||
           name.starts_with("127.") || name == "localhost.localdomain" ||
           name.ends_with(".localhost.localdomain");
}

}  // namespace

Front::Front(Gateway& gateway,
             Metrics& metrics,
             const Health& health,
             base::Executor& executor,
             base::Executor& console_executor,
             ConsoleHandler console)
    : gateway_(gateway),
      metrics_(metrics),
      health_(health),
      executor_(executor),
      console_executor_(console_executor),
      console_(std::move(console)) {}

std::optional<http::Response> Front::refuse_foreign_pages(const http::Request& request) const {
    const auto forbidden = [](const std::string& why) {
        return text_response(403, "text/plain", "Forbidden: " + why + "\n");
    };
    const std::string_view host = request.headers.get("Host");
    const bool from_socket = request.peer_address.starts_with("unix:");
    const std::string* origin = request.headers.find("Origin");
    if (origin != nullptr) {
        const size_t scheme = origin->find("://");
        const bool same =
            scheme != std::string::npos && std::string_view(*origin).substr(scheme + 3) == host;
        if (!same) return forbidden("a page of another origin may not use this server");
    }
    const std::string_view site = request.headers.get("Sec-Fetch-Site");
    const bool is_own = site.empty() || site == "same-origin" || site == "none";
    // Another port of this host is of the same site: its pages' requests carry the session.
    if (!is_own && request.path().starts_with("/_/api/"))
        return forbidden("a page of another origin may not use the console's API");
    if (site == "cross-site" && request.headers.get("Sec-Fetch-Mode") != "navigate")
        return forbidden("a page of another site may not use this server");
    // A browser that sends Sec-Fetch-* under a foreign name was led here by DNS rebinding.
    if (!site.empty() && !from_socket && !is_local_name(host_name(host)) &&
        request.peer_address.starts_with("127."))
        return forbidden("unknown host name");
    return std::nullopt;
}

std::optional<http::Response> Front::local(const http::Request& request) const {
    const std::string_view path = request.path();
    if (path == "/health/live") return text_response(200, "application/json", "{\"live\":true}\n");
    if (path == "/health/ready") {
        auto report = health_.report();
        return text_response(
            report.is_ready ? 200 : 503, "application/json", report.body.dump() + "\n");
    }
    if (path == "/metrics" && request.headers.find("Authorization") == nullptr)
        return text_response(200, "text/plain; version=0.0.4", metrics_.text());
    if (path == "/" && request.method == "GET" &&
        request.headers.find("Authorization") == nullptr &&
        request.headers.get("Accept").find("text/html") != std::string_view::npos) {
        http::Response response = text_response(302, "text/plain", "");
        response.headers.set("Location", "/_/");
        return response;
    }
    return std::nullopt;
}

void Front::handle(std::shared_ptr<const http::Request> request, http::Respond respond) {
    if (auto refused = refuse_foreign_pages(*request)) {
        respond(*std::move(refused));
        return;
    }
    if (auto answer = local(*request)) {
        respond(*std::move(answer));
        return;
    }
    const bool is_console = request->path() == "/_" || request->path().starts_with("/_/");
    if (!is_console && gateway_.is_quick(*request)) {
        gateway_.serve(request, respond);
        return;
    }
    auto shared_respond = std::make_shared<http::Respond>(std::move(respond));
    auto& executor = is_console ? console_executor_ : executor_;
    const bool posted = executor.post([this, request, shared_respond, is_console] {
        if (is_console)
            (*shared_respond)(console_(*request));
        else
            gateway_.serve(request, *shared_respond);
    });
    if (!posted)
        (*shared_respond)(text_response(
            503, "text/plain", "Service Unavailable: too many requests are waiting\n"));
}

}  // namespace wr::server
