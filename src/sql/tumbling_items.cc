// TOP_K_ITEMS_TUMBLING and COUNT_DISTINCT_ITEMS_TUMBLING: both count the items of a window exactly.
#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/group_table.h"
#include "sql/operators.h"

namespace wr::sql {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();

class TumblingItems final : public Operator {
public:
    TumblingItems(const Node& node, Operator& next)
        : node_(node),
          next_(next),
          column_(node.function.columns[0]),
          width_(node.function.numbers.back()),
          items_({node.inputs[0]->types[node.function.columns[0]]}) {}

    void on_batch(const Batch& batch) override {
        for (uint32_t row = 0; row < batch.rows; ++row) {
            const int64_t rowtime = batch.rowtimes[row];
            if (rowtime >= end_) close();
            if (end_ == never) end_ = rowtime - rowtime % width_ + width_;
            // NULL is no item, as for COUNT.
            if (batch.columns[column_]->nulls[row] != 0) continue;
            const uint32_t one[] = {row};
            items_.find({batch.columns[column_]}, one, found_);
            if (found_[0] == counts_.size()) counts_.push_back(0);
            ++counts_[found_[0]];
        }
    }

    void on_bound(int64_t bound) override {
        if (bound >= end_) close();
        next_.on_bound(bound);
    }
    int64_t next_emission() const override { return end_; }
    size_t state_bytes() const override {
        return items_.state_bytes() + counts_.size() * sizeof(int64_t);
    }

    void save(StateWriter& out) const override {
        out.i64(end_);
        items_.save(out);
        for (const int64_t count : counts_) out.i64(count);
    }
    void load(StateReader& in) override {
        end_ = in.i64();
        items_.load(in);
        for (size_t i = 0; i < items_.size(); ++i) counts_.push_back(in.i64());
    }

private:
    void close() {
        const int64_t rowtime = end_;
        end_ = never;
        if (node_.function.kind == TableFunctionKind::TopKItems)
            send_most_frequent(rowtime);
        else
            send_distinct(rowtime);
        items_.clear();
        counts_.clear();
    }

    void send_distinct(int64_t rowtime) {
        auto count = std::make_shared<Vector>(make_type(TypeKind::BigInt), 0);
        count->append(datum_of(static_cast<int64_t>(items_.size())));
        Batch out;
        out.rows = 1;
        out.rowtimes = {rowtime};
        out.columns.push_back(std::move(count));
        next_.on_batch(out);
    }

    /// Of items with one count, the one that came first.
    void send_most_frequent(int64_t rowtime) {
        std::vector<uint32_t> order(counts_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
            return counts_[a] > counts_[b];
        });
        order.resize(std::min(order.size(), static_cast<size_t>(node_.function.numbers.front())));
        for (size_t from = 0; from < order.size(); from += batch_rows_max) {
            const size_t rows = std::min(batch_rows_max, order.size() - from);
            std::vector<std::shared_ptr<Vector>> item = {
                std::make_shared<Vector>(node_.types[0], 0)};
            auto count = std::make_shared<Vector>(node_.types[1], 0);
            for (size_t i = from; i < from + rows; ++i) {
                items_.decode(order[i], order[i] + 1, item);
                count->append(datum_of(counts_[order[i]]));
            }
            Batch out;
            out.rows = rows;
            out.rowtimes.assign(rows, rowtime);
            out.columns = {std::move(item[0]), std::move(count)};
            next_.on_batch(out);
        }
    }

    const Node& node_;
    Operator& next_;
    const uint32_t column_;
    const int64_t width_;
    GroupTable items_;
    std::vector<int64_t> counts_;
    int64_t end_ = never;
    std::vector<uint32_t> found_;
};

}  // namespace

std::unique_ptr<Operator> make_tumbling_items(const Node& node, Place, Operator& next) {
    return std::make_unique<TumblingItems>(node, next);
}

}  // namespace wr::sql
