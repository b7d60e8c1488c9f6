#pragma once
// RowtimeMerge: rows of several inputs in one order of ROWTIME. A row waits until no input can
// still bring an earlier one.

#include <algorithm>
#include <deque>
#include <limits>
#include <vector>

#include "sql/batch.h"
#include "sql/state_bytes.h"

namespace wr::sql {

class RowtimeMerge {
public:
    /// The column types of each input.
    explicit RowtimeMerge(std::vector<std::vector<Type>> types);

    void receive(size_t input, const Batch& batch);
    /// Calls `deliver(input, batch, row)` for every row up to the bound that all inputs have
    /// reached, which it returns. Of rows of one time, those of the first input come first.
    template <typename Deliver>
    int64_t advance(size_t input, int64_t bound, const Deliver& deliver) {
        inputs_[input].bound = std::max(inputs_[input].bound, bound);
        int64_t all = std::numeric_limits<int64_t>::max();
        for (const auto& each : inputs_) all = std::min(all, each.bound);
        for (size_t from = earliest(all); from < inputs_.size(); from = earliest(all)) {
            const Waiting next = std::move(inputs_[from].waiting.front());
            inputs_[from].waiting.pop_front();
            deliver(from, next.batch, next.row);
        }
        return all;
    }

    /// INT64_MAX when no row waits.
    int64_t next_emission() const;
    size_t state_bytes() const;
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Waiting {
        Batch batch;  ///< its columns are shared by the rows that came together
        uint32_t row = 0;
        int64_t rowtime() const { return batch.rowtimes[row]; }
    };
    struct Input {
        std::vector<Type> types;
        std::deque<Waiting> waiting;
        int64_t bound = std::numeric_limits<int64_t>::min();
    };

    /// The input whose first row is next, if that is not after `bound`.
    size_t earliest(int64_t bound) const;

    std::vector<Input> inputs_;
};

}  // namespace wr::sql
