// Who is near whom is kept as bits, so that a point costs one pass over the window and finding the
// regions touches no coordinates.
#include "sql/hotspot_window.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace wr::sql {
namespace {

template <typename Visit>
void for_each_bit(const uint64_t* words, size_t count, const Visit& visit) {
    for (size_t word = 0; word < count; ++word)
        for (uint64_t rest = words[word]; rest != 0; rest &= rest - 1)
            visit(word * 64 + static_cast<size_t>(std::countr_zero(rest)));
}

void set_bit(uint64_t* words, size_t bit) {
    words[bit / 64] |= uint64_t{1} << (bit % 64);
}

}  // namespace

HotspotWindow::HotspotWindow(size_t dimensions, size_t window, double radius, size_t points_min)
    : dimensions_(dimensions),
      window_(window),
      radius_(radius),
      points_min_(points_min),
      words_((window + 63) / 64),
      values_(window * dimensions),
      near_(window * words_),
      count_(window) {}

bool HotspotWindow::within_radius(size_t a, size_t b) const {
    double sum = 0;
    for (size_t d = 0; d < dimensions_; ++d) {
        const double distance = at(a)[d] - at(b)[d];
        sum += distance * distance;
    }
    return sum <= radius_ * radius_;
}

void HotspotWindow::forget(size_t slot) {
    for_each_bit(near(slot), words_, [&](size_t other) {
        near(other)[slot / 64] &= ~(uint64_t{1} << (slot % 64));
        --count_[other];
    });
    std::fill_n(near(slot), words_, uint64_t{0});
    count_[slot] = 0;
}

void HotspotWindow::add(const std::vector<double>& point) {
    const size_t slot = next_;
    if (size_ == window_) forget(slot);
    size_ = std::min(size_ + 1, window_);
    next_ = (next_ + 1) % window_;
    std::copy(
        point.begin(), point.end(), values_.begin() + static_cast<ptrdiff_t>(slot * dimensions_));
    for (size_t other = 0; other < size_; ++other) {
        if (!within_radius(slot, other)) continue;
        set_bit(near(slot), other);
        ++count_[slot];
        if (other == slot) continue;
        set_bit(near(other), slot);
        ++count_[other];
    }
}

std::vector<size_t> HotspotWindow::by_age() const {
    const size_t oldest = size_ == window_ ? next_ : 0;
    std::vector<size_t> slots;
    for (size_t i = 0; i < size_; ++i) slots.push_back((oldest + i) % window_);
    return slots;
}

std::vector<uint64_t> HotspotWindow::members_around(size_t dense,
                                                    std::vector<uint64_t>& claimed) const {
    std::vector<uint64_t> members(words_);
    std::vector<size_t> open = {dense};
    set_bit(members.data(), dense);
    std::vector<uint64_t> fresh(words_);
    while (!open.empty()) {
        const uint64_t* const around = near(open.back());
        open.pop_back();
        for (size_t i = 0; i < words_; ++i) {
            fresh[i] = around[i] & ~members[i] & ~claimed[i];
            members[i] |= fresh[i];
        }
        for_each_bit(fresh.data(), words_, [&](size_t other) {
            if (count_[other] >= points_min_) open.push_back(other);
        });
    }
    for (size_t i = 0; i < words_; ++i) claimed[i] |= members[i];
    return members;
}

Hotspot HotspotWindow::described(const std::vector<uint64_t>& members) const {
    Hotspot hotspot;
    size_t points = 0;
    for_each_bit(members.data(), words_, [&](size_t slot) {
        const double* const point = at(slot);
        if (points++ == 0) {
            hotspot.least.assign(point, point + dimensions_);
            hotspot.most = hotspot.least;
        }
        for (size_t d = 0; d < dimensions_; ++d) {
            hotspot.least[d] = std::min(hotspot.least[d], point[d]);
            hotspot.most[d] = std::max(hotspot.most[d], point[d]);
        }
    });
    double size = 1;
    for (size_t d = 0; d < dimensions_; ++d)
        size *= std::max(hotspot.most[d] - hotspot.least[d], radius_);
    hotspot.density = static_cast<double>(points) / size;
    return hotspot;
}

std::vector<Hotspot> HotspotWindow::find() const {
    std::vector<Hotspot> found;
    std::vector<uint64_t> claimed(words_);
    for (const size_t slot : by_age()) {
        const bool taken = (claimed[slot / 64] >> (slot % 64) & 1) != 0;
        if (taken || count_[slot] < points_min_) continue;
        found.push_back(described(members_around(slot, claimed)));
    }
    return found;
}

void HotspotWindow::save(StateWriter& out) const {
    out.u64(size_);
    for (const size_t slot : by_age())
        for (size_t d = 0; d < dimensions_; ++d) out.f64(at(slot)[d]);
}

void HotspotWindow::load(StateReader& in) {
    const size_t count = in.count();
    std::vector<double> point(dimensions_);
    for (size_t i = 0; i < count && in.ok(); ++i) {
        for (double& value : point) value = in.f64();
        add(point);
    }
}

}  // namespace wr::sql
