// Statements, and the parser's cursor.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "sql/parser.h"
#include "sql/parser_core.h"

namespace wr::sql {

bool is_hard_keyword(std::string_view upper_case_word) {
    static constexpr std::array<std::string_view, 46> words = {
        "ALL",    "AND",   "AS",     "ASC",    "BETWEEN",  "BY",      "CASE",      "CAST",
        "CREATE", "CROSS", "DESC",   "ELSE",   "END",      "EXCEPT",  "EXISTS",    "FROM",
        "FULL",   "GROUP", "HAVING", "IN",     "INNER",    "INSERT",  "INTERSECT", "INTO",
        "IS",     "JOIN",  "LEFT",   "LIKE",   "NATURAL",  "NOT",     "NULL",      "ON",
        "OR",     "ORDER", "OVER",   "RIGHT",  "SELECT",   "SIMILAR", "THEN",      "UNION",
        "USING",  "WHEN",  "WHERE",  "WINDOW", "WINDOWED", "ESCAPE"};
    return std::find(words.begin(), words.end(), upper_case_word) != words.end();
}

bool Parser::accept_word(std::string_view word) {
    if (!peek().is_word(word)) return false;
    take();
    return true;
}

bool Parser::accept_symbol(std::string_view symbol) {
    if (!peek().is_symbol(symbol)) return false;
    take();
    return true;
}

base::Failure<CompileError> Parser::expected(const std::string& what) const {
    return error_at(peek().span, "found " + peek().described() + ", expected " + what);
}

Compiled<void> Parser::expect_word(std::string_view word) {
    if (!accept_word(word)) return expected("'" + std::string(word) + "'");
    return {};
}

Compiled<void> Parser::expect_symbol(std::string_view symbol) {
    if (!accept_symbol(symbol)) return expected("'" + std::string(symbol) + "'");
    return {};
}

Compiled<ast::Name> Parser::name(const char* what) {
    if (!peek().is_name() || (peek().kind == TokenKind::Word && is_hard_keyword(peek().text)))
        return expected(what);
    const Token& token = take();
    return ast::Name{token.text, token.span};
}

Compiled<std::string> Parser::string_literal(const char* what) {
    if (peek().kind != TokenKind::String) return expected(what);
    return take().text;
}

Compiled<int32_t> Parser::unsigned_number(const char* what) {
    if (peek().kind != TokenKind::Integer) return expected(what);
    const Token& token = peek();
    if (token.text.size() > 9) return error_at(token.span, "this number is too large here");
    int32_t value = 0;
    for (const char c : token.text) value = value * 10 + (c - '0');
    take();
    return value;
}

Compiled<ast::Application> Parser::application() {
    ast::Application application;
    while (true) {
        while (accept_symbol(";")) {
        }
        if (peek().kind == TokenKind::End) return application;
        WR_TRY_VOID(statement(application));
        if (peek().kind != TokenKind::End && !peek().is_symbol(";")) return expected("';'");
    }
}

Compiled<void> Parser::statement(ast::Application& application) {
    if (peek().is_word("CREATE")) return create(application);
    if (peek().is_word("INSERT") || peek().is_word("SELECT"))
        return error_at(peek().span,
                        peek().text +
                            " stands only inside a pump; expected CREATE PUMP ... AS "
                            "INSERT INTO ... SELECT STREAM ...");
    return expected("CREATE STREAM, CREATE PUMP or CREATE FUNCTION");
}

Compiled<void> Parser::create(ast::Application& application) {
    const SourceSpan start = take().span;
    bool replace = false;
    if (accept_word("OR")) {
        WR_TRY_VOID(expect_word("REPLACE"));
        replace = true;
    }
    if (accept_word("STREAM")) return create_stream(application, start, replace);
    if (accept_word("PUMP")) return create_pump(application, start, replace);
    if (accept_word("FUNCTION")) return create_function(application, start);
    if (peek().is_word("VIEW")) return not_supported(peek().span, "CREATE VIEW");
    return expected("STREAM, PUMP or FUNCTION");
}

Compiled<void> Parser::description() {
    if (!accept_word("DESCRIPTION")) return {};
    WR_TRY_VOID(string_literal("the description as a string"));
    return {};
}

Compiled<void> Parser::create_stream(ast::Application& application,
                                     SourceSpan start,
                                     bool replace) {
    ast::CreateStream stream;
    stream.replace = replace;
    WR_TRY(stream.name, name("the name of the stream"));
    WR_TRY_VOID(expect_symbol("("));
    do {
        WR_TRY(ast::Column next, column());
        stream.columns.push_back(std::move(next));
    } while (accept_symbol(","));
    if (!accept_symbol(")")) return expected("',' or ')'");
    WR_TRY_VOID(description());
    stream.span = span_from(start);
    application.streams.push_back(std::move(stream));
    return {};
}

Compiled<ast::Column> Parser::column() {
    ast::Column column;
    WR_TRY(column.name, name("the name of a column"));
    WR_TRY(column.type, type());
    if (accept_word("NOT")) {
        WR_TRY_VOID(expect_word("NULL"));
        column.not_null = true;
    }
    return column;
}

Compiled<void> Parser::create_pump(ast::Application& application, SourceSpan start, bool replace) {
    ast::CreatePump pump;
    pump.replace = replace;
    WR_TRY(pump.name, name("the name of the pump"));
    if (!accept_word("STOPPED")) accept_word("STARTED");
    WR_TRY_VOID(description());
    WR_TRY_VOID(expect_word("AS"));
    WR_TRY_VOID(insert(pump));
    pump.span = span_from(start);
    application.pumps.push_back(std::move(pump));
    return {};
}

Compiled<void> Parser::insert(ast::CreatePump& pump) {
    WR_TRY_VOID(expect_word("INSERT"));
    accept_word("EXPEDITED");
    WR_TRY_VOID(expect_word("INTO"));
    WR_TRY(pump.target, name("the name of the stream to insert into"));
    // A parenthesis may open the column list or the query.
    const bool opens_query =
        peek(1).is_word("SELECT") || peek(1).is_word("VALUES") || peek(1).is_symbol("(");
    if (peek().is_symbol("(") && !opens_query) {
        take();
        do {
            WR_TRY(ast::Name column, name("the name of a column"));
            pump.target_columns.push_back(std::move(column));
        } while (accept_symbol(","));
        if (!accept_symbol(")")) return expected("',' or ')'");
    }
    WR_TRY(pump.query, query());
    return {};
}

Compiled<ast::Application> parse_application(std::string_view code) {
    if (code.size() > limits::sql_code_bytes_max)
        return error_at({},
                        "application code has at most " +
                            std::to_string(limits::sql_code_bytes_max) + " bytes");
    WR_TRY(std::vector<Token> tokens, tokenize(code));
    return Parser(std::move(tokens)).application();
}

Compiled<Type> parse_type(std::string_view text) {
    WR_TRY(std::vector<Token> tokens, tokenize(text));
    return Parser(std::move(tokens)).lone_type();
}

}  // namespace wr::sql
