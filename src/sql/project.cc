// Filter, projection, and conversion to a stream's columns: one input row gives at most one output
// row.
#include <limits>

#include "sql/operators.h"

namespace wr::sql {
namespace {

class Project : public Operator {
public:
    Project(const Node& node, const Stream* target, Place place, Operator& next)
        : node_(node), target_(target), place_(place), next_(next) {}

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
        Batch wide;
        wide.rows = batch.rows;
        for (const auto& expr : node_.expressions)
            wide.columns.push_back(evaluate(*expr, context, selected));
        wide.rowtimes = batch.rowtimes;
        if (target_ != nullptr) check_nulls(wide, selected, failures);
        if (node_.rowtime)
            promote(*evaluate(*node_.rowtime, context, selected), selected, wide, failures);
        report(batch, failures);
        std::vector<uint32_t> kept;
        if (!failures.empty()) {
            kept = without_failed(selected, failures);
            selected = kept;
        }
        if (!selected.empty()) next_.on_batch(gather(wide, selected));
    }

    void on_bound(int64_t bound) override { next_.on_bound(node_.rowtime ? promoted_ : bound); }

    void save(StateWriter& out) const override { out.i64(promoted_); }
    void load(StateReader& in) override { promoted_ = in.i64(); }

private:
    void check_nulls(const Batch& wide, Selection rows, RowFailures& failures) const {
        for (size_t i = 0; i < target_->columns.size(); ++i) {
            if (!target_->columns[i].not_null) continue;
            for (const uint32_t row : rows)
                if (wide.columns[i]->nulls[row] != 0)
                    failures.add(row,
                                 "the column '" + target_->columns[i].name + "' must not be NULL");
        }
    }

    /// A column becomes ROWTIME; rows before the latest one are late and are dropped.
    void promote(const Vector& rowtime, Selection rows, Batch& wide, RowFailures& failures) {
        for (const uint32_t row : rows) {
            if (failures.contains(row)) continue;
            if (rowtime.nulls[row] != 0) {
                failures.add(row, "ROWTIME must not be NULL");
            } else if (rowtime.integers[row] < promoted_) {
                failures.add(row, "the row is late: its ROWTIME is before that of an earlier row");
            } else {
                promoted_ = rowtime.integers[row];
                wide.rowtimes[row] = promoted_;
            }
        }
    }

    void report(const Batch& batch, const RowFailures& failures) {
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
    }

    const Node& node_;
    const Stream* const target_;
    Place place_;
    Operator& next_;
    int64_t promoted_ = std::numeric_limits<int64_t>::min();
};

}  // namespace

Operator& Operator::entrance(size_t) {
    return *this;
}

int64_t Operator::next_emission() const {
    return std::numeric_limits<int64_t>::max();
}

std::unique_ptr<Operator> make_project(const Node& node, Place place, Operator& next) {
    return std::make_unique<Project>(node, nullptr, place, next);
}

std::unique_ptr<Operator> make_insert(const Node& node,
                                      const Stream& target,
                                      Place place,
                                      Operator& next) {
    return std::make_unique<Project>(node, &target, place, next);
}

void send_in_batches(const Batch& batch, Operator& next) {
    if (batch.rows <= batch_rows_max) {
        if (batch.rows > 0) next.on_batch(batch);
        return;
    }
    for (size_t from = 0; from < batch.rows; from += batch_rows_max) {
        std::vector<uint32_t> rows;
        for (size_t row = from; row < std::min(batch.rows, from + batch_rows_max); ++row)
            rows.push_back(static_cast<uint32_t>(row));
        next.on_batch(gather(batch, rows));
    }
}

}  // namespace wr::sql
