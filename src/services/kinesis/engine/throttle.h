#pragma once
// AWS's per-shard quotas as token buckets over monotonic time.

#include <cstdint>

#include "base/clock.h"

namespace wr::kinesis {

/// Refills continuously; may go into debt, which later calls wait off. Not thread-safe.
class TokenBucket {
public:
    TokenBucket(double per_second, double capacity)
        : per_second_(per_second), capacity_(capacity), level_(capacity) {}

    void refill(base::MonotonicTime now);
    double level() const { return level_; }
    bool is_full() const { return level_ >= capacity_; }
    void take(double amount) { level_ -= amount; }

private:
    double per_second_;
    double capacity_;
    double level_;
    base::MonotonicTime last_{};
    bool started_ = false;
};

/// 1,000 records and 1 MiB a second in; 5 calls and 2 MiB a second out.
class ShardThrottle {
public:
    /// Takes what the record costs, or nothing when the shard is over its limit. A record above
    /// 1 MiB passes when the bucket is full and leaves it in debt.
    bool admit_write(uint64_t size_bytes, base::MonotonicTime now);
    /// Reads that took what a second allows, or more, are followed by none until their time has
    /// passed: five seconds after 10 MiB.
    bool admit_read(base::MonotonicTime now);
    void charge_read(uint64_t size_bytes);
    bool admit_iterator(base::MonotonicTime now);

private:
    static constexpr double mebibyte = 1024.0 * 1024.0;
    TokenBucket write_records_{1'000, 1'000};
    TokenBucket write_bytes_{mebibyte, mebibyte};
    TokenBucket read_calls_{5, 5};
    TokenBucket read_bytes_{2 * mebibyte, 2 * mebibyte};
    bool is_read_exhausted_ = false;
    TokenBucket iterator_calls_{5, 5};
};

}  // namespace wr::kinesis
