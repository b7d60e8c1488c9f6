// RANDOM_CUT_FOREST: each row gets the score that the forest gives it before the row is learned.
//
// Every tree keeps a reservoir of its own. A row's place in it is decided by one random number,
// weighed by the row's age, so that older rows leave first.
#include <algorithm>
#include <cmath>
#include <deque>

#include "sql/operators.h"
#include "sql/random_cut_tree.h"
#include "sql/row_buffer.h"

namespace wr::sql {
namespace {

constexpr uint64_t seed = 0x9E3779B97F4A7C15ULL;

/// A row in a tree's sample; the greatest key leaves first.
struct Sampled {
    double key = 0;
    uint32_t point = 0;
    bool operator<(const Sampled& other) const {
        return key != other.key ? key < other.key : point < other.point;
    }
};

struct SampledTree {
    explicit SampledTree(const PointStore& points) : tree(points) {}
    RandomCutTree tree;
    std::vector<Sampled> sample;  ///< a heap
};

class Forest {
public:
    Forest(size_t dimensions, size_t trees, size_t sample_size, int64_t decay)
        : points_(dimensions), sample_size_(sample_size), decay_(static_cast<double>(decay)) {
        for (size_t i = 0; i < trees; ++i) trees_.push_back(std::make_unique<SampledTree>(points_));
    }

    double score(const std::vector<double>& point) const {
        double sum = 0;
        for (const auto& tree : trees_) sum += tree->tree.score(point);
        return sum / static_cast<double>(trees_.size());
    }

    void learn(const std::vector<double>& point) {
        const uint32_t added = points_.add(point);
        points_.hold(added);
        for (const auto& tree : trees_) offer(*tree, added);
        points_.release(added);
        ++learned_;
    }

    uint64_t learned() const { return learned_; }

    size_t state_bytes() const {
        size_t bytes = points_.state_bytes();
        for (const auto& tree : trees_)
            bytes += tree->tree.state_bytes() + tree->sample.size() * sizeof(Sampled);
        return bytes;
    }

    void save(StateWriter& out) const {
        out.u64(random_.state());
        out.u64(learned_);
        points_.save(out);
        for (const auto& tree : trees_) {
            tree->tree.save(out);
            out.u64(tree->sample.size());
            for (const auto& sampled : tree->sample) {
                out.f64(sampled.key);
                out.u64(sampled.point);
            }
        }
    }

    void load(StateReader& in) {
        random_ = CutRandom(in.u64());
        learned_ = in.u64();
        points_.load(in);
        for (const auto& tree : trees_) {
            if (!in.ok()) return;
            tree->tree.load(in);
            const size_t count = in.count();
            for (size_t i = 0; i < count && in.ok(); ++i) {
                Sampled sampled;
                sampled.key = in.f64();
                sampled.point = static_cast<uint32_t>(in.u64());
                if (sampled.point >= points_.size()) in.fail();
                tree->sample.push_back(sampled);
            }
        }
    }

private:
    void offer(SampledTree& tree, uint32_t point) {
        // The logarithm of an exponential variable whose rate grows with time.
        const double key =
            std::log(-std::log(random_.next())) - static_cast<double>(learned_) / decay_;
        if (tree.sample.size() >= sample_size_) {
            if (key >= tree.sample.front().key) return;
            std::pop_heap(tree.sample.begin(), tree.sample.end());
            const uint32_t leaving = tree.sample.back().point;
            tree.sample.pop_back();
            tree.tree.remove(leaving);
            points_.release(leaving);
        }
        const uint32_t held = tree.tree.insert(point, random_);
        points_.hold(held);
        tree.sample.push_back({key, held});
        std::push_heap(tree.sample.begin(), tree.sample.end());
    }

    PointStore points_;
    const size_t sample_size_;
    const double decay_;
    CutRandom random_{seed};
    uint64_t learned_ = 0;
    std::vector<std::unique_ptr<SampledTree>> trees_;
};

class RandomCutForest final : public Operator {
public:
    RandomCutForest(const Node& node, Operator& next)
        : node_(node),
          next_(next),
          sample_size_(static_cast<uint64_t>(node.function.numbers[1])),
          shingle_size_(static_cast<size_t>(node.function.numbers[3])),
          forest_(node.function.columns.size() * shingle_size_,
                  static_cast<size_t>(node.function.numbers[0]),
                  static_cast<size_t>(node.function.numbers[1]),
                  node.function.numbers[2]) {}

    void on_batch(const Batch& batch) override {
        auto scores = std::make_shared<Vector>(make_type(TypeKind::Double), batch.rows);
        std::vector<double> values;
        for (uint32_t row = 0; row < batch.rows; ++row) {
            ++rows_;
            // A row without all of its numbers is no point.
            if (!point_of(batch, row, values)) continue;
            shingle_.insert(shingle_.end(), values.begin(), values.end());
            const size_t full = shingle_size_ * node_.function.columns.size();
            if (shingle_.size() > full)
                shingle_.erase(shingle_.begin(),
                               shingle_.begin() + static_cast<ptrdiff_t>(shingle_.size() - full));
            double score = 0;
            if (shingle_.size() == full) {
                if (rows_ > sample_size_) score = forest_.score(shingle_);
                forest_.learn(shingle_);
            }
            scores->set(row, datum_of(score));
        }
        Batch out = batch;
        out.columns.push_back(std::move(scores));
        next_.on_batch(out);
    }

    void on_bound(int64_t bound) override { next_.on_bound(bound); }
    size_t state_bytes() const override { return forest_.state_bytes(); }

    void save(StateWriter& out) const override {
        out.u64(rows_);
        out.u64(shingle_.size());
        for (const double value : shingle_) out.f64(value);
        forest_.save(out);
    }
    void load(StateReader& in) override {
        rows_ = in.u64();
        const size_t count = in.count();
        for (size_t i = 0; i < count && in.ok(); ++i) shingle_.push_back(in.f64());
        forest_.load(in);
    }

private:
    bool point_of(const Batch& batch, uint32_t row, std::vector<double>& values) const {
        values.clear();
        for (const uint32_t column : node_.function.columns) {
            const Vector& vector = *batch.columns[column];
            const Datum value = vector.get(row);
            const double number =
                vector.type.storage() == Storage::Double ? value.d : static_cast<double>(value.i);
            if (value.null || !std::isfinite(number)) return false;
            values.push_back(number);
        }
        return true;
    }

    const Node& node_;
    Operator& next_;
    const uint64_t sample_size_;
    const size_t shingle_size_;
    Forest forest_;
    std::vector<double> shingle_;  ///< the latest points, oldest first
    uint64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Operator> make_random_cut_forest(const Node& node, Place, Operator& next) {
    return std::make_unique<RandomCutForest>(node, next);
}

}  // namespace wr::sql
