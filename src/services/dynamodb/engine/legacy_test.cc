// The parameters from before expressions.
#include "services/dynamodb/engine/legacy.h"

#include <gtest/gtest.h>

namespace wr::dynamodb {
namespace {

Value number(long long value) {
    return number_value(Decimal::from_integer(value));
}

TEST(Legacy, filters_join_by_and_or_or) {
    const Item item = {{"a", number(1)}, {"b", string_value("text")}};
    const std::map<std::string, LegacyCondition> filter = {
        {"a", {"GT", {number(5)}}}, {"b", {"BEGINS_WITH", {string_value("te")}}}};
    EXPECT_FALSE(evaluate(*condition_from_filter(filter, false), item));
    EXPECT_TRUE(evaluate(*condition_from_filter(filter, true), item));
    EXPECT_TRUE(evaluate(*condition_from_filter({{"c", {"NULL", {}}}}, false), item));
    EXPECT_TRUE(
        evaluate(*condition_from_filter({{"a", {"IN", {number(3), number(1)}}}}, false), item));
}

TEST(Legacy, expectations_compare_or_ask_for_absence) {
    const Item item = {{"a", number(1)}};
    EXPECT_TRUE(evaluate(*condition_from_expected({{"a", {number(1), {}, {}, {}}}}, false), item));
    EXPECT_FALSE(evaluate(*condition_from_expected({{"a", {{}, false, {}, {}}}}, false), item));
    EXPECT_EQ(condition_from_expected({{"a", {}}}, false).error().message,
              "One or more parameter values were invalid: Value must be provided when Exists is "
              "null for Attribute: a");
    EXPECT_EQ(condition_from_filter({{"a", {"BETWEEN", {number(1)}}}}, false).error().message,
              "One or more parameter values were invalid: Invalid number of argument(s) for the "
              "BETWEEN ComparisonOperator");
}

TEST(Legacy, updates_and_key_conditions_are_checked) {
    EXPECT_EQ(updates_from_legacy({{"a", {"ADD", string_value("x")}}}).error().message,
              "One or more parameter values were invalid: ADD action is not supported for the type "
              "S");
    EXPECT_EQ(updates_from_legacy({{"a", {"PUT", {}}}}).error().message,
              "One or more parameter values were invalid: Only DELETE action is allowed when no "
              "attribute value is specified");
    EXPECT_EQ(key_conditions_from_legacy({{"a", {"NE", {number(1)}}}}).error().message,
              "Attempted conditional constraint is not an indexable operation");
}

}  // namespace
}  // namespace wr::dynamodb
