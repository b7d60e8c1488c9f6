// The real clock and the one that tests move by hand.
#include "base/clock.h"

namespace wr::base {

Timestamp SystemClock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}
MonotonicTime SystemClock::monotonic() const {
    return std::chrono::steady_clock::now();
}

ManualClock::ManualClock(Timestamp start) : now_(start) {}
Timestamp ManualClock::now() const {
    MutexLock lock(mutex_);
    return now_;
}
MonotonicTime ManualClock::monotonic() const {
    MutexLock lock(mutex_);
    return monotonic_;
}
void ManualClock::advance(std::chrono::milliseconds by) {
    MutexLock lock(mutex_);
    now_ += by;
    monotonic_ += by;
}
void ManualClock::jump_wall(std::chrono::milliseconds by) {
    MutexLock lock(mutex_);
    now_ += by;
}

}  // namespace wr::base
