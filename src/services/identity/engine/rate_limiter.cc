// Refills on use; forgets everybody when too many are remembered.
#include "services/identity/engine/rate_limiter.h"

#include <algorithm>

namespace wr::identity {

bool RateLimiter::allow(const std::string& caller) {
    const auto now = clock_.monotonic();
    const base::MutexLock lock(mutex_);
    if (buckets_.size() >= limits_.callers_max && !buckets_.contains(caller)) {
        std::erase_if(buckets_, [&](const auto& entry) {
            const std::chrono::duration<double> idle = now - entry.second.filled;
            return idle.count() * limits_.per_second >= limits_.burst;
        });
        if (buckets_.size() >= limits_.callers_max) return false;
    }
    const auto [entry, is_new] = buckets_.try_emplace(caller, Bucket{limits_.burst, now});
    Bucket& bucket = entry->second;
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.tokens = std::min(limits_.burst, bucket.tokens + passed.count() * limits_.per_second);
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

}  // namespace wr::identity
