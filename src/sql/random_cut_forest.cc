// RANDOM_CUT_FOREST and .._WITH_EXPLANATION: each row gets the score that the forest gives it
// before the row is learned.
//
// Every tree keeps a reservoir of its own. A row's place in it is decided by one random number,
// weighed by the row's age, so that older rows leave first.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/json_writer.h"
#include "sql/operators.h"
#include "sql/random_cut_tree.h"
#include "sql/row_buffer.h"

namespace wr::sql {
namespace {

constexpr size_t trees_together = 10;
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

    /// Some trees at a time, a step in each: the memory of one comes while the others go on.
    double score(const std::vector<double>& point) const {
        std::array<RandomCutTree::Descent, trees_together> descents;
        std::array<size_t, trees_together> under_way;
        double sum = 0;
        for (size_t first = 0; first < trees_.size(); first += trees_together) {
            const size_t count = std::min(trees_together, trees_.size() - first);
            size_t active = 0;
            for (size_t i = 0; i < count; ++i) {
                descents[i] = trees_[first + i]->tree.start();
                if (!descents[i].ended) under_way[active++] = i;
            }
            while (active > 0) {
                for (size_t at = 0; at < active;) {
                    const size_t i = under_way[at];
                    trees_[first + i]->tree.descend(descents[i], point.data());
                    if (descents[i].ended)
                        under_way[at] = under_way[--active];
                    else
                        ++at;
                }
            }
            for (size_t i = 0; i < count; ++i) sum += descents[i].score;
        }
        return sum / static_cast<double>(trees_.size());
    }
    /// The score's parts by dimension.
    void attribute(const std::vector<double>& point,
                   std::vector<double>& low,
                   std::vector<double>& high) const {
        low.assign(point.size(), 0);
        high.assign(point.size(), 0);
        for (const auto& tree : trees_) tree->tree.attribute(point, low, high);
        for (auto* const parts : {&low, &high})
            for (double& part : *parts) part /= static_cast<double>(trees_.size());
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
        auto explanations = std::make_shared<Vector>(node_.types.back(), batch.rows);
        const auto arena = std::make_shared<Arena>();
        explanations->keep(arena);
        const bool explains = !node_.function.names.empty();
        std::vector<double> values;
        for (uint32_t row = 0; row < batch.rows; ++row) {
            ++rows_;
            // A row without all of its numbers is no point.
            if (!numbers_of(batch, node_.function.columns, row, values)) continue;
            shingle_.insert(shingle_.end(), values.begin(), values.end());
            const size_t full = shingle_size_ * node_.function.columns.size();
            if (shingle_.size() > full)
                shingle_.erase(shingle_.begin(),
                               shingle_.begin() + static_cast<ptrdiff_t>(shingle_.size() - full));
            const bool scored = shingle_.size() == full && rows_ > sample_size_;
            scores->set(row, datum_of(scored ? forest_.score(shingle_) : 0.0));
            if (explains) explanations->set(row, datum_of(arena->copy(explanation(scored))));
            if (shingle_.size() == full) forest_.learn(shingle_);
        }
        Batch out = batch;
        out.columns.push_back(std::move(scores));
        if (explains) out.columns.push_back(std::move(explanations));
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
    /// By column, summed over the shingle; while learning, zeros and LOW.
    std::string explanation(bool scored) {
        const auto& names = node_.function.names;
        std::vector<double> low(names.size());
        std::vector<double> high(names.size());
        if (scored) {
            std::vector<double> low_parts;
            std::vector<double> high_parts;
            forest_.attribute(shingle_, low_parts, high_parts);
            for (size_t i = 0; i < low_parts.size(); ++i) {
                low[i % names.size()] += low_parts[i];
                high[i % names.size()] += high_parts[i];
            }
        }
        base::JsonWriter json;
        json.begin_object();
        for (size_t i = 0; i < names.size(); ++i) {
            json.key(names[i]);
            json.begin_object();
            if (node_.function.directions) {
                json.key("DIRECTION");
                json.string(high[i] > low[i] ? "HIGH" : "LOW");
                write_places(json, "STRENGTH", std::fabs(high[i] - low[i]));
            }
            write_places(json, "ATTRIBUTION_SCORE", low[i] + high[i]);
            json.end_object();
        }
        json.end_object();
        return json.take();
    }

    /// As text with four places, which is how the explanation has its numbers.
    static void write_places(base::JsonWriter& json, const char* name, double value) {
        char text[400];
        const int size = std::snprintf(text, sizeof text, "%.4f", value);
        json.key(name);
        json.string(std::string_view(text, static_cast<size_t>(size)));
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
