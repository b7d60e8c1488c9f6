// What happens to rows after the select list: DISTINCT and ORDER BY; and the range of STAGGER.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

bool moves(const BoundExpr& expr) {
    return expr.monotonic == Monotonic::Ascending || expr.monotonic == Monotonic::Descending;
}

BoundPtr column_of(const Relation& relation, size_t column) {
    ScopeColumn described;
    described.type = relation.node->types[column];
    return make_column(static_cast<uint32_t>(column), described);
}

/// The node that makes the rows of a select list, below what sorts and filters them.
const Node& projection_of(const Node& node) {
    const Node* at = &node;
    while (at->kind != NodeKind::Project) at = at->inputs[0].get();
    return *at;
}

/// An ordinal or an alias of the select list.
Compiled<std::optional<size_t>> item_of(const ast::Expr& expr, const Relation& relation) {
    if (expr.kind == ast::ExprKind::Literal && expr.type.kind == TypeKind::BigInt) {
        const size_t digits = expr.text.size();
        const auto ordinal = digits < 6 ? std::stoul(expr.text) : 0;
        if (ordinal < 1 || ordinal > relation.columns.size())
            return error_at(expr.span,
                            "the ordinal " + expr.text + " is not between 1 and " +
                                std::to_string(relation.columns.size()));
        return std::optional<size_t>(ordinal - 1);
    }
    if (expr.kind == ast::ExprKind::Column && expr.path.size() == 1) {
        const auto at = std::find_if(
            relation.columns.begin(), relation.columns.end(), [&](const ScopeColumn& column) {
                return column.record.empty() && column.name == expr.path[0].text;
            });
        if (at != relation.columns.end())
            return std::optional<size_t>(static_cast<size_t>(at - relation.columns.begin()));
    }
    return std::optional<size_t>();
}

}  // namespace

Compiled<void> QueryBinder::stagger_range(const ast::Expr& written, Node& node) {
    WR_TRY(const BoundPtr range, bind_interval(written));
    if (!range->type.is_interval() || range->literal.i <= 0)
        return error_at(written.span, "the range of STAGGER is a positive day-time interval");
    node.kind = NodeKind::Stagger;
    node.range = range->literal.i;
    return {};
}

/// Keys of ORDER BY that are not in the select list become columns after it.
Compiled<std::vector<SortKey>> QueryBinder::bind_order(const ast::Select& select,
                                                       const Scope& scope,
                                                       Grouping* grouping,
                                                       Windowing* windowing,
                                                       Relation& relation) {
    std::vector<SortKey> keys;
    auto& expressions = relation.node->expressions;
    for (const auto& item : select.order_by) {
        WR_TRY(const std::optional<size_t> place, item_of(*item.expr, relation));
        if (place) {
            keys.push_back({static_cast<uint32_t>(*place), item.descending});
            continue;
        }
        if (select.distinct)
            return error_at(item.expr->span,
                            "ORDER BY after SELECT DISTINCT names columns of the select list");
        ExpressionBinder binder(scope, grouping, windowing);
        WR_TRY(BoundPtr key, binder.bind(*item.expr));
        keys.push_back({static_cast<uint32_t>(expressions.size()), item.descending});
        expressions.push_back(std::move(key));
    }
    const BoundExpr& leading = *expressions[keys[0].column];
    if (!moves(leading))
        return error_at(select.order_by[0].expr->span,
                        "ORDER BY over a stream starts with a monotonic expression of time, such "
                        "as FLOOR(stream.ROWTIME TO MINUTE)");
    return keys;
}

Compiled<Relation> QueryBinder::distinct(const ast::Select& select, Relation relation) {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Distinct;
    node->types = relation.node->types;
    const auto& made = relation.node->expressions;
    // Anything coarser than ROWTIME itself remembers longer.
    for (const bool rowtime : {false, true})
        for (size_t i = 0; i < made.size(); ++i)
            if (!node->window && moves(*made[i]) && (made[i]->op == Op::Rowtime) == rowtime)
                node->window = column_of(relation, i);
    for (size_t i = 0; i < made.size(); ++i)
        if (made[i]->op != Op::Rowtime) node->expressions.push_back(column_of(relation, i));
    if (!node->window)
        return error_at(join(select.items.front().span, select.items.back().span),
                        "SELECT DISTINCT over a stream needs a monotonic expression in its list, "
                        "such as FLOOR(stream.ROWTIME TO MINUTE)");
    node->inputs.push_back(std::move(relation.node));
    relation.node = std::move(node);
    return relation;
}

Relation QueryBinder::sorted(Relation relation, std::vector<SortKey> keys) {
    const Node& made = projection_of(*relation.node);
    const BoundPtr& leading = made.expressions[keys[0].column];
    auto sort = std::make_unique<Node>();
    sort->kind = NodeKind::Sort;
    sort->types = relation.node->types;
    // Above a promoted ROWTIME, only the column still tells what the expression was.
    const bool by_rowtime = follows_from_rowtime(*leading) && !made.rowtime;
    sort->window = by_rowtime ? leading : column_of(relation, keys[0].column);
    const Node* below = made.inputs[0].get();
    // Windows over groups hand the columns of the groups on.
    if (below->kind == NodeKind::Over) below = below->inputs[0].get();
    sort->complete_at_bound = below->kind == NodeKind::Aggregate && leading->op == Op::Column &&
                              leading->column == below->window_key &&
                              follows_from_rowtime(*below->window);
    sort->sort_keys = std::move(keys);
    sort->inputs.push_back(std::move(relation.node));
    const size_t visible = relation.columns.size();
    if (sort->types.size() == visible) {
        relation.node = std::move(sort);
        return relation;
    }
    auto above = std::make_unique<Node>();
    above->kind = NodeKind::Project;
    above->types.assign(sort->types.begin(), sort->types.begin() + static_cast<ptrdiff_t>(visible));
    relation.node = std::move(sort);
    for (size_t i = 0; i < visible; ++i) above->expressions.push_back(column_of(relation, i));
    above->inputs.push_back(std::move(relation.node));
    relation.node = std::move(above);
    return relation;
}

}  // namespace wr::sql
