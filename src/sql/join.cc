// Stream-stream joins: a row meets the rows of the other side's window as of its ROWTIME.
//
// A side without OVER is a window of the present moment: its rows meet those of the same ROWTIME
// and those that the other side still remembers. Output is in the order of ROWTIME.
#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/join_side.h"
#include "sql/operators.h"
#include "sql/rowtime_merge.h"

namespace wr::sql {
namespace {

/// In the manual's tables a row on the left of LEFT JOIN is also seen with NULL when its window
/// ends although it was matched; one on the right of RIGHT JOIN is not. A row without a window has
/// no such end.
constexpr bool left_rows_end_with_null_always = true;

class Join final : public Operator {
public:
    Join(const Node& node, Place place, Operator& next)
        : node_(node),
          place_(place),
          next_(next),
          merge_({node.inputs[0]->types, node.inputs[1]->types}),
          sides_{JoinSide(node.windows[0], node.inputs[0]->types),
                 JoinSide(node.windows[1], node.inputs[1]->types)},
          left_(*this, 0),
          right_(*this, 1) {
        start_output();
    }

    Operator& entrance(size_t input) override { return input == 0 ? left_ : right_; }
    void on_batch(const Batch&) override {}
    void on_bound(int64_t) override {}

    int64_t next_emission() const override {
        int64_t next = merge_.next_emission();
        for (size_t side = 0; side < 2; ++side)
            if (keeps(side) && sides_[side].next_leaves() < next)
                next = sides_[side].next_leaves() + 1;
        return next;
    }

    size_t state_bytes() const override {
        return merge_.state_bytes() + sides_[0].state_bytes() + sides_[1].state_bytes();
    }
    void save(StateWriter& out) const override {
        merge_.save(out);
        for (const auto& side : sides_) side.save(out);
    }
    void load(StateReader& in) override {
        merge_.load(in);
        for (auto& side : sides_) side.load(in);
    }

private:
    class Entrance final : public Operator {
    public:
        Entrance(Join& join, size_t side) : join_(join), side_(side) {}
        void on_batch(const Batch& batch) override { join_.merge_.receive(side_, batch); }
        void on_bound(int64_t bound) override { join_.advance(side_, bound); }

    private:
        Join& join_;
        const size_t side_;
    };

    /// Rows of this side come out with NULL when nothing matches them.
    bool keeps(size_t side) const {
        return node_.join == JoinKind::Full ||
               node_.join == (side == 0 ? JoinKind::Left : JoinKind::Right);
    }

    void advance(size_t input, int64_t bound) {
        const int64_t all =
            merge_.advance(input, bound, [this](size_t side, const Batch& batch, uint32_t row) {
                leave_before(batch.rowtimes[row]);
                arrive(side, batch, row);
            });
        leave_before(all);
        flush();
        next_.on_bound(all);
    }

    void arrive(size_t side, const Batch& batch, uint32_t row) {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        const uint32_t one[] = {row};
        std::vector<VectorPtr> keys;
        for (const auto& key : node_.windows[side].partition)
            keys.push_back(evaluate(*key, context, one));
        if (!failures.empty()) {
            place_.runtime.row_failed(place_.pump, batch, row, failures.list().front().second);
            return;
        }
        JoinRow& arrived = sides_[side].add(batch, keys, row);
        if (const auto* partners = sides_[1 - side].find(arrived)) {
            for (JoinRow* const partner : *partners) {
                append(side == 0 ? &arrived : partner,
                       side == 0 ? partner : &arrived,
                       arrived.rowtime);
                pairs_.emplace_back(&arrived, partner);
                if (out_.rows == batch_rows_max) settle();
            }
        }
        settle();
        while (sides_[side].overfull()) leave(side, arrived.rowtime);
    }

    /// Pairs that fail the rest of the condition go; the others are matched.
    void settle() {
        if (pairs_.empty()) return;
        const size_t first = out_.rows - pairs_.size();
        std::vector<uint32_t> kept(pairs_.size());
        std::iota(kept.begin(), kept.end(), 0U);
        if (node_.predicate) {
            std::vector<uint32_t> candidates(pairs_.size());
            std::iota(candidates.begin(), candidates.end(), static_cast<uint32_t>(first));
            // Only these rows: what waits in out_ is much more.
            const Batch batch = gather(output(), candidates);
            RowFailures failures;
            EvaluationContext context{
                batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
            kept = filter(*node_.predicate, context, all_rows(batch.rows));
            for (const auto& [row, error] : failures.list())
                place_.runtime.row_failed(place_.pump, batch, row, error);
        }
        for (const uint32_t pair : kept) {
            pairs_[pair].first->matched = true;
            pairs_[pair].second->matched = true;
        }
        if (kept.size() < pairs_.size()) keep_after(first, kept);
        pairs_.clear();
        if (out_.rows == batch_rows_max) flush();
    }

    /// Of the rows from `first` on only these, counted from there.
    void keep_after(size_t first, const std::vector<uint32_t>& kept) {
        out_.rows = first + kept.size();
        for (auto& column : columns_) {
            for (size_t i = 0; i < kept.size(); ++i)
                column->set(first + i, column->get(first + kept[i]));
            column->resize(out_.rows);
        }
        // Pairs of one arrival have one ROWTIME.
        out_.rowtimes.resize(out_.rows);
    }

    void leave_before(int64_t bound) {
        while (true) {
            const size_t side = sides_[1].next_leaves() < sides_[0].next_leaves() ? 1 : 0;
            const int64_t leaves = sides_[side].next_leaves();
            if (leaves >= bound) return;
            leave(side, leaves);
        }
    }

    void leave(size_t side, int64_t rowtime) {
        const auto row = sides_[side].take_oldest();
        const bool again = side == 0 && left_rows_end_with_null_always && node_.windows[0].size > 0;
        if (!keeps(side) || (row->matched && !again)) return;
        append(side == 0 ? row.get() : nullptr, side == 1 ? row.get() : nullptr, rowtime);
        if (out_.rows == batch_rows_max) flush();
    }

    void append(const JoinRow* left, const JoinRow* right, int64_t rowtime) {
        size_t column = 0;
        const JoinRow* const rows[] = {left, right};
        for (size_t side = 0; side < 2; ++side)
            for (size_t i = 0; i < sides_[side].types().size(); ++i) {
                Datum value = rows[side] != nullptr ? rows[side]->values[i] : Datum{};
                if (!value.null) value.s = arena_->copy(value.s);
                columns_[column++]->append(value);
            }
        for (const JoinRow* const row : rows)
            columns_[column++]->append(row != nullptr ? datum_of(row->rowtime) : Datum{});
        out_.rowtimes.push_back(rowtime);
        ++out_.rows;
    }

    Batch output() const {
        Batch batch = out_;
        batch.columns.assign(columns_.begin(), columns_.end());
        return batch;
    }

    void start_output() {
        out_ = {};
        arena_ = std::make_shared<Arena>();
        columns_.clear();
        for (const Type& type : node_.types) {
            columns_.push_back(std::make_shared<Vector>(type, 0));
            columns_.back()->keep(arena_);
        }
    }

    void flush() {
        if (out_.rows == 0) return;
        const Batch batch = output();
        start_output();
        next_.on_batch(batch);
    }

    const Node& node_;
    Place place_;
    Operator& next_;
    RowtimeMerge merge_;
    JoinSide sides_[2];
    Entrance left_;
    Entrance right_;
    Batch out_;  ///< rows and rowtimes of what is in columns_
    ArenaPtr arena_;
    std::vector<std::shared_ptr<Vector>> columns_;
    std::vector<std::pair<JoinRow*, JoinRow*>> pairs_;  ///< the last rows of out_, not yet settled
};

}  // namespace

std::unique_ptr<Operator> make_join(const Node& node, Place place, Operator& next) {
    return std::make_unique<Join>(node, place, next);
}

}  // namespace wr::sql
