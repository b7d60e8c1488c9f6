// WINDOWED BY STAGGER: each key's window opens with its first row and closes after the range.
//
// All windows have one length, so they close in the order in which they opened: the open ones are
// always the latest groups of the table.
#include <algorithm>
#include <limits>

#include "sql/accumulator.h"
#include "sql/group_output.h"
#include "sql/group_table.h"
#include "sql/operators.h"

namespace wr::sql {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();
constexpr size_t closed_groups_max = 1024;

std::vector<Type> key_types(const Node& node) {
    std::vector<Type> types;
    for (const auto& key : node.expressions) types.push_back(key->type);
    return types;
}

class Stagger final : public Operator {
public:
    Stagger(const Node& node, Place place, Operator& next)
        : node_(node), place_(place), next_(next), groups_(key_types(node)) {
        for (const auto& call : node.aggregates) accumulators_.emplace_back(call);
    }

    void on_batch(const Batch& batch) override {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        std::vector<uint32_t> rows;
        Selection selected = all_rows(batch.rows);
        if (node_.predicate) {
            rows = filter(*node_.predicate, context, selected);
            selected = rows;
        }
        std::vector<VectorPtr> keys;
        for (const auto& key : node_.expressions) keys.push_back(evaluate(*key, context, selected));
        std::vector<VectorPtr> args;
        for (const auto& call : node_.aggregates)
            args.push_back(call.arg ? evaluate(*call.arg, context, selected) : nullptr);
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
        const std::vector<uint32_t> kept = without_failed(selected, failures);
        size_t from = 0;
        while (from < kept.size()) {
            close_until(batch.rowtimes[kept[from]]);
            size_t to = from + 1;
            // The earliest window that is open or opens now ends the run.
            const int64_t end = std::min(next_emission(), batch.rowtimes[kept[from]] + node_.range);
            while (to < kept.size() && batch.rowtimes[kept[to]] < end) ++to;
            add(batch, Selection(kept).subspan(from, to - from), keys, args);
            from = to;
        }
    }

    void on_bound(int64_t bound) override {
        close_until(bound);
        next_.on_bound(bound);
    }

    int64_t next_emission() const override {
        return closed_ < ends_.size() ? ends_[closed_] : never;
    }

    size_t open_groups() const override { return ends_.size() - closed_; }

    size_t state_bytes() const override {
        size_t bytes = groups_.state_bytes() + ends_.size() * sizeof(int64_t);
        for (const auto& accumulator : accumulators_) bytes += accumulator.state_bytes();
        return bytes;
    }

    void save(StateWriter& out) const override {
        out.u64(closed_);
        groups_.save(out);
        for (const int64_t end : ends_) out.i64(end);
        for (const auto& accumulator : accumulators_) accumulator.save(out);
    }

    void load(StateReader& in) override {
        closed_ = in.u64();
        groups_.load(in, closed_);
        if (closed_ > groups_.size()) {
            in.fail();
            closed_ = 0;
        }
        for (size_t i = 0; i < groups_.size(); ++i) ends_.push_back(in.i64());
        for (auto& accumulator : accumulators_) accumulator.load(in, groups_.size());
    }

private:
    void add(const Batch& batch,
             Selection run,
             const std::vector<VectorPtr>& keys,
             const std::vector<VectorPtr>& args) {
        groups_.find(keys, run, group_of_row_);
        for (size_t i = 0; i < run.size(); ++i)
            if (group_of_row_[i] == ends_.size())
                ends_.push_back(batch.rowtimes[run[i]] + node_.range);
        for (size_t i = 0; i < accumulators_.size(); ++i)
            accumulators_[i].update(
                args[i].get(), batch.rowtimes, run, group_of_row_, groups_.size());
    }

    void close_until(int64_t bound) {
        size_t to = closed_;
        while (to < ends_.size() && ends_[to] <= bound) ++to;
        for (size_t from = closed_; from < to; from += batch_rows_max)
            emit(from, std::min(to, from + batch_rows_max));
        if (to == closed_) return;
        closed_ = to;
        groups_.retire(closed_);
        if (closed_ < ends_.size() && (closed_ < closed_groups_max || closed_ * 2 < ends_.size()))
            return;
        groups_.drop_first(closed_);
        for (auto& accumulator : accumulators_) accumulator.drop_first(closed_);
        ends_.erase(ends_.begin(), ends_.begin() + static_cast<ptrdiff_t>(closed_));
        closed_ = 0;
    }

    void emit(size_t from, size_t to) {
        Batch out;
        out.rows = to - from;
        out.rowtimes.assign(ends_.begin() + static_cast<ptrdiff_t>(from),
                            ends_.begin() + static_cast<ptrdiff_t>(to));
        std::vector<std::shared_ptr<Vector>> keys;
        for (size_t i = 0; i < node_.expressions.size(); ++i)
            keys.push_back(std::make_shared<Vector>(node_.types[i], 0));
        groups_.decode(from, to, keys);
        for (auto& key : keys) out.columns.push_back(std::move(key));
        emit_groups(node_, accumulators_, from, std::move(out), place_, next_);
    }

    const Node& node_;
    Place place_;
    Operator& next_;
    GroupTable groups_;
    std::vector<Accumulator> accumulators_;
    std::vector<int64_t> ends_;  ///< by group, ascending
    size_t closed_ = 0;          ///< groups before it have been emitted
    std::vector<uint32_t> group_of_row_;
};

}  // namespace

std::unique_ptr<Operator> make_stagger(const Node& node, Place place, Operator& next) {
    return std::make_unique<Stagger>(node, place, next);
}

}  // namespace wr::sql
