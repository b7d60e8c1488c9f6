// Questions about bound expressions.
#include "sql/bound.h"

#include <algorithm>

namespace wr::sql {

bool same(const BoundExpr& a, const BoundExpr& b) {
    if (a.op != b.op || !(a.type == b.type) || a.column != b.column || a.text != b.text ||
        a.function != b.function || a.parser != b.parser || a.unit != b.unit ||
        a.literal.null != b.literal.null || a.literal.i != b.literal.i ||
        a.literal.d != b.literal.d || a.args.size() != b.args.size())
        return false;
    for (size_t i = 0; i < a.args.size(); ++i)
        if (!same(*a.args[i], *b.args[i])) return false;
    return true;
}

bool mentions_rowtime(const BoundExpr& expr) {
    return expr.op == Op::Rowtime ||
           std::any_of(expr.args.begin(), expr.args.end(), [](const BoundPtr& arg) {
               return mentions_rowtime(*arg);
           });
}

namespace {
bool reads_no_column(const BoundExpr& expr) {
    return expr.op != Op::Column &&
           std::all_of(expr.args.begin(), expr.args.end(), [](const BoundPtr& arg) {
               return reads_no_column(*arg);
           });
}
}  // namespace

bool follows_from_rowtime(const BoundExpr& expr) {
    return mentions_rowtime(expr) && reads_no_column(expr);
}

void collect_columns(const BoundExpr& expr, std::vector<uint8_t>& used) {
    if (expr.op == Op::Column && expr.column < used.size()) used[expr.column] = 1;
    for (const auto& arg : expr.args) collect_columns(*arg, used);
}

}  // namespace wr::sql
