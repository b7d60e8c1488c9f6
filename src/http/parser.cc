// Strict parser of HTTP/1.x heads and chunked bodies.
#include "http/parser.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "http/message.h"

namespace wr::http {

namespace {

constexpr size_t chunk_line_bytes_max = 256;

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = true;
    for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<size_t>(c)] = true;
    return table;
}
constexpr auto is_token_char = make_token_table();

bool is_target(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_token_char[static_cast<uint8_t>(c)];
    });
}

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<uint8_t>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    });
}

bool is_request_target(std::string_view target, std::string_view method) {
    return is_target(target) && (target[0] == '/' || (target == "*" && method == "OPTIONS"));
}

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<uint64_t> parse_decimal(std::string_view text) {
    if (text.empty() || text.size() > 18) return std::nullopt;
    uint64_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value;
}

bool lists_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const size_t comma = list.find(',');
        if (equals_ignoring_case(trim(list.substr(0, comma)), token)) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

HeadState bad(HeadProblem& problem, int status, std::string_view reason) {
    problem = {status, reason};
    return HeadState::Bad;
}

enum class Line { Incomplete, Ok, Bad };

/// Takes the line at `position`, which must end in CR LF and hold no other CR.
Line take_line(std::string_view bytes, size_t& position, std::string_view& line) {
    const size_t end = bytes.find('\n', position);
    if (end == std::string_view::npos) return Line::Incomplete;
    if (end == position || bytes[end - 1] != '\r') return Line::Bad;
    line = bytes.substr(position, end - 1 - position);
    position = end + 1;
    return Line::Ok;
}

/// Field lines up to and with the empty line.
HeadState parse_fields(std::string_view bytes,
                       size_t& position,
                       std::vector<HeadField>& fields,
                       HeadProblem& problem) {
    const size_t start = position;
    for (;;) {
        std::string_view line;
        const Line state = take_line(bytes, position, line);
        if (state == Line::Bad) return bad(problem, 400, "line does not end in CR LF");
        const size_t used = (state == Line::Incomplete ? bytes.size() : position) - start;
        if (used > limits::http_header_bytes_max) return bad(problem, 431, "header too large");
        if (state == Line::Incomplete) return HeadState::Incomplete;
        if (line.empty()) return HeadState::Complete;
        if (fields.size() == limits::http_headers_max) {
            return bad(problem, 431, "too many header fields");
        }
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos) return bad(problem, 400, "header line without colon");
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        // A blank at the start of a line (obs-fold) or before the colon fails here too.
        if (!is_token(name)) return bad(problem, 400, "invalid header name");
        if (!is_field_value(value)) return bad(problem, 400, "invalid header value");
        fields.push_back({name, value});
    }
}

/// What the fields say about the length of the body and the life of the connection.
struct Framing {
    size_t lengths = 0;
    size_t codings = 0;
    size_t hosts = 0;
    bool closes = false;
    bool keeps = false;
    bool has_expectation = false;
};

template <typename Head>
HeadState read_framing(Head& head, Framing& framing, HeadProblem& problem) {
    for (const HeadField& field : head.fields) {
        switch (field.name.size()) {
            case 4:
                if (equals_ignoring_case(field.name, "host")) ++framing.hosts;
                break;
            case 6:
                if (equals_ignoring_case(field.name, "expect")) {
                    if (!equals_ignoring_case(field.value, "100-continue")) {
                        return bad(problem, 417, "unknown expectation");
                    }
                    framing.has_expectation = true;
                }
                break;
            case 10:
                if (!equals_ignoring_case(field.name, "connection")) break;
                framing.closes |= lists_token(field.value, "close");
                framing.keeps |= lists_token(field.value, "keep-alive");
                break;
            case 14:
                if (!equals_ignoring_case(field.name, "content-length")) break;
                if (++framing.lengths > 1) return bad(problem, 400, "repeated Content-Length");
                head.content_length = parse_decimal(field.value);
                if (!head.content_length) return bad(problem, 400, "invalid Content-Length");
                break;
            case 17:
                if (!equals_ignoring_case(field.name, "transfer-encoding")) break;
                if (++framing.codings > 1) return bad(problem, 400, "repeated Transfer-Encoding");
                if (!equals_ignoring_case(field.value, "chunked")) {
                    return bad(problem, 501, "unknown transfer coding");
                }
                head.is_chunked = true;
                break;
            default:
                break;
        }
    }
    if (head.is_chunked && head.content_length) {
        return bad(problem, 400, "Content-Length beside Transfer-Encoding");
    }
    if (head.is_chunked && head.minor_version == 0) {
        return bad(problem, 400, "Transfer-Encoding in HTTP/1.0");
    }
    head.keep_alive = head.minor_version == 1 ? !framing.closes : framing.keeps && !framing.closes;
    return HeadState::Complete;
}

HeadState parse_request_line(std::string_view line, RequestHead& head, HeadProblem& problem) {
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad(problem, 400, "invalid request line");
    }
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(head.method)) return bad(problem, 400, "invalid method");
    if (!is_target(head.target)) return bad(problem, 400, "invalid request target");
    if (!is_request_target(head.target, head.method)) {
        return bad(problem, 400, "request target must be a path");
    }
    if (version.size() != 8 || !version.starts_with("HTTP/")) {
        return bad(problem, 400, "invalid HTTP version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return bad(problem, 505, "HTTP version not supported");
    }
    head.minor_version = version.back() - '0';
    return HeadState::Complete;
}

}  // namespace

HeadState parse_request_head(std::string_view bytes, RequestHead& head, HeadProblem& problem) {
    head.fields.clear();
    head.content_length.reset();
    head.is_chunked = false;
    size_t position = 0;
    // Some clients end a body with an extra empty line; RFC 9112 2.2 asks to overlook one.
    if (bytes.starts_with("\r\n")) position = 2;
    const size_t start = position;
    std::string_view line;
    const Line state = take_line(bytes, position, line);
    if (state == Line::Bad) return bad(problem, 400, "line does not end in CR LF");
    const size_t used = (state == Line::Incomplete ? bytes.size() : position) - start;
    if (used > limits::http_request_line_bytes_max) return bad(problem, 414, "target too long");
    if (state == Line::Incomplete) return HeadState::Incomplete;
    if (auto result = parse_request_line(line, head, problem); result != HeadState::Complete) {
        return result;
    }
    if (auto result = parse_fields(bytes, position, head.fields, problem);
        result != HeadState::Complete) {
        return result;
    }
    Framing framing;
    if (auto result = read_framing(head, framing, problem); result != HeadState::Complete) {
        return result;
    }
    if (framing.hosts > 1 || (framing.hosts == 0 && head.minor_version == 1)) {
        return bad(problem, 400, "exactly one Host header is required");
    }
    head.expects_continue = framing.has_expectation && head.minor_version == 1;
    head.size_bytes = position;
    return HeadState::Complete;
}

HeadState parse_response_head(std::string_view bytes, ResponseHead& head, HeadProblem& problem) {
    head.fields.clear();
    head.content_length.reset();
    head.is_chunked = false;
    size_t position = 0;
    std::string_view line;
    const Line state = take_line(bytes, position, line);
    if (state == Line::Bad) return bad(problem, 400, "line does not end in CR LF");
    if (state == Line::Incomplete) {
        return bytes.size() > limits::http_request_line_bytes_max
                   ? bad(problem, 400, "status line too long")
                   : HeadState::Incomplete;
    }
    if (line.size() < 12 || !line.starts_with("HTTP/1.") || (line[7] != '0' && line[7] != '1') ||
        line[8] != ' ' || (line.size() > 12 && line[12] != ' ')) {
        return bad(problem, 400, "invalid status line");
    }
    head.minor_version = line[7] - '0';
    const auto status = parse_decimal(line.substr(9, 3));
    if (!status || *status < 100) return bad(problem, 400, "invalid status code");
    head.status = static_cast<int>(*status);
    if (auto result = parse_fields(bytes, position, head.fields, problem);
        result != HeadState::Complete) {
        return result;
    }
    Framing framing;
    if (auto result = read_framing(head, framing, problem); result != HeadState::Complete) {
        return result;
    }
    head.size_bytes = position;
    return HeadState::Complete;
}

bool ChunkedDecoder::take_line(std::string_view& input, bool& is_bad) {
    const size_t end = input.find('\n');
    const std::string_view piece = input.substr(0, end);
    line_.append(piece);
    if (line_.size() > limits::http_header_bytes_max) is_bad = true;
    if (end == std::string_view::npos) {
        input = {};
        return false;
    }
    input.remove_prefix(end + 1);
    if (line_.empty() || line_.back() != '\r') {
        is_bad = true;
        return false;
    }
    line_.pop_back();
    if (!is_field_value(line_)) is_bad = true;
    return !is_bad;
}

bool ChunkedDecoder::parse_size() {
    const std::string_view digits = trim(std::string_view(line_).substr(0, line_.find(';')));
    if (digits.empty() || digits.size() > 15 || line_.front() == ' ' || line_.front() == '\t') {
        return false;
    }
    left_ = 0;
    for (char c : digits) {
        const int value = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (value < 0) return false;
        left_ = left_ * 16 + static_cast<uint64_t>(value);
    }
    return true;
}

ChunkedDecoder::State ChunkedDecoder::next(std::string_view& input, std::string_view& data) {
    bool is_bad = false;
    for (;;) {
        if (part_ == Part::Done) return State::Done;
        if (part_ == Part::Data) {
            if (input.empty()) return State::NeedsMore;
            const size_t take = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
            data = input.substr(0, take);
            input.remove_prefix(take);
            left_ -= take;
            if (left_ == 0) part_ = Part::DataEnd;
            return State::HasData;
        }
        if (!take_line(input, is_bad)) {
            // The line's CR may be there without its LF.
            const bool is_too_long =
                part_ != Part::Trailer && line_.size() > chunk_line_bytes_max + 1;
            return is_bad || is_too_long ? State::Bad : State::NeedsMore;
        }
        if (part_ == Part::DataEnd) {
            if (!line_.empty()) return State::Bad;
            part_ = Part::Size;
        } else if (part_ == Part::Size) {
            if (line_.size() > chunk_line_bytes_max || !parse_size()) return State::Bad;
            part_ = left_ == 0 ? Part::Trailer : Part::Data;
        } else {
            trailer_bytes_ += line_.size() + 2;
            if (trailer_bytes_ > limits::http_header_bytes_max) return State::Bad;
            if (line_.empty()) {
                part_ = Part::Done;
            } else if (!is_token(std::string_view(line_).substr(0, line_.find(':')))) {
                return State::Bad;
            }
        }
        line_.clear();
    }
}

}  // namespace wr::http
