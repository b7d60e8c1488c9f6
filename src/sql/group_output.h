#pragma once
// What windows of groups have in common when they close.

#include <vector>

#include "sql/accumulator.h"
#include "sql/operators.h"

namespace wr::sql {

/// Adds the results of the groups from `first_group` on, one for each row of `out`, to the key
/// columns that are there, and sends the rows that have a value for each.
void emit_groups(const Node& node,
                 const std::vector<Accumulator>& accumulators,
                 size_t first_group,
                 Batch out,
                 Place place,
                 Operator& next);

}  // namespace wr::sql
