// Threads that wait for work, and threads that wake up from time to time.
#include "base/executor.h"

#include <pthread.h>

#include <utility>

namespace wr::base {
namespace {

void name_this_thread(const std::string& name) {
    // Linux takes fifteen characters.
    ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace

Executor::Executor(std::string name, size_t threads_max, size_t queue_max)
    : name_(std::move(name)), threads_max_(threads_max), queue_max_(queue_max) {}

Executor::~Executor() {
    stop();
}

bool Executor::post(std::function<void()> work) {
    {
        MutexLock lock(mutex_);
        if (stopping_ || queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
        if (idle_ < queue_.size() && threads_.size() < threads_max_) {
            threads_.emplace_back([this] { run(); });
            return true;
        }
    }
    // Without the lock, or the woken thread would wait for it first.
    work_or_stop_.notify_one();
    return true;
}

void Executor::run() {
    name_this_thread(name_);
    for (;;) {
        std::function<void()> work;
        {
            MutexLock lock(mutex_);
            ++idle_;
            while (queue_.empty() && !stopping_) work_or_stop_.wait(mutex_);
            --idle_;
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

void Executor::stop() {
    std::vector<std::thread> threads;
    {
        MutexLock lock(mutex_);
        stopping_ = true;
        threads.swap(threads_);
        work_or_stop_.notify_all();
    }
    for (auto& thread : threads) thread.join();
}

PeriodicTask::PeriodicTask(std::string name, std::function<std::chrono::milliseconds()> step)
    : name_(std::move(name)), step_(std::move(step)), thread_([this] { run(); }) {}

PeriodicTask::~PeriodicTask() {
    stop();
}

void PeriodicTask::run() {
    name_this_thread(name_);
    for (;;) {
        {
            MutexLock lock(mutex_);
            if (stopping_) return;
            woken_ = false;
        }
        const auto pause = step_();
        const auto until = std::chrono::steady_clock::now() + pause;
        MutexLock lock(mutex_);
        while (!stopping_ && !woken_) {
            const auto left = until - std::chrono::steady_clock::now();
            if (left <= std::chrono::nanoseconds::zero()) break;
            changed_.wait_for(mutex_, left);
        }
        if (stopping_) return;
    }
}

void PeriodicTask::wake() {
    MutexLock lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

void PeriodicTask::stop() {
    {
        MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

}  // namespace wr::base
