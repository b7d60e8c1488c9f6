// The rules of expressions beside legacy parameters, and the optional figures of answers.
#include "services/dynamodb/api/parameters.h"

#include <algorithm>

namespace wr::dynamodb::api {
namespace {

std::string used_names(const std::vector<std::pair<const char*, bool>>& parameters) {
    std::string names;
    for (const auto& [name, used] : parameters) {
        if (used) names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
}

gen::dynamodb::Capacity units_of(double units) {
    gen::dynamodb::Capacity capacity;
    capacity.capacity_units = units;
    return capacity;
}

std::optional<std::map<std::string, gen::dynamodb::Capacity>> indexes_of(
    const std::map<std::string, double>& indexes) {
    if (indexes.empty()) return std::nullopt;
    std::map<std::string, gen::dynamodb::Capacity> all;
    for (const auto& [name, units] : indexes) all[name] = units_of(units);
    return all;
}

}  // namespace

Result<void> check_parameters(const ParameterUse& use) {
    const std::string expressions = used_names(use.expressions);
    const std::string legacy = used_names(use.legacy);
    if (!expressions.empty() && !legacy.empty()) {
        return invalid(
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {" +
            legacy + "} Expression parameters: {" + expressions + "}");
    }
    if (use.names && expressions.empty()) {
        return invalid("ExpressionAttributeNames can only be specified when using expressions");
    }
    if (!use.values) return {};
    std::string takers;
    size_t count = 0;
    for (const auto& [name, used] : use.expressions) {
        if (std::string_view(name) == "ProjectionExpression") continue;
        if (used) return {};
        takers += (takers.empty() ? "" : " and ") + std::string(name);
        ++count;
    }
    return invalid("ExpressionAttributeValues can only be specified when using expressions: " +
                   takers + (count > 1 ? " are" : " is") + " null");
}

bool joins_by_or(const std::optional<std::string>& conditional_operator) {
    return conditional_operator == "OR";
}

Result<std::optional<Condition>> legacy_expected(
    const std::optional<std::map<std::string, gen::dynamodb::ExpectedAttributeValue>>& expected,
    const std::optional<std::string>& conditional_operator) {
    if (!expected) return std::optional<Condition>{};
    std::map<std::string, LegacyExpectation> converted;
    for (const auto& [attribute, wire] : *expected) {
        LegacyExpectation& one = converted[attribute];
        one.exists = wire.exists;
        one.comparison = wire.comparison_operator;
        if (wire.value) {
            WR_TRY(one.value, from_wire(*wire.value));
        }
        if (wire.attribute_value_list) {
            WR_TRY(one.values, from_wire(wire.attribute_value_list));
        }
    }
    WR_TRY(Condition condition,
           condition_from_expected(converted, joins_by_or(conditional_operator)));
    return std::optional<Condition>{std::move(condition)};
}

Result<std::map<std::string, LegacyCondition>> legacy_conditions(
    const std::map<std::string, gen::dynamodb::Condition>& conditions) {
    std::map<std::string, LegacyCondition> converted;
    for (const auto& [attribute, wire] : conditions) {
        LegacyCondition& one = converted[attribute];
        one.comparison = wire.comparison_operator.value_or("");
        WR_TRY(one.values, from_wire(wire.attribute_value_list));
    }
    return converted;
}

std::optional<gen::dynamodb::ConsumedCapacity> consumed(const std::optional<std::string>& wanted,
                                                        const std::string& table,
                                                        const Capacity& capacity) {
    if (!wanted || *wanted == "NONE") return std::nullopt;
    gen::dynamodb::ConsumedCapacity answer;
    answer.table_name = table;
    answer.capacity_units = capacity.total();
    if (*wanted == "INDEXES") {
        answer.table = units_of(capacity.table);
        answer.local_secondary_indexes = indexes_of(capacity.local_indexes);
        answer.global_secondary_indexes = indexes_of(capacity.global_indexes);
    }
    return answer;
}

void CapacitySum::add(const std::string& table, const Capacity& capacity) {
    Capacity& sum = tables_[table];
    sum.table += capacity.table;
    for (const auto& [name, units] : capacity.local_indexes) sum.local_indexes[name] += units;
    for (const auto& [name, units] : capacity.global_indexes) sum.global_indexes[name] += units;
}

std::optional<std::vector<gen::dynamodb::ConsumedCapacity>> CapacitySum::result() const {
    if (!wanted_ || *wanted_ == "NONE") return std::nullopt;
    std::vector<gen::dynamodb::ConsumedCapacity> all;
    for (const auto& [table, capacity] : tables_) {
        all.push_back(*consumed(wanted_, table, capacity));
    }
    return all;
}

std::optional<gen::dynamodb::ItemCollectionMetrics> collection_metrics(
    const std::optional<std::string>& wanted, const TableDefinition& table, const Item& key) {
    const bool has_local = std::any_of(table.indexes.begin(),
                                       table.indexes.end(),
                                       [](const IndexDefinition& index) { return !index.global; });
    if (wanted != "SIZE" || !has_local) return std::nullopt;
    gen::dynamodb::ItemCollectionMetrics metrics;
    metrics.item_collection_key = to_wire(Item{{table.key.hash, key.at(table.key.hash)}});
    // An estimate in whole gigabytes, as AWS's is: the collection is somewhere below the upper one.
    metrics.size_estimate_range_gb = std::vector<double>{0.0, 1.0};
    return metrics;
}

}  // namespace wr::dynamodb::api
