#pragma once
// HotspotWindow: the latest points of a stream and the dense regions among them (Ester, Kriegel,
// Sander, Xu: A Density-Based Algorithm for Discovering Clusters, KDD 1996).

#include <cstdint>
#include <vector>

#include "sql/state_bytes.h"

namespace wr::sql {

struct Hotspot {
    /// Points per unit of the box that holds them; no side of the box counts less than the radius.
    double density = 0;
    std::vector<double> least;
    std::vector<double> most;
};

class HotspotWindow {
public:
    /// A point is dense with `points_min` points within `radius`, itself included.
    HotspotWindow(size_t dimensions, size_t window, double radius, size_t points_min);

    /// Finite numbers, one for each dimension. The oldest point leaves a full window.
    void add(const std::vector<double>& point);
    /// Dense points within the radius of one another and the points around them; the one with the
    /// oldest dense point first. A point between two belongs to the first.
    std::vector<Hotspot> find() const;

    size_t state_bytes() const { return values_.size() * 8 + near_.size() * 8 + count_.size() * 4; }
    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    const double* at(size_t slot) const { return values_.data() + slot * dimensions_; }
    uint64_t* near(size_t slot) { return near_.data() + slot * words_; }
    const uint64_t* near(size_t slot) const { return near_.data() + slot * words_; }
    void forget(size_t slot);
    bool within_radius(size_t a, size_t b) const;
    std::vector<size_t> by_age() const;
    std::vector<uint64_t> members_around(size_t dense, std::vector<uint64_t>& claimed) const;
    Hotspot described(const std::vector<uint64_t>& members) const;

    const size_t dimensions_;
    const size_t window_;
    const double radius_;
    const size_t points_min_;
    const size_t words_;
    size_t size_ = 0;
    size_t next_ = 0;              ///< the slot of the next point
    std::vector<double> values_;   ///< by slot
    std::vector<uint64_t> near_;   ///< by slot: a bit for each slot within the radius
    std::vector<uint32_t> count_;  ///< by slot: of those bits
};

}  // namespace wr::sql
