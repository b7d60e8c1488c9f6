// Sliding windows: one output row per input row, at once.
//
// Rows leave when a later row arrives, never by a bound: what a window holds, and how its sums were
// folded, follows from the rows alone.
#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/group_table.h"
#include "sql/operators.h"
#include "sql/window_frame.h"

namespace wr::sql {
namespace {

constexpr size_t idle_partitions_min = 1024;
constexpr size_t frames_ahead = 4;
constexpr size_t cache_line_bytes = 64;

std::vector<Type> partition_types(const WindowSpec& spec) {
    std::vector<Type> types;
    for (const auto& key : spec.partition) types.push_back(key->type);
    return types;
}

/// One window of the query: its partitions and, for RANGE, the order in which their rows leave.
class SlidingWindow {
public:
    SlidingWindow(const Node& node, const WindowSpec& spec)
        : spec_(spec), plan_(make_frame_plan(node, spec, args_)), groups_(partition_types(spec)) {}

    struct Inputs {
        std::vector<VectorPtr> keys;
        std::vector<VectorPtr> args;
        std::vector<VectorPtr> otherwise;  ///< by call; null where there is none
    };

    Inputs evaluate_inputs(EvaluationContext& context, Selection rows) const {
        Inputs inputs;
        for (const auto& key : spec_.partition)
            inputs.keys.push_back(evaluate(*key, context, rows));
        for (const auto& arg : args_) inputs.args.push_back(evaluate(*arg, context, rows));
        for (const auto& planned : plan_.calls)
            inputs.otherwise.push_back(planned.call->otherwise
                                           ? evaluate(*planned.call->otherwise, context, rows)
                                           : nullptr);
        return inputs;
    }

    /// `out[i]` is the column of the window's i-th call, as wide as the batch.
    void add(const Inputs& inputs,
             const Batch& batch,
             Selection rows,
             Arena& arena,
             const std::vector<std::shared_ptr<Vector>>& out,
             RowFailures& failures) {
        groups_.find(inputs.keys, rows, group_of_row_);
        for (; frames_.size() < groups_.size(); ++idle_) frames_.emplace_back(plan_);
        std::string error;
        std::vector<Datum> args(inputs.args.size());
        for (size_t i = 0; i < rows.size(); ++i) {
            const uint32_t row = rows[i];
            for (size_t arg = 0; arg < args.size(); ++arg) args[arg] = inputs.args[arg]->get(row);
            prefetch(i);
            WindowFrame& frame = frames_[group_of_row_[i]];
            if (frame.size() == 0) --idle_;
            bytes_ += frame.push(plan_, args, batch.rowtimes[row]);
            if (spec_.frame == FrameKind::Range) {
                leaving_.push_back(group_of_row_[i]);
                expire(batch.rowtimes[row]);
            } else if (frame.size() > static_cast<size_t>(spec_.size) + 1) {
                bytes_ -= frame.pop(plan_);
            }
            for (size_t call = 0; call < plan_.calls.size(); ++call) {
                const Datum otherwise =
                    inputs.otherwise[call] ? inputs.otherwise[call]->get(row) : Datum{};
                Datum value;
                if (!frame.result(plan_, call, otherwise, value, error)) failures.add(row, error);
                if (!value.null && out[call]->type.storage() == Storage::Text)
                    value.s = arena.copy(value.s);
                out[call]->set(row, value);
            }
        }
        forget_idle_partitions();
    }

    size_t state_bytes() const {
        return groups_.state_bytes() + bytes_ + frames_.size() * sizeof(WindowFrame) +
               leaving_.size() * sizeof(uint32_t);
    }

    void save(StateWriter& out) const {
        groups_.save(out);
        for (const auto& frame : frames_) frame.save(plan_, out);
    }

    void load(StateReader& in) {
        groups_.load(in);
        for (size_t i = 0; i < groups_.size() && in.ok(); ++i) {
            frames_.emplace_back(plan_);
            bytes_ += frames_.back().load(plan_, in);
            if (frames_.back().size() == 0) ++idle_;
        }
        if (spec_.frame != FrameKind::Range || !in.ok()) return;
        // Rows of one time leave together, so their order among themselves is never seen.
        std::vector<std::pair<int64_t, uint32_t>> rows;
        for (size_t group = 0; group < frames_.size(); ++group)
            for (size_t row = 0; row < frames_[group].size(); ++row)
                rows.emplace_back(frames_[group].rowtime(row), static_cast<uint32_t>(group));
        std::sort(rows.begin(), rows.end());
        for (const auto& [rowtime, group] : rows) leaving_.push_back(group);
    }

private:
    static void prefetch_all(const WindowFrame& frame) {
        for (size_t at = 0; at < sizeof frame; at += cache_line_bytes)
            __builtin_prefetch(reinterpret_cast<const char*>(&frame) + at);
    }

    /// The frames of rows to come, and of those that leave next.
    void prefetch(size_t i) const {
        if (i + 2 * frames_ahead < group_of_row_.size())
            prefetch_all(frames_[group_of_row_[i + 2 * frames_ahead]]);
        if (i + frames_ahead < group_of_row_.size())
            frames_[group_of_row_[i + frames_ahead]].prefetch();
        if (leaving_head_ + frames_ahead < leaving_.size())
            prefetch_all(frames_[leaving_[leaving_head_ + frames_ahead]]);
    }

    void expire(int64_t now) {
        while (leaving_head_ < leaving_.size()) {
            WindowFrame& frame = frames_[leaving_[leaving_head_]];
            if (frame.oldest() >= now - spec_.size) break;
            bytes_ -= frame.pop(plan_);
            if (frame.size() == 0) ++idle_;
            ++leaving_head_;
        }
        if (leaving_head_ < batch_rows_max || leaving_head_ * 2 < leaving_.size()) return;
        leaving_.erase(leaving_.begin(), leaving_.begin() + static_cast<ptrdiff_t>(leaving_head_));
        leaving_head_ = 0;
    }

    /// Partitions whose rows have all left are forgotten once they are the greater part.
    void forget_idle_partitions() {
        if (idle_ < idle_partitions_min || idle_ * 2 < frames_.size()) return;
        std::vector<uint8_t> keep;
        std::vector<uint32_t> new_number(frames_.size(), 0);
        uint32_t next = 0;
        for (size_t group = 0; group < frames_.size(); ++group) {
            const bool alive = frames_[group].size() > 0;
            keep.push_back(alive ? 1 : 0);
            if (!alive) continue;
            new_number[group] = next;
            if (next != group) frames_[next] = std::move(frames_[group]);
            ++next;
        }
        frames_.erase(frames_.begin() + next, frames_.end());
        groups_.keep_only(keep);
        for (size_t i = leaving_head_; i < leaving_.size(); ++i)
            leaving_[i] = new_number[leaving_[i]];
        idle_ = 0;
    }

    const WindowSpec& spec_;
    std::vector<BoundPtr> args_;
    FramePlan plan_;
    GroupTable groups_;
    std::vector<WindowFrame> frames_;
    std::vector<uint32_t> leaving_;  ///< partitions of the rows, oldest row first
    size_t leaving_head_ = 0;
    size_t idle_ = 0;  ///< partitions without rows
    size_t bytes_ = 0;
    std::vector<uint32_t> group_of_row_;
};

class Over final : public Operator {
public:
    Over(const Node& node, Place place, Operator& next) : node_(node), place_(place), next_(next) {
        for (const auto& spec : node.windows)
            windows_.push_back(std::make_unique<SlidingWindow>(node, spec));
    }

    void on_batch(const Batch& batch) override {
        RowFailures failures;
        const auto arena = std::make_shared<Arena>();
        EvaluationContext context{batch, arena, place_.runtime.started_at(), failures};
        std::vector<uint32_t> rows;
        Selection selected = all_rows(batch.rows);
        if (node_.predicate) {
            rows = filter(*node_.predicate, context, selected);
            selected = rows;
        }
        std::vector<SlidingWindow::Inputs> inputs;
        for (const auto& window : windows_)
            inputs.push_back(window->evaluate_inputs(context, selected));
        // A row whose arguments fail is in no window.
        std::vector<uint32_t> kept = without_failed(selected, failures);
        Batch wide;
        wide.rows = batch.rows;
        wide.rowtimes = batch.rowtimes;
        wide.columns = batch.columns;
        std::vector<std::shared_ptr<Vector>> results;
        for (const auto& call : node_.aggregates) {
            results.push_back(std::make_shared<Vector>(call.type, batch.rows));
            results.back()->keep(arena);
            wide.columns.push_back(results.back());
        }
        for (size_t i = 0; i < windows_.size(); ++i) {
            std::vector<std::shared_ptr<Vector>> out;
            for (const uint32_t call : node_.windows[i].calls) out.push_back(results[call]);
            windows_[i]->add(inputs[i], batch, kept, *arena, out, failures);
        }
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
        if (!failures.empty()) kept = without_failed(kept, failures);
        if (kept.empty()) return;
        // Nearly always every row stays.
        if (kept.size() == wide.rows)
            next_.on_batch(wide);
        else
            next_.on_batch(gather(wide, kept));
    }

    void on_bound(int64_t bound) override { next_.on_bound(bound); }

    size_t state_bytes() const override {
        size_t bytes = 0;
        for (const auto& window : windows_) bytes += window->state_bytes();
        return bytes;
    }
    void save(StateWriter& out) const override {
        for (const auto& window : windows_) window->save(out);
    }
    void load(StateReader& in) override {
        for (const auto& window : windows_) window->load(in);
    }

private:
    const Node& node_;
    Place place_;
    Operator& next_;
    std::vector<std::unique_ptr<SlidingWindow>> windows_;
};

}  // namespace

std::unique_ptr<Operator> make_over(const Node& node, Place place, Operator& next) {
    return std::make_unique<Over>(node, place, next);
}

}  // namespace wr::sql
