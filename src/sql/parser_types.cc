// Types, intervals' qualifiers, and comparison of trees.
#include "sql/parser_core.h"

namespace wr::sql {

Compiled<Type> Parser::lone_type() {
    WR_TRY(Type result, type());
    if (peek().kind != TokenKind::End) return expected("the end of the type");
    return result;
}

Compiled<Type> Parser::sized(TypeKind kind, int32_t default_length, int32_t max) {
    Type result = make_type(kind, default_length);
    if (!accept_symbol("(")) return result;
    const SourceSpan where = peek().span;
    WR_TRY(result.length, unsigned_number("a length"));
    if (result.length < 1 || result.length > max)
        return error_at(where, "a length is between 1 and " + std::to_string(max));
    WR_TRY_VOID(expect_symbol(")"));
    return result;
}

Compiled<Type> Parser::decimal() {
    Type result = make_type(TypeKind::Decimal, decimal_digits_default);
    if (!accept_symbol("(")) return result;
    const SourceSpan where = peek().span;
    WR_TRY(result.length, unsigned_number("a number of digits"));
    if (result.length < 1 || result.length > decimal_digits_max)
        return error_at(where, "a DECIMAL has between 1 and 19 digits");
    if (accept_symbol(",")) {
        const SourceSpan scale_span = peek().span;
        WR_TRY(result.scale, unsigned_number("a scale"));
        if (result.scale > result.length || result.scale > 18)
            return error_at(scale_span, "the scale must not exceed the number of digits");
    }
    WR_TRY_VOID(expect_symbol(")"));
    return result;
}

Compiled<void> Parser::skip_precision() {
    if (!accept_symbol("(")) return {};
    WR_TRY_VOID(unsigned_number("a precision"));
    return expect_symbol(")");
}

Compiled<Type> Parser::type() {
    if (peek().kind != TokenKind::Word) return expected("a type");
    const Token token = take();
    const std::string& word = token.text;
    if (word == "BOOLEAN") return make_type(TypeKind::Boolean);
    if (word == "TINYINT") return make_type(TypeKind::TinyInt);
    if (word == "SMALLINT") return make_type(TypeKind::SmallInt);
    if (word == "INTEGER" || word == "INT") return make_type(TypeKind::Integer);
    if (word == "BIGINT") return make_type(TypeKind::BigInt);
    if (word == "REAL") return make_type(TypeKind::Real);
    if (word == "FLOAT") {
        WR_TRY_VOID(skip_precision());
        return make_type(TypeKind::Double);
    }
    if (word == "DOUBLE") {
        accept_word("PRECISION");
        return make_type(TypeKind::Double);
    }
    if (word == "DECIMAL" || word == "DEC" || word == "NUMERIC") return decimal();
    if (word == "VARCHAR")
        return sized(TypeKind::VarChar, character_length_max, character_length_max);
    if (word == "CHAR" || word == "CHARACTER") {
        const bool varying = accept_word("VARYING");
        return sized(varying ? TypeKind::VarChar : TypeKind::Char, 1, character_length_max);
    }
    if (word == "VARBINARY")
        return sized(TypeKind::VarBinary, character_length_max, character_length_max);
    if (word == "BINARY") return sized(TypeKind::Binary, 1, character_length_max);
    if (word == "DATE") return make_type(TypeKind::Date);
    if (word == "TIME" || word == "TIMESTAMP") {
        WR_TRY_VOID(skip_precision());
        return make_type(word == "TIME" ? TypeKind::Time : TypeKind::Timestamp);
    }
    if (word == "INTERVAL") {
        Type result = make_type(TypeKind::Interval);
        WR_TRY_VOID(interval_qualifier(result.unit, result.unit_to));
        if (result.unit <= TimeUnit::Month)
            return not_supported(token.span, "a year-month interval");
        return result;
    }
    return error_at(token.span, "found '" + word + "', expected a type");
}

Compiled<TimeUnit> Parser::time_unit() {
    const auto unit =
        peek().kind == TokenKind::Word ? time_unit_from_name(peek().text) : std::nullopt;
    if (!unit) return expected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
    take();
    return *unit;
}

Compiled<void> Parser::interval_qualifier(TimeUnit& unit, TimeUnit& unit_to) {
    WR_TRY(unit, time_unit());
    unit_to = unit;
    if (peek().is_symbol("(")) {
        take();
        WR_TRY_VOID(unsigned_number("a precision"));
        if (accept_symbol(",")) WR_TRY_VOID(unsigned_number("a precision"));
        WR_TRY_VOID(expect_symbol(")"));
    }
    // FLOOR((a - b) SECOND TO SECOND): a unit that is not finer belongs to what surrounds.
    const auto next = peek().is_word("TO") && peek(1).kind == TokenKind::Word
                          ? time_unit_from_name(peek(1).text)
                          : std::nullopt;
    if (!next || *next <= unit) return {};
    take();
    take();
    unit_to = *next;
    return skip_precision();
}

namespace ast {

bool same(const Expr& a, const Expr& b) {
    if (a.over || b.over) return false;
    if (a.kind != b.kind || a.name != b.name || a.text != b.text || !(a.type == b.type) ||
        a.unit != b.unit || a.unit_to != b.unit_to || a.negated != b.negated ||
        a.distinct != b.distinct || a.star != b.star || a.has_subject != b.has_subject ||
        a.args.size() != b.args.size() || a.path.size() != b.path.size())
        return false;
    for (size_t i = 0; i < a.path.size(); ++i)
        if (a.path[i].text != b.path[i].text) return false;
    for (size_t i = 0; i < a.args.size(); ++i)
        if (!same(*a.args[i], *b.args[i])) return false;
    return true;
}

}  // namespace ast
}  // namespace wr::sql
