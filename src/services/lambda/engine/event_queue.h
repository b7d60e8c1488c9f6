#pragma once
// Asynchronous invocations: accepted means stored; tried up to three times, in any order.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/random.h"
#include "kv/store.h"
#include "services/lambda/engine/function.h"
#include "services/lambda/lambda.h"

namespace wr::lambda {

struct EventQueueOptions {
    size_t threads = 8;
    size_t events_max = 10'000;
    int retries_max = 2;
    std::chrono::milliseconds retry_delay{60'000};  ///< twice that for the second
    std::chrono::milliseconds age_max{std::chrono::hours(6)};
};

/// @threads any
class EventQueue {
public:
    using Invoke = std::function<base::Result<InvokeOutcome, Error>(
        const FunctionName&, const std::string& payload, const std::string& request_id)>;

    /// Events that an earlier run accepted are tried again.
    EventQueue(std::unique_ptr<kv::Store> store,
               const base::Clock& clock,
               EventQueueOptions options,
               Invoke invoke);
    ~EventQueue();

    /// Durable when it returns. @error Unavailable when too many wait
    base::Result<void> accept(const FunctionName& function,
                              const std::string& request_id,
                              std::string_view payload);
    size_t waiting() const;
    void stop();

private:
    struct Event {
        FunctionName function;
        std::string payload;
        base::Timestamp accepted{};
        int attempts = 0;
        int throttles = 0;
        base::MonotonicTime due{};
        bool is_running = false;
    };
    std::chrono::milliseconds start_due();
    void run(const std::string& id);
    void settle(const std::string& id, bool is_done, std::chrono::milliseconds delay)
        REQUIRES(mutex_);
    static std::string encode(const Event& event);
    void load();

    const std::unique_ptr<kv::Store> store_;
    const base::Clock& clock_;
    const EventQueueOptions options_;
    const Invoke invoke_;
    mutable base::Mutex mutex_;
    std::map<std::string, Event> events_ GUARDED_BY(mutex_);
    base::Executor executor_;
    std::unique_ptr<base::PeriodicTask> task_;
};

}  // namespace wr::lambda
