// A join of a stream with a table: each row of the stream meets the rows that the table holds.
#include <numeric>
#include <unordered_map>

#include "sql/join_side.h"
#include "sql/operators.h"
#include "sql/row_buffer.h"

namespace wr::sql {
namespace {

constexpr uint32_t no_row = 0xFFFFFFFF;

class Lookup final : public Operator {
public:
    Lookup(const Node& node, Place place, Operator& next)
        : node_(node),
          place_(place),
          next_(next),
          width_(node.inputs[0]->types.size()),
          table_(node.inputs[1]->types),
          rows_(*this),
          index_(*this) {
        if (constant()) add(constant_rows());
    }

    Operator& entrance(size_t input) override {
        return input == 0 ? static_cast<Operator&>(*this) : rows_;
    }
    void on_bound(int64_t bound) override { next_.on_bound(bound); }

    void on_batch(const Batch& batch) override {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        const Selection all = all_rows(batch.rows);
        const auto keys = evaluate_keys(0, context, all);
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
        // With a condition beside the keys, only its rows tell whether the stream's row matched.
        const bool one_by_one = node_.join == JoinKind::Left && node_.predicate != nullptr;
        for (const uint32_t row : without_failed(all, failures)) {
            const auto found = by_key_.find(key_of(keys, row));
            const bool none = key_.null || found == by_key_.end();
            if (!none)
                for (const uint32_t partner : found->second) add_pair(batch, row, partner);
            if (one_by_one) settle(batch);
            if (one_by_one && !matched_) send({{row, no_row}}, batch, false);
            if (!one_by_one && none && node_.join == JoinKind::Left) add_pair(batch, row, no_row);
            matched_ = false;
        }
        settle(batch);
    }

    size_t state_bytes() const override {
        constexpr size_t key_bytes = 64;
        return table_.state_bytes() + table_.size() * key_bytes;
    }
    void save(StateWriter& out) const override {
        if (!constant()) table_.save(out);
    }
    void load(StateReader& in) override {
        if (constant()) return;
        table_.load(in);
        std::vector<uint32_t> order(table_.size());
        std::iota(order.begin(), order.end(), 0U);
        indexed_ = 0;
        table_.send(order, nullptr, index_);
    }

private:
    using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;

    /// Where the rows of the table come in.
    class Rows final : public Operator {
    public:
        explicit Rows(Lookup& lookup) : lookup_(lookup) {}
        void on_batch(const Batch& batch) override { lookup_.add(batch); }
        void on_bound(int64_t) override {}

    private:
        Lookup& lookup_;
    };
    /// Where rows that are in the table already pass by once more.
    class Index final : public Operator {
    public:
        explicit Index(Lookup& lookup) : lookup_(lookup) {}
        void on_batch(const Batch& batch) override { lookup_.index(batch, false); }
        void on_bound(int64_t) override {}

    private:
        Lookup& lookup_;
    };

    bool constant() const { return node_.inputs[1]->kind == NodeKind::Values; }

    Batch constant_rows() const {
        const Node& values = *node_.inputs[1];
        Batch nothing;
        nothing.rows = 1;
        nothing.rowtimes = {place_.runtime.started_at()};
        const uint32_t one[] = {0};
        std::vector<std::shared_ptr<Vector>> columns;
        for (const Type& type : values.types) columns.push_back(std::make_shared<Vector>(type, 0));
        Batch batch;
        for (const auto& row : values.rows) {
            RowFailures failures;
            EvaluationContext context{
                nothing, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
            for (size_t i = 0; i < row.size(); ++i) {
                const VectorPtr value = evaluate(*row[i], context, one);
                columns[i]->append(value->get(0));
                columns[i]->keep_all_of(*value);
            }
            for (const auto& [at, error] : failures.list())
                place_.runtime.row_failed(place_.pump, nothing, at, error);
            batch.rowtimes.push_back(nothing.rowtimes[0]);
            ++batch.rows;
        }
        batch.columns.assign(columns.begin(), columns.end());
        return batch;
    }

    std::vector<VectorPtr> evaluate_keys(size_t side,
                                         EvaluationContext& context,
                                         Selection rows) const {
        std::vector<VectorPtr> keys;
        for (const auto& key : node_.windows[side].partition)
            keys.push_back(evaluate(*key, context, rows));
        return keys;
    }

    struct Key {
        std::string bytes;
        bool null = false;
    };

    /// Kept in key_, where its memory is used again.
    const std::string& key_of(const std::vector<VectorPtr>& keys, uint32_t row) {
        key_.bytes.clear();
        key_.null = false;
        for (const auto& key : keys) {
            const Datum value = key->get(row);
            key_.null = key_.null || value.null;
            append_join_key(value, key->type, key_.bytes);
        }
        return key_.bytes;
    }

    void add(const Batch& batch) { index(batch, true); }

    void index(const Batch& batch, bool fresh) {
        RowFailures failures;
        EvaluationContext context{
            batch, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
        const auto rows = static_cast<uint32_t>(batch.rows);
        std::vector<uint32_t> all(rows);
        std::iota(all.begin(), all.end(), 0U);
        const auto keys = evaluate_keys(1, context, all);
        for (uint32_t row = 0; row < rows; ++row) {
            if (fresh) table_.append(batch, row);
            const auto number = indexed_++;
            const std::string& key = key_of(keys, row);
            if (!failures.contains(row) && !key_.null) by_key_[key].push_back(number);
        }
        if (!fresh) return;
        for (const auto& [row, error] : failures.list())
            place_.runtime.row_failed(place_.pump, batch, row, error);
    }

    void add_pair(const Batch& batch, uint32_t row, uint32_t partner) {
        pairs_.emplace_back(row, partner);
        if (pairs_.size() == batch_rows_max) settle(batch);
    }

    void settle(const Batch& batch) {
        if (pairs_.empty()) return;
        const Pairs pairs = std::move(pairs_);
        pairs_.clear();
        send(pairs, batch, node_.predicate != nullptr);
    }

    void send(const Pairs& pairs, const Batch& batch, bool filtered) {
        Batch out = paired(pairs, batch);
        if (filtered) {
            RowFailures failures;
            EvaluationContext context{
                out, std::make_shared<Arena>(), place_.runtime.started_at(), failures};
            const auto kept = filter(*node_.predicate, context, all_rows(out.rows));
            for (const auto& [row, error] : failures.list())
                place_.runtime.row_failed(place_.pump, out, row, error);
            matched_ = matched_ || !kept.empty();
            if (kept.size() < out.rows) out = gather(out, kept);
        }
        if (out.rows > 0) next_.on_batch(out);
    }

    Batch paired(const Pairs& pairs, const Batch& batch) const {
        Batch out;
        out.rows = pairs.size();
        for (const auto& pair : pairs) out.rowtimes.push_back(batch.rowtimes[pair.first]);
        for (size_t i = 0; i < width_; ++i) {
            if (!batch.columns[i]) {
                out.columns.push_back(nullptr);
                continue;
            }
            auto column = std::make_shared<Vector>(node_.types[i], 0);
            column->keep_all_of(*batch.columns[i]);
            for (const auto& pair : pairs) column->append(batch.columns[i]->get(pair.first));
            out.columns.push_back(std::move(column));
        }
        const auto arena = std::make_shared<Arena>();
        for (size_t i = width_; i < node_.types.size(); ++i) {
            auto column = std::make_shared<Vector>(node_.types[i], 0);
            column->keep(arena);
            for (const auto& pair : pairs) {
                Datum value =
                    pair.second == no_row ? Datum{} : table_.value(pair.second, i - width_);
                if (!value.null) value.s = arena->copy(value.s);
                column->append(value);
            }
            out.columns.push_back(std::move(column));
        }
        return out;
    }

    const Node& node_;
    Place place_;
    Operator& next_;
    const size_t width_;  ///< columns of the stream
    RowBuffer table_;
    std::unordered_map<std::string, std::vector<uint32_t>> by_key_;
    uint32_t indexed_ = 0;
    Rows rows_;
    Index index_;
    Key key_;
    Pairs pairs_;           ///< not yet sent
    bool matched_ = false;  ///< the stream's present row met a row of the table
};

}  // namespace

std::unique_ptr<Operator> make_lookup(const Node& node, Place place, Operator& next) {
    return std::make_unique<Lookup>(node, place, next);
}

}  // namespace wr::sql
