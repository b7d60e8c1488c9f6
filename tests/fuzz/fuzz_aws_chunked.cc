// Hostile aws-chunked bodies: what decodes has the declared length; nothing signed gets through.
//
// Input: one byte that chooses the mode, the declared length, an empty line's LF, the body.
#include <cstdlib>
#include <string>

#include "auth/aws_chunked.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    auth::Authenticated authenticated;
    authenticated.scope = {"20261122", "us-east-1", "s3"};
    authenticated.amz_date = "20261122T120000Z";
    authenticated.signing_key = auth::signing_key("not-in-the-corpus", authenticated.scope);
    authenticated.seed_signature = std::string(64, '0');
    switch (data[0] % 3) {
        case 0:
            authenticated.payload = auth::PayloadMode::SignedChunks;
            break;
        case 1:
            authenticated.payload = auth::PayloadMode::SignedChunksTrailer;
            break;
        default:
            authenticated.payload = auth::PayloadMode::UnsignedChunksTrailer;
            break;
    }
    http::Request request;
    const size_t end = text.find('\n');
    request.headers.set("x-amz-decoded-content-length", std::string(text.substr(0, end)));
    request.headers.set("x-amz-trailer", "x-amz-checksum-crc32");
    request.body = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto result = auth::decode_aws_chunked(request, authenticated);
    if (!result) return 0;
    if (authenticated.payload != auth::PayloadMode::UnsignedChunksTrailer) std::abort();
    if (std::to_string(result->payload.size()) !=
        std::to_string(std::strtoull(
            std::string(request.headers.get("x-amz-decoded-content-length")).c_str(), nullptr, 10)))
        std::abort();
    return 0;
}
