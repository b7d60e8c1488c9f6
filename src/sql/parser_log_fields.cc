// The list of columns that a log parser takes as a text.
#include "sql/parser_core.h"

namespace wr::sql {

Compiled<std::vector<LogField>> Parser::log_fields(bool fixed) {
    std::vector<LogField> fields;
    do {
        WR_TRY(LogField field, log_field(fixed));
        fields.push_back(std::move(field));
    } while (accept_symbol(","));
    if (peek().kind != TokenKind::End) return expected("',' or the end of the list");
    if (fields.size() > log_fields_max) return error_at(peek().span, "these are too many columns");
    return fields;
}

/// name [TYPE] type ['format'] [NOT NULL], then START n [FOR n] when the places are fixed.
Compiled<LogField> Parser::log_field(bool fixed) {
    LogField field;
    WR_TRY(ast::Name name_of_field, name("the name of a column"));
    field.name = std::move(name_of_field.text);
    accept_word("TYPE");
    const SourceSpan span = peek().span;
    WR_TRY(field.type, type());
    if (field.type.is_interval() || field.type.is_binary())
        return error_at(span, "a column of a log has no type " + field.type.to_text());
    if (peek().kind == TokenKind::String) {
        if (!field.type.is_datetime())
            return error_at(peek().span, "only DATE, TIME and TIMESTAMP have a format");
        field.format = take().text;
    }
    if (accept_word("NOT")) {
        WR_TRY_VOID(expect_word("NULL"));
        field.not_null = true;
    }
    if (!fixed) return field;
    WR_TRY_VOID(expect_word("START"));
    WR_TRY(field.start, unsigned_number("the place of the first character, from 0"));
    if (accept_word("FOR")) {
        WR_TRY(field.length, unsigned_number("the number of characters"));
    }
    return field;
}

Compiled<std::vector<LogField>> parse_log_fields(const LogArgument& argument, bool fixed) {
    const auto in_list = [&argument](const CompileError& inner) {
        return error_at(argument.span, "in the list of columns: " + inner.message);
    };
    auto tokens = tokenize(argument.text);
    if (!tokens) return in_list(tokens.error());
    auto fields = Parser(*std::move(tokens)).log_fields(fixed);
    if (!fields) return in_list(fields.error());
    return fields;
}

}  // namespace wr::sql
