// From a condition tree to conditions per key, and from those to a range of row keys.
#include "services/dynamodb/engine/key_condition.h"

#include "services/dynamodb/engine/key_encoding.h"
#include "services/dynamodb/engine/rows.h"

namespace wr::dynamodb {
namespace {

using Kind = KeyCondition::Kind;

base::Failure<Error> bad_operator(std::string_view name) {
    return invalid("Invalid operator used in KeyConditionExpression: " + std::string(name));
}
base::Failure<Error> bad_condition(const std::string& what) {
    return invalid("Invalid condition in KeyConditionExpression: " + what);
}

Kind kind_of(Comparator comparator, bool mirrored) {
    switch (comparator) {
        case Comparator::Less:
            return mirrored ? Kind::Greater : Kind::Less;
        case Comparator::LessOrEqual:
            return mirrored ? Kind::GreaterOrEqual : Kind::LessOrEqual;
        case Comparator::Greater:
            return mirrored ? Kind::Less : Kind::Greater;
        case Comparator::GreaterOrEqual:
            return mirrored ? Kind::LessOrEqual : Kind::GreaterOrEqual;
        case Comparator::Equal:
        case Comparator::NotEqual:
            break;
    }
    return Kind::Equal;
}

std::string_view operator_name(const Condition& condition) {
    return condition.kind == Condition::Kind::Between ? "BETWEEN" : "begins_with";
}

/// Adds one condition whose operands stand in `operands`.
Result<void> add(const Condition& condition,
                 const std::vector<Operand>& operands,
                 Kind kind,
                 KeyConditions& out) {
    std::optional<size_t> path_at;
    for (size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].as<FunctionCall>() != nullptr) {
            return invalid("KeyConditionExpressions cannot contain nested operations");
        }
        const auto* path = operands[i].as<Path>();
        if (path == nullptr) continue;
        if (path_at) return bad_condition("Multiple attribute names used in one condition");
        if (path->size() > 1) {
            return invalid("KeyConditionExpressions cannot have conditions on nested attributes");
        }
        path_at = i;
    }
    if (!path_at) return bad_condition("No key attribute specified");
    if (*path_at != 0) {
        if (condition.kind != Condition::Kind::Compare) {
            return bad_condition(std::string(operator_name(condition)) +
                                 " operator must have the key attribute as its first operand");
        }
        kind = kind_of(condition.comparator, true);
    }
    const auto& name = std::get<std::string>(operands[*path_at].as<Path>()->front());
    if (out.contains(name)) {
        return invalid("KeyConditionExpressions must only contain one condition per key");
    }
    KeyCondition& added = out[name];
    added.kind = kind;
    for (size_t i = 0; i < operands.size(); ++i) {
        if (i != *path_at) added.values.push_back(*operands[i].as<Value>());
    }
    return {};
}

Result<void> collect(const Condition& condition, KeyConditions& out) {
    switch (condition.kind) {
        case Condition::Kind::And:
            for (const Condition& child : condition.children) WR_TRY_VOID(collect(child, out));
            return {};
        case Condition::Kind::Or:
            return bad_operator("OR");
        case Condition::Kind::Not:
            return bad_operator("NOT");
        case Condition::Kind::In:
            return bad_operator("IN");
        case Condition::Kind::Compare:
            if (condition.comparator == Comparator::NotEqual) return bad_operator("<>");
            return add(condition, condition.operands, kind_of(condition.comparator, false), out);
        case Condition::Kind::Between:
            return add(condition, condition.operands, Kind::Between, out);
        case Condition::Kind::Function:
            break;
    }
    const auto* call = condition.operands[0].as<FunctionCall>();
    switch (call->function) {
        case Function::BeginsWith:
            return add(condition, call->arguments, Kind::BeginsWith, out);
        case Function::AttributeExists:
            return bad_operator("attribute_exists");
        case Function::AttributeNotExists:
            return bad_operator("attribute_not_exists");
        case Function::AttributeType:
            return bad_operator("attribute_type");
        case Function::Contains:
            return bad_operator("contains");
        case Function::Size:
        case Function::IfNotExists:
        case Function::ListAppend:
            break;
    }
    return invalid("KeyConditionExpressions cannot contain nested operations");
}

Result<void> check_types(const KeyCondition& condition, Type expected) {
    for (const Value& value : condition.values) {
        if (value.type() != expected) {
            return invalid_parameters("Condition parameter type does not match schema type");
        }
        if (expected != Type::N && size_bytes(value) == 0 && condition.kind != Kind::BeginsWith) {
            return invalid(
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty " +
                std::string(expected == Type::S ? "string" : "binary") + " value.");
        }
    }
    return {};
}

std::string key_after(std::string key, const Value& value) {
    append_key(key, value);
    return key;
}

KeyRange range_of(const std::string& partition, const KeyCondition& condition) {
    const std::string end = after_prefix(partition);
    const Value& first = condition.values.front();
    const std::string at = key_after(partition, first);
    switch (condition.kind) {
        case Kind::Equal:
            return {at, after_prefix(at)};
        case Kind::Less:
            return {partition, at};
        case Kind::LessOrEqual:
            return {partition, after_prefix(at)};
        case Kind::Greater:
            return {after_prefix(at), end};
        case Kind::GreaterOrEqual:
            return {at, end};
        case Kind::Between:
            return {at, after_prefix(key_after(partition, condition.values[1]))};
        case Kind::BeginsWith: {
            std::string prefix = partition;
            append_key_prefix(prefix, first);
            return {prefix, after_prefix(prefix)};
        }
    }
    return {partition, end};
}

}  // namespace

Result<KeyConditions> to_key_conditions(const Condition& condition) {
    KeyConditions conditions;
    WR_TRY_VOID(collect(condition, conditions));
    return conditions;
}

Result<KeyRange> key_range(const TableDefinition& table,
                           const KeySchema& schema,
                           const std::string& rows,
                           const KeyConditions& conditions) {
    if (conditions.empty() || conditions.size() > 2) {
        return invalid("Conditions can be of length 1 or 2 only");
    }
    if (!schema.has_range() && conditions.size() > 1) {
        return invalid("Query key condition not supported");
    }
    const auto hash = conditions.find(schema.hash);
    if (hash == conditions.end()) {
        return invalid("Query condition missed key schema element: " + schema.hash);
    }
    WR_TRY_VOID(check_types(hash->second, table.type_of(schema.hash)));
    if (hash->second.kind != Kind::Equal) return invalid("Query key condition not supported");
    const std::string partition = partition_prefix(rows, hash->second.values.front());
    if (conditions.size() == 1) return KeyRange{partition, after_prefix(partition)};
    const auto range = conditions.find(schema.range);
    if (range == conditions.end()) {
        return invalid("Query condition missed key schema element: " + schema.range);
    }
    const Type type = table.type_of(schema.range);
    WR_TRY_VOID(check_types(range->second, type));
    if (range->second.kind == Kind::BeginsWith && type == Type::N) {
        return invalid_parameters(
            "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
    }
    return range_of(partition, range->second);
}

}  // namespace wr::dynamodb
