// GROUP_RANK: rows of one ROWTIME are ranked together, as soon as no more of them can come.
#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/operators.h"
#include "sql/row_buffer.h"

namespace wr::sql {
namespace {

/// Appends the ranks of the rows that come through it.
class RankColumn final : public Operator {
public:
    RankColumn(std::vector<int64_t> ranks, Operator& next)
        : ranks_(std::move(ranks)), next_(next) {}

    void on_batch(const Batch& batch) override {
        auto ranks = std::make_shared<Vector>(make_type(TypeKind::Integer), batch.rows);
        for (size_t row = 0; row < batch.rows; ++row) ranks->set(row, datum_of(ranks_[sent_++]));
        Batch out = batch;
        out.columns.push_back(std::move(ranks));
        next_.on_batch(out);
    }
    void on_bound(int64_t) override {}

private:
    const std::vector<int64_t> ranks_;
    Operator& next_;
    size_t sent_ = 0;
};

class GroupRank final : public Operator {
public:
    GroupRank(const Node& node, Operator& next)
        : function_(node.function), next_(next), rows_(node.inputs[0]->types) {}

    void on_batch(const Batch& batch) override {
        for (uint32_t row = 0; row < batch.rows; ++row) {
            if (rows_.size() > 0 && batch.rowtimes[row] != rows_.rowtime(0)) flush();
            rows_.append(batch, row);
        }
    }

    void on_bound(int64_t bound) override {
        if (bound >= next_emission()) flush();
        next_.on_bound(rows_.size() == 0 ? bound : std::min(bound, rows_.rowtime(0)));
    }

    int64_t next_emission() const override {
        return rows_.size() == 0 ? std::numeric_limits<int64_t>::max() : rows_.rowtime(0) + 1;
    }

    size_t state_bytes() const override { return rows_.state_bytes(); }
    void save(StateWriter& out) const override { rows_.save(out); }
    void load(StateReader& in) override { rows_.load(in); }

private:
    Datum value(uint32_t row) const { return rows_.value(row, function_.columns[0]); }

    void flush() {
        std::vector<uint32_t> order(rows_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
            const int compared = compare_values(value(a), value(b));
            return function_.descending ? compared > 0 : compared < 0;
        });
        // Equal values share the rank of the first of them.
        std::vector<int64_t> rank_of(order.size());
        for (size_t i = 0; i < order.size(); ++i) {
            const bool equal = i > 0 && compare_values(value(order[i - 1]), value(order[i])) == 0;
            rank_of[order[i]] = equal ? rank_of[order[i - 1]] : static_cast<int64_t>(i) + 1;
        }
        if (function_.output == RankOutput::AsReceived)
            std::iota(order.begin(), order.end(), 0U);
        else if (function_.output == RankOutput::Descending)
            std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
                return rank_of[a] > rank_of[b];
            });
        const auto most = static_cast<size_t>(function_.numbers[0]);
        if (most > 0 && order.size() > most) order.resize(most);
        std::vector<int64_t> ranks;
        for (const uint32_t row : order) ranks.push_back(rank_of[row]);
        RankColumn column(std::move(ranks), next_);
        rows_.send(order, nullptr, column);
        rows_.clear();
    }

    const TableFunction& function_;
    Operator& next_;
    RowBuffer rows_;
};

}  // namespace

std::unique_ptr<Operator> make_group_rank(const Node& node, Operator& next) {
    return std::make_unique<GroupRank>(node, next);
}

}  // namespace wr::sql
