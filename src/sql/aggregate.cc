// Tumbling aggregation: groups of one window at a time, emitted together when the window's key
// changes.
#include <limits>

#include "sql/accumulator.h"
#include "sql/group_output.h"
#include "sql/group_table.h"
#include "sql/operators.h"
#include "sql/rowtime_window.h"

namespace wr::sql {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

std::vector<Type> key_types(const Node& node) {
    std::vector<Type> types;
    for (size_t i = 0; i < node.expressions.size(); ++i)
        if (i != node.window_key) types.push_back(node.expressions[i]->type);
    return types;
}

class Aggregate final : public Operator {
public:
    Aggregate(const Node& node, Place place, Operator& next)
        : node_(node),
          place_(place),
          next_(next),
          by_rowtime_(follows_from_rowtime(*node.window)),
          groups_(key_types(node)) {
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
        VectorPtr window;
        for (size_t i = 0; i < node_.expressions.size(); ++i) {
            if (i != node_.window_key)
                keys.push_back(evaluate(*node_.expressions[i], context, selected));
            else if (!by_rowtime_)
                window = evaluate(*node_.window, context, selected);
        }
        std::vector<VectorPtr> args;
        for (const auto& call : node_.aggregates)
            args.push_back(call.arg ? evaluate(*call.arg, context, selected) : nullptr);
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
        std::vector<uint32_t> kept;
        if (!failures.empty()) {
            kept = without_failed(selected, failures);
            selected = kept;
        }
        add(batch, selected, keys, args, window.get());
    }

    void on_bound(int64_t bound) override {
        if (by_rowtime_ && open_ && bound >= window_end_) close(window_end_);
        next_.on_bound(bound);
    }

    int64_t next_emission() const override { return by_rowtime_ && open_ ? window_end_ : never; }

    size_t open_groups() const override { return open_ ? groups_.size() : 0; }

    size_t state_bytes() const override {
        size_t bytes = groups_.state_bytes();
        for (const auto& accumulator : accumulators_) bytes += accumulator.state_bytes();
        return bytes;
    }

    void save(StateWriter& out) const override {
        out.u64(open_ ? 1 : 0);
        if (!open_) return;
        out.i64(window_end_);
        out.u64(window_value_.null ? 1 : 0);
        out.i64(window_value_.i);
        out.f64(window_value_.d);
        out.bytes(window_value_.s);
        groups_.save(out);
        for (const auto& accumulator : accumulators_) accumulator.save(out);
    }

    void load(StateReader& in) override {
        open_ = in.u64() != 0;
        if (!open_) return;
        window_end_ = in.i64();
        Datum value;
        value.null = in.u64() != 0;
        value.i = in.i64();
        value.d = in.f64();
        value.s = in.bytes();
        remember(value);
        groups_.load(in);
        for (auto& accumulator : accumulators_) accumulator.load(in, groups_.size());
    }

private:
    /// Runs of rows of one window, the windows closed between them.
    void add(const Batch& batch,
             Selection rows,
             const std::vector<VectorPtr>& keys,
             const std::vector<VectorPtr>& args,
             const Vector* window) {
        size_t from = 0;
        while (from < rows.size()) {
            const uint32_t first = rows[from];
            const int64_t rowtime = batch.rowtimes[first];
            if (open_ && leaves_window(window, first, rowtime))
                close(by_rowtime_ ? window_end_ : rowtime);
            if (!open_) open(window, first, rowtime);
            size_t to = from + 1;
            while (to < rows.size() && !leaves_window(window, rows[to], batch.rowtimes[rows[to]]))
                ++to;
            const Selection run = rows.subspan(from, to - from);
            groups_.find(keys, run, group_of_row_);
            for (size_t i = 0; i < accumulators_.size(); ++i)
                accumulators_[i].update(
                    args[i].get(), batch.rowtimes, run, group_of_row_, groups_.size());
            from = to;
        }
    }

    bool leaves_window(const Vector* window, uint32_t row, int64_t rowtime) const {
        return by_rowtime_ ? rowtime >= window_end_
                           : !equal_values(window->get(row), window_value_);
    }

    void open(const Vector* window, uint32_t row, int64_t rowtime) {
        open_ = true;
        if (by_rowtime_) {
            const int64_t started_at = place_.runtime.started_at();
            remember(window_value(*node_.window, rowtime, started_at, std::make_shared<Arena>()));
            window_end_ = window_end(*node_.window, rowtime, started_at);
        } else {
            remember(window->get(row));
            window_end_ = never;
        }
    }

    void remember(Datum value) {
        window_text_ = std::string(value.s);
        window_value_ = value;
        window_value_.s = window_text_;
    }

    /// Everything of the window, stamped with the moment at which it was complete.
    void close(int64_t rowtime) {
        open_ = false;
        for (size_t from = 0; from < groups_.size(); from += batch_rows_max)
            emit(from, std::min(groups_.size(), from + batch_rows_max), rowtime);
        groups_.clear();
        for (auto& accumulator : accumulators_) accumulator.clear();
    }

    void emit(size_t from, size_t to, int64_t rowtime) {
        std::vector<std::shared_ptr<Vector>> keys;
        for (size_t i = 0; i < node_.expressions.size(); ++i)
            if (i != node_.window_key) keys.push_back(std::make_shared<Vector>(node_.types[i], 0));
        groups_.decode(from, to, keys);
        auto window = std::make_shared<Vector>(node_.types[node_.window_key], to - from);
        auto arena = std::make_shared<Arena>();
        window->keep(arena);
        Datum window_value = window_value_;
        window_value.s = arena->copy(window_value.s);
        Batch out;
        out.rows = to - from;
        out.rowtimes.assign(out.rows, rowtime);
        for (size_t row = 0; row < out.rows; ++row) window->set(row, window_value);
        size_t key = 0;
        for (size_t i = 0; i < node_.expressions.size(); ++i)
            out.columns.push_back(i == node_.window_key ? VectorPtr(window)
                                                        : VectorPtr(keys[key++]));
        emit_groups(node_, accumulators_, from, std::move(out), place_, next_);
    }

    const Node& node_;
    Place place_;
    Operator& next_;
    const bool by_rowtime_;
    GroupTable groups_;
    std::vector<Accumulator> accumulators_;
    bool open_ = false;
    int64_t window_end_ = never;
    Datum window_value_;
    std::string window_text_;
    std::vector<uint32_t> group_of_row_;
};

}  // namespace

std::unique_ptr<Operator> make_aggregate(const Node& node, Place place, Operator& next) {
    return std::make_unique<Aggregate>(node, place, next);
}

}  // namespace wr::sql
