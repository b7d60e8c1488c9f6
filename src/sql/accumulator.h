#pragma once
// Accumulator: one aggregate for every group of a window, column by column.

#include <string>
#include <vector>

#include "sql/batch.h"
#include "sql/partial.h"
#include "sql/plan.h"
#include "sql/state_bytes.h"

namespace wr::sql {

class Accumulator {
public:
    explicit Accumulator(const AggregateCall& call);

    /// `groups[i]` is the group of row `rows[i]`; `arg` is null for COUNT(*). Groups are below
    /// `group_count`.
    void update(const Vector* arg,
                const std::vector<int64_t>& rowtimes,
                Selection rows,
                const std::vector<uint32_t>& groups,
                size_t group_count);
    /// False with `error` set when the value does not fit. Text lives until clear().
    bool finish(size_t group, Datum& out, std::string& error) const;
    void clear();
    void drop_first(size_t groups);
    size_t state_bytes() const;

    void save(StateWriter& out) const;
    /// Exactly `group_count` groups, or the reader fails.
    void load(StateReader& in, size_t group_count);

private:
    void resize(size_t group_count);
    void add_partials(const Vector& arg,
                      const std::vector<int64_t>& rowtimes,
                      Selection rows,
                      const std::vector<uint32_t>& groups);
    void add_integers(const Vector& arg, Selection rows, const std::vector<uint32_t>& groups);
    template <typename T, typename V>
    void keep_one(const std::vector<T>& values,
                  std::vector<V>& best,
                  const Vector& arg,
                  Selection rows,
                  const std::vector<uint32_t>& groups);

    const AggregateKind kind_;
    const Type arg_type_;
    const bool counts_rows_;
    const int64_t half_life_;
    std::vector<int64_t> counts_;  ///< values that were not NULL
    std::vector<int64_t> integers_;
    std::vector<double> doubles_;
    std::vector<std::string> texts_;
    std::vector<uint8_t> overflowed_;
    std::vector<Partial> partials_;  ///< variances and EXP_AVG, instead of all the others
};

}  // namespace wr::sql
