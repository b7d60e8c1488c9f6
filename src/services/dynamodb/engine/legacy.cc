// Legacy parameters name top-level attributes only; a dot in a name is a character like any other.
#include "services/dynamodb/engine/legacy.h"

#include <algorithm>
#include <set>

namespace wr::dynamodb {
namespace {

struct ComparisonRule {
    std::string_view name;
    size_t values_min;
    size_t values_max;
    std::string_view types;  ///< between blanks; empty: all
};
constexpr size_t in_values_max = 100;
constexpr ComparisonRule comparisons[] = {
    {"EQ", 1, 1, ""},
    {"NE", 1, 1, ""},
    {"LE", 1, 1, " S N B "},
    {"LT", 1, 1, " S N B "},
    {"GE", 1, 1, " S N B "},
    {"GT", 1, 1, " S N B "},
    {"NULL", 0, 0, ""},
    {"NOT_NULL", 0, 0, ""},
    {"CONTAINS", 1, 1, " S N B "},
    {"NOT_CONTAINS", 1, 1, " S N B "},
    {"BEGINS_WITH", 1, 1, " S B "},
    {"IN", 1, in_values_max, " S N B "},
    {"BETWEEN", 2, 2, " S N B "},
};

Result<void> check(const LegacyCondition& condition) {
    const auto* rule = std::find_if(
        std::begin(comparisons), std::end(comparisons), [&](const ComparisonRule& one) {
            return one.name == condition.comparison;
        });
    if (rule == std::end(comparisons)) {
        return invalid_parameters("Unknown ComparisonOperator: " + condition.comparison);
    }
    const auto& values = condition.values;
    if (values.size() < rule->values_min || values.size() > rule->values_max) {
        return invalid_parameters("Invalid number of argument(s) for the " + condition.comparison +
                                  " ComparisonOperator");
    }
    for (const Value& value : values) {
        if (value.type() != values.front().type()) {
            return invalid_parameters(
                "AttributeValues inside AttributeValueList must be of same type");
        }
        const std::string type = " " + std::string(type_name(value.type())) + " ";
        if (!rule->types.empty() && rule->types.find(type) == std::string_view::npos) {
            return invalid_parameters("ComparisonOperator " + condition.comparison +
                                      " is not valid for " + std::string(type_name(value.type())) +
                                      " AttributeValue type");
        }
    }
    if (rule->name == "BETWEEN" && compare(values[0], values[1]) == std::strong_ordering::greater) {
        return invalid(
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
            "upper bound");
    }
    return {};
}

Condition call(Function function, const std::string& attribute, const std::vector<Value>& values) {
    FunctionCall made{function, {Operand{Path{attribute}}}};
    for (const Value& value : values) made.arguments.push_back(Operand{value});
    Condition condition;
    condition.kind = Condition::Kind::Function;
    condition.operands.push_back(Operand{std::move(made)});
    return condition;
}

Condition negated(Condition inner) {
    Condition condition;
    condition.kind = Condition::Kind::Not;
    condition.children.push_back(std::move(inner));
    return condition;
}

Condition both(Condition first, Condition second) {
    Condition condition;
    condition.children.push_back(std::move(first));
    condition.children.push_back(std::move(second));
    return condition;
}

Condition with_operands(Condition::Kind kind,
                        const std::string& attribute,
                        const std::vector<Value>& values) {
    Condition condition;
    condition.kind = kind;
    condition.operands.push_back(Operand{Path{attribute}});
    for (const Value& value : values) condition.operands.push_back(Operand{value});
    return condition;
}

Condition convert(const std::string& attribute, const LegacyCondition& legacy) {
    const std::string& name = legacy.comparison;
    if (name == "NULL") return call(Function::AttributeNotExists, attribute, {});
    if (name == "NOT_NULL") return call(Function::AttributeExists, attribute, {});
    if (name == "CONTAINS") return call(Function::Contains, attribute, legacy.values);
    if (name == "NOT_CONTAINS") {
        return both(call(Function::AttributeExists, attribute, {}),
                    negated(call(Function::Contains, attribute, legacy.values)));
    }
    if (name == "BEGINS_WITH") return call(Function::BeginsWith, attribute, legacy.values);
    if (name == "IN") return with_operands(Condition::Kind::In, attribute, legacy.values);
    if (name == "BETWEEN") return with_operands(Condition::Kind::Between, attribute, legacy.values);
    Condition condition = with_operands(Condition::Kind::Compare, attribute, legacy.values);
    constexpr std::pair<std::string_view, Comparator> comparators[] = {
        {"EQ", Comparator::Equal},
        {"NE", Comparator::NotEqual},
        {"LT", Comparator::Less},
        {"LE", Comparator::LessOrEqual},
        {"GT", Comparator::Greater},
        {"GE", Comparator::GreaterOrEqual}};
    for (const auto& [text, comparator] : comparators) {
        if (name == text) condition.comparator = comparator;
    }
    return condition;
}

base::Failure<Error> bad_expectation(const std::string& what, const std::string& attribute) {
    return invalid_parameters(what + " for Attribute: " + attribute);
}

Result<LegacyCondition> condition_of(const std::string& attribute,
                                     const LegacyExpectation& expected) {
    if (expected.value && expected.values) {
        return bad_expectation("Value and AttributeValueList cannot be used together", attribute);
    }
    if (!expected.comparison) {
        if (expected.values) {
            return bad_expectation("AttributeValueList can only be used with a ComparisonOperator",
                                   attribute);
        }
        const bool exists = expected.exists.value_or(true);
        if (exists && !expected.value) {
            return bad_expectation(std::string("Value must be provided when Exists is ") +
                                       (expected.exists ? "true" : "null"),
                                   attribute);
        }
        if (!exists && expected.value) {
            return bad_expectation("Value cannot be used when Exists is false", attribute);
        }
        if (!exists) return LegacyCondition{"NULL", {}};
        return LegacyCondition{"EQ", {*expected.value}};
    }
    if (expected.exists) {
        return bad_expectation("Exists and ComparisonOperator cannot be used together", attribute);
    }
    LegacyCondition condition{*expected.comparison, {}};
    if (expected.values) condition.values = *expected.values;
    if (expected.value) condition.values = {*expected.value};
    const bool takes_none = *expected.comparison == "NULL" || *expected.comparison == "NOT_NULL";
    if (!takes_none && !expected.values && !expected.value) {
        return bad_expectation(
            "Value or AttributeValueList must be used with ComparisonOperator: " +
                *expected.comparison,
            attribute);
    }
    return condition;
}

}  // namespace

Result<Condition> condition_from_filter(const std::map<std::string, LegacyCondition>& filter,
                                        bool any) {
    Condition all;
    all.kind = any && !filter.empty() ? Condition::Kind::Or : Condition::Kind::And;
    for (const auto& [attribute, legacy] : filter) {
        WR_TRY_VOID(check(legacy));
        all.children.push_back(convert(attribute, legacy));
    }
    return all;
}

Result<Condition> condition_from_expected(const std::map<std::string, LegacyExpectation>& expected,
                                          bool any) {
    std::map<std::string, LegacyCondition> filter;
    for (const auto& [attribute, expectation] : expected) {
        WR_TRY(filter[attribute], condition_of(attribute, expectation));
    }
    return condition_from_filter(filter, any);
}

Result<KeyConditions> key_conditions_from_legacy(
    const std::map<std::string, LegacyCondition>& conditions) {
    using Kind = KeyCondition::Kind;
    constexpr std::pair<std::string_view, Kind> kinds[] = {{"EQ", Kind::Equal},
                                                           {"LT", Kind::Less},
                                                           {"LE", Kind::LessOrEqual},
                                                           {"GT", Kind::Greater},
                                                           {"GE", Kind::GreaterOrEqual},
                                                           {"BETWEEN", Kind::Between},
                                                           {"BEGINS_WITH", Kind::BeginsWith}};
    KeyConditions keys;
    for (const auto& [attribute, legacy] : conditions) {
        WR_TRY_VOID(check(legacy));
        const auto* kind =
            std::ranges::find(kinds, legacy.comparison, &std::pair<std::string_view, Kind>::first);
        if (kind == std::end(kinds)) {
            return invalid("Attempted conditional constraint is not an indexable operation");
        }
        keys[attribute] = {kind->second, legacy.values};
    }
    return keys;
}

Result<Updates> updates_from_legacy(const std::map<std::string, LegacyUpdate>& updates) {
    Updates actions;
    for (const auto& [attribute, update] : updates) {
        UpdateAction action;
        action.path = {attribute};
        if (update.value) action.operand = Operand{*update.value};
        const std::string type(update.value ? type_name(update.value->type()) : "");
        const bool is_set = type == "SS" || type == "NS" || type == "BS";
        if (update.action == "PUT") {
            action.kind = UpdateAction::Kind::Set;
        } else if (update.action == "ADD") {
            action.kind = UpdateAction::Kind::Add;
            if (update.value && !is_set && type != "N" && type != "L") {
                return invalid_parameters("ADD action is not supported for the type " + type);
            }
        } else {
            action.kind = update.value ? UpdateAction::Kind::Delete : UpdateAction::Kind::Remove;
            if (update.value && !is_set) {
                return invalid_parameters(
                    "DELETE action with value is not supported for the type " + type);
            }
        }
        if (!update.value && update.action != "DELETE") {
            return invalid_parameters(
                "Only DELETE action is allowed when no attribute value is specified");
        }
        actions.push_back(std::move(action));
    }
    return actions;
}

Result<Projection> projection_from_legacy(const std::vector<std::string>& attributes) {
    std::set<std::string> seen;
    Projection paths;
    for (const std::string& attribute : attributes) {
        if (!seen.insert(attribute).second) {
            return invalid_parameters("Duplicate value in attribute name: " + attribute);
        }
        paths.push_back({attribute});
    }
    return paths;
}

}  // namespace wr::dynamodb
