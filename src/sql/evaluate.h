#pragma once
// Evaluation of bound expressions over a batch, column by column.

#include <string>
#include <vector>

#include "sql/batch.h"
#include "sql/bound.h"

namespace wr::sql {

/// Rows whose expressions could not be computed; each row is named once.
class RowFailures {
public:
    void add(uint32_t row, std::string message);
    bool empty() const { return list_.empty(); }
    bool contains(uint32_t row) const;
    const std::vector<std::pair<uint32_t, std::string>>& list() const { return list_; }

private:
    std::vector<std::pair<uint32_t, std::string>> list_;
    std::vector<uint8_t> failed_;
};

/// The fields of a record, for some rows.
struct EvaluatedRecord {
    const BoundExpr* record = nullptr;
    std::vector<uint32_t> rows;
    std::vector<VectorPtr> fields;
};

struct EvaluationContext {
    const Batch& batch;
    ArenaPtr arena;
    int64_t started_at;
    RowFailures& failures;
    std::vector<EvaluatedRecord> records = {};  ///< so that a line is parsed once for all fields
};

/// As long as the batch; only the selected rows hold values. A failed row is NULL here.
VectorPtr evaluate(const BoundExpr& expr, EvaluationContext& context, Selection rows);

/// The rows for which `predicate` is true; failed rows are left out.
std::vector<uint32_t> filter(const BoundExpr& predicate,
                             EvaluationContext& context,
                             Selection rows);

/// `rows` without those that failed.
std::vector<uint32_t> without_failed(Selection rows, const RowFailures& failures);

}  // namespace wr::sql
