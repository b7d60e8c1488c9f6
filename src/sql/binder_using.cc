// USING and NATURAL: columns of one name that are equal on both sides of a join and seen once.
#include <algorithm>

#include "sql/binder.h"

namespace wr::sql {
namespace {

struct Found {
    const ScopeSource* source = nullptr;
    ScopeColumn* column = nullptr;
    size_t count = 0;

    BoundPtr bound() const {
        const auto at = static_cast<uint32_t>(column - source->columns.data());
        return column->from_rowtime ? column->from_rowtime
                                    : make_column(source->first_column + at, *column);
    }
};

/// In the sources [from, to).
Found find_column(Scope& scope, size_t from, size_t to, const std::string& name) {
    Found found;
    for (size_t i = from; i < to; ++i)
        for (auto& column : scope.sources[i].columns) {
            if (column.hidden || column.system || !column.record.empty() || column.name != name)
                continue;
            found.source = &scope.sources[i];
            found.column = &column;
            ++found.count;
        }
    return found;
}

}  // namespace

/// The side written last is the last source.
Compiled<void> QueryBinder::merge_columns(const ast::Join& join,
                                          Scope& scope,
                                          std::vector<BoundPtr>& conditions) {
    const size_t last = scope.sources.size() - 1;
    std::vector<ast::Name> names = join.using_columns;
    if (join.natural)
        for (const auto& column : scope.sources[last].columns)
            if (!column.system && column.record.empty() &&
                find_column(scope, 0, last, column.name).count > 0)
                names.push_back({column.name, join.span});
    if (!names.empty() && join.kind == JoinKind::Full)
        return not_supported(names[0].span, "a FULL JOIN by columns of one name");
    for (const auto& name : names) {
        const Found left = find_column(scope, 0, last, name.text);
        const Found right = find_column(scope, last, last + 1, name.text);
        if (left.count == 0 || right.count == 0)
            return error_at(name.span,
                            "Column '" + name.text + "' not found on both sides of the join");
        if (left.count > 1 || right.count > 1)
            return error_at(name.span, "Column '" + name.text + "' is ambiguous");
        WR_TRY(BoundPtr equal, bind_comparison(Op::Equal, left.bound(), right.bound(), name.span));
        conditions.push_back(std::move(equal));
        // The side that is always there stands for both.
        const bool keep_right = join.kind == JoinKind::Right;
        (keep_right ? left : right).column->hidden = true;
        (keep_right ? right : left).column->merged = true;
    }
    return {};
}

}  // namespace wr::sql
