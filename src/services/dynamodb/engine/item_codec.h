#pragma once
// Items as bytes, for the values of the key-value store. Format: docs/formats/dynamodb.md.

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb {

std::string encode_item(const Item& item);
/// @error Corruption  bytes that encode_item did not write
base::Result<Item> decode_item(std::string_view bytes);

}  // namespace wr::dynamodb
