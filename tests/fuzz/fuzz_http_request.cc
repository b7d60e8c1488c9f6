// Heads and chunked bodies from bytes of any kind: no crash, no read out of bounds, and the same
// answer however the bytes are cut.
#include <cstdlib>
#include <string>

#include "http/parser.h"

namespace {

using namespace wr::http;

/// Body and end state of a chunked decoding in pieces of `piece` bytes.
std::pair<std::string, ChunkedDecoder::State> decode(std::string_view bytes, size_t piece) {
    ChunkedDecoder decoder;
    std::string body;
    auto state = ChunkedDecoder::State::NeedsMore;
    while (!bytes.empty()) {
        std::string_view rest = bytes.substr(0, piece);
        bytes.remove_prefix(rest.size());
        for (;;) {
            std::string_view data;
            state = decoder.next(rest, data);
            if (state == ChunkedDecoder::State::HasData) {
                body += data;
                continue;
            }
            if (state != ChunkedDecoder::State::NeedsMore) return {body, state};
            break;
        }
    }
    return {body, state};
}

void check(bool holds) {
    if (!holds) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // A copy of its own, so that a read past the end is seen.
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    RequestHead head;
    HeadProblem problem;
    if (parse_request_head(bytes, head, problem) == HeadState::Complete) {
        check(head.size_bytes <= bytes.size());
        check(bytes.substr(0, head.size_bytes).ends_with("\r\n\r\n"));
        check(!(head.is_chunked && head.content_length));
        for (const HeadField& field : head.fields) {
            check(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        }
        RequestHead again;
        const auto shorter = std::string_view(bytes).substr(0, head.size_bytes - 1);
        check(parse_request_head(shorter, again, problem) == HeadState::Incomplete);
    }
    ResponseHead response;
    if (parse_response_head(bytes, response, problem) == HeadState::Complete) {
        check(response.size_bytes <= bytes.size());
    }
    const auto whole = decode(bytes, bytes.size() + 1);
    const auto cut = decode(bytes, 3);
    check(whole.first == cut.first);
    return 0;
}
