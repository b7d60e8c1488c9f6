// HTTP/2 connections from bytes of any kind: no crash, no request that HTTP/1.1 would refuse, and
// the same requests however the bytes are cut.
#include <cstdlib>
#include <string>
#include <vector>

#include "base/logging.h"
#include "http/http2_session.h"
#include "http/parser.h"

namespace {

using namespace wr::http;

void check(bool holds) {
    if (!holds) abort();
}

void check_request(const Request& request) {
    check(is_token(request.method));
    check(is_request_target(request.target, request.method));
    check(request.headers.count("Host") == 1);
    for (const Header& header : request.headers.all()) {
        check(is_token(header.name));
        check(is_field_value(header.value));
    }
    check(request.body.data()[request.body.size()] == '\0');
}

/// What arrived, as text; answers at once where `answers`.
std::string run(std::string_view bytes, size_t piece, bool answers) {
    const ServerOptions server;
    const std::string date = "now";
    Http2Options options;
    options.server = &server;
    options.date = &date;
    const wr::base::MonotonicTime now{std::chrono::hours{1}};
    const auto session = Http2Session::create(options, now);
    check(session != nullptr);
    std::string seen;
    std::string out;
    session->receive(http_2_preface, now);
    while (!bytes.empty() && !session->is_over()) {
        session->receive(bytes.substr(0, piece), now);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        for (const auto& [stream, request] : session->take_arrived()) {
            check_request(*request);
            seen +=
                request->method + " " + request->target + " " + std::string(request->body) + "\n";
            if (answers)
                session->answer(stream, Response{.status = 200, .body = "answer"}, nullptr);
        }
        if (answers) session->produce(out, SIZE_MAX);
    }
    session->check_time(now + std::chrono::hours{1});
    session->drain();
    session->produce(out, SIZE_MAX);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    wr::base::set_log_level(wr::base::LogLevel::Error);
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const std::string whole = run(bytes, bytes.size() + 1, false);
    check(whole == run(bytes, 7, false));
    run(bytes, 64, true);
    return 0;
}
