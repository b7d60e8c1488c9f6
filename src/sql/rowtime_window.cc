// The end of a window is found by halving: its expression is monotonic, whatever its form.
#include "sql/rowtime_window.h"

#include <limits>

#include "sql/evaluate.h"

namespace wr::sql {

bool equal_values(const Datum& a, const Datum& b) {
    return a.null == b.null && (a.null || (a.i == b.i && a.d == b.d && a.s == b.s));
}

Datum window_value(const BoundExpr& window, int64_t rowtime, int64_t started_at, ArenaPtr arena) {
    Batch moment;
    moment.rows = 1;
    moment.rowtimes = {rowtime};
    RowFailures failures;
    EvaluationContext context{moment, std::move(arena), started_at, failures};
    return evaluate(window, context, all_rows(1))->get(0);
}

int64_t window_end(const BoundExpr& window, int64_t rowtime, int64_t started_at) {
    const auto arena = std::make_shared<Arena>();
    const Datum value = window_value(window, rowtime, started_at, arena);
    const auto same_window = [&](int64_t moment) {
        return equal_values(window_value(window, moment, started_at, arena), value);
    };
    int64_t same = rowtime;
    int64_t step = 1;
    constexpr int64_t step_max = int64_t{1} << 45;
    while (step <= step_max && same_window(rowtime + step)) {
        same = rowtime + step;
        step *= 2;
    }
    if (step > step_max) return std::numeric_limits<int64_t>::max();
    int64_t other = rowtime + step;
    while (other - same > 1) {
        const int64_t middle = same + (other - same) / 2;
        (same_window(middle) ? same : other) = middle;
    }
    return other;
}

}  // namespace wr::sql
