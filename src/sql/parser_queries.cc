// SELECT and what it reads from. Constructs of the dialect that do not run yet are refused by name
// here.
#include "base/limits.h"
#include "sql/parser_core.h"

namespace wr::sql {

bool Parser::is_alias(const Token& token) const {
    return token.kind == TokenKind::QuotedName ||
           (token.kind == TokenKind::Word && !is_hard_keyword(token.text));
}

/// term {UNION ALL term} [ORDER BY ...]
Compiled<std::unique_ptr<ast::Select>> Parser::query() {
    if (++depth_ > limits::sql_expression_depth_max)
        return error_at(peek().span, "the query is nested too deeply");
    const bool bare = peek().is_word("SELECT");
    WR_TRY(std::unique_ptr<ast::Select> result, query_term());
    if (peek().is_word("UNION")) {
        WR_TRY(result, union_all(std::move(result), bare));
    } else if (peek().is_word("ORDER")) {
        WR_TRY(result, ordered(std::move(result)));
    }
    --depth_;
    for (const char* word : {"EXCEPT", "INTERSECT"})
        if (peek().is_word(word))
            return error_at(peek().span,
                            std::string(word) + " is no operator of streams, UNION ALL is");
    return result;
}

Compiled<std::unique_ptr<ast::Select>> Parser::query_term() {
    if (accept_symbol("(")) {
        WR_TRY(std::unique_ptr<ast::Select> inner, query());
        WR_TRY_VOID(expect_symbol(")"));
        return inner;
    }
    return peek().is_word("VALUES") ? values() : select();
}

/// VALUES row {, row}; a row of one column needs no parentheses.
Compiled<std::unique_ptr<ast::Select>> Parser::values() {
    auto result = std::make_unique<ast::Select>();
    const SourceSpan start = take().span;
    do {
        std::vector<ast::ExprPtr>& row = result->values.emplace_back();
        if (peek().is_word("ROW") && peek(1).is_symbol("(")) take();
        const bool several = accept_symbol("(");
        do {
            WR_TRY(ast::ExprPtr value, expression());
            row.push_back(std::move(value));
        } while (several && accept_symbol(","));
        if (several && !accept_symbol(")")) return expected("',' or ')'");
    } while (accept_symbol(","));
    result->span = span_from(start);
    return result;
}

Compiled<std::unique_ptr<ast::Select>> Parser::union_all(std::unique_ptr<ast::Select> first,
                                                         bool bare) {
    auto all = std::make_unique<ast::Select>();
    all->span = first->span;
    all->stream = true;
    all->unions.push_back(std::move(first));
    while (accept_word("UNION")) {
        if (bare && !all->unions.back()->order_by.empty())
            return error_at(all->unions.back()->order_by[0].expr->span,
                            "ORDER BY stands after the last query of UNION ALL");
        if (!accept_word("ALL"))
            return expected("ALL: UNION ALL is the only set operator of streams");
        bare = peek().is_word("SELECT");
        WR_TRY(std::unique_ptr<ast::Select> next, query_term());
        all->unions.push_back(std::move(next));
    }
    all->span = span_from(all->span);
    if (!bare) {
        if (peek().is_word("ORDER")) return ordered(std::move(all));
        return all;
    }
    // What stands last belongs to the whole.
    auto keys = std::move(all->unions.back()->order_by);
    all->unions.back()->order_by.clear();
    if (keys.empty()) return all;
    WR_TRY(std::unique_ptr<ast::Select> outer, ordered(std::move(all)));
    outer->order_by = std::move(keys);
    return outer;
}

/// SELECT * FROM (inner), with the ORDER BY that follows, if any.
Compiled<std::unique_ptr<ast::Select>> Parser::ordered(std::unique_ptr<ast::Select> inner) {
    auto outer = std::make_unique<ast::Select>();
    outer->span = inner->span;
    outer->stream = true;
    outer->items.emplace_back();
    outer->items.back().span = inner->span;
    outer->from.span = inner->span;
    outer->from.query = std::move(inner);
    WR_TRY_VOID(order_by(*outer));
    return outer;
}

Compiled<std::unique_ptr<ast::Select>> Parser::select() {
    auto result = std::make_unique<ast::Select>();
    const SourceSpan start = peek().span;
    if (!accept_word("SELECT")) return expected("SELECT");
    result->stream = accept_word("STREAM");
    result->distinct = accept_word("DISTINCT");
    if (!result->distinct) accept_word("ALL");
    WR_TRY_VOID(select_items(*result));
    if (!accept_word("FROM")) return expected("',' or FROM");
    WR_TRY(result->from, table_ref());
    WR_TRY_VOID(joins(*result));
    if (accept_word("WHERE")) {
        WR_TRY(result->where, expression());
    }
    WR_TRY_VOID(group_by(*result));
    if (accept_word("HAVING")) {
        WR_TRY(result->having, expression());
    }
    WR_TRY_VOID(named_windows(*result));
    WR_TRY_VOID(order_by(*result));
    result->span = span_from(start);
    return result;
}

Compiled<void> Parser::joins(ast::Select& select) {
    while (true) {
        ast::Join join;
        join.span = peek().span;
        if (accept_symbol(",")) {
            WR_TRY(join.table, table_ref());
            select.joins.push_back(std::move(join));
            continue;
        }
        const bool cross = peek().is_word("CROSS");
        WR_TRY(const bool found, join_start(join));
        if (!found) return {};
        WR_TRY(join.table, table_ref());
        if (!cross && !join.natural) WR_TRY_VOID(join_condition(join));
        select.joins.push_back(std::move(join));
    }
}

/// ON condition | USING (column {, column})
Compiled<void> Parser::join_condition(ast::Join& join) {
    if (accept_word("USING")) {
        WR_TRY_VOID(expect_symbol("("));
        do {
            WR_TRY(ast::Name column, name("the name of a column"));
            join.using_columns.push_back(std::move(column));
        } while (accept_symbol(","));
        if (!accept_symbol(")")) return expected("',' or ')'");
        return {};
    }
    if (!accept_word("ON")) return expected("ON or USING");
    WR_TRY(join.on, expression());
    return {};
}

/// [NATURAL] [INNER | LEFT [OUTER] | RIGHT [OUTER] | FULL [OUTER]] JOIN or CROSS JOIN
Compiled<bool> Parser::join_start(ast::Join& join) {
    bool words = true;
    join.natural = accept_word("NATURAL");
    if (accept_word("LEFT"))
        join.kind = ast::JoinKind::Left;
    else if (accept_word("RIGHT"))
        join.kind = ast::JoinKind::Right;
    else if (accept_word("FULL"))
        join.kind = ast::JoinKind::Full;
    else
        words = (!join.natural && accept_word("CROSS")) || accept_word("INNER") || join.natural;
    if (join.kind != ast::JoinKind::Inner) accept_word("OUTER");
    if (!words && !peek().is_word("JOIN")) return false;
    WR_TRY_VOID(expect_word("JOIN"));
    join.span = span_from(join.span);
    return true;
}

Compiled<void> Parser::group_by(ast::Select& select) {
    if (peek().is_word("WINDOWED")) return stagger(select);
    if (!accept_word("GROUP")) return {};
    WR_TRY_VOID(expect_word("BY"));
    do {
        WR_TRY(ast::ExprPtr key, expression());
        select.group_by.push_back(std::move(key));
    } while (accept_symbol(","));
    return {};
}

Compiled<void> Parser::stagger(ast::Select& select) {
    take();
    WR_TRY_VOID(expect_word("BY"));
    WR_TRY_VOID(expect_word("STAGGER"));
    WR_TRY_VOID(expect_symbol("("));
    WR_TRY_VOID(expect_word("PARTITION"));
    WR_TRY_VOID(expect_word("BY"));
    do {
        WR_TRY(ast::ExprPtr key, expression());
        select.group_by.push_back(std::move(key));
    } while (accept_symbol(","));
    if (!accept_word("RANGE")) return expected("',' or RANGE");
    if (!peek().is_word("INTERVAL")) return expected("INTERVAL");
    WR_TRY(select.stagger_range, primary());
    return expect_symbol(")");
}

Compiled<void> Parser::order_by(ast::Select& select) {
    if (!accept_word("ORDER")) return {};
    WR_TRY_VOID(expect_word("BY"));
    do {
        ast::OrderItem item;
        WR_TRY(item.expr, expression());
        item.descending = accept_word("DESC");
        if (!item.descending) accept_word("ASC");
        if (peek().is_word("NULLS")) return not_supported(peek().span, "NULLS FIRST or LAST");
        select.order_by.push_back(std::move(item));
    } while (accept_symbol(","));
    return {};
}

Compiled<void> Parser::select_items(ast::Select& select) {
    do {
        WR_TRY(ast::SelectItem item, select_item());
        select.items.push_back(std::move(item));
    } while (accept_symbol(","));
    return {};
}

Compiled<ast::SelectItem> Parser::select_item() {
    ast::SelectItem item;
    const SourceSpan start = peek().span;
    if (accept_symbol("*")) {
        item.span = start;
        return item;
    }
    if (peek().is_name() && peek(1).is_symbol(".") && peek(2).is_symbol("*")) {
        WR_TRY(ast::Name qualifier, name("the name of a stream"));
        item.qualifier = std::move(qualifier);
        take();
        take();
        item.span = span_from(start);
        return item;
    }
    WR_TRY(item.expr, expression());
    if (accept_word("AS")) {
        WR_TRY(ast::Name alias, name("an alias"));
        item.alias = std::move(alias);
    } else if (is_alias(peek())) {
        WR_TRY(ast::Name alias, name("an alias"));
        item.alias = std::move(alias);
    }
    item.span = span_from(start);
    return item;
}

Compiled<ast::TableRef> Parser::table_ref() {
    ast::TableRef table;
    const SourceSpan start = peek().span;
    if (peek().is_word("TABLE") && peek(1).is_symbol("(")) {
        WR_TRY(ast::TableFunction function, table_function());
        table.function = std::make_unique<ast::TableFunction>(std::move(function));
    } else if (accept_symbol("(")) {
        WR_TRY(table.query, query());
        WR_TRY_VOID(expect_symbol(")"));
    } else {
        WR_TRY(table.name, name("the name of a stream or '('"));
    }
    if (peek().is_word("OVER")) {
        WR_TRY(ast::Window window, over());
        table.over = std::make_unique<ast::Window>(std::move(window));
    }
    WR_TRY_VOID(table_alias(table));
    table.span = span_from(start);
    return table;
}

Compiled<ast::TableFunction> Parser::table_function() {
    ast::TableFunction function;
    take();
    take();
    WR_TRY(function.name, name("the name of a table function"));
    WR_TRY_VOID(expect_symbol("("));
    WR_TRY_VOID(expect_word("CURSOR"));
    WR_TRY_VOID(expect_symbol("("));
    WR_TRY(function.cursor, query());
    WR_TRY_VOID(expect_symbol(")"));
    while (accept_symbol(",")) {
        WR_TRY(ast::ExprPtr arg, expression());
        function.args.push_back(std::move(arg));
    }
    if (!accept_symbol(")")) return expected("',' or ')'");
    WR_TRY_VOID(expect_symbol(")"));
    return function;
}

Compiled<void> Parser::table_alias(ast::TableRef& table) {
    if (!accept_word("AS") && !is_alias(peek())) return {};
    WR_TRY(ast::Name alias, name("an alias"));
    table.alias = std::move(alias);
    if (!accept_symbol("(")) return {};
    do {
        WR_TRY(ast::Name column, name("the alias of a column"));
        table.column_aliases.push_back(std::move(column));
    } while (accept_symbol(","));
    if (!accept_symbol(")")) return expected("',' or ')'");
    return {};
}

}  // namespace wr::sql
