// OVER, the WINDOW clause and what stands between their parentheses.
#include "sql/parser_core.h"

namespace wr::sql {

Compiled<void> Parser::after_call(ast::Expr& call) {
    if (peek().is_word("FROM") && (peek(1).is_word("FIRST") || peek(1).is_word("LAST")) &&
        call.name == "NTH_VALUE") {
        take();
        call.from_last = take().text == "LAST";
    }
    const bool treatment = peek().is_word("IGNORE") || peek().is_word("RESPECT");
    if (treatment && peek(1).is_word("NULLS")) {
        call.nulls =
            take().text == "IGNORE" ? ast::NullTreatment::Ignore : ast::NullTreatment::Respect;
        take();
    }
    if (!peek().is_word("OVER")) return {};
    WR_TRY(ast::Window window, over());
    call.over = std::make_unique<ast::Window>(std::move(window));
    return {};
}

Compiled<ast::Window> Parser::over() {
    const SourceSpan start = take().span;
    ast::Window window;
    if (peek().is_symbol("(")) {
        WR_TRY(window, window_body());
    } else {
        WR_TRY(ast::Name base, name("'(' or the name of a window"));
        window.base = std::move(base);
    }
    window.span = span_from(start);
    return window;
}

Compiled<ast::Window> Parser::window_body() {
    ast::Window window;
    const SourceSpan start = peek().span;
    WR_TRY_VOID(expect_symbol("("));
    const Token& first = peek();
    const bool clause = first.is_word("PARTITION") || first.is_word("ORDER") ||
                        first.is_word("ROWS") || first.is_word("RANGE");
    if (!clause && !first.is_symbol(")")) {
        WR_TRY(ast::Name base, name("PARTITION BY, ORDER BY, ROWS, RANGE or ')'"));
        window.base = std::move(base);
    }
    if (accept_word("PARTITION")) {
        WR_TRY_VOID(expect_word("BY"));
        do {
            WR_TRY(ast::ExprPtr key, expression());
            window.partition_by.push_back(std::move(key));
        } while (accept_symbol(","));
    }
    if (accept_word("ORDER")) {
        WR_TRY_VOID(expect_word("BY"));
        do {
            WR_TRY(ast::ExprPtr key, expression());
            window.order_by.push_back(std::move(key));
            if (peek().is_word("DESC"))
                return error_at(peek().span, "a window is in the order of ROWTIME, ascending");
            accept_word("ASC");
        } while (accept_symbol(","));
    }
    WR_TRY_VOID(frame(window));
    if (!accept_symbol(")")) return expected("ROWS, RANGE or ')'");
    window.span = span_from(start);
    return window;
}

Compiled<void> Parser::frame(ast::Window& window) {
    if (!peek().is_word("ROWS") && !peek().is_word("RANGE")) return {};
    window.unit = take().text == "ROWS" ? ast::FrameUnit::Rows : ast::FrameUnit::Range;
    const bool between = accept_word("BETWEEN");
    WR_TRY_VOID(frame_start(window));
    if (!between) return {};
    WR_TRY_VOID(expect_word("AND"));
    if (!peek().is_word("CURRENT"))
        return error_at(peek().span,
                        "found " + peek().described() +
                            ", expected CURRENT ROW: a window ends with the current row");
    take();
    return expect_word("ROW");
}

Compiled<void> Parser::frame_start(ast::Window& window) {
    if (accept_word("CURRENT")) {
        window.current_row = true;
        return expect_word("ROW");
    }
    if (peek().is_word("UNBOUNDED"))
        return error_at(peek().span, "a window over a stream must have a bound, not UNBOUNDED");
    const SourceSpan start = peek().span;
    if (window.unit == ast::FrameUnit::Rows) {
        WR_TRY(window.rows, unsigned_number("a number of rows or CURRENT ROW"));
        if (window.rows == 0)
            return error_at(start, "0 PRECEDING is not a window of aggregation; use CURRENT ROW");
    } else {
        if (!peek().is_word("INTERVAL")) return expected("INTERVAL or CURRENT ROW");
        WR_TRY(window.range, primary());
    }
    if (peek().is_word("FOLLOWING"))
        return error_at(peek().span, "a window ends with the current row; FOLLOWING is after it");
    return expect_word("PRECEDING");
}

Compiled<void> Parser::named_windows(ast::Select& select) {
    if (!accept_word("WINDOW")) return {};
    do {
        ast::NamedWindow named;
        WR_TRY(named.name, name("the name of a window"));
        WR_TRY_VOID(expect_word("AS"));
        WR_TRY(named.window, window_body());
        for (const auto& other : select.windows)
            if (other.name.text == named.name.text)
                return error_at(named.name.span,
                                "the window '" + named.name.text + "' is there twice");
        select.windows.push_back(std::move(named));
    } while (accept_symbol(","));
    return {};
}

}  // namespace wr::sql
