// ORDER BY: rows wait until the leading, monotonic expression changes, then leave in order.
//
// Rows of different times that leave together carry the moment at which their set was complete, as
// groups do.
#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/operators.h"
#include "sql/row_buffer.h"
#include "sql/rowtime_window.h"

namespace wr::sql {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

class Sort final : public Operator {
public:
    Sort(const Node& node, Place place, Operator& next)
        : node_(node),
          place_(place),
          next_(next),
          by_rowtime_(follows_from_rowtime(*node.window)),
          rows_(node.types) {}

    void on_batch(const Batch& batch) override {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        VectorPtr window;
        if (!by_rowtime_) window = evaluate(*node_.window, context, all_rows(batch.rows));
        for (uint32_t row = 0; row < batch.rows; ++row) {
            const int64_t rowtime = batch.rowtimes[row];
            if (rows_.size() > 0) {
                if (by_rowtime_ && rowtime >= end_) flush(end_);
                if (!by_rowtime_ && !equal_values(window->get(row), value())) flush(rowtime);
            }
            if (rows_.size() == 0) open(rowtime, window.get(), row);
            rows_.append(batch, row);
        }
    }

    void on_bound(int64_t bound) override {
        if (rows_.size() > 0 && bound >= next_emission()) flush(by_rowtime_ ? end_ : bound);
        next_.on_bound(held_back(bound));
    }

    int64_t next_emission() const override {
        if (rows_.size() == 0) return never;
        if (node_.complete_at_bound) return rows_.rowtime(rows_.size() - 1);
        return by_rowtime_ ? end_ : never;
    }

    size_t state_bytes() const override { return rows_.state_bytes(); }
    void save(StateWriter& out) const override {
        rows_.save(out);
        out.i64(end_);
        save_value(value(), node_.window->type, out);
    }
    void load(StateReader& in) override {
        rows_.load(in);
        end_ = in.i64();
        remember(load_value(node_.window->type, in));
    }

private:
    void open(int64_t rowtime, const Vector* window, uint32_t row) {
        end_ = never;
        if (by_rowtime_)
            end_ = window_end(*node_.window, rowtime, place_.runtime.started_at());
        else
            remember(window->get(row));
    }

    void remember(const Datum& value) {
        value_ = value;
        text_ = std::string(value.s);
    }
    Datum value() const {
        Datum value = value_;
        value.s = text_;
        return value;
    }

    /// Nothing later than the rows that wait may be promised.
    int64_t held_back(int64_t bound) const {
        return rows_.size() == 0 ? bound : std::min(bound, rows_.rowtime(0));
    }

    void flush(int64_t complete) {
        std::vector<uint32_t> order(rows_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
            for (const auto& key : node_.sort_keys) {
                const int order_of =
                    compare_values(rows_.value(a, key.column), rows_.value(b, key.column));
                if (order_of != 0) return key.descending ? order_of > 0 : order_of < 0;
            }
            return false;
        });
        const bool one_time = rows_.rowtime(0) == rows_.rowtime(rows_.size() - 1);
        rows_.send(order, one_time ? nullptr : &complete, next_);
        rows_.clear();
    }

    const Node& node_;
    Place place_;
    Operator& next_;
    const bool by_rowtime_;
    RowBuffer rows_;
    int64_t end_ = never;
    Datum value_;
    std::string text_;
};

}  // namespace

std::unique_ptr<Operator> make_sort(const Node& node, Place place, Operator& next) {
    return std::make_unique<Sort>(node, place, next);
}

}  // namespace wr::sql
