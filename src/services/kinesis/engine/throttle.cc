// Token buckets for the quotas of a shard.
#include "services/kinesis/engine/throttle.h"

#include <algorithm>

namespace wr::kinesis {

void TokenBucket::refill(base::MonotonicTime now) {
    if (started_ && now > last_) {
        const double seconds = std::chrono::duration<double>(now - last_).count();
        level_ = std::min(capacity_, level_ + seconds * per_second_);
    }
    last_ = now;
    started_ = true;
}

bool ShardThrottle::admit_write(uint64_t size_bytes, base::MonotonicTime now) {
    write_records_.refill(now);
    write_bytes_.refill(now);
    const double needed = std::min(static_cast<double>(size_bytes), mebibyte);
    if (write_records_.level() < 1 || write_bytes_.level() < needed) return false;
    write_records_.take(1);
    write_bytes_.take(static_cast<double>(size_bytes));
    return true;
}

bool ShardThrottle::admit_read(base::MonotonicTime now) {
    read_calls_.refill(now);
    read_bytes_.refill(now);
    if (read_bytes_.is_full()) is_read_exhausted_ = false;
    if (read_calls_.level() < 1 || is_read_exhausted_) return false;
    read_calls_.take(1);
    return true;
}

void ShardThrottle::charge_read(uint64_t size_bytes) {
    read_bytes_.take(static_cast<double>(size_bytes));
    if (read_bytes_.level() <= 0) is_read_exhausted_ = true;
}

bool ShardThrottle::admit_iterator(base::MonotonicTime now) {
    iterator_calls_.refill(now);
    if (iterator_calls_.level() < 1) return false;
    iterator_calls_.take(1);
    return true;
}

}  // namespace wr::kinesis
