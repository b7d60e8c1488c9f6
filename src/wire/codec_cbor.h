#pragma once
// CBOR bodies over shape tables, as the Java SDK speaks to Kinesis (application/x-amz-cbor-1.1).

#include <string>
#include <string_view>

#include "wire/shape.h"

namespace wr::wire {

/// @error SerializationException
ApiResult<void> decode_cbor(const Shape& shape, std::string_view body, void* out);
std::string encode_cbor(const Shape& shape, const void* value);
/// {"__type": code, "message": text}
std::string encode_cbor_error(const ApiError& error);

}  // namespace wr::wire
