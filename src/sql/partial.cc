// Variances merge by the pairwise update of Chan, Golub and LeVeque; EXP_AVG by decay of the older
// weights.
#include "sql/partial.h"

#include <cmath>

namespace wr::sql {

Partial partial_of(AggregateKind kind, double value, int64_t rowtime) {
    Partial partial;
    partial.count = 1;
    partial.a = value;
    if (kind == AggregateKind::ExpAvg) {
        partial.at = rowtime;
        partial.b = 1;
    }
    return partial;
}

Partial merged(AggregateKind kind, int64_t half_life, const Partial& older, const Partial& newer) {
    if (older.count == 0) return newer;
    if (newer.count == 0) return older;
    Partial both;
    both.count = older.count + newer.count;
    both.at = newer.at;
    if (is_variance(kind)) {
        const auto n = static_cast<double>(older.count);
        const auto m = static_cast<double>(newer.count);
        const double distance = newer.a - older.a;
        both.a = older.a + distance * m / (n + m);
        both.b = older.b + newer.b + distance * distance * n * m / (n + m);
    } else if (kind == AggregateKind::ExpAvg) {
        const auto elapsed = static_cast<double>(newer.at - older.at);
        const double decay = std::exp2(-elapsed / static_cast<double>(half_life));
        both.a = older.a * decay + newer.a;
        both.b = older.b * decay + newer.b;
    } else {
        both.a = older.a + newer.a;
    }
    return both;
}

bool partial_result(AggregateKind kind, const Partial& partial, double& out) {
    const bool sample = kind == AggregateKind::VarSamp || kind == AggregateKind::StddevSamp;
    if (partial.count < (sample ? 2 : 1)) return false;
    const auto count = static_cast<double>(partial.count);
    if (kind == AggregateKind::Sum) {
        out = partial.a;
    } else if (kind == AggregateKind::Avg) {
        out = partial.a / count;
    } else if (kind == AggregateKind::ExpAvg) {
        out = partial.a / partial.b;
    } else {
        const double variance = partial.b / (sample ? count - 1 : count);
        const bool root = kind == AggregateKind::StddevPop || kind == AggregateKind::StddevSamp;
        out = root ? std::sqrt(variance) : variance;
    }
    return true;
}

}  // namespace wr::sql
