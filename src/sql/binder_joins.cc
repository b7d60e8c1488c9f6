// Joins: the window of each side, and which parts of the condition are equal keys.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

/// Where in the row of pairs an expression reads.
enum class Reads : uint8_t { Nothing, Left, Right, Both };

Reads reads(const BoundExpr& expr, uint32_t left, uint32_t all) {
    Reads result = Reads::Nothing;
    const auto add = [&result](Reads more) {
        if (result == Reads::Nothing)
            result = more;
        else if (more != Reads::Nothing && more != result)
            result = Reads::Both;
    };
    if (expr.op == Op::Rowtime || (expr.op == Op::Column && expr.column >= all)) return Reads::Both;
    if (expr.op == Op::Column) add(expr.column < left ? Reads::Left : Reads::Right);
    for (const auto& arg : expr.args) add(reads(*arg, left, all));
    return result;
}

BoundPtr shifted(const BoundExpr& expr, uint32_t by) {
    auto copy = std::make_shared<BoundExpr>(expr);
    if (!copy->literal.null) copy->literal.s = copy->text;
    if (copy->op == Op::Column) copy->column -= by;
    for (auto& arg : copy->args) arg = shifted(*arg, by);
    return copy;
}

void split(const BoundPtr& condition, std::vector<BoundPtr>& parts) {
    if (condition->op != Op::And) {
        parts.push_back(condition);
        return;
    }
    for (const auto& arg : condition->args) split(arg, parts);
}

/// Takes `part` as a pair of keys when it is left = right; both sides have one type by then.
bool take_key(const BoundExpr& part, uint32_t left, uint32_t all, Node& node) {
    if (part.op != Op::Equal) return false;
    BoundPtr a = part.args[0];
    BoundPtr b = part.args[1];
    if (reads(*a, left, all) == Reads::Right) std::swap(a, b);
    if (reads(*a, left, all) != Reads::Left || reads(*b, left, all) != Reads::Right) return false;
    if (!(a->type == b->type) && !(a->type.is_character() && b->type.is_character())) {
        if (!a->type.is_integer() || !b->type.is_integer()) return false;
    }
    // CHAR compares without its blanks at the end, which bytes do not.
    if (a->type.kind == TypeKind::Char || b->type.kind == TypeKind::Char) return false;
    node.windows[0].partition.push_back(std::move(a));
    node.windows[1].partition.push_back(shifted(*b, left));
    return true;
}

/// Above a join a side's columns are plain, unless its rows are always those of the moment.
void make_plain(ScopeSource& source) {
    for (auto& column : source.columns) {
        column.from_rowtime = nullptr;
        column.monotonic = Monotonic::None;
    }
}

}  // namespace

Compiled<WindowSpec> QueryBinder::join_window(const ast::Select& select,
                                              const ast::TableRef& table,
                                              const Scope& scope) {
    WindowSpec spec;
    if (!table.over) return spec;
    ExpressionBinder binder(scope);
    WR_TRY(const bool framed, binder.resolve_window(*table.over, select.windows, spec));
    if (!spec.partition.empty())
        return error_at(table.over->span, "the window of a join has no PARTITION BY");
    if (!framed)
        return error_at(
            table.over->span,
            "the window of a join needs RANGE INTERVAL .. PRECEDING or ROWS n PRECEDING");
    return spec;
}

Compiled<void> QueryBinder::join_condition(const ast::Select& select,
                                           const Scope& scope,
                                           Node& node) {
    const ast::Join& join = select.joins[0];
    const auto left = static_cast<uint32_t>(node.inputs[0]->types.size());
    const auto all = left + static_cast<uint32_t>(node.inputs[1]->types.size());
    std::vector<BoundPtr> rest;
    if (join.on) {
        ExpressionBinder binder(scope);
        WR_TRY(const BoundPtr on, binder.bind_condition(*join.on, "ON"));
        std::vector<BoundPtr> parts;
        split(on, parts);
        for (auto& part : parts)
            if (!take_key(*part, left, all, node)) rest.push_back(std::move(part));
    }
    if (rest.size() == 1) node.predicate = rest[0];
    if (rest.size() > 1)
        node.predicate = make_bound(Op::And, make_type(TypeKind::Boolean), std::move(rest));
    // WHERE stays where it is; of an inner join it may name keys, too.
    if (node.join != JoinKind::Inner || !select.where) return {};
    ExpressionBinder binder(scope);
    WR_TRY(const BoundPtr where, binder.bind_condition(*select.where, "WHERE"));
    std::vector<BoundPtr> parts;
    split(where, parts);
    for (const auto& part : parts) take_key(*part, left, all, node);
    return {};
}

Compiled<Relation> QueryBinder::joined(const ast::Select& select, Scope& scope) {
    if (select.joins.size() > 1)
        return not_supported(select.joins[1].span, "a join of more than two streams");
    const ast::Join& join = select.joins[0];
    Scope right_scope = new_scope();
    WR_TRY(Relation left, from(select.from, scope));
    WR_TRY(Relation right, from(join.table, right_scope));
    if (scope.sources[0].name == right_scope.sources[0].name && !scope.sources[0].name.empty())
        return error_at(join.table.span,
                        "both sides of the join are called '" + scope.sources[0].name + "'");
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Join;
    node->join = join.kind;
    node->windows.resize(2);
    WR_TRY(node->windows[0], join_window(select, select.from, scope));
    WR_TRY(node->windows[1], join_window(select, join.table, right_scope));
    node->types = left.node->types;
    node->types.insert(node->types.end(), right.node->types.begin(), right.node->types.end());
    const auto width = static_cast<uint32_t>(node->types.size());
    right_scope.sources[0].first_column = static_cast<uint32_t>(left.node->types.size());
    scope.sources.push_back(std::move(right_scope.sources[0]));
    for (uint32_t side = 0; side < 2; ++side) {
        const WindowSpec& window = node->windows[side];
        const bool padded = join.kind == JoinKind::Full ||
                            join.kind == (side == 0 ? JoinKind::Right : JoinKind::Left);
        const bool present = window.frame == FrameKind::Range && window.size == 0 && !padded;
        ScopeColumn rowtime;
        rowtime.type = make_type(TypeKind::Timestamp);
        node->types.push_back(rowtime.type);
        scope.sources[side].rowtime = present ? make_rowtime() : make_column(width + side, rowtime);
        if (!present) make_plain(scope.sources[side]);
    }
    node->inputs.push_back(std::move(left.node));
    node->inputs.push_back(std::move(right.node));
    WR_TRY_VOID(join_condition(select, scope, *node));
    Relation relation;
    relation.node = std::move(node);
    return relation;
}

}  // namespace wr::sql
