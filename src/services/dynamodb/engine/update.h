#pragma once
// Applies update expressions to items.

#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/expression.h"

namespace wr::dynamodb {

/// Every operand is read from `before`; removals from lists come last, so that indexes mean what
/// they meant before.
/// @error Validation  missing attributes, wrong types, paths that lead nowhere, number range
Result<Item> apply_update(const Updates& update, const Item& before);

}  // namespace wr::dynamodb
