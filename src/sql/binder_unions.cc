// UNION ALL: columns by position, names of the first query, types that all convert to.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

/// What follows from ROWTIME in the same way in all queries still does: rows keep their ROWTIME.
BoundPtr common_from_rowtime(const std::vector<Relation>& parts, size_t column) {
    const BoundPtr& first = parts[0].columns[column].from_rowtime;
    const bool all = std::all_of(parts.begin(), parts.end(), [&](const Relation& part) {
        const BoundPtr& other = part.columns[column].from_rowtime;
        return first && other && same(*first, *other);
    });
    return all ? first : nullptr;
}

std::unique_ptr<Node> with_columns(Relation part, const std::vector<Type>& types) {
    if (part.node->types == types) return std::move(part.node);
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Project;
    node->types = types;
    for (size_t i = 0; i < types.size(); ++i)
        node->expressions.push_back(
            converted(make_column(static_cast<uint32_t>(i), part.columns[i]), types[i]));
    node->inputs.push_back(std::move(part.node));
    return node;
}

}  // namespace

SourceSpan item_span(const ast::Select& select, size_t item) {
    const ast::Select* at = &select;
    while (!at->unions.empty()) at = at->unions[0].get();
    for (const auto& other : at->items)
        if (!other.expr) return select.span;
    return item < at->items.size() ? at->items[item].span : select.span;
}

Compiled<Relation> QueryBinder::united(const ast::Select& select) {
    std::vector<Relation> parts;
    for (const auto& written : select.unions) {
        WR_TRY(Relation part, bind(*written));
        if (!parts.empty() && part.columns.size() != parts[0].columns.size())
            return error_at(written->span,
                            "the queries of UNION ALL have different numbers of columns: " +
                                std::to_string(parts[0].columns.size()) + " and " +
                                std::to_string(part.columns.size()));
        parts.push_back(std::move(part));
    }
    Relation relation;
    relation.node = std::make_unique<Node>();
    relation.node->kind = NodeKind::Union;
    for (size_t i = 0; i < parts[0].columns.size(); ++i) {
        ScopeColumn column;
        column.name = parts[0].columns[i].name;
        column.type = parts[0].columns[i].type;
        column.record = parts[0].columns[i].record;
        for (size_t part = 1; part < parts.size(); ++part) {
            const Type& other = parts[part].columns[i].type;
            const auto common = common_type(column.type, other);
            if (!common)
                return error_at(item_span(*select.unions[part], i),
                                "the column '" + column.name +
                                    "' has no common type in UNION ALL: " + column.type.to_text() +
                                    " and " + other.to_text());
            column.type = *common;
        }
        column.from_rowtime = common_from_rowtime(parts, i);
        relation.node->types.push_back(column.type);
        relation.columns.push_back(std::move(column));
    }
    for (auto& part : parts)
        relation.node->inputs.push_back(with_columns(std::move(part), relation.node->types));
    return relation;
}

}  // namespace wr::sql
