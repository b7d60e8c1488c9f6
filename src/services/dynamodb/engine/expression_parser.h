#pragma once
// From expression texts to trees, with AWS's texts for whatever is wrong with them.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/expression.h"

namespace wr::dynamodb {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which were used.
class Placeholders {
public:
    Placeholders() = default;
    Placeholders(const std::optional<std::map<std::string, std::string>>& names,
                 const std::optional<Item>& values)
        : names_(names ? &*names : nullptr), values_(values ? &*values : nullptr) {}

    /// @error Validation  empty maps, ill-formed keys, sizes
    Result<void> check() const;
    const std::string* name(std::string_view placeholder);
    const Value* value(std::string_view placeholder);
    /// After all expressions of the request are parsed.
    /// @error Validation  names those that no expression mentions
    Result<void> check_all_used() const;

private:
    const std::map<std::string, std::string>* names_ = nullptr;
    const Item* values_ = nullptr;
    std::set<std::string> used_names_;
    std::set<std::string> used_values_;
};

/// `parameter` opens the error texts: ConditionExpression, FilterExpression,
/// KeyConditionExpression. Values are copied into the tree.
Result<Condition> parse_condition(std::string_view text,
                                  std::string_view parameter,
                                  Placeholders& placeholders);
Result<Updates> parse_update(std::string_view text, Placeholders& placeholders);
Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders);

constexpr size_t expression_bytes_max = 4096;
constexpr int expression_operators_max = 300;
constexpr size_t expression_in_operands_max = 100;

}  // namespace wr::dynamodb
