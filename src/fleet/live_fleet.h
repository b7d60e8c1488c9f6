#pragma once
// The newest reading of every unicorn, for the console's live feed.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "fleet/reading.h"

namespace wr::fleet {

struct LiveUnicorn {
    std::string name;
    double latitude = 0;
    double longitude = 0;
    double metres_per_second = 0;
    std::optional<double> health_points;
    std::optional<double> magic_points;
    base::MonotonicTime seen{};
    uint64_t version = 0;  ///< of the fleet, when this reading came
};

/// What one look at the fleet sees. Indexes stay what they are while the generation stays.
struct LiveView {
    const std::vector<LiveUnicorn>& unicorns;
    uint32_t generation = 1;
    uint64_t version = 0;  ///< increases with each reading
    uint64_t records = 0;
    uint64_t unreadable = 0;
};

/// Bounded: unicorns beyond the limit are counted as records only, silent ones are forgotten.
/// @threads any
class LiveFleet {
public:
    void take(const Reading& reading, base::MonotonicTime now);
    void count_records(uint64_t records, uint64_t unreadable);
    /// Drops those who have been silent for so long; the others may get other indexes.
    void forget_silent(std::chrono::seconds silence, base::MonotonicTime now);
    void look(const std::function<void(const LiveView&)>& at) const;

private:
    mutable base::Mutex mutex_;
    std::vector<LiveUnicorn> unicorns_ GUARDED_BY(mutex_);
    std::unordered_map<std::string, uint32_t> indexes_ GUARDED_BY(mutex_);
    uint32_t generation_ GUARDED_BY(mutex_) = 1;
    uint64_t version_ GUARDED_BY(mutex_) = 0;
    uint64_t records_ GUARDED_BY(mutex_) = 0;
    uint64_t unreadable_ GUARDED_BY(mutex_) = 0;
};

}  // namespace wr::fleet
