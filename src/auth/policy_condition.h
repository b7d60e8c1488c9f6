#pragma once
// The Condition element: operators over condition keys.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context
// keys".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_pattern.h"

namespace wr::auth {

/// Error: a value that cannot be read or resolved; Allow statements then do not apply, Deny
/// statements do.
enum class Outcome { No, Yes, Error };

Outcome both(Outcome a, Outcome b);
Outcome either(Outcome a, Outcome b);
Outcome negate(Outcome a);

enum class ConditionKind {
    String,
    StringIgnoreCase,
    StringLike,
    Numeric,
    Date,
    Bool,
    Binary,
    IpAddress,
    Arn,
    Null,
};
enum class Comparison { Equal, Less, LessEqual, Greater, GreaterEqual };
enum class Quantifier { One, ForAllValues, ForAnyValue };

struct ConditionOperator {
    ConditionKind kind = ConditionKind::String;
    Comparison comparison = Comparison::Equal;
    Quantifier quantifier = Quantifier::One;
    bool negated = false;
    bool if_exists = false;
};

/// Empty for a name that is no operator.
std::optional<ConditionOperator> parse_condition_operator(std::string_view name);

/// One key under one operator.
class Condition {
public:
    /// Empty when a value is malformed.
    static std::optional<Condition> compile(const ConditionOperator& op,
                                            std::string key,
                                            const std::vector<std::string>& values,
                                            bool variables);
    Outcome evaluate(const ConditionContext& context) const;

private:
    struct Value {
        Pattern pattern;
        std::optional<ArnPattern> arn;
    };
    Outcome value_matches(const Value& value,
                          const std::string& actual,
                          const ConditionContext& context) const;
    /// Of one of the request's values, negation included.
    Outcome holds_for(const std::string& actual, const ConditionContext& context) const;
    Outcome evaluate_null(bool absent, const ConditionContext& context) const;

    ConditionOperator operator_;
    std::string key_;
    std::vector<Value> values_;
};

}  // namespace wr::auth
