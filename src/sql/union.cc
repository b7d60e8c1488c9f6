// UNION ALL of streams: a row goes on when no input can still bring an earlier one.
#include <numeric>

#include "sql/operators.h"
#include "sql/row_buffer.h"
#include "sql/rowtime_merge.h"

namespace wr::sql {
namespace {

class Union final : public Operator {
public:
    Union(const Node& node, Operator& next)
        : next_(next),
          merge_(std::vector<std::vector<Type>>(node.inputs.size(), node.types)),
          out_(node.types) {
        for (size_t i = 0; i < node.inputs.size(); ++i)
            entrances_.push_back(std::make_unique<Entrance>(*this, i));
    }

    Operator& entrance(size_t input) override { return *entrances_[input]; }
    void on_batch(const Batch&) override {}
    void on_bound(int64_t) override {}

    int64_t next_emission() const override { return merge_.next_emission(); }
    size_t state_bytes() const override { return merge_.state_bytes(); }
    void save(StateWriter& out) const override { merge_.save(out); }
    void load(StateReader& in) override { merge_.load(in); }

private:
    class Entrance final : public Operator {
    public:
        Entrance(Union& all, size_t input) : all_(all), input_(input) {}
        void on_batch(const Batch& batch) override { all_.merge_.receive(input_, batch); }
        void on_bound(int64_t bound) override { all_.advance(input_, bound); }

    private:
        Union& all_;
        const size_t input_;
    };

    void advance(size_t input, int64_t bound) {
        const int64_t all =
            merge_.advance(input, bound, [this](size_t, const Batch& batch, uint32_t row) {
                out_.append(batch, row);
                if (out_.size() == batch_rows_max) flush();
            });
        flush();
        next_.on_bound(all);
    }

    void flush() {
        if (out_.size() == 0) return;
        std::vector<uint32_t> order(out_.size());
        std::iota(order.begin(), order.end(), 0U);
        out_.send(order, nullptr, next_);
        out_.clear();
    }

    Operator& next_;
    RowtimeMerge merge_;
    RowBuffer out_;  ///< empty between calls
    std::vector<std::unique_ptr<Entrance>> entrances_;
};

}  // namespace

std::unique_ptr<Operator> make_union(const Node& node, Operator& next) {
    return std::make_unique<Union>(node, next);
}

}  // namespace wr::sql
