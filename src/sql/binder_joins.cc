// Joins of streams: the window of each side, and which parts of the condition are equal keys.
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

/// At the time of the pair, the row of this ROWTIME is not older than its window. A side that is
/// not there has no age.
BoundPtr still_in_window(const BoundPtr& rowtime, int64_t size) {
    const Type boolean = make_type(TypeKind::Boolean);
    auto range = std::make_shared<BoundExpr>();
    range->type = make_type(TypeKind::Interval);
    range->monotonic = Monotonic::Constant;
    range->literal = datum_of(size);
    BoundPtr end = make_bound(Op::Add, rowtime->type, {rowtime, std::move(range)});
    return make_bound(Op::Or,
                      boolean,
                      {make_bound(Op::IsNull, boolean, {rowtime}),
                       make_bound(Op::GreaterOrEqual, boolean, {std::move(end), make_rowtime()})});
}

std::vector<const ast::Window*> windows_written(const ast::Select& select) {
    std::vector<const ast::Window*> windows;
    if (select.from.over) windows.push_back(select.from.over.get());
    for (const auto& join : select.joins)
        if (join.table.over) windows.push_back(join.table.over.get());
    return windows;
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

Compiled<void> QueryBinder::join_condition(const ast::Join& join,
                                           Scope& scope,
                                           std::vector<BoundPtr> rest,
                                           Node& node) {
    const auto left = static_cast<uint32_t>(node.inputs[0]->types.size());
    const auto all = left + static_cast<uint32_t>(node.inputs[1]->types.size());
    std::vector<BoundPtr> parts;
    WR_TRY_VOID(merge_columns(join, scope, parts));
    if (join.on) {
        ExpressionBinder binder(scope);
        WR_TRY(const BoundPtr on, binder.bind_condition(*join.on, "ON"));
        split(on, parts);
    }
    for (auto& part : parts)
        if (!take_key(*part, left, all, node)) rest.push_back(std::move(part));
    if (rest.size() == 1) node.predicate = rest[0];
    if (rest.size() > 1)
        node.predicate = make_bound(Op::And, make_type(TypeKind::Boolean), std::move(rest));
    return {};
}

/// WHERE stays where it is; of inner joins it may name keys, too.
Compiled<void> QueryBinder::keys_of_where(const ast::Select& select,
                                          const Scope& scope,
                                          const std::vector<Node*>& joins) {
    if (!select.where) return {};
    ExpressionBinder binder(scope);
    WR_TRY(const BoundPtr where, binder.bind_condition(*select.where, "WHERE"));
    std::vector<BoundPtr> parts;
    split(where, parts);
    for (Node* const node : joins) {
        const auto left = static_cast<uint32_t>(node->inputs[0]->types.size());
        const auto all = left + static_cast<uint32_t>(node->inputs[1]->types.size());
        if (node->join != JoinKind::Inner) continue;
        for (const auto& part : parts) take_key(*part, left, all, *node);
    }
    return {};
}

/// What a join has put together so far is in the window as long as all of its rows are in theirs.
Compiled<WindowSpec> QueryBinder::common_window(const ast::Join& join,
                                                const std::vector<WindowSpec>& windows) {
    WindowSpec common = windows[0];
    for (const auto& window : windows) {
        if (windows.size() > 1 && window.frame == FrameKind::Rows)
            return not_supported(join.span, "a window of ROWS in a join of more than two streams");
        common.size = std::min(common.size, window.size);
    }
    return common;
}

/// (left so far) JOIN table; FROM a JOIN b JOIN c is (a JOIN b) JOIN c.
Compiled<void> QueryBinder::join_streams(const ast::Select& select,
                                         const ast::Join& join,
                                         Relation right,
                                         Scope& right_scope,
                                         JoinParts& so_far) {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Join;
    node->join = join.kind;
    node->windows.resize(2);
    WR_TRY(node->windows[0], common_window(join, so_far.windows));
    WR_TRY(node->windows[1], join_window(select, join.table, right_scope));
    if (so_far.windows.size() > 1 && node->windows[1].frame == FrameKind::Rows)
        return not_supported(join.span, "a window of ROWS in a join of more than two streams");
    node->types = so_far.node->types;
    right_scope.sources[0].first_column = static_cast<uint32_t>(node->types.size());
    node->types.insert(node->types.end(), right.node->types.begin(), right.node->types.end());
    const auto width = static_cast<uint32_t>(node->types.size());
    auto& sources = so_far.scope.sources;
    const size_t before = sources.size();
    sources.push_back(std::move(right_scope.sources[0]));
    for (size_t i = 0; i < sources.size(); ++i) {
        const uint32_t side = i < before ? 0 : 1;
        const WindowSpec& window = node->windows[side];
        const bool padded = join.kind == JoinKind::Full ||
                            join.kind == (side == 0 ? JoinKind::Right : JoinKind::Left);
        const bool present = window.frame == FrameKind::Range && window.size == 0 && !padded;
        ScopeColumn rowtime;
        rowtime.type = make_type(TypeKind::Timestamp);
        auto& known = sources[i].rowtime;
        if (!present) make_plain(sources[i]);
        if (sources[i].table) continue;
        if (!known || known->op == Op::Rowtime)
            known = present ? make_rowtime() : make_column(width + side, rowtime);
    }
    node->types.resize(width + 2, make_type(TypeKind::Timestamp));
    std::vector<BoundPtr> conditions;
    if (so_far.windows.size() > 1 && node->windows[0].size > 0)
        for (size_t i = 0, window = 0; i < before; ++i)
            if (!sources[i].table)
                conditions.push_back(
                    still_in_window(sources[i].rowtime, so_far.windows[window++].size));
    so_far.windows.push_back(node->windows[1]);
    node->inputs.push_back(std::move(so_far.node));
    node->inputs.push_back(std::move(right.node));
    WR_TRY_VOID(join_condition(join, so_far.scope, std::move(conditions), *node));
    so_far.joins.push_back(node.get());
    so_far.node = std::move(node);
    return {};
}

Compiled<Relation> QueryBinder::joined(const ast::Select& select, Scope& scope) {
    JoinParts parts{scope, nullptr, {}, {}};
    WR_TRY(Relation first, from(select.from, scope));
    const bool table_first = is_table(*first.node);
    if (!table_first) {
        WR_TRY(const WindowSpec window, join_window(select, select.from, scope));
        parts.windows.push_back(window);
        parts.node = std::move(first.node);
    }
    for (const auto& join : select.joins) {
        Scope right_scope = new_scope();
        WR_TRY(Relation right, from(join.table, right_scope));
        const std::string& name = right_scope.sources[0].name;
        for (const auto& other : scope.sources)
            if (other.name == name && !name.empty())
                return error_at(join.table.span,
                                "both sides of the join are called '" + name + "'");
        const bool table = is_table(*right.node);
        if (!parts.node && table)
            return error_at(join.table.span, "a table is joined with a stream, not with a table");
        if (!parts.node) {
            WR_TRY(const WindowSpec window, join_window(select, join.table, right_scope));
            parts.windows.push_back(window);
            WR_TRY_VOID(join_table(
                join, select.from, std::move(right), right_scope, parts, std::move(first)));
        } else if (table) {
            WR_TRY_VOID(
                join_table(join, join.table, std::move(right), right_scope, parts, Relation()));
        } else {
            WR_TRY_VOID(join_streams(select, join, std::move(right), right_scope, parts));
        }
    }
    if (parts.windows.size() == 1)
        for (const auto* over : windows_written(select))
            return error_at(over->span, "a stream that is joined with tables only has no window");
    WR_TRY_VOID(keys_of_where(select, scope, parts.joins));
    Relation relation;
    relation.node = std::move(parts.node);
    return relation;
}

}  // namespace wr::sql
