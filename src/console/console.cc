// Serves the page's files and guards the private API.
#include "console/console.h"

#include <algorithm>

#include "console/assets.h"
#include "console/live_talk.h"
#include "wire/uri_template.h"

namespace wr::console {
namespace {

http::Response plain(int status, std::string text) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

/// The page talks to its own origin only, and to that of map tiles if the operator named one;
/// nothing of an object or a record can run in it.
void harden(http::Response& response, const std::string& tiles_origin) {
    const bool has_tiles = !tiles_origin.empty();
    response.headers.set("Content-Security-Policy",
                         "default-src 'self'; img-src 'self' data: blob:" +
                             (has_tiles ? " " + tiles_origin : std::string()) +
                             "; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                             "form-action 'self'");
    response.headers.set("X-Content-Type-Options", "nosniff");
    // Owners of tiles ask who shows them: they are told the origin, never the address.
    response.headers.set("Referrer-Policy",
                         has_tiles ? "strict-origin-when-cross-origin" : "no-referrer");
    response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
}

const Asset* find_asset(std::string_view path) {
    for (const auto& asset : assets()) {
        if (asset.path == path) return &asset;
    }
    return nullptr;
}

/// The rest of the address, as it was written, without what hands over the session.
std::string query_without_session(std::string_view query) {
    std::string rest;
    while (!query.empty()) {
        const size_t end = std::min(query.find('&'), query.size());
        const std::string_view part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.substr(0, part.find('=')) == "session") continue;
        rest += rest.empty() ? '?' : '&';
        rest += part;
    }
    return rest;
}

}  // namespace

Console::Console(Session session, PrivateApiOptions options, const base::Clock& clock)
    : session_(std::move(session)),
      clock_(clock),
      fleet_(options.watch->fleet()),
      api_(std::move(options)),
      feeds_(http::WebSocketHub::create(clock, {})) {}

void Console::stop() {
    feeds_->stop();
}

http::Response Console::api(const http::Request& request, std::string_view path) {
    if (!session_.is_signed_in(request))
        return plain(401, "Sign in with the address that `wildrydes open` prints.\n");
    if (path == "/live") return feeds_->accept(request, std::make_unique<LiveTalk>(fleet_, clock_));
    return api_.handle(request, path);
}

http::Response Console::handle(const http::Request& request) {
    const std::string_view path =
        request.path() == "/_" ? std::string_view("/") : request.path().substr(2);
    http::Response response;
    if (path == "/api" || path.starts_with("/api/")) {
        response = api(request, path.substr(4));
    } else if (request.method == "GET" || request.method == "HEAD") {
        response = page(request, path);
    } else {
        response = plain(405, "Method Not Allowed\n");
    }
    harden(response, api_.map().tiles_origin());
    return response;
}

http::Response Console::page(const http::Request& request, std::string_view path) const {
    const auto query = wire::parse_query(request.query());
    const std::string* token = query ? wire::find_parameter(*query, "session") : nullptr;
    if (token != nullptr) {
        http::Response response = plain(302, "");
        response.headers.set("Location",
                             "/_" + std::string(path) + query_without_session(request.query()));
        if (session_.is_token(*token))
            response.headers.set("Set-Cookie", session_.cookie(request.headers.get("Host")));
        return response;
    }
    const Asset* asset = find_asset(path == "/" ? "/index.html" : path);
    // Addresses of the page's own views are all the same page.
    if (asset == nullptr && path.find('.') == std::string_view::npos)
        asset = find_asset("/index.html");
    if (asset == nullptr) return plain(404, "Not Found\n");
    http::Response response;
    const std::string etag = "\"" + std::string(asset->etag) + "\"";
    response.headers.set("ETag", etag);
    // Hashed names never change; the page that names them always may.
    const bool is_hashed = asset->path.starts_with("/assets/");
    response.headers.set("Cache-Control",
                         is_hashed ? "public, max-age=31536000, immutable" : "no-cache");
    // In a list too: a quoted tag stands in no other.
    if (request.headers.get("If-None-Match").find(etag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", std::string(asset->content_type));
    if (asset->is_gzip) response.headers.set("Content-Encoding", "gzip");
    response.body = asset->bytes;
    return response;
}

}  // namespace wr::console
