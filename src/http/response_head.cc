// Heads of responses, written into the connection's own buffer.
#include "http/response_head.h"

#include <array>
#include <charconv>

namespace wr::http {

namespace {

struct Reason {
    int status;
    std::string_view text;
};
constexpr std::array reasons = {
    Reason{100, "Continue"},
    Reason{101, "Switching Protocols"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{417, "Expectation Failed"},
    Reason{426, "Upgrade Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
    Reason{507, "Insufficient Storage"},
};

void append_number(std::string& out, uint64_t value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
}

}  // namespace

bool is_own_field(std::string_view name) {
    return equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "date") ||
           equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "server") ||
           equals_ignoring_case(name, "transfer-encoding") ||
           equals_ignoring_case(name, "keep-alive") || equals_ignoring_case(name, "upgrade");
}

void append_clean(std::string& out, std::string_view text) {
    for (char c : text) {
        const auto byte = static_cast<uint8_t>(c);
        out.push_back((byte < 0x20 && byte != '\t') || byte == 0x7f ? ' ' : c);
    }
}

std::string_view reason_phrase(int status) {
    for (const Reason& reason : reasons) {
        if (reason.status == status) return reason.text;
    }
    return "Unknown";
}

bool is_bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
}

void append_response_head(std::string& out,
                          const Response& response,
                          const ResponseHeadOptions& options) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<uint64_t>(response.status));
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\nServer: wildrydes\r\nDate: ";
    out += options.date;
    out += "\r\n";
    const bool is_upgrade = response.status == 101;
    for (const Header& header : response.headers.all()) {
        const bool is_sent = !is_own_field(header.name) ||
                             (is_upgrade && equals_ignoring_case(header.name, "upgrade"));
        if (is_sent) append_field(out, header.name, header.value);
    }
    if (response.stream_body) {
        if (!options.is_http_1_0) out += "Transfer-Encoding: chunked\r\n";
    } else if (!is_bodiless(response.status)) {
        uint64_t size = response.body.size();
        if (response.file_body) size = response.file_body->size_bytes;
        if (options.is_answer_to_head && response.head_size_bytes) {
            size = *response.head_size_bytes;
        }
        out += "Content-Length: ";
        append_number(out, size);
        out += "\r\n";
    }
    if (is_upgrade) {
        out += "Connection: Upgrade\r\n";
    } else if (!options.keep_alive) {
        out += "Connection: close\r\n";
    } else if (options.is_http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

}  // namespace wr::http
