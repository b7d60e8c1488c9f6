#pragma once
// Executor: a bounded pool of threads for work that blocks.

#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace wr::base {

class Executor {
public:
    /// Threads start as work needs them, up to `threads_max`.
    Executor(std::string name, size_t threads_max, size_t queue_max);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// False when the queue is full or the executor is stopping; `work` is then not run.
    bool post(std::function<void()> work);
    /// Runs what is queued, then waits for every thread. Later posts are refused. Idempotent.
    void stop();

private:
    void run();

    const std::string name_;
    const size_t threads_max_;
    const size_t queue_max_;
    Mutex mutex_;
    CondVar work_or_stop_;
    std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
    std::vector<std::thread> threads_ GUARDED_BY(mutex_);
    size_t idle_ GUARDED_BY(mutex_) = 0;
    bool stopping_ GUARDED_BY(mutex_) = false;
};

/// A background thread that runs `step` until stopped; `step` returns how long to sleep before the
/// next.
///
/// stop() wakes a sleeping thread and waits for a running step.
class PeriodicTask {
public:
    PeriodicTask(std::string name, std::function<std::chrono::milliseconds()> step);
    ~PeriodicTask();
    PeriodicTask(const PeriodicTask&) = delete;
    PeriodicTask& operator=(const PeriodicTask&) = delete;

    /// Ends the current sleep, if any.
    void wake();
    void stop();

private:
    void run();

    const std::string name_;
    const std::function<std::chrono::milliseconds()> step_;
    Mutex mutex_;
    CondVar changed_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    bool woken_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace wr::base
