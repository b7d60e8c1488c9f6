#pragma once
// JSON bodies over shape tables: JSON 1.0, JSON 1.1 and the bodies of REST-JSON.

#include <string>
#include <string_view>

#include "wire/shape.h"

namespace wr::wire {

/// Fills `out`, a struct of `shape`. Members with another location are left alone; unknown ones are
/// skipped.
/// @error SerializationException  type mismatches in AWS's words; constraints are validate's
/// business
ApiResult<void> decode_json(const Shape& shape, std::string_view body, void* out);

/// Absent members are left out.
std::string encode_json(const Shape& shape, const void* value);

}  // namespace wr::wire
