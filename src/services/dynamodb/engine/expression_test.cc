// The expression language: what it means, and AWS's words for what is wrong.
#include <gtest/gtest.h>

#include "services/dynamodb/engine/expression_parser.h"
#include "services/dynamodb/engine/item_rules.h"
#include "services/dynamodb/engine/key_condition.h"
#include "services/dynamodb/engine/update.h"

namespace wr::dynamodb {
namespace {

Value number(const char* text) {
    return number_value(*parse_number(text));
}

const std::optional<std::map<std::string, std::string>>& names() {
    static const std::optional<std::map<std::string, std::string>> all =
        std::map<std::string, std::string>{{"#s", "status"}, {"#d", "a.b"}};
    return all;
}

const std::optional<Item>& values() {
    static const std::optional<Item> all = Item{{":one", number("1")},
                                                {":two", number("2")},
                                                {":s", string_value("text")},
                                                {":te", string_value("te")},
                                                {":S", string_value("S")},
                                                {":true", Value{true}},
                                                {":list", Value{List{number("9")}}},
                                                {":set", Value{StringSet{"x"}}},
                                                {":map", Value{Item{{"k", number("1")}}}}};
    return all;
}

Item sample() {
    return {{"n", number("5")},
            {"s", string_value("text")},
            {"status", string_value("ok")},
            {"a.b", number("1")},
            {"l", Value{List{number("1"), number("2"), number("3")}}},
            {"m", Value{Item{{"k", string_value("v")}, {"deep", Value{Item{}}}}}},
            {"ss", Value{StringSet{"x", "y"}}},
            {"flag", Value{true}}};
}

std::string condition_error(std::string_view text) {
    Placeholders placeholders(names(), values());
    const auto parsed = parse_condition(text, "ConditionExpression", placeholders);
    return parsed ? "" : parsed.error().message;
}

bool holds(std::string_view text) {
    Placeholders placeholders(names(), values());
    const auto parsed = parse_condition(text, "ConditionExpression", placeholders);
    EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().message);
    return parsed && evaluate(*parsed, sample());
}

TEST(Condition, comparisons_and_functions_mean_what_the_guide_says) {
    EXPECT_TRUE(holds("n > :two"));
    EXPECT_FALSE(holds("n < :two"));
    EXPECT_FALSE(holds("n < :s"));  // different types have no order
    EXPECT_TRUE(holds("n <> :s"));
    EXPECT_TRUE(holds("absent <> :s"));
    EXPECT_FALSE(holds("absent = :s"));
    EXPECT_TRUE(holds("l[1] = :two"));
    EXPECT_TRUE(holds("m.k <> :s AND #d = :one"));
    EXPECT_TRUE(holds("l[0] BETWEEN :one AND :two"));
    EXPECT_TRUE(holds("l[1] IN (:one, :two)"));
    EXPECT_FALSE(holds("n IN (:one, :two)"));
    EXPECT_TRUE(holds("attribute_exists(m.k) and attribute_not_exists(m.absent)"));
    EXPECT_TRUE(holds("attribute_type(s, :S)"));
    EXPECT_TRUE(holds("begins_with(s, :te)"));
    EXPECT_TRUE(holds("contains(s, :te) AND NOT contains(ss, :te)"));
    EXPECT_TRUE(holds("contains(l, :two)"));
    EXPECT_TRUE(holds("size(ss) = :two"));
    EXPECT_TRUE(holds("size(m) >= size(ss)"));
    EXPECT_TRUE(holds("(n) > (:two)"));
}

TEST(Condition, and_binds_tighter_than_or_and_not_tighter_than_and) {
    EXPECT_TRUE(holds("flag = :true OR n = :one AND n = :two"));
    EXPECT_FALSE(holds("(flag = :true OR n = :one) AND n = :two"));
    EXPECT_TRUE(holds("NOT n = :one AND flag = :true"));
    EXPECT_FALSE(holds("NOT (n = :one OR flag = :true)"));
}

TEST(Condition, syntax_errors_name_the_token_and_its_neighbours) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "The expression can not be empty;"},
        {"a =", R"(Syntax error; token: "<EOF>", near: "=")"},
        {"a", R"(Syntax error; token: "<EOF>", near: "a")"},
        {"user-id = :s", R"(Syntax error; token: "-", near: "user-id")"},
        {"a = :s b", R"(Syntax error; token: "b", near: ":s b")"},
        {"a IN :s", R"(Syntax error; token: ":s", near: "IN :s")"},
        {"attribute_exists()", "Syntax error; token: \")\", near: \"()\""},
        {"(a = :s", R"(Syntax error; token: "<EOF>", near: ":s")"},
        {"a = :s AND", R"(Syntax error; token: "<EOF>", near: "AND")"},
        {"a AND b = :s", R"(Syntax error; token: "AND", near: "a AND b")"},
        {"l[a] = :s", R"(Syntax error; token: "a", near: "[a]")"},
        {"a = 5", R"(Syntax error; token: "5", near: "= 5")"},
    };
    for (const auto& [text, error] : cases) {
        EXPECT_EQ(condition_error(text), std::string("Invalid ConditionExpression: ") + error)
            << text;
    }
}

TEST(Condition, meaning_errors_are_worded_as_aws_words_them) {
    const std::pair<const char*, const char*> cases[] = {
        {"status = :s", "Attribute name is a reserved keyword; reserved keyword: status"},
        {"#x = :s",
         "An expression attribute name used in the document path is not defined; attribute name: "
         "#x"},
        {"a = :x",
         "An expression attribute value used in expression is not defined; attribute value: :x"},
        {"foo(a)", "Invalid function name; function: foo"},
        {"size(a)",
         "The function is not allowed to be used this way in an expression; function: size"},
        {"contains(a, :s) = :true",
         "The function is not allowed to be used this way in an expression; function: contains"},
        {"size(a, b) = :one",
         "Incorrect number of operands for operator or function; operator or function: size, "
         "number of operands: 2"},
        {"begins_with(a, :one)",
         "Incorrect operand type for operator or function; operator or function: begins_with, "
         "operand type: N"},
        {"attribute_exists(:s)",
         "Operator or function requires a document path; operator or function: attribute_exists"},
        {"attribute_type(a, :s)",
         "Invalid attribute type name found; type: text, valid types: "
         "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
        {"a < :true",
         "Incorrect operand type for operator or function; operator or function: <, operand type: "
         "BOOL"},
        {"a BETWEEN :two AND :one",
         "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
         "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"},
        {"a BETWEEN :s AND :one",
         "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
         "operand: AttributeValue: {S:text}, upper bound operand: AttributeValue: {N:1}"},
        {"a = a",
         "The first operand must be distinct from the remaining operands for this operator or "
         "function; operator: =, first operand: [a]"},
        {"((a = :s))", "The expression has redundant parentheses;"},
    };
    for (const auto& [text, error] : cases) {
        EXPECT_EQ(condition_error(text), std::string("Invalid ConditionExpression: ") + error)
            << text;
    }
}

TEST(Condition, size_operators_and_nesting_are_bounded) {
    EXPECT_EQ(condition_error(std::string(4097, 'a')),
              "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; "
              "expression size: 4097");
    std::string many = "a=:s";
    for (int i = 0; i < 160; ++i) many += " OR a=:s";
    EXPECT_EQ(condition_error(many),
              "Invalid ConditionExpression: The expression contains too many operators; operator "
              "count: 301");
    EXPECT_NE(condition_error(std::string(4000, '(')), "");
    std::string nots;
    for (int i = 0; i < 1000; ++i) nots += "NOT ";
    EXPECT_NE(condition_error(nots + "a"), "");
}

TEST(Placeholders, unused_and_ill_formed_ones_are_refused) {
    Placeholders unused(names(), values());
    EXPECT_EQ(unused.check_all_used().error().message,
              "Value provided in ExpressionAttributeNames unused in expressions: keys: {#d, #s}");
    const std::optional<Item> bad = Item{{"x", number("1")}};
    EXPECT_EQ(Placeholders(std::nullopt, bad).check().error().message,
              "ExpressionAttributeValues contains invalid key: Syntax error; key: \"x\"");
    const std::optional<Item> empty = Item{};
    EXPECT_EQ(Placeholders(std::nullopt, empty).check().error().message,
              "ExpressionAttributeValues must not be empty");
}

Result<Item> updated(std::string_view text) {
    Placeholders placeholders(names(), values());
    const auto parsed = parse_update(text, placeholders);
    if (!parsed) return base::fail(parsed.error());
    return apply_update(*parsed, sample());
}

std::string update_error(std::string_view text) {
    const auto result = updated(text);
    return result ? "" : result.error().message;
}

TEST(Update, sections_do_what_the_guide_says) {
    const auto after = updated(
        "SET n = n + :one, fresh = if_not_exists(fresh, :two), l[9] = :two, m.k = :s "
        "REMOVE flag, l[0] ADD tally :two, ss :set DELETE nothing :set");
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("n"), number("6"));
    EXPECT_EQ(after->at("fresh"), number("2"));
    EXPECT_EQ(after->at("l"), (Value{List{number("2"), number("3"), number("2")}}));
    EXPECT_EQ(after->at("m").as<Item>()->at("k"), string_value("text"));
    EXPECT_FALSE(after->contains("flag"));
    EXPECT_EQ(after->at("tally"), number("2"));
}

TEST(Update, reads_every_operand_before_any_write) {
    const auto after = updated("SET n = s, s = n");
    ASSERT_TRUE(after);
    EXPECT_EQ(after->at("n"), string_value("text"));
    EXPECT_EQ(after->at("s"), number("5"));
    const auto lists = updated("REMOVE l[0], l[2]");
    ASSERT_TRUE(lists);
    EXPECT_EQ(lists->at("l"), (Value{List{number("2")}}));
}

TEST(Update, appends_lists_and_empties_sets) {
    const auto after = updated("SET l = list_append(l, :list) DELETE ss :set");
    ASSERT_TRUE(after);
    EXPECT_EQ(after->at("l").as<List>()->size(), 4u);
    EXPECT_EQ(after->at("ss"), (Value{StringSet{"y"}}));
}

TEST(Update, errors_are_worded_as_aws_words_them) {
    const std::pair<const char*, const char*> cases[] = {
        {"foo", R"(Invalid UpdateExpression: Syntax error; token: "foo", near: "foo")"},
        {"SET", R"(Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET")"},
        {"SET a = :s SET b = :s",
         "Invalid UpdateExpression: The \"SET\" section can only be used once in an update "
         "expression;"},
        {"SET a = :s, a.b = :s",
         "Invalid UpdateExpression: Two document paths overlap with each other; must remove or "
         "rewrite one of these paths; path one: [a], path two: [a, b]"},
        {"SET a.b = :s, a[1] = :s",
         "Invalid UpdateExpression: Two document paths conflict with each other; must remove or "
         "rewrite one of these paths; path one: [a, b], path two: [a, [1]]"},
        {"ADD a :s",
         "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: "
         "ADD, operand type: STRING"},
        {"DELETE a :one",
         "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: "
         "DELETE, operand type: NUMBER"},
        {"SET a = b + :s",
         "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or "
         "function: +, operand type: S"},
        {"SET a = absent",
         "The provided expression refers to an attribute that does not exist in the item"},
        {"SET n = s + :one", "An operand in the update expression has an incorrect data type"},
        {"ADD s :one", "An operand in the update expression has an incorrect data type"},
        {"SET absent.b = :s",
         "The document path provided in the update expression is invalid for update"},
        {"SET l.x = :s",
         "The document path provided in the update expression is invalid for update"},
    };
    for (const auto& [text, error] : cases) EXPECT_EQ(update_error(text), error) << text;
}

TEST(Projection, keeps_what_it_names_and_moves_list_elements_together) {
    Placeholders placeholders(names(), std::nullopt);
    const auto paths = parse_projection("l[2], l[0], m.k, absent.x", placeholders);
    ASSERT_TRUE(paths);
    const Item kept = project(sample(), *paths);
    EXPECT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept.at("l"), (Value{List{number("1"), number("3")}}));
    EXPECT_EQ(kept.at("m"), (Value{Item{{"k", string_value("v")}}}));
    const auto overlap = parse_projection("a, a.b", placeholders);
    EXPECT_EQ(overlap.error().message,
              "Invalid ProjectionExpression: Two document paths overlap with each other; must "
              "remove or rewrite one of these paths; path one: [a], path two: [a, b]");
}

TEST(KeyCondition, only_conditions_on_keys_pass) {
    const auto error = [](std::string_view text) -> std::string {
        Placeholders placeholders(names(), values());
        const auto parsed = parse_condition(text, "KeyConditionExpression", placeholders);
        if (!parsed) return parsed.error().message;
        const auto keys = to_key_conditions(*parsed);
        return keys ? "" : keys.error().message;
    };
    EXPECT_EQ(error("a = :s AND b > :one"), "");
    EXPECT_EQ(error(":s = a AND begins_with(b, :te)"), "");
    EXPECT_EQ(error("a = :s OR b = :one"), "Invalid operator used in KeyConditionExpression: OR");
    EXPECT_EQ(error("a <> :s"), "Invalid operator used in KeyConditionExpression: <>");
    EXPECT_EQ(error("attribute_exists(a)"),
              "Invalid operator used in KeyConditionExpression: attribute_exists");
    EXPECT_EQ(error("a = :s AND a > :te"),
              "KeyConditionExpressions must only contain one condition per key");
    EXPECT_EQ(error("a.b = :s"),
              "KeyConditionExpressions cannot have conditions on nested attributes");
    EXPECT_EQ(error("size(a) = :one"), "KeyConditionExpressions cannot contain nested operations");
}

}  // namespace
}  // namespace wr::dynamodb
