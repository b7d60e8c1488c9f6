// SELECT: FROM, grouping, and the select list.
#include <algorithm>

#include "sql/binder.h"
#include "sql/log_parser.h"
#include "sql/user_functions.h"

namespace wr::sql {
namespace {

std::vector<Type> types_of(const std::vector<BoundPtr>& expressions) {
    std::vector<Type> types;
    for (const auto& expr : expressions) types.push_back(expr->type);
    return types;
}

/// The name an item has without AS.
std::string natural_name(const ast::SelectItem& item, size_t position) {
    if (item.alias) return item.alias->text;
    if (item.expr->kind == ast::ExprKind::Column) return item.expr->path.back().text;
    return "EXPR$" + std::to_string(position);
}

ScopeColumn describe(std::string name, const BoundPtr& expr) {
    ScopeColumn column;
    column.name = std::move(name);
    column.type = expr->type;
    column.monotonic = expr->monotonic;
    if (follows_from_rowtime(*expr)) column.from_rowtime = expr;
    return column;
}

/// Windows of keys close one by one, so no key moves in one direction after them.
BoundPtr unordered(const BoundExpr& expr) {
    auto copy = std::make_shared<BoundExpr>(expr);
    copy->monotonic = Monotonic::None;
    if (!copy->literal.null) copy->literal.s = copy->text;
    return copy;
}

bool is_record(const ast::Expr& expr) {
    return expr.kind == ast::ExprKind::Call && is_log_parser(expr.name);
}

bool is_windowable(const BoundExpr& expr) {
    return expr.monotonic == Monotonic::Ascending || expr.monotonic == Monotonic::Descending;
}

}  // namespace

Scope QueryBinder::new_scope() const {
    Scope scope;
    scope.functions = &functions_;
    scope.functions_known = functions_.size();
    return scope;
}

Compiled<Relation> QueryBinder::bind(const ast::Select& select) {
    if (!select.unions.empty()) return united(select);
    if (!select.values.empty())
        return error_at(select.span, "VALUES is a table; it stands in a join with a stream");
    Scope scope = new_scope();
    if (select.joins.empty() && select.from.over)
        return error_at(select.from.over->span, "OVER after a stream makes a side of a join");
    WR_TRY(Relation input, select.joins.empty() ? from(select.from, scope) : joined(select, scope));
    if (is_table(*input.node))
        return error_at(select.from.span, "this is a table; a query joins it with a stream");
    const bool aggregates =
        (select.having && contains_aggregate(*select.having)) ||
        std::any_of(select.items.begin(), select.items.end(), [](const ast::SelectItem& item) {
            return item.expr && contains_aggregate(*item.expr);
        });
    const bool windows =
        std::any_of(select.items.begin(), select.items.end(), [](const ast::SelectItem& item) {
            return item.expr && contains_window(*item.expr);
        });
    if (windows && select.group_by.empty() && !aggregates && !select.having)
        return sliding(select, std::move(input), scope);
    if (!select.group_by.empty()) return grouped(select, std::move(input), scope, windows);
    if (aggregates)
        return error_at(
            select.span,
            "an aggregate over a stream needs GROUP BY with a monotonic expression, such as "
            "FLOOR(stream.ROWTIME TO MINUTE)");
    if (select.having) return error_at(select.having->span, "HAVING needs GROUP BY");
    return plain(select, std::move(input), scope);
}

Compiled<Relation> QueryBinder::from(const ast::TableRef& table, Scope& scope) {
    Relation relation;
    ScopeSource source;
    if (table.query || table.function) {
        const bool constant = table.query && !table.query->values.empty();
        WR_TRY(relation,
               constant      ? values(*table.query)
               : table.query ? bind(*table.query)
                             : table_function(*table.function));
        source.name = table.alias ? table.alias->text : "";
        source.columns = relation.columns;
    } else {
        const auto found =
            std::find_if(streams_.begin(), streams_.end(), [&](const Stream& stream) {
                return stream.name == table.name.text;
            });
        if (found == streams_.end())
            return error_at(table.name.span, "Table '" + table.name.text + "' not found");
        if (found->kind == StreamKind::Error)
            return error_at(table.name.span,
                            "error_stream can be an output, but no query reads it");
        relation.node = std::make_unique<Node>();
        relation.node->stream = static_cast<uint32_t>(found - streams_.begin());
        for (const auto& column : found->columns) {
            ScopeColumn described;
            described.name = column.name;
            described.type = column.type;
            described.system = column.system;
            source.columns.push_back(described);
            relation.node->types.push_back(column.type);
        }
        source.name = table.alias ? table.alias->text : table.name.text;
    }
    if (!table.column_aliases.empty())
        WR_TRY_VOID(rename_columns(table.column_aliases, source.columns));
    scope.sources.push_back(std::move(source));
    return relation;
}

Compiled<Relation> QueryBinder::plain(const ast::Select& select,
                                      Relation input,
                                      const Scope& scope) {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Project;
    node->inputs.push_back(std::move(input.node));
    if (select.where) {
        ExpressionBinder binder(scope);
        WR_TRY(node->predicate, binder.bind_condition(*select.where, "WHERE"));
    }
    return project(select, std::move(node), scope, nullptr);
}

Compiled<Relation> QueryBinder::sliding(const ast::Select& select,
                                        Relation input,
                                        const Scope& scope) {
    auto over = std::make_unique<Node>();
    over->kind = NodeKind::Over;
    over->types = input.node->types;
    over->inputs.push_back(std::move(input.node));
    if (select.where) {
        ExpressionBinder binder(scope);
        WR_TRY(over->predicate, binder.bind_condition(*select.where, "WHERE"));
    }
    Windowing windowing{select.windows, static_cast<uint32_t>(over->types.size()), {}, {}};
    Node* const windows = over.get();
    auto above = std::make_unique<Node>();
    above->kind = NodeKind::Project;
    above->inputs.push_back(std::move(over));
    WR_TRY(Relation relation, project(select, std::move(above), scope, nullptr, &windowing));
    for (const auto& call : windowing.calls) windows->types.push_back(call.type);
    windows->aggregates = std::move(windowing.calls);
    windows->windows = std::move(windowing.windows);
    return relation;
}

Compiled<void> QueryBinder::bind_groups(const ast::Select& select,
                                        const Scope& scope,
                                        Grouping& grouping,
                                        Node& node) {
    ExpressionBinder binder(scope);
    bool found = false;
    bool found_rowtime = false;
    for (const auto& written : select.group_by) {
        if (contains_aggregate(*written))
            return error_at(written->span, "GROUP BY must not contain an aggregate");
        WR_TRY(BoundPtr key, binder.bind(*written));
        const bool from_rowtime = follows_from_rowtime(*key) && is_windowable(*key);
        if (from_rowtime && found_rowtime && !select.stagger_range)
            return error_at(written->span, "GROUP BY has more than one expression of ROWTIME");
        // ROWTIME decides where it can: it alone moves without rows.
        if (from_rowtime || (is_windowable(*key) && !found)) {
            node.window = key;
            node.window_key = static_cast<uint32_t>(grouping.keys.size());
            found = true;
            found_rowtime = found_rowtime || from_rowtime;
        }
        grouping.written.push_back(written.get());
        grouping.keys.push_back(select.stagger_range ? unordered(*key) : std::move(key));
    }
    if (select.stagger_range) return {};
    if (!found)
        return error_at(
            join(select.group_by.front()->span, select.group_by.back()->span),
            "Streaming aggregation requires at least one monotonic expression in GROUP BY "
            "clause, such as FLOOR(stream.ROWTIME TO MINUTE)");
    return {};
}

Compiled<Relation> QueryBinder::grouped(const ast::Select& select,
                                        Relation input,
                                        const Scope& scope,
                                        bool windows) {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Aggregate;
    node->inputs.push_back(std::move(input.node));
    if (select.where) {
        ExpressionBinder binder(scope);
        WR_TRY(node->predicate, binder.bind_condition(*select.where, "WHERE"));
    }
    Grouping grouping;
    WR_TRY_VOID(bind_groups(select, scope, grouping, *node));
    if (select.stagger_range) WR_TRY_VOID(stagger_range(*select.stagger_range, *node));
    BoundPtr having;
    if (select.having) {
        ExpressionBinder binder(scope, &grouping);
        WR_TRY(having, binder.bind_condition(*select.having, "HAVING"));
    }
    Node* const aggregate = node.get();
    std::unique_ptr<Node> over;
    if (windows) {
        // Columns of windows come after those of all aggregates, which must be known before.
        Windowing ignored{select.windows, 0, {}, {}};
        WR_TRY_VOID(find_aggregates(select, scope, grouping, ignored));
        over = std::make_unique<Node>();
        over->kind = NodeKind::Over;
        over->predicate = std::move(having);
        over->inputs.push_back(std::move(node));
        node = std::move(over);
    }
    const auto width = static_cast<uint32_t>(grouping.keys.size() + grouping.aggregates.size());
    Windowing windowing{select.windows, width, {}, {}};
    Node* const below = node.get();
    auto above = std::make_unique<Node>();
    above->kind = NodeKind::Project;
    above->predicate = std::move(having);
    above->inputs.push_back(std::move(node));
    WR_TRY(Relation relation,
           project(select, std::move(above), scope, &grouping, windows ? &windowing : nullptr));
    aggregate->expressions = grouping.keys;
    aggregate->aggregates = std::move(grouping.aggregates);
    aggregate->types = types_of(aggregate->expressions);
    for (const auto& call : aggregate->aggregates) aggregate->types.push_back(call.type);
    if (windows) {
        below->types = aggregate->types;
        for (const auto& call : windowing.calls) below->types.push_back(call.type);
        below->aggregates = std::move(windowing.calls);
        below->windows = std::move(windowing.windows);
    }
    return relation;
}

Compiled<void> QueryBinder::find_aggregates(const ast::Select& select,
                                            const Scope& scope,
                                            Grouping& grouping,
                                            Windowing& windowing) {
    ExpressionBinder binder(scope, &grouping, &windowing);
    for (const auto& item : select.items)
        if (item.expr && !is_record(*item.expr)) WR_TRY_VOID(binder.bind(*item.expr));
    for (const auto& key : select.order_by)
        if (contains_aggregate(*key.expr)) WR_TRY_VOID(binder.bind(*key.expr));
    return {};
}

void QueryBinder::add_column(const ScopeSource& source, size_t column, Relation& relation) {
    const ScopeColumn& described = source.columns[column];
    BoundPtr expr =
        described.from_rowtime
            ? described.from_rowtime
            : make_column(source.first_column + static_cast<uint32_t>(column), described);
    relation.columns.push_back(describe(described.name, expr));
    relation.columns.back().record = described.record;
    relation.node->expressions.push_back(std::move(expr));
}

Compiled<void> QueryBinder::add_star(const ast::SelectItem& item,
                                     const Scope& scope,
                                     Relation& relation) {
    bool found = false;
    // What USING put together comes first.
    for (const bool merged : {true, false}) {
        for (const auto& source : scope.sources) {
            if (item.qualifier && source.name != item.qualifier->text) continue;
            found = true;
            for (size_t i = 0; i < source.columns.size(); ++i) {
                const auto& described = source.columns[i];
                const bool first = described.merged && !item.qualifier;
                const bool hidden = described.hidden && !item.qualifier;
                if (!described.system && !hidden && first == merged)
                    add_column(source, i, relation);
            }
        }
    }
    if (!found)
        return error_at(item.qualifier->span, "Table '" + item.qualifier->text + "' not found");
    return {};
}

Compiled<Relation> QueryBinder::project(const ast::Select& select,
                                        std::unique_ptr<Node> node,
                                        const Scope& scope,
                                        Grouping* grouping,
                                        Windowing* windowing) {
    Relation relation;
    relation.node = std::move(node);
    for (const auto& item : select.items) {
        if (!item.expr) {
            if (grouping != nullptr)
                return error_at(item.span, "a grouped query must name its columns, not *");
            WR_TRY_VOID(add_star(item, scope, relation));
            continue;
        }
        ExpressionBinder binder(scope, grouping, windowing);
        if (is_record(*item.expr)) {
            WR_TRY_VOID(add_record(item, binder, relation));
            continue;
        }
        WR_TRY(BoundPtr expr, binder.bind(*item.expr));
        if (expr->type.kind == TypeKind::IntervalMonths)
            return not_supported(item.expr->span, "a year-month interval");
        const std::string name = natural_name(item, relation.node->expressions.size());
        if (item.alias && name == "ROWTIME" && expr->op != Op::Rowtime) {
            if (expr->type.kind != TypeKind::Timestamp)
                return error_at(item.span,
                                "ROWTIME must be a TIMESTAMP, this is " + expr->type.to_text());
            relation.node->rowtime = expr;
        }
        relation.columns.push_back(describe(name, expr));
        relation.node->expressions.push_back(std::move(expr));
    }
    std::vector<SortKey> keys;
    if (!select.order_by.empty()) {
        WR_TRY(keys, bind_order(select, scope, grouping, windowing, relation));
    }
    // Above a promoted ROWTIME, what followed from the old one is an ordinary column.
    if (relation.node->rowtime)
        for (auto& column : relation.columns) column.from_rowtime = nullptr;
    relation.node->types = types_of(relation.node->expressions);
    if (select.distinct) {
        WR_TRY(relation, distinct(select, std::move(relation)));
    }
    if (!keys.empty()) return sorted(std::move(relation), std::move(keys));
    return relation;
}

}  // namespace wr::sql
