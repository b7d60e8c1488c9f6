#pragma once
// Partial: what an aggregate of DOUBLE values knows of a run of rows; runs that follow one another
// merge.

#include <cstdint>

#include "sql/plan.h"

namespace wr::sql {

struct Partial {
    int64_t count = 0;  ///< values that were not NULL
    /// EXP_AVG: ROWTIME to which the weights refer; MIN and MAX of whole numbers: the best; of
    /// texts: the row of the best.
    int64_t at = 0;
    double a = 0;  ///< sum; mean; weighted sum; MIN and MAX of DOUBLE: the best
    double b = 0;  ///< sum of squared distances from the mean; sum of weights
};

/// Sums, averages, variances and EXP_AVG; a run of one value.
Partial partial_of(AggregateKind kind, double value, int64_t rowtime);
/// `newer` follows `older`. Not for MIN and MAX. `half_life` in milliseconds, for EXP_AVG.
Partial merged(AggregateKind kind, int64_t half_life, const Partial& older, const Partial& newer);
/// False for NULL: no values, or one value where a sample needs two.
bool partial_result(AggregateKind kind, const Partial& partial, double& out);

inline bool is_variance(AggregateKind kind) {
    return kind >= AggregateKind::VarPop && kind <= AggregateKind::StddevSamp;
}

}  // namespace wr::sql
