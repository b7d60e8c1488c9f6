#pragma once
// The time by which records age. It follows the wall clock but never runs ahead of it.

#include <chrono>
#include <vector>

#include "base/clock.h"

namespace wr::kinesis {

/// When the wall clock leaps forward against monotonic time, records written before the leap would
/// look older than they are. This clock stays behind by the leap until the leap itself is older
/// than the longest retention, so that nothing is trimmed early. Not thread-safe.
class RetentionClock {
public:
    struct Leap {
        std::chrono::milliseconds by{0};
        base::Timestamp at;  ///< in this clock's own time
        bool operator==(const Leap&) const = default;
    };
    using Leaps = std::vector<Leap>;

    /// `leaps` as they were before a restart.
    RetentionClock(const base::Clock& clock, Leaps leaps);

    /// Call often: at every trim.
    base::Timestamp now(std::chrono::hours retention_longest);
    const Leaps& leaps() const { return leaps_; }

private:
    void take_back(std::chrono::milliseconds by);
    std::chrono::milliseconds behind() const;

    const base::Clock& clock_;
    Leaps leaps_;
    base::Timestamp last_wall_;
    base::MonotonicTime last_monotonic_;
};

}  // namespace wr::kinesis
