#pragma once
// Token buckets for callers that nobody has authenticated.

#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"

namespace wr::identity {

struct RateLimits {
    double per_second = 50;
    double burst = 500;
    size_t callers_max = 10'000;  ///< remembered at once
};

/// @threads any
class RateLimiter {
public:
    RateLimiter(const base::Clock& clock, RateLimits limits) : clock_(clock), limits_(limits) {}
    /// False when the caller has used up its share.
    bool allow(const std::string& caller);

private:
    struct Bucket {
        double tokens = 0;
        base::MonotonicTime filled{};
    };
    const base::Clock& clock_;
    const RateLimits limits_;
    base::Mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_ GUARDED_BY(mutex_);
};

}  // namespace wr::identity
