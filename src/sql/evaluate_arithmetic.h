#pragma once
// The arithmetic and comparison part of the evaluator.

#include "sql/evaluate.h"

namespace wr::sql {

VectorPtr arithmetic(const BoundExpr& expr, EvaluationContext& context, Selection rows);
VectorPtr comparison(const BoundExpr& expr, EvaluationContext& context, Selection rows);

}  // namespace wr::sql
