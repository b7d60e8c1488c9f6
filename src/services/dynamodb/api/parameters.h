#pragma once
// Parameters that many operations have: expressions against their legacy forms, capacity, metrics.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gen/dynamodb/types.h"
#include "services/dynamodb/api/values.h"
#include "services/dynamodb/engine/capacity.h"
#include "services/dynamodb/engine/legacy.h"
#include "services/dynamodb/engine/table.h"

namespace wr::dynamodb::api {

/// Which parameters a request has, by name, in the order in which AWS lists them.
struct ParameterUse {
    std::vector<std::pair<const char*, bool>> expressions;  ///< ProjectionExpression included
    std::vector<std::pair<const char*, bool>> legacy;
    bool names = false;
    bool values = false;
};
/// @error Validation  both kinds at once, or placeholders without an expression
Result<void> check_parameters(const ParameterUse& use);

/// CONDITIONAL OR of the legacy parameters.
bool joins_by_or(const std::optional<std::string>& conditional_operator);
Result<std::optional<Condition>> legacy_expected(
    const std::optional<std::map<std::string, gen::dynamodb::ExpectedAttributeValue>>& expected,
    const std::optional<std::string>& conditional_operator);
Result<std::map<std::string, LegacyCondition>> legacy_conditions(
    const std::map<std::string, gen::dynamodb::Condition>& conditions);

/// Empty unless `wanted` is TOTAL or INDEXES.
std::optional<gen::dynamodb::ConsumedCapacity> consumed(const std::optional<std::string>& wanted,
                                                        const std::string& table,
                                                        const Capacity& capacity);
/// One entry per table; empty unless wanted.
class CapacitySum {
public:
    explicit CapacitySum(const std::optional<std::string>& wanted) : wanted_(wanted) {}
    void add(const std::string& table, const Capacity& capacity);
    std::optional<std::vector<gen::dynamodb::ConsumedCapacity>> result() const;

private:
    std::optional<std::string> wanted_;
    std::map<std::string, Capacity> tables_;
};

/// Present when `wanted` is SIZE and the table has local indexes.
std::optional<gen::dynamodb::ItemCollectionMetrics> collection_metrics(
    const std::optional<std::string>& wanted, const TableDefinition& table, const Item& key);

}  // namespace wr::dynamodb::api
