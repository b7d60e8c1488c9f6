#pragma once
// RowBuffer: rows copied out of their batches, to be sent on later in any order.

#include <memory>
#include <span>
#include <vector>

#include "sql/batch.h"
#include "sql/operators.h"
#include "sql/state_bytes.h"

namespace wr::sql {

class RowBuffer {
public:
    explicit RowBuffer(std::vector<Type> types);

    size_t size() const { return rowtimes_.size(); }
    void append(const Batch& batch, uint32_t row);
    int64_t rowtime(size_t row) const { return rowtimes_[row]; }
    Datum value(size_t row, size_t column) const { return columns_[column]->get(row); }
    /// The rows in this order; `rowtime` replaces their own when it is set.
    void send(std::span<const uint32_t> order, const int64_t* rowtime, Operator& next) const;
    void clear();

    size_t state_bytes() const;
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    void append_value(size_t column, Datum value);

    std::vector<Type> types_;
    ArenaPtr arena_;
    std::vector<int64_t> rowtimes_;
    std::vector<std::shared_ptr<Vector>> columns_;
};

/// Below zero, zero or above; NULL is greater than every value.
int compare_values(const Datum& a, const Datum& b);

void save_value(const Datum& value, const Type& type, StateWriter& out);
/// Text is a view into the snapshot.
Datum load_value(const Type& type, StateReader& in);

}  // namespace wr::sql
