#pragma once
// Time is an interface: wall time for stamps, retention and signatures; monotonic time for the
// rest.

#include <chrono>
#include <memory>

#include "base/mutex.h"

namespace wr::base {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using MonotonicTime = std::chrono::steady_clock::time_point;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    virtual MonotonicTime monotonic() const = 0;
};

class SystemClock final : public Clock {
public:
    Timestamp now() const override;
    MonotonicTime monotonic() const override;
};

/// Moves only when told to. Thread-safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start = Timestamp{std::chrono::milliseconds{1'700'000'000'000}});
    Timestamp now() const override;
    MonotonicTime monotonic() const override;
    void advance(std::chrono::milliseconds by);
    /// Moves wall time alone, as an administrator or NTP does.
    void jump_wall(std::chrono::milliseconds by);

private:
    mutable Mutex mutex_;
    Timestamp now_ GUARDED_BY(mutex_);
    MonotonicTime monotonic_ GUARDED_BY(mutex_);
};

}  // namespace wr::base
