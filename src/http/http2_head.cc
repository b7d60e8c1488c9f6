// From fields to a request and from a response to fields.
#include "http/http2_head.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "http/response_head.h"

namespace wr::http {
namespace {

/// What RFC 9113 6.5.2 counts for a field beside its bytes.
constexpr size_t field_overhead_bytes = 32;
constexpr size_t head_bytes_max =
    limits::http_header_bytes_max + limits::http_request_line_bytes_max;

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return out;
}

std::string clean(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_clean(out, text);
    return out;
}

}  // namespace

void Http2Head::add(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size() + field_overhead_bytes;
    if (bytes_ > head_bytes_max || headers_.all().size() > limits::http_headers_max) return;
    if (name == ":method") {
        method_ = value;
    } else if (name == ":path") {
        target_ = value;
    } else if (name == ":authority") {
        authority_ = value;
    } else if (name == "cookie") {
        // Clients may cut it at its semicolons, so that the pieces compress better.
        if (!cookies_.empty()) cookies_ += "; ";
        cookies_ += value;
    } else if (!name.starts_with(':')) {
        headers_.add(std::string(name), std::string(value));
    }
}

std::optional<HeadProblem> Http2Head::check() const {
    const size_t count = headers_.all().size();
    if (bytes_ > head_bytes_max) return HeadProblem{431, "header too large"};
    if (count > limits::http_headers_max) return HeadProblem{431, "too many header fields"};
    if (target_.size() > limits::http_request_line_bytes_max)
        return HeadProblem{414, "target too long"};
    if (method_ == "CONNECT") return HeadProblem{501, "no tunnels here"};
    if (!is_token(method_)) return HeadProblem{400, "invalid method"};
    if (!is_request_target(target_, method_)) return HeadProblem{400, "invalid request target"};
    const size_t hosts = headers_.count("host");
    if (hosts > 1 || (hosts == 0 && authority_.empty()))
        return HeadProblem{400, "exactly one authority is required"};
    if (hosts == 1 && !authority_.empty() && headers_.get("host") != authority_)
        return HeadProblem{400, "Host is not the authority"};
    if (!is_field_value(authority_) || !is_field_value(cookies_))
        return HeadProblem{400, "invalid header value"};
    for (const Header& header : headers_.all()) {
        if (!is_token(header.name)) return HeadProblem{400, "invalid header name"};
        if (!is_field_value(header.value)) return HeadProblem{400, "invalid header value"};
    }
    if (headers_.count("content-length") > 1) return HeadProblem{400, "repeated Content-Length"};
    const std::string* expectation = headers_.find("expect");
    if (expectation != nullptr && !equals_ignoring_case(*expectation, "100-continue"))
        return HeadProblem{417, "unknown expectation"};
    return std::nullopt;
}

base::Result<std::shared_ptr<Request>, HeadProblem> Http2Head::finish() {
    if (const auto problem = check()) return base::fail(*problem);
    if (const std::string* length = headers_.find("content-length")) {
        const char* end = length->data() + length->size();
        uint64_t value = 0;
        const auto read = std::from_chars(length->data(), end, value);
        if (read.ec != std::errc() || read.ptr != end)
            return base::fail(HeadProblem{400, "invalid Content-Length"});
        if (value > limits::http_body_bytes_max)
            return base::fail(HeadProblem{413, "request body too large"});
        content_length_ = value;
    }
    expects_continue_ = headers_.find("expect") != nullptr;
    auto request = std::make_shared<Request>();
    request->method = std::move(method_);
    request->target = std::move(target_);
    if (!authority_.empty()) headers_.set("Host", std::move(authority_));
    if (!cookies_.empty()) headers_.add("Cookie", std::move(cookies_));
    request->headers = std::move(headers_);
    return request;
}

Http2Fields http_2_fields(const Response& response, std::string_view date, bool is_answer_to_head) {
    Http2Fields fields;
    fields.reserve(response.headers.all().size() + 4);
    fields.emplace_back(":status", std::to_string(response.status));
    fields.emplace_back("server", "wildrydes");
    fields.emplace_back("date", date);
    for (const Header& header : response.headers.all()) {
        if (!is_own_field(header.name))
            fields.emplace_back(lower_case(clean(header.name)), clean(header.value));
    }
    if (!response.stream_body && !is_bodiless(response.status)) {
        uint64_t size = response.body.size();
        if (response.file_body) size = response.file_body->size_bytes;
        if (is_answer_to_head && response.head_size_bytes) size = *response.head_size_bytes;
        fields.emplace_back("content-length", std::to_string(size));
    }
    return fields;
}

}  // namespace wr::http
