#pragma once
// Windows that follow from ROWTIME alone: their value and their end at any moment.

#include <cstdint>

#include "sql/batch.h"
#include "sql/bound.h"

namespace wr::sql {

bool equal_values(const Datum& a, const Datum& b);

/// The value of `window` at `rowtime`. Text lives as long as `arena`.
Datum window_value(const BoundExpr& window, int64_t rowtime, int64_t started_at, ArenaPtr arena);

/// The first moment after `rowtime` at which `window` has another value; INT64_MAX for none.
int64_t window_end(const BoundExpr& window, int64_t rowtime, int64_t started_at);

}  // namespace wr::sql
