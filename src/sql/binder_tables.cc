// Tables: the constant ones of VALUES and reference tables. A stream is joined with them row by
// row.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {

bool QueryBinder::is_table(const Node& node) const {
    return node.kind == NodeKind::Values ||
           (node.kind == NodeKind::Source && streams_[node.stream].kind == StreamKind::Table);
}

Compiled<Relation> QueryBinder::values(const ast::Select& select) {
    const Scope nothing = new_scope();
    Relation relation;
    relation.node = std::make_unique<Node>();
    Node& node = *relation.node;
    node.kind = NodeKind::Values;
    for (const auto& written : select.values) {
        std::vector<BoundPtr> row;
        if (written.size() != select.values[0].size())
            return error_at(join(written.front()->span, written.back()->span),
                            "the rows of VALUES have different numbers of columns");
        for (size_t i = 0; i < written.size(); ++i) {
            ExpressionBinder binder(nothing);
            WR_TRY(BoundPtr value, binder.bind(*written[i]));
            if (value->monotonic != Monotonic::Constant || mentions_rowtime(*value))
                return error_at(written[i]->span, "VALUES has constants only");
            if (node.rows.empty()) node.types.push_back(value->type);
            const auto common = common_type(node.types[i], value->type);
            if (!common)
                return error_at(written[i]->span,
                                "the column has no common type in VALUES: " +
                                    node.types[i].to_text() + " and " + value->type.to_text());
            node.types[i] = *common;
            row.push_back(std::move(value));
        }
        node.rows.push_back(std::move(row));
    }
    for (size_t i = 0; i < node.types.size(); ++i) {
        for (auto& row : node.rows) row[i] = converted(std::move(row[i]), node.types[i]);
        ScopeColumn column;
        column.name = "EXPR$" + std::to_string(i);
        column.type = node.types[i];
        relation.columns.push_back(std::move(column));
    }
    return relation;
}

/// Columns of the stream's side come first in the node, wherever they are written. `table` is set
/// when the table is written first, `right` is the stream then.
Compiled<void> QueryBinder::join_table(const ast::Join& join,
                                       const ast::TableRef& table_ref,
                                       Relation right,
                                       Scope& right_scope,
                                       JoinParts& so_far,
                                       Relation table) {
    const bool table_first = table.node != nullptr;
    if (table_ref.over) return error_at(table_ref.over->span, "a table has no window");
    const JoinKind keeps_stream = table_first ? JoinKind::Right : JoinKind::Left;
    if (join.kind != JoinKind::Inner && join.kind != keeps_stream)
        return error_at(join.span, "in a join with a table only the rows of the stream are kept");
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Lookup;
    node->join = join.kind == JoinKind::Inner ? JoinKind::Inner : JoinKind::Left;
    node->windows.resize(2);
    node->inputs.push_back(table_first ? std::move(right.node) : std::move(so_far.node));
    node->inputs.push_back(table_first ? std::move(table.node) : std::move(right.node));
    node->types = node->inputs[0]->types;
    auto& sources = so_far.scope.sources;
    sources.push_back(std::move(right_scope.sources[0]));
    ScopeSource& table_source = table_first ? sources.front() : sources.back();
    table_source.table = true;
    table_source.first_column = static_cast<uint32_t>(node->types.size());
    const auto& more = node->inputs[1]->types;
    node->types.insert(node->types.end(), more.begin(), more.end());
    WR_TRY_VOID(join_condition(join, so_far.scope, {}, *node));
    so_far.joins.push_back(node.get());
    so_far.node = std::move(node);
    return {};
}

}  // namespace wr::sql
