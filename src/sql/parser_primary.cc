// Literals, names, CASE, CAST and the functions with a syntax of their own.
#include "sql/parser_core.h"

namespace wr::sql {
namespace {

ast::ExprPtr node(ast::ExprKind kind, std::string name = "") {
    auto expr = std::make_unique<ast::Expr>();
    expr->kind = kind;
    expr->name = std::move(name);
    return expr;
}

ast::ExprPtr null_literal(const SourceSpan& span) {
    auto expr = node(ast::ExprKind::Literal);
    expr->span = span;
    return expr;
}

bool is_niladic(const std::string& word) {
    for (const char* name : {"CURRENT_DATE",
                             "CURRENT_TIME",
                             "CURRENT_TIMESTAMP",
                             "LOCALTIME",
                             "LOCALTIMESTAMP",
                             "CURRENT_ROW_TIMESTAMP"})
        if (word == name) return true;
    return false;
}

}  // namespace

Compiled<ast::ExprPtr> Parser::primary() {
    const Token& token = peek();
    switch (token.kind) {
        case TokenKind::Integer:
        case TokenKind::Decimal:
        case TokenKind::Approximate:
        case TokenKind::String:
            return number_or_string();
        case TokenKind::QuotedName:
            return peek(1).is_symbol("(") ? call() : column_reference();
        case TokenKind::Word:
            return word_expression();
        case TokenKind::Symbol:
            if (token.is_symbol("(")) return parenthesised();
            break;
        case TokenKind::End:
            break;
    }
    return expected("an expression");
}

Compiled<ast::ExprPtr> Parser::number_or_string() {
    const Token& token = take();
    auto expr = node(ast::ExprKind::Literal);
    expr->text = token.text;
    switch (token.kind) {
        case TokenKind::Integer:
            expr->type = make_type(TypeKind::BigInt);
            break;
        case TokenKind::Decimal:
            expr->type = make_type(TypeKind::Decimal);
            break;
        case TokenKind::Approximate:
            expr->type = make_type(TypeKind::Double);
            break;
        default:
            expr->type = make_type(TypeKind::VarChar);
            break;
    }
    return finish(std::move(expr), token.span);
}

Compiled<ast::ExprPtr> Parser::word_expression() {
    const Token& token = peek();
    const std::string& word = token.text;
    const Token& next = peek(1);
    if (word == "CASE") return case_expression();
    if (word == "CAST" && next.is_symbol("(")) return cast();
    if (word == "INTERVAL" && (next.kind == TokenKind::String || next.is_symbol("-")))
        return interval();
    const bool moment = word == "DATE" || word == "TIME" || word == "TIMESTAMP";
    if (moment && next.kind == TokenKind::String) {
        auto expr = node(ast::ExprKind::Literal);
        expr->type = make_type(word == "DATE"   ? TypeKind::Date
                               : word == "TIME" ? TypeKind::Time
                                                : TypeKind::Timestamp);
        const SourceSpan start = take().span;
        expr->text = take().text;
        return finish(std::move(expr), start);
    }
    if (word == "NULL") return null_literal(take().span);
    if (word == "TRUE" || word == "FALSE" || word == "UNKNOWN") {
        auto expr = node(ast::ExprKind::Literal);
        expr->text = word;
        expr->type = make_type(TypeKind::Boolean);
        const SourceSpan start = take().span;
        return finish(std::move(expr), start);
    }
    if (next.is_symbol("(")) return call();
    if (is_niladic(word)) {
        auto expr = node(ast::ExprKind::Call, word);
        const SourceSpan start = take().span;
        return finish(std::move(expr), start);
    }
    if (word == "EXISTS") return not_supported(token.span, "EXISTS");
    if (is_hard_keyword(word)) return expected("an expression");
    return column_reference();
}

Compiled<ast::ExprPtr> Parser::column_reference() {
    auto expr = node(ast::ExprKind::Column);
    const SourceSpan start = peek().span;
    do {
        // After a dot every word is a name: t.GROUP is not a keyword.
        if (!peek().is_name()) return expected("the name of a column");
        const Token& token = take();
        expr->path.push_back({token.text, token.span});
    } while (accept_symbol("."));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::interval() {
    auto expr = node(ast::ExprKind::Interval);
    const SourceSpan start = take().span;
    expr->negated = accept_symbol("-");
    WR_TRY(expr->text, string_literal("the interval as a string"));
    WR_TRY_VOID(interval_qualifier(expr->unit, expr->unit_to));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::case_expression() {
    auto expr = node(ast::ExprKind::Case);
    const SourceSpan start = take().span;
    if (!peek().is_word("WHEN")) {
        expr->has_subject = true;
        WR_TRY(ast::ExprPtr subject, expression());
        expr->args.push_back(std::move(subject));
    }
    if (!peek().is_word("WHEN")) return expected("WHEN");
    while (accept_word("WHEN")) {
        WR_TRY(ast::ExprPtr condition, expression());
        WR_TRY_VOID(expect_word("THEN"));
        WR_TRY(ast::ExprPtr value, expression());
        expr->args.push_back(std::move(condition));
        expr->args.push_back(std::move(value));
    }
    if (accept_word("ELSE")) {
        WR_TRY(ast::ExprPtr otherwise, expression());
        expr->args.push_back(std::move(otherwise));
    } else {
        expr->args.push_back(null_literal(last_span()));
    }
    if (!accept_word("END")) return expected("WHEN, ELSE or END");
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::cast() {
    auto expr = node(ast::ExprKind::Cast);
    const SourceSpan start = take().span;
    take();
    WR_TRY(ast::ExprPtr operand, expression());
    expr->args.push_back(std::move(operand));
    WR_TRY_VOID(expect_word("AS"));
    WR_TRY(expr->type, type());
    WR_TRY_VOID(expect_symbol(")"));
    return finish(std::move(expr), start);
}

Compiled<ast::ExprPtr> Parser::call() {
    const Token function = take();
    take();  // The caller saw the parenthesis.
    Compiled<ast::ExprPtr> expr = ast::ExprPtr{};
    // A name in quotes has no syntax of its own.
    const std::string word = function.kind == TokenKind::Word ? function.text : "";
    if (word == "FLOOR" || word == "CEIL" || word == "CEILING")
        expr = round_to_unit(word == "FLOOR" ? "FLOOR" : "CEIL");
    else if (word == "STEP")
        expr = step();
    else if (word == "EXTRACT")
        expr = extract();
    else if (word == "POSITION")
        expr = position();
    else if (word == "SUBSTRING")
        expr = substring();
    else if (word == "TRIM")
        expr = trim();
    else if (word == "OVERLAY")
        expr = overlay();
    else
        expr = generic_call(function);
    if (!expr) return base::fail(std::move(expr).error());
    if (!accept_symbol(")")) return expected("',' or ')'");
    WR_TRY_VOID(after_call(**expr));
    return finish(std::move(*expr), function.span);
}

Compiled<ast::ExprPtr> Parser::round_to_unit(const std::string& function) {
    auto expr = node(ast::ExprKind::Call, function);
    WR_TRY(ast::ExprPtr operand, expression());
    expr->args.push_back(std::move(operand));
    if (!accept_word("TO")) return expr;
    expr->name += " TO";
    WR_TRY(expr->unit, time_unit());
    return expr;
}

Compiled<ast::ExprPtr> Parser::step() {
    auto expr = node(ast::ExprKind::Call, "STEP");
    WR_TRY(ast::ExprPtr operand, expression());
    WR_TRY_VOID(expect_word("BY"));
    WR_TRY(ast::ExprPtr width, expression());
    expr->args.push_back(std::move(operand));
    expr->args.push_back(std::move(width));
    return expr;
}

Compiled<ast::ExprPtr> Parser::extract() {
    auto expr = node(ast::ExprKind::Call, "EXTRACT");
    WR_TRY(expr->unit, time_unit());
    WR_TRY_VOID(expect_word("FROM"));
    WR_TRY(ast::ExprPtr operand, expression());
    expr->args.push_back(std::move(operand));
    return expr;
}

Compiled<ast::ExprPtr> Parser::position() {
    auto expr = node(ast::ExprKind::Call, "POSITION");
    WR_TRY(ast::ExprPtr needle, operand());
    WR_TRY_VOID(expect_word("IN"));
    WR_TRY(ast::ExprPtr text, expression());
    expr->args.push_back(std::move(needle));
    expr->args.push_back(std::move(text));
    return expr;
}

Compiled<ast::ExprPtr> Parser::substring() {
    auto expr = node(ast::ExprKind::Call, "SUBSTRING");
    WR_TRY(ast::ExprPtr text, operand());
    expr->args.push_back(std::move(text));
    if (accept_word("SIMILAR")) {
        expr->name = "SUBSTRING SIMILAR";
        for (const bool escape : {false, true}) {
            if (escape) WR_TRY_VOID(expect_word("ESCAPE"));
            WR_TRY(ast::ExprPtr arg, expression());
            expr->args.push_back(std::move(arg));
        }
        return expr;
    }
    const bool commas = peek().is_symbol(",");
    if (commas) expr->name = "SUBSTRING,";
    if (!accept_word("FROM") && !accept_symbol(",")) return expected("FROM or ','");
    WR_TRY(ast::ExprPtr from, expression());
    expr->args.push_back(std::move(from));
    if (accept_word("FOR") || (commas && accept_symbol(","))) {
        WR_TRY(ast::ExprPtr length, expression());
        expr->args.push_back(std::move(length));
    }
    return expr;
}

Compiled<ast::ExprPtr> Parser::trim() {
    auto expr = node(ast::ExprKind::Call, "TRIM BOTH");
    for (const char* side : {"BOTH", "LEADING", "TRAILING"})
        if (accept_word(side)) expr->name = std::string("TRIM ") + side;
    if (accept_word("FROM")) {
        WR_TRY(ast::ExprPtr text, expression());
        expr->args.push_back(std::move(text));
        return expr;
    }
    WR_TRY(ast::ExprPtr first, expression());
    expr->args.push_back(std::move(first));
    if (accept_word("FROM")) {
        WR_TRY(ast::ExprPtr text, expression());
        expr->args.push_back(std::move(text));
    }
    return expr;
}

Compiled<ast::ExprPtr> Parser::overlay() {
    auto expr = node(ast::ExprKind::Call, "OVERLAY");
    WR_TRY(ast::ExprPtr text, expression());
    WR_TRY_VOID(expect_word("PLACING"));
    WR_TRY(ast::ExprPtr replacement, expression());
    WR_TRY_VOID(expect_word("FROM"));
    WR_TRY(ast::ExprPtr from, expression());
    expr->args.push_back(std::move(text));
    expr->args.push_back(std::move(replacement));
    expr->args.push_back(std::move(from));
    if (accept_word("FOR")) {
        WR_TRY(ast::ExprPtr length, expression());
        expr->args.push_back(std::move(length));
    }
    return expr;
}

Compiled<ast::ExprPtr> Parser::generic_call(const Token& function) {
    auto expr = node(ast::ExprKind::Call, function.text);
    if (peek().is_symbol(")")) return expr;
    if (accept_symbol("*")) {
        expr->star = true;
        return expr;
    }
    expr->distinct = accept_word("DISTINCT");
    if (!expr->distinct) accept_word("ALL");
    do {
        WR_TRY(ast::ExprPtr arg, expression());
        expr->args.push_back(std::move(arg));
    } while (accept_symbol(","));
    return expr;
}

}  // namespace wr::sql
