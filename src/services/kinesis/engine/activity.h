#pragma once
// Tells those who follow many streams at once that any of them has changed.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/mutex.h"

namespace wr::kinesis {

/// Costs writers one load while nobody follows. @threads any
class Activity {
public:
    void follow() { ++followers_; }
    void unfollow() { --followers_; }

    /// Called after every change that a reader could see.
    void note() {
        if (followers_ == 0) return;
        const base::MutexLock lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    /// Returns when more was noted than `seen`, or after `timeout`; the new count either way.
    uint64_t wait(uint64_t seen, std::chrono::milliseconds timeout) {
        const auto deadline = std::chrono::steady_clock::now() + timeout;
        const base::MutexLock lock(mutex_);
        while (count_ == seen) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= std::chrono::nanoseconds{0}) break;
            changed_.wait_for(mutex_, left);
        }
        return count_;
    }

private:
    std::atomic<int> followers_ = 0;
    base::Mutex mutex_;
    base::CondVar changed_;
    uint64_t count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace wr::kinesis
