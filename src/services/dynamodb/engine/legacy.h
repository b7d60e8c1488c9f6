#pragma once
// The parameters from before expressions (Expected, AttributeUpdates, KeyConditions, QueryFilter,
// ScanFilter, AttributesToGet), turned into the same trees.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/expression.h"
#include "services/dynamodb/engine/key_condition.h"

namespace wr::dynamodb {

struct LegacyCondition {
    std::string comparison;  ///< EQ, BETWEEN ...
    std::vector<Value> values;
};
struct LegacyExpectation {
    std::optional<Value> value;
    std::optional<bool> exists;
    std::optional<std::string> comparison;
    std::optional<std::vector<Value>> values;
};
struct LegacyUpdate {
    std::string action = "PUT";
    std::optional<Value> value;
};

/// @param any  ConditionalOperator OR
Result<Condition> condition_from_filter(const std::map<std::string, LegacyCondition>& filter,
                                        bool any);
Result<Condition> condition_from_expected(const std::map<std::string, LegacyExpectation>& expected,
                                          bool any);
Result<KeyConditions> key_conditions_from_legacy(
    const std::map<std::string, LegacyCondition>& conditions);
Result<Updates> updates_from_legacy(const std::map<std::string, LegacyUpdate>& updates);
Result<Projection> projection_from_legacy(const std::vector<std::string>& attributes);

}  // namespace wr::dynamodb
