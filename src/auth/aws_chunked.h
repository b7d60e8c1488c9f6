#pragma once
// aws-chunked bodies: chunks, their signatures, trailers.
//
// Source: S3 API Reference, "Signature calculations for the Authorization header: transferring
// payload in multiple chunks" and "... including trailing headers".

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/sigv4.h"
#include "http/message.h"
#include "wire/error.h"

namespace wr::auth {

constexpr size_t chunk_line_bytes_max = 4 * 1024;
/// Of signed chunks; unsigned ones are as large as the client likes, up to the declared length.
constexpr uint64_t chunk_bytes_max = 16 * 1024 * 1024;
/// All but the last chunk are at least this large.
constexpr uint64_t chunk_bytes_min = 8 * 1024;
constexpr size_t trailers_max = 8;

/// Names lower-case, values trimmed: x-amz-checksum-crc32 and its like, never the signature.
using Trailers = std::vector<std::pair<std::string, std::string>>;

/// Takes verified payload, a piece at a time; false ends the decoding with InternalError.
using PayloadSink = std::function<bool(std::string_view)>;

/// Checks each chunk before the sink sees a byte of it. The caller makes nothing visible before the
/// whole call succeeded: the final chunk and the trailer come last. `request.body` is in
/// aws-chunked form, `authenticated` says how it is signed (one of the chunked modes).
/// @errors IncompleteBody, MissingContentLength, InvalidChunkSizeError, SignatureDoesNotMatch,
///         MalformedTrailerError, InvalidRequest
wire::ApiResult<Trailers> decode_aws_chunked(const http::Request& request,
                                             const Authenticated& authenticated,
                                             const PayloadSink& sink);

struct DecodedPayload {
    std::string payload;
    Trailers trailers;
};
/// The same into memory.
wire::ApiResult<DecodedPayload> decode_aws_chunked(const http::Request& request,
                                                   const Authenticated& authenticated);

/// Whether the mode needs decoding at all.
bool is_chunked(PayloadMode mode);

}  // namespace wr::auth
