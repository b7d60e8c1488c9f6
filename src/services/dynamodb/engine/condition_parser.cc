// The grammar of condition, filter and key condition expressions.
//
// A parenthesis may open a condition or an operand; which of the two is known only behind it, so
// both are parsed as one Node and told apart where they are used.
#include <algorithm>
#include <optional>

#include "services/dynamodb/engine/parser_base.h"

namespace wr::dynamodb {
namespace {

struct Node {
    std::optional<Operand> operand;  ///< a path, value or function; else `condition` is set
    Condition condition;
    bool parenthesised = false;
};

struct FunctionRule {
    std::string_view name;
    Function function;
    size_t arguments;
};
constexpr FunctionRule functions[] = {
    {"attribute_exists", Function::AttributeExists, 1},
    {"attribute_not_exists", Function::AttributeNotExists, 1},
    {"attribute_type", Function::AttributeType, 2},
    {"begins_with", Function::BeginsWith, 2},
    {"contains", Function::Contains, 2},
    {"size", Function::Size, 1},
};

std::string_view function_name(Function function) {
    for (const FunctionRule& rule : functions) {
        if (rule.function == function) return rule.name;
    }
    return "";
}

std::optional<Type> value_type(const Operand& operand) {
    if (const auto* value = operand.as<Value>()) return value->type();
    return std::nullopt;
}

bool is_ordered(Type type) {
    return type == Type::S || type == Type::N || type == Type::B;
}

class ConditionParser final : public ParserBase {
public:
    using ParserBase::ParserBase;

    Result<Condition> parse() {
        WR_TRY_VOID(check_size());
        WR_TRY(Node node, parse_or());
        WR_TRY(Condition condition, as_condition(std::move(node)));
        if (token().kind != TokenKind::End) return syntax_error();
        WR_TRY_VOID(check_findings());
        return condition;
    }

private:
    bool is_keyword(const Token& token) const override {
        return is_word(token, "AND") || is_word(token, "OR") || is_word(token, "NOT") ||
               is_word(token, "IN") || is_word(token, "BETWEEN");
    }

    /// A bare path or value is no condition: the error is at what follows it.
    Result<Condition> as_condition(Node node) {
        if (!node.operand) return std::move(node.condition);
        const auto* call = node.operand->as<FunctionCall>();
        if (call == nullptr) return syntax_error();
        if (call->function == Function::Size) find_misuse(*call);
        Condition condition;
        condition.kind = Condition::Kind::Function;
        condition.operands.push_back(std::move(*node.operand));
        return condition;
    }

    Result<Operand> as_operand(Node node) {
        if (!node.operand) return syntax_error();
        const auto* call = node.operand->as<FunctionCall>();
        if (call != nullptr && call->function != Function::Size) find_misuse(*call);
        return std::move(*node.operand);
    }

    void find_misuse(const FunctionCall& call) {
        find(Finding::MisusedFunction,
             "The function is not allowed to be used this way in an expression; function: " +
                 std::string(function_name(call.function)));
    }

    Result<Node> parse_or() {
        return parse_chain("OR", Condition::Kind::Or, [this] {
            return parse_chain("AND", Condition::Kind::And, [this] { return parse_not(); });
        });
    }

    template <typename ParsePart>
    Result<Node> parse_chain(std::string_view word, Condition::Kind kind, ParsePart parse_part) {
        WR_TRY(Node first, parse_part());
        if (!is_word(token(), word)) return first;
        Node chain;
        chain.condition.kind = kind;
        WR_TRY(Condition left, as_condition(std::move(first)));
        chain.condition.children.push_back(std::move(left));
        while (take_word(word)) {
            WR_TRY_VOID(count_operator());
            WR_TRY(Node next, parse_part());
            WR_TRY(Condition right, as_condition(std::move(next)));
            chain.condition.children.push_back(std::move(right));
        }
        return chain;
    }

    Result<Node> parse_not() {
        if (!is_word(token(), "NOT")) return parse_comparison();
        advance();
        WR_TRY_VOID(count_operator());
        WR_TRY_VOID(enter());
        WR_TRY(Node inner, parse_not());
        leave();
        WR_TRY(Condition negated, as_condition(std::move(inner)));
        Node node;
        node.condition.kind = Condition::Kind::Not;
        node.condition.children.push_back(std::move(negated));
        return node;
    }

    Result<Node> parse_comparison() {
        WR_TRY(Node first, parse_primary());
        if (const auto comparator = comparator_here()) {
            WR_TRY(Operand left, as_operand(std::move(first)));
            advance();
            return finish_compare(std::move(left), *comparator);
        }
        if (is_word(token(), "BETWEEN")) {
            WR_TRY(Operand left, as_operand(std::move(first)));
            advance();
            return finish_between(std::move(left));
        }
        if (is_word(token(), "IN")) {
            WR_TRY(Operand left, as_operand(std::move(first)));
            advance();
            return finish_in(std::move(left));
        }
        return first;
    }

    std::optional<Comparator> comparator_here() const {
        for (const auto comparator : {Comparator::Equal,
                                      Comparator::NotEqual,
                                      Comparator::Less,
                                      Comparator::LessOrEqual,
                                      Comparator::Greater,
                                      Comparator::GreaterOrEqual}) {
            if (is_symbol(comparator_text(comparator))) return comparator;
        }
        return std::nullopt;
    }

    Result<Node> finish_compare(Operand left, Comparator comparator) {
        WR_TRY_VOID(count_operator());
        WR_TRY(Operand right, parse_operand());
        Node node;
        node.condition.kind = Condition::Kind::Compare;
        node.condition.comparator = comparator;
        node.condition.operands.push_back(std::move(left));
        node.condition.operands.push_back(std::move(right));
        check_distinct(comparator_text(comparator), node.condition.operands);
        if (comparator != Comparator::Equal && comparator != Comparator::NotEqual) {
            check_ordered(comparator_text(comparator), node.condition.operands);
        }
        return node;
    }

    Result<Node> finish_between(Operand left) {
        WR_TRY_VOID(count_operator());
        WR_TRY(Operand low, parse_operand());
        if (!take_word("AND")) return syntax_error();
        WR_TRY(Operand high, parse_operand());
        check_bounds(low, high);
        Node node;
        node.condition.kind = Condition::Kind::Between;
        node.condition.operands.push_back(std::move(left));
        node.condition.operands.push_back(std::move(low));
        node.condition.operands.push_back(std::move(high));
        check_ordered("BETWEEN", node.condition.operands);
        return node;
    }

    Result<Node> finish_in(Operand left) {
        WR_TRY_VOID(count_operator());
        WR_TRY(std::vector<Operand> choices, parse_arguments());
        if (choices.size() > expression_in_operands_max) {
            find(Finding::OperandCount,
                 "Incorrect number of operands for operator or function; operator or function: "
                 "IN, number of operands: " +
                     std::to_string(choices.size()));
        }
        Node node;
        node.condition.kind = Condition::Kind::In;
        node.condition.operands = std::move(choices);
        node.condition.operands.insert(node.condition.operands.begin(), std::move(left));
        return node;
    }

    Result<Node> parse_primary() {
        if (is_symbol("(")) return parse_parenthesis();
        Node node;
        if (token().kind == TokenKind::ValuePlaceholder) {
            node.operand = take_value();
        } else if (at_function()) {
            WR_TRY(node.operand, parse_call());
        } else {
            WR_TRY(Path path, parse_path());
            node.operand = Operand{std::move(path)};
        }
        return node;
    }

    Result<Node> parse_parenthesis() {
        advance();
        WR_TRY_VOID(enter());
        WR_TRY(Node inner, parse_or());
        leave();
        WR_TRY_VOID(expect_symbol(")"));
        if (inner.parenthesised) {
            find(Finding::RedundantParentheses, "The expression has redundant parentheses;");
        }
        inner.parenthesised = true;
        return inner;
    }

    Result<Operand> parse_operand() override {
        WR_TRY(Node node, parse_primary());
        return as_operand(std::move(node));
    }

    Result<Operand> parse_call() {
        const std::string name(token().text);
        advance();
        WR_TRY_VOID(count_operator());
        WR_TRY(std::vector<Operand> arguments, parse_arguments());
        const auto* rule = std::find_if(std::begin(functions),
                                        std::end(functions),
                                        [&](const FunctionRule& r) { return r.name == name; });
        if (rule == std::end(functions)) {
            find(Finding::UnknownFunction, "Invalid function name; function: " + name);
            return Operand{FunctionCall{Function::Contains, std::move(arguments)}};
        }
        if (arguments.size() != rule->arguments) {
            find(Finding::OperandCount,
                 "Incorrect number of operands for operator or function; operator or function: " +
                     name + ", number of operands: " + std::to_string(arguments.size()));
        } else {
            check_distinct(name, arguments);
            check_argument_types(*rule, arguments);
        }
        return Operand{FunctionCall{rule->function, std::move(arguments)}};
    }

    void check_argument_types(const FunctionRule& rule, const std::vector<Operand>& arguments) {
        switch (rule.function) {
            case Function::AttributeExists:
            case Function::AttributeNotExists:
                if (arguments[0].as<Path>() == nullptr) {
                    find(Finding::OperandType,
                         "Operator or function requires a document path; operator or function: " +
                             std::string(rule.name));
                }
                return;
            case Function::AttributeType:
                check_type_argument(arguments[1]);
                return;
            case Function::BeginsWith:
                for (const Operand& argument : arguments) {
                    const auto type = value_type(argument);
                    if (type && *type != Type::S && *type != Type::B) {
                        find(Finding::OperandType, operand_type_error(rule.name, *type));
                    }
                }
                return;
            case Function::Size:
                if (const auto type = value_type(arguments[0]);
                    type == Type::N || type == Type::Bool || type == Type::Null) {
                    find(Finding::OperandType, operand_type_error(rule.name, *type));
                }
                return;
            case Function::Contains:
            case Function::IfNotExists:
            case Function::ListAppend:
                return;
        }
    }

    void check_type_argument(const Operand& argument) {
        const auto type = value_type(argument);
        if (!type || *type != Type::S) {
            const std::string given =
                type ? std::string(type_name(*type)) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
            find(Finding::OperandType,
                 "Incorrect operand type for operator or function; operator or function: "
                 "attribute_type, operand type: " +
                     given);
            return;
        }
        const std::string& name = *argument.as<Value>()->as<std::string>();
        if (!type_from_name(name)) {
            find(Finding::OperandType,
                 "Invalid attribute type name found; type: " + name +
                     ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
    }

    void check_distinct(std::string_view name, const std::vector<Operand>& operands) {
        if (operands.size() != 2) return;
        const auto* first = operands[0].as<Path>();
        const auto* second = operands[1].as<Path>();
        if (first == nullptr || second == nullptr || *first != *second) return;
        find(Finding::NotDistinct,
             "The first operand must be distinct from the remaining operands for this operator or "
             "function; operator: " +
                 std::string(name) + ", first operand: " + describe(*first));
    }

    void check_ordered(std::string_view name, const std::vector<Operand>& operands) {
        for (const Operand& operand : operands) {
            const auto type = value_type(operand);
            if (type && !is_ordered(*type)) {
                find(Finding::OperandType, operand_type_error(name, *type));
            }
        }
    }

    void check_bounds(const Operand& low, const Operand& high) {
        const auto* lower = low.as<Value>();
        const auto* upper = high.as<Value>();
        if (lower == nullptr || upper == nullptr) return;
        const std::string bounds = " lower bound operand: AttributeValue: " + describe(*lower) +
                                   ", upper bound operand: AttributeValue: " + describe(*upper);
        if (lower->type() != upper->type()) {
            find(Finding::OperandType,
                 "The BETWEEN operator requires same data type for lower and upper bounds;" +
                     bounds);
        } else if (compare(*lower, *upper) == std::strong_ordering::greater) {
            find(Finding::OperandType,
                 "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                 "bound;" +
                     bounds);
        }
    }
};

}  // namespace

Result<Condition> parse_condition(std::string_view text,
                                  std::string_view parameter,
                                  Placeholders& placeholders) {
    return ConditionParser(text, parameter, placeholders).parse();
}

}  // namespace wr::dynamodb
