#pragma once
// Mutexes that clang's -Wthread-safety understands.

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define WR_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define WR_THREAD_ATTRIBUTE(x)
#endif

#define CAPABILITY(x) WR_THREAD_ATTRIBUTE(capability(x))
#define SCOPED_CAPABILITY WR_THREAD_ATTRIBUTE(scoped_lockable)
#define GUARDED_BY(x) WR_THREAD_ATTRIBUTE(guarded_by(x))
#define REQUIRES(...) WR_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) WR_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) WR_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RELEASE(...) WR_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) WR_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS WR_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace wr::base {

class CAPABILITY("mutex") Mutex {
public:
    void lock() ACQUIRE() { mutex_.lock(); }
    bool try_lock() TRY_ACQUIRE(true) { return mutex_.try_lock(); }
    void unlock() RELEASE() { mutex_.unlock(); }

private:
    friend class CondVar;
    std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
public:
    explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() RELEASE() { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

private:
    Mutex& mutex_;
};

/// Waits need the mutex held; they return with it held. Spurious wake-ups happen: loop on the
/// condition.
class CondVar {
public:
    void wait(Mutex& mutex) REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        condition_.wait(lock);
        lock.release();
    }
    /// False when `timeout` passed without a notification.
    bool wait_for(Mutex& mutex, std::chrono::nanoseconds timeout)
        REQUIRES(mutex) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        const bool notified = condition_.wait_for(lock, timeout) == std::cv_status::no_timeout;
        lock.release();
        return notified;
    }
    void notify_one() { condition_.notify_one(); }
    void notify_all() { condition_.notify_all(); }

private:
    std::condition_variable condition_;
};

}  // namespace wr::base
