// Operators and predicates, by precedence climbing.
#include "base/limits.h"
#include "sql/parser_core.h"

namespace wr::sql {
namespace {

constexpr int precedence_or = 1;
constexpr int precedence_and = 2;
constexpr int precedence_not = 3;
constexpr int precedence_comparison = 4;
constexpr int precedence_sum = 5;
constexpr int precedence_product = 6;

ast::ExprPtr node(ast::ExprKind kind, std::string name) {
    auto expr = std::make_unique<ast::Expr>();
    expr->kind = kind;
    expr->name = std::move(name);
    return expr;
}

}  // namespace

Compiled<ast::ExprPtr> Parser::finish(ast::ExprPtr expr, const SourceSpan& start) const {
    expr->span = span_from(start);
    for (const auto& arg : expr->args) expr->depth = std::max(expr->depth, arg->depth + 1);
    if (expr->depth > limits::sql_expression_depth_max)
        return error_at(expr->span, "the expression is nested too deeply");
    return expr;
}

Compiled<ast::ExprPtr> Parser::expression() {
    if (++depth_ > limits::sql_expression_depth_max)
        return error_at(peek().span, "the expression is nested too deeply");
    auto result = climb(precedence_or);
    --depth_;
    return result;
}

Compiled<ast::ExprPtr> Parser::operand() {
    if (++depth_ > limits::sql_expression_depth_max)
        return error_at(peek().span, "the expression is nested too deeply");
    auto result = climb(precedence_sum);
    --depth_;
    return result;
}

bool Parser::at_operator(std::string& op, int& precedence) const {
    const Token& token = peek();
    op = token.text;
    if (token.is_word("OR")) {
        precedence = precedence_or;
    } else if (token.is_word("AND")) {
        precedence = precedence_and;
    } else if (token.kind == TokenKind::Word) {
        const std::string& word = token.is_word("NOT") ? peek(1).text : token.text;
        if (word != "IS" && word != "IN" && word != "BETWEEN" && word != "LIKE" &&
            word != "SIMILAR")
            return false;
        precedence = precedence_comparison;
    } else if (token.kind != TokenKind::Symbol) {
        return false;
    } else if (op == "=" || op == "<>" || op == "<" || op == ">" || op == "<=" || op == ">=") {
        precedence = precedence_comparison;
    } else if (op == "+" || op == "-") {
        precedence = precedence_sum;
    } else if (op == "*" || op == "/" || op == "||") {
        precedence = precedence_product;
    } else {
        return false;
    }
    return true;
}

Compiled<ast::ExprPtr> Parser::climb(int precedence_min) {
    WR_TRY(ast::ExprPtr left, unary());
    std::string op;
    int precedence = 0;
    while (at_operator(op, precedence) && precedence >= precedence_min) {
        if (peek().kind == TokenKind::Word && precedence == precedence_comparison) {
            WR_TRY(left, predicate(std::move(left)));
        } else {
            take();
            WR_TRY(left, infix(std::move(left), op, precedence));
        }
    }
    return left;
}

Compiled<ast::ExprPtr> Parser::infix(ast::ExprPtr left, const std::string& op, int precedence) {
    const SourceSpan start = left->span;
    auto expr = node(ast::ExprKind::Binary, op);
    expr->args.push_back(std::move(left));
    WR_TRY(ast::ExprPtr right, climb(precedence + 1));
    expr->args.push_back(std::move(right));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::unary() {
    const SourceSpan start = peek().span;
    const bool is_not = peek().is_word("NOT");
    if (!is_not && !peek().is_symbol("-") && !peek().is_symbol("+")) return primary();
    if (++depth_ > limits::sql_expression_depth_max)
        return error_at(start, "the expression is nested too deeply");
    auto expr = node(ast::ExprKind::Unary, take().text);
    WR_TRY(ast::ExprPtr operand, is_not ? climb(precedence_not) : unary());
    --depth_;
    expr->args.push_back(std::move(operand));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::predicate(ast::ExprPtr left) {
    if (accept_word("IS")) return is_predicate(std::move(left));
    const bool negated = accept_word("NOT");
    if (accept_word("IN")) return in_predicate(std::move(left), negated);
    if (accept_word("BETWEEN")) return between_predicate(std::move(left), negated);
    if (accept_word("LIKE")) return like_predicate(std::move(left), negated, "LIKE");
    if (accept_word("SIMILAR")) {
        WR_TRY_VOID(expect_word("TO"));
        return like_predicate(std::move(left), negated, "SIMILAR TO");
    }
    return expected("IN, BETWEEN, LIKE or SIMILAR");
}

Compiled<ast::ExprPtr> Parser::is_predicate(ast::ExprPtr left) {
    const SourceSpan start = left->span;
    const bool negated = accept_word("NOT");
    if (accept_word("DISTINCT")) {
        WR_TRY_VOID(expect_word("FROM"));
        auto expr = node(ast::ExprKind::Call, "IS DISTINCT FROM");
        expr->negated = negated;
        expr->args.push_back(std::move(left));
        WR_TRY(ast::ExprPtr right, climb(precedence_sum));
        expr->args.push_back(std::move(right));
        return finish(std::move(expr), start);
    }
    for (const char* word : {"NULL", "TRUE", "FALSE", "UNKNOWN"}) {
        if (!accept_word(word)) continue;
        auto expr = node(ast::ExprKind::Call, std::string("IS ") + word);
        expr->negated = negated;
        expr->args.push_back(std::move(left));
        return finish(std::move(expr), start);
    }
    return expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
}

Compiled<ast::ExprPtr> Parser::in_predicate(ast::ExprPtr left, bool negated) {
    const SourceSpan start = left->span;
    auto expr = node(ast::ExprKind::Call, "IN");
    expr->negated = negated;
    expr->args.push_back(std::move(left));
    WR_TRY_VOID(expect_symbol("("));
    if (peek().is_word("SELECT")) return not_supported(peek().span, "IN with a sub-query");
    do {
        WR_TRY(ast::ExprPtr value, expression());
        expr->args.push_back(std::move(value));
    } while (accept_symbol(","));
    if (!accept_symbol(")")) return expected("',' or ')'");
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::between_predicate(ast::ExprPtr left, bool negated) {
    const SourceSpan start = left->span;
    auto expr = node(ast::ExprKind::Call, "BETWEEN");
    expr->negated = negated;
    expr->args.push_back(std::move(left));
    if (!accept_word("ASYMMETRIC") && peek().is_word("SYMMETRIC"))
        return not_supported(peek().span, "BETWEEN SYMMETRIC");
    WR_TRY(ast::ExprPtr low, climb(precedence_sum));
    WR_TRY_VOID(expect_word("AND"));
    WR_TRY(ast::ExprPtr high, climb(precedence_sum));
    expr->args.push_back(std::move(low));
    expr->args.push_back(std::move(high));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::like_predicate(ast::ExprPtr left, bool negated, const char* name) {
    const SourceSpan start = left->span;
    auto expr = node(ast::ExprKind::Call, name);
    expr->negated = negated;
    expr->args.push_back(std::move(left));
    WR_TRY(ast::ExprPtr pattern, climb(precedence_sum));
    expr->args.push_back(std::move(pattern));
    if (accept_word("ESCAPE")) {
        WR_TRY(ast::ExprPtr escape, climb(precedence_sum));
        expr->args.push_back(std::move(escape));
    }
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::parenthesised() {
    const SourceSpan start = take().span;
    if (peek().is_word("SELECT")) return not_supported(peek().span, "a scalar sub-query");
    WR_TRY(ast::ExprPtr inner, expression());
    WR_TRY_VOID(expect_symbol(")"));
    const bool difference = inner->kind == ast::ExprKind::Binary && inner->name == "-";
    const bool unit = peek().kind == TokenKind::Word && time_unit_from_name(peek().text);
    if (!difference || !unit) return inner;
    auto expr = node(ast::ExprKind::Difference, "");
    expr->args = std::move(inner->args);
    WR_TRY_VOID(interval_qualifier(expr->unit, expr->unit_to));
    return finish(std::move(expr), start);
}

}  // namespace wr::sql
