// Insertion chooses a cut in the box that holds both the node's points and the new one: if it
// parts them, the new point becomes the node's sibling, otherwise it goes down.
#include "sql/random_cut_tree.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/assert.h"

namespace wr::sql {

double CutRandom::next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    const uint64_t bits = (state_ * 0x2545F4914F6CDD1DULL) >> 11;
    return (static_cast<double>(bits) + 0.5) / 9007199254740992.0;
}

uint32_t PointStore::add(const std::vector<double>& point) {
    uint32_t slot = 0;
    if (free_.empty()) {
        slot = static_cast<uint32_t>(holders_.size());
        holders_.push_back(0);
        values_.resize(values_.size() + dimensions_);
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    std::copy(
        point.begin(), point.end(), values_.begin() + static_cast<ptrdiff_t>(slot * dimensions_));
    return slot;
}

void PointStore::release(uint32_t point) {
    if (--holders_[point] == 0) free_.push_back(point);
}

void PointStore::save(StateWriter& out) const {
    out.u64(holders_.size());
    for (const uint32_t count : holders_) out.u64(count);
    for (const double value : values_) out.f64(value);
    out.u64(free_.size());
    for (const uint32_t slot : free_) out.u64(slot);
}

void PointStore::load(StateReader& in) {
    const size_t count = in.count();
    for (size_t i = 0; i < count && in.ok(); ++i)
        holders_.push_back(static_cast<uint32_t>(in.u64()));
    for (size_t i = 0; i < count * dimensions_ && in.ok(); ++i) values_.push_back(in.f64());
    const size_t unused = in.count();
    for (size_t i = 0; i < unused && in.ok(); ++i) {
        free_.push_back(static_cast<uint32_t>(in.u64()));
        if (free_.back() >= count) in.fail();
    }
}

uint32_t RandomCutTree::make_node() {
    if (!free_.empty()) {
        const uint32_t node = free_.back();
        free_.pop_back();
        nodes_[node] = {};
        return node;
    }
    nodes_.emplace_back();
    boxes_.resize(boxes_.size() + 2 * points_.dimensions());
    return static_cast<uint32_t>(nodes_.size() - 1);
}

void RandomCutTree::set_leaf_box(uint32_t leaf) {
    const double* const point = points_.at(nodes_[leaf].point);
    std::copy(point, point + points_.dimensions(), low(leaf));
    std::copy(point, point + points_.dimensions(), high(leaf));
}

void RandomCutTree::join_boxes(uint32_t node) {
    const uint32_t left = nodes_[node].left;
    const uint32_t right = nodes_[node].right;
    for (size_t d = 0; d < points_.dimensions(); ++d) {
        low(node)[d] = std::min(low(left)[d], low(right)[d]);
        high(node)[d] = std::max(high(left)[d], high(right)[d]);
    }
}

uint32_t RandomCutTree::child_for(uint32_t node, const double* point) const {
    const Node& at = nodes_[node];
    // Either way is as likely: to guess it would cost more than to compute it.
    const uint32_t right = point[at.dimension] <= at.cut ? 0 : ~uint32_t{0};
    return at.left ^ ((at.left ^ at.right) & right);
}

bool RandomCutTree::equal(uint32_t leaf, const double* point) const {
    return std::equal(point, point + points_.dimensions(), points_.at(nodes_[leaf].point));
}

/// A cut through the box of the node and the point together; true when it parts the two.
bool RandomCutTree::try_cut(
    uint32_t node, uint32_t point, CutRandom& random, uint32_t& dimension, double& cut) {
    const double* const p = points_.at(point);
    double total = 0;
    for (size_t d = 0; d < points_.dimensions(); ++d)
        total += std::max(high(node)[d], p[d]) - std::min(low(node)[d], p[d]);
    if (total <= 0) return false;
    double at = random.next() * total;
    for (size_t d = 0; d < points_.dimensions(); ++d) {
        const double from = std::min(low(node)[d], p[d]);
        const double width = std::max(high(node)[d], p[d]) - from;
        if (at >= width) {
            at -= width;
            continue;
        }
        dimension = static_cast<uint32_t>(d);
        cut = from + at;
        return p[d] <= cut ? cut < low(node)[d] : cut >= high(node)[d];
    }
    return false;
}

void RandomCutTree::replace_child(uint32_t parent, uint32_t child, uint32_t with) {
    nodes_[with].parent = parent;
    if (parent == none)
        root_ = with;
    else
        (nodes_[parent].left == child ? nodes_[parent].left : nodes_[parent].right) = with;
}

void RandomCutTree::split(uint32_t node, uint32_t point, uint32_t dimension, double cut) {
    const uint32_t leaf = make_node();
    const uint32_t above = make_node();
    nodes_[leaf].mass = 1;
    nodes_[leaf].point = point;
    set_leaf_box(leaf);
    replace_child(nodes_[node].parent, node, above);
    const bool left = points_.at(point)[dimension] <= cut;
    nodes_[above].left = left ? leaf : node;
    nodes_[above].right = left ? node : leaf;
    nodes_[above].dimension = dimension;
    nodes_[above].cut = cut;
    nodes_[above].mass = nodes_[node].mass + 1;
    nodes_[leaf].parent = above;
    nodes_[node].parent = above;
    join_boxes(above);
    for (uint32_t at = nodes_[above].parent; at != none; at = nodes_[at].parent) {
        ++nodes_[at].mass;
        join_boxes(at);
    }
}

uint32_t RandomCutTree::place(uint32_t point, CutRandom& random) {
    if (root_ == none) {
        root_ = make_node();
        nodes_[root_].mass = 1;
        nodes_[root_].point = point;
        set_leaf_box(root_);
        return point;
    }
    const double* const p = points_.at(point);
    uint32_t node = root_;
    while (true) {
        if (is_leaf(node) && equal(node, p)) {
            for (uint32_t at = node; at != none; at = nodes_[at].parent) ++nodes_[at].mass;
            return nodes_[node].point;
        }
        uint32_t dimension = 0;
        double cut = 0;
        // Of a leaf and another point every cut parts the two, but for the last bit of a double.
        if (try_cut(node, point, random, dimension, cut)) {
            split(node, point, dimension, cut);
            return point;
        }
        if (!is_leaf(node)) node = child_for(node, p);
    }
}

uint32_t RandomCutTree::leaf_of(uint32_t point) const {
    const double* const p = points_.at(point);
    uint32_t node = root_;
    while (!is_leaf(node)) node = child_for(node, p);
    return node;
}

void RandomCutTree::take_out(uint32_t point) {
    const uint32_t leaf = leaf_of(point);
    WR_ASSERT(equal(leaf, points_.at(point)));
    if (nodes_[leaf].mass > 1) {
        for (uint32_t at = leaf; at != none; at = nodes_[at].parent) --nodes_[at].mass;
        return;
    }
    const uint32_t parent = nodes_[leaf].parent;
    free_.push_back(leaf);
    if (parent == none) {
        root_ = none;
        return;
    }
    const uint32_t sibling =
        nodes_[parent].left == leaf ? nodes_[parent].right : nodes_[parent].left;
    replace_child(nodes_[parent].parent, parent, sibling);
    free_.push_back(parent);
    for (uint32_t at = nodes_[sibling].parent; at != none; at = nodes_[at].parent) {
        --nodes_[at].mass;
        join_boxes(at);
    }
}

void RandomCutTree::note_mass() {
    whole_ = std::log2(static_cast<double>(mass()) + 1);
}

RandomCutTree::Descent RandomCutTree::start() const {
    Descent descent;
    if (root_ == none) return descent;
    descent.node = root_;
    descent.whole = whole_;
    descent.ended = false;
    return descent;
}

/// Where a cut of the enlarged box would part the point from a node's points, it would stand alone
/// at that depth; what is left of the probability goes on down.
double RandomCutTree::descend(Descent& descent, const double* point) const {
    const uint32_t node = descent.node;
    const bool leaf = is_leaf(node);
    double outside = 0;
    double total = 0;
    for (size_t d = 0; d < points_.dimensions(); ++d) {
        const double apart = below(node, point, d) + above(node, point, d);
        outside += apart;
        total += high(node)[d] - low(node)[d] + apart;
    }
    double part = 0;
    if (leaf && outside <= 0) {
        const auto mass_here = static_cast<double>(nodes_[node].mass);
        // A copy of a sampled point counts less the more of them there are.
        const double damping = 1 - mass_here / (2 * static_cast<double>(mass()));
        part = descent.remaining * damping * descent.whole /
               (descent.depth + std::log2(mass_here + 1));
        descent.is_copy = true;
    } else {
        // Nothing for a box that holds the point; to ask whether it does would take longer.
        const double parted = outside / total;
        part = descent.remaining * parted * descent.whole / (descent.depth + 1);
        descent.remaining *= 1 - parted;
    }
    descent.score += part;
    descent.ended = leaf || descent.remaining <= 0;
    if (descent.ended) return part;
    descent.node = child_for(node, point);
    descent.depth += 1;
    __builtin_prefetch(&nodes_[descent.node]);
    __builtin_prefetch(low(descent.node));
    return part;
}

void RandomCutTree::attribute(const std::vector<double>& point,
                              std::vector<double>& low,
                              std::vector<double>& high) const {
    const size_t dimensions = points_.dimensions();
    std::vector<double> lower(dimensions);
    std::vector<double> higher(dimensions);
    double found = 0;
    double of_copy = 0;
    for (Descent descent = start(); !descent.ended;) {
        const uint32_t node = descent.node;
        const double part = descend(descent, point.data());
        if (descent.is_copy) {
            of_copy = part;
            break;
        }
        if (part <= 0) continue;
        double outside = 0;
        for (size_t d = 0; d < dimensions; ++d)
            outside += below(node, point.data(), d) + above(node, point.data(), d);
        for (size_t d = 0; d < dimensions; ++d) {
            lower[d] += part * below(node, point.data(), d) / outside;
            higher[d] += part * above(node, point.data(), d) / outside;
        }
        found += part;
    }
    // A copy stands apart in no dimension: its part goes with the others, or evenly.
    const double factor = found > 0 ? (found + of_copy) / found : 1;
    const double even = found > 0 ? 0 : of_copy / (2 * static_cast<double>(dimensions));
    for (size_t d = 0; d < dimensions; ++d) {
        low[d] += lower[d] * factor + even;
        high[d] += higher[d] * factor + even;
    }
}

size_t RandomCutTree::state_bytes() const {
    return nodes_.size() * sizeof(Node) + boxes_.size() * sizeof(double);
}

void RandomCutTree::save(StateWriter& out) const {
    out.u64(root_);
    out.u64(nodes_.size());
    for (const Node& node : nodes_) {
        for (const uint32_t field :
             {node.parent, node.left, node.right, node.dimension, node.mass, node.point})
            out.u64(field);
        out.f64(node.cut);
    }
    out.u64(free_.size());
    for (const uint32_t node : free_) out.u64(node);
}

void RandomCutTree::load(StateReader& in) {
    root_ = static_cast<uint32_t>(in.u64());
    const size_t count = in.count();
    for (size_t i = 0; i < count && in.ok(); ++i) {
        Node& node = nodes_.emplace_back();
        for (uint32_t* const field :
             {&node.parent, &node.left, &node.right, &node.dimension, &node.mass, &node.point})
            *field = static_cast<uint32_t>(in.u64());
        node.cut = in.f64();
        const auto in_range = [count](uint32_t other) { return other == none || other < count; };
        if (!in_range(node.parent) || !in_range(node.left) || !in_range(node.right) ||
            (node.left == none) != (node.right == none) || node.point >= points_.size() ||
            node.dimension >= points_.dimensions())
            in.fail();
    }
    const size_t unused = in.count();
    for (size_t i = 0; i < unused && in.ok(); ++i) {
        free_.push_back(static_cast<uint32_t>(in.u64()));
        if (free_.back() >= count) in.fail();
    }
    if (root_ != none && root_ >= count) in.fail();
    if (!in.ok()) return;
    load_boxes();
    note_mass();
}

/// Boxes follow from the points: parents after their children.
void RandomCutTree::load_boxes() {
    boxes_.assign(nodes_.size() * 2 * points_.dimensions(), 0);
    std::vector<uint32_t> order;
    if (root_ != none) order.push_back(root_);
    for (size_t i = 0; i < order.size() && order.size() <= nodes_.size(); ++i)
        if (!is_leaf(order[i]))
            order.insert(order.end(), {nodes_[order[i]].left, nodes_[order[i]].right});
    for (size_t i = order.size(); i-- > 0;) {
        if (is_leaf(order[i]))
            set_leaf_box(order[i]);
        else
            join_boxes(order[i]);
    }
}

}  // namespace wr::sql
