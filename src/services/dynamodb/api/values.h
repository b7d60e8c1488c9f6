#pragma once
// Attribute values between the wire and the engine.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "gen/dynamodb/types.h"
#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb::api {

using WireItem = std::map<std::string, gen::dynamodb::AttributeValue>;

/// @error Validation  not exactly one type, bad numbers, empty sets, duplicates
Result<Value> from_wire(const gen::dynamodb::AttributeValue& value);
Result<Item> from_wire(const WireItem& item);
Result<Item> from_wire(const std::optional<WireItem>& item);
Result<std::vector<Value>> from_wire(
    const std::optional<std::vector<gen::dynamodb::AttributeValue>>& values);
/// ExpressionAttributeValues, whose errors name the placeholder.
Result<std::optional<Item>> placeholder_values(const std::optional<WireItem>& values);

gen::dynamodb::AttributeValue to_wire(const Value& value);
WireItem to_wire(const Item& item);
/// As the wire writes it, for members of errors.
base::Json item_json(const Item& item);

}  // namespace wr::dynamodb::api
