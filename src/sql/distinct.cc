// SELECT DISTINCT: the first of equal rows goes out at once; what was seen is forgotten when the
// monotonic column changes.
#include "sql/group_table.h"
#include "sql/operators.h"

namespace wr::sql {
namespace {

std::vector<Type> key_types(const Node& node) {
    std::vector<Type> types;
    for (const auto& key : node.expressions) types.push_back(key->type);
    return types;
}

class Distinct final : public Operator {
public:
    Distinct(const Node& node, Place place, Operator& next)
        : node_(node),
          place_(place),
          next_(next),
          seen_(key_types(node)),
          window_({node.window->type}) {}

    void on_batch(const Batch& batch) override {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        const Selection all = all_rows(batch.rows);
        std::vector<VectorPtr> keys;
        for (const auto& key : node_.expressions) keys.push_back(evaluate(*key, context, all));
        const std::vector<VectorPtr> window = {evaluate(*node_.window, context, all)};
        std::vector<uint32_t> first;
        std::vector<uint32_t> group;
        for (const uint32_t row : all) {
            const uint32_t one[] = {row};
            const size_t windows = window_.size();
            window_.find(window, one, group);
            if (window_.size() > windows) {
                if (windows > 0) {
                    window_.clear();
                    window_.find(window, one, group);
                }
                seen_.clear();
            }
            const size_t before = seen_.size();
            seen_.find(keys, one, group);
            if (seen_.size() > before) first.push_back(row);
        }
        if (!first.empty()) next_.on_batch(gather(batch, first));
    }

    void on_bound(int64_t bound) override { next_.on_bound(bound); }
    size_t state_bytes() const override { return seen_.state_bytes(); }
    void save(StateWriter& out) const override {
        window_.save(out);
        seen_.save(out);
    }
    void load(StateReader& in) override {
        window_.load(in);
        seen_.load(in);
    }

private:
    const Node& node_;
    Place place_;
    Operator& next_;
    GroupTable seen_;
    GroupTable window_;  ///< the monotonic column's present value, alone
};

}  // namespace

std::unique_ptr<Operator> make_distinct(const Node& node, Place place, Operator& next) {
    return std::make_unique<Distinct>(node, place, next);
}

}  // namespace wr::sql
