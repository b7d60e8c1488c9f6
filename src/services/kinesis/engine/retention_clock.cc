// Keeps retention behind every forward leap of the wall clock.
#include "services/kinesis/engine/retention_clock.h"

#include <algorithm>

namespace wr::kinesis {
namespace {

using std::chrono::milliseconds;

/// Below this a difference is drift or a slow reading, not a leap.
constexpr milliseconds tolerance{2'000};

}  // namespace

RetentionClock::RetentionClock(const base::Clock& clock, Leaps leaps)
    : clock_(clock),
      leaps_(std::move(leaps)),
      last_wall_(clock.now()),
      last_monotonic_(clock.monotonic()) {}

milliseconds RetentionClock::behind() const {
    milliseconds sum{0};
    for (const Leap& leap : leaps_) sum += leap.by;
    return sum;
}

void RetentionClock::take_back(milliseconds by) {
    while (by > milliseconds{0} && !leaps_.empty()) {
        const milliseconds part = std::min(by, leaps_.back().by);
        leaps_.back().by -= part;
        by -= part;
        if (leaps_.back().by == milliseconds{0}) leaps_.pop_back();
    }
}

base::Timestamp RetentionClock::now(std::chrono::hours retention_longest) {
    const base::Timestamp wall = clock_.now();
    const base::MonotonicTime monotonic = clock_.monotonic();
    const auto elapsed = std::chrono::duration_cast<milliseconds>(monotonic - last_monotonic_);
    const milliseconds leap = (wall - last_wall_) - elapsed;
    if (leap > tolerance) {
        leaps_.push_back({leap, wall - behind() - leap});
    } else if (leap < -tolerance) {
        take_back(-leap);
    }
    last_wall_ = wall;
    last_monotonic_ = monotonic;
    const base::Timestamp now = wall - behind();
    std::erase_if(leaps_, [&](const Leap& old) { return now - old.at > retention_longest; });
    return wall - behind();
}

}  // namespace wr::kinesis
