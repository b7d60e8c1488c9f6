#pragma once
// RandomCutTree: one tree of a random cut forest over a sample of points (Guha, Mishra, Roy,
// Schrijvers: Robust Random Cut Forest Based Anomaly Detection On Streams, ICML 2016).

#include <cstdint>
#include <vector>

#include "sql/state_bytes.h"

namespace wr::sql {

/// xorshift64*: the forest's numbers follow from this one word, which is part of its state.
class CutRandom {
public:
    explicit CutRandom(uint64_t seed) : state_(seed) {}
    uint64_t state() const { return state_; }
    /// In (0, 1).
    double next();

private:
    uint64_t state_;
};

/// Points that trees share. A point lives as long as some tree holds it.
class PointStore {
public:
    explicit PointStore(size_t dimensions) : dimensions_(dimensions) {}

    size_t dimensions() const { return dimensions_; }
    const double* at(uint32_t point) const { return values_.data() + point * dimensions_; }
    uint32_t add(const std::vector<double>& point);
    void hold(uint32_t point) { ++holders_[point]; }
    void release(uint32_t point);
    size_t state_bytes() const { return values_.size() * sizeof(double) + holders_.size() * 8; }
    void save(StateWriter& out) const;
    void load(StateReader& in);
    size_t size() const { return holders_.size(); }

private:
    size_t dimensions_;
    std::vector<double> values_;
    std::vector<uint32_t> holders_;
    std::vector<uint32_t> free_;
};

class RandomCutTree {
    static constexpr uint32_t none = 0xFFFFFFFF;

public:
    explicit RandomCutTree(const PointStore& points) : points_(points) {}

    /// The point that the tree holds for it: equal points share the first one's place.
    uint32_t insert(uint32_t point, CutRandom& random) {
        const uint32_t held = place(point, random);
        note_mass();
        return held;
    }
    /// A point that insert() returned.
    void remove(uint32_t point) {
        take_out(point);
        note_mass();
    }
    /// A point on its way down to find its score: how much it would displace the others, about 1
    /// for points like the sample's.
    struct Descent {
        uint32_t node = none;
        double whole = 0;
        double remaining = 1;
        double depth = 0;
        double score = 0;
        bool ended = true;
        bool is_copy = false;  ///< the point is one of the sample
    };
    Descent start() const;
    /// Past one node; returns what that adds to the score. Only when it has not ended.
    double descend(Descent& descent, const double* point) const;
    /// Adds the score's parts by dimension: of values below those of the sample, and above them.
    void attribute(const std::vector<double>& point,
                   std::vector<double>& low,
                   std::vector<double>& high) const;
    uint32_t mass() const { return root_ == none ? 0 : nodes_[root_].mass; }
    size_t state_bytes() const;

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Node {
        uint32_t parent = none;
        uint32_t left = none;  ///< none in a leaf
        uint32_t right = none;
        uint32_t dimension = 0;
        double cut = 0;
        uint32_t mass = 0;
        uint32_t point = 0;  ///< leaf
    };

    bool is_leaf(uint32_t node) const { return nodes_[node].left == none; }
    uint32_t make_node();
    double below(uint32_t node, const double* point, size_t d) const {
        const double apart = low(node)[d] - point[d];
        return apart > 0 ? apart : 0;
    }
    double above(uint32_t node, const double* point, size_t d) const {
        const double apart = point[d] - high(node)[d];
        return apart > 0 ? apart : 0;
    }
    double* low(uint32_t node) { return boxes_.data() + size_t{node} * 2 * points_.dimensions(); }
    double* high(uint32_t node) { return low(node) + points_.dimensions(); }
    const double* low(uint32_t node) const {
        return boxes_.data() + size_t{node} * 2 * points_.dimensions();
    }
    const double* high(uint32_t node) const { return low(node) + points_.dimensions(); }
    uint32_t place(uint32_t point, CutRandom& random);
    void take_out(uint32_t point);
    void set_leaf_box(uint32_t leaf);
    void join_boxes(uint32_t node);
    uint32_t child_for(uint32_t node, const double* point) const;
    bool try_cut(
        uint32_t node, uint32_t point, CutRandom& random, uint32_t& dimension, double& cut);
    void split(uint32_t node, uint32_t point, uint32_t dimension, double cut);
    void replace_child(uint32_t parent, uint32_t child, uint32_t with);
    uint32_t leaf_of(uint32_t point) const;
    bool equal(uint32_t leaf, const double* point) const;
    void load_boxes();
    void note_mass();

    const PointStore& points_;
    std::vector<Node> nodes_;
    std::vector<double> boxes_;  ///< by node: lows, then highs
    std::vector<uint32_t> free_;
    uint32_t root_ = none;
    double whole_ = 0;  ///< the logarithm of mass() + 1
};

}  // namespace wr::sql
