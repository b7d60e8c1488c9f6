#pragma once
// What pumps are made of at run time. Rows and bounds are pushed from streams towards streams.

#include <memory>
#include <string>
#include <vector>

#include "sql/batch.h"
#include "sql/evaluate.h"
#include "sql/plan.h"
#include "sql/state_bytes.h"

namespace wr::sql {

class Operator {
public:
    virtual ~Operator() = default;
    /// Where the rows and bounds of an input go.
    virtual Operator& entrance(size_t input);
    /// Rows with ascending ROWTIME, none before an earlier bound.
    virtual void on_batch(const Batch& batch) = 0;
    virtual void on_bound(int64_t bound) = 0;
    /// The earliest bound that would make this emit by itself; INT64_MAX for none.
    virtual int64_t next_emission() const;
    virtual size_t state_bytes() const { return 0; }
    /// Groups of windows that have not been emitted.
    virtual size_t open_groups() const { return 0; }
    virtual void save(StateWriter&) const {}
    virtual void load(StateReader&) {}
};

/// What operators share: the start of the query, and where rows that fail go.
class Runtime {
public:
    virtual ~Runtime() = default;
    virtual int64_t started_at() const = 0;
    /// `row` of `batch` was dropped by `pump`.
    virtual void row_failed(const std::string& pump,
                            const Batch& batch,
                            uint32_t row,
                            const std::string& error) = 0;
};

/// Where an operator belongs.
struct Place {
    Runtime& runtime;
    const std::string& pump;
};

std::unique_ptr<Operator> make_project(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_over(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_stagger(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_distinct(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_random_cut_forest(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_group_rank(const Node& node, Operator& next);
std::unique_ptr<Operator> make_hotspots(const Node& node, Operator& next);
/// TOP_K_ITEMS_TUMBLING and COUNT_DISTINCT_ITEMS_TUMBLING.
std::unique_ptr<Operator> make_tumbling_items(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_join(const Node& node, Place place, Operator& next);
/// A stream and a table, whose rows are kept as they come.
std::unique_ptr<Operator> make_lookup(const Node& node, Place place, Operator& next);
/// Merges its inputs by ROWTIME; they have the columns of the node.
std::unique_ptr<Operator> make_union(const Node& node, Operator& next);
std::unique_ptr<Operator> make_sort(const Node& node, Place place, Operator& next);
std::unique_ptr<Operator> make_aggregate(const Node& node, Place place, Operator& next);
/// Converts to the columns of `target`; `next` is the stream.
std::unique_ptr<Operator> make_insert(const Node& node,
                                      const Stream& target,
                                      Place place,
                                      Operator& next);

/// The numbers of a row's columns; false when one of them is NULL or not finite.
bool numbers_of(const Batch& batch,
                const std::vector<uint32_t>& columns,
                uint32_t row,
                std::vector<double>& values);

/// Splits into batches of at most batch_rows_max rows.
void send_in_batches(const Batch& batch, Operator& next);

}  // namespace wr::sql
