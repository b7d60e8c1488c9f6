#pragma once
// CBOR bodies over shape tables: as the Java SDK speaks to Kinesis (application/x-amz-cbor-1.1),
// and Smithy's RPC v2 (application/cbor), which differ in what a time is.

#include <string>
#include <string_view>

#include "wire/cbor_writer.h"
#include "wire/shape.h"

namespace wr::wire {

/// @error SerializationException
ApiResult<void> decode_cbor(const Shape& shape,
                            std::string_view body,
                            void* out,
                            CborTime time = CborTime::Milliseconds);
std::string encode_cbor(const Shape& shape,
                        const void* value,
                        CborTime time = CborTime::Milliseconds);
/// {"__type": code, "message": text}
std::string encode_cbor_error(const ApiError& error);

}  // namespace wr::wire
