#pragma once
// What a Query asks of the keys: one condition per key attribute.

#include <map>
#include <string>
#include <vector>

#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/expression.h"
#include "services/dynamodb/engine/table.h"

namespace wr::dynamodb {

struct KeyCondition {
    enum class Kind { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Between, BeginsWith };
    Kind kind = Kind::Equal;
    std::vector<Value> values;  ///< two for Between, else one
};
using KeyConditions = std::map<std::string, KeyCondition>;

/// @error Validation  anything but conditions on top-level attributes joined by AND
Result<KeyConditions> to_key_conditions(const Condition& condition);

/// The keys from `lower` on, below `upper` (no bound when empty).
struct KeyRange {
    std::string lower;
    std::string upper;
};
/// @param rows  where the rows of the table or index begin
/// @error Validation  conditions that do not fit the schema
Result<KeyRange> key_range(const TableDefinition& table,
                           const KeySchema& schema,
                           const std::string& rows,
                           const KeyConditions& conditions);

}  // namespace wr::dynamodb
