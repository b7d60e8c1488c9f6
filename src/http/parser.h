#pragma once
// Strict parser of HTTP/1.x heads over one flat buffer, and of chunked bodies.
//
// What two servers could read differently is refused: RFC 9112, and the smuggling tricks that grew
// from leniency.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wr::http {

struct HeadField {
    std::string_view name;
    std::string_view value;  ///< trimmed
};

/// Whether HTTP/1.1 or HTTP/2 may ask for it: a path, or * with OPTIONS.
bool is_request_target(std::string_view target, std::string_view method);
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

/// Views into the bytes that were parsed.
struct RequestHead {
    std::string_view method;
    std::string_view target;
    int minor_version = 1;
    std::vector<HeadField> fields;
    std::optional<uint64_t> content_length;
    bool is_chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    size_t size_bytes = 0;  ///< of the head with its empty line, and an empty line before it
};

struct ResponseHead {
    int status = 0;
    int minor_version = 1;
    std::vector<HeadField> fields;
    std::optional<uint64_t> content_length;
    bool is_chunked = false;
    bool keep_alive = true;
    size_t size_bytes = 0;
};

enum class HeadState { Incomplete, Complete, Bad };

/// The answer to a bad head: 400, 414, 417, 431, 501 or 505.
struct HeadProblem {
    int status = 400;
    std::string_view reason;
};

/// `head` is reused: its vector keeps its memory from request to request.
HeadState parse_request_head(std::string_view bytes, RequestHead& head, HeadProblem& problem);
HeadState parse_response_head(std::string_view bytes, ResponseHead& head, HeadProblem& problem);

/// Chunked transfer coding, fed as bytes arrive. Extensions and trailers are checked and dropped.
class ChunkedDecoder {
public:
    enum class State { NeedsMore, HasData, Done, Bad };
    /// Takes bytes off the front of `input`. HasData: `data` is the next piece (a view into the
    /// input); call again.
    State next(std::string_view& input, std::string_view& data);

private:
    enum class Part { Size, Data, DataEnd, Trailer, Done };
    bool take_line(std::string_view& input, bool& is_bad);
    bool parse_size();

    Part part_ = Part::Size;
    uint64_t left_ = 0;
    size_t trailer_bytes_ = 0;
    std::string line_;
};

}  // namespace wr::http
