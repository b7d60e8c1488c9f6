#pragma once
// An event loop with a thread of its own: readiness of descriptors, posted work, one ticker.
//
// Boost.Asio stays behind this header.

#include <chrono>
#include <functional>
#include <memory>

namespace wr::http {

/// Told on the loop's thread. A loop holds the watcher while a wait is pending.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void ready_to_read() = 0;
    virtual void ready_to_write() = 0;
};

/// A descriptor that a loop watches, closed with this. Used on the loop's thread alone.
class Descriptor {
public:
    virtual ~Descriptor() = default;
    virtual int number() const = 0;
    /// Each tells the watcher once. No other wait of the same kind may be pending.
    virtual void wait_readable(std::shared_ptr<Watcher> watcher) = 0;
    virtual void wait_writable(std::shared_ptr<Watcher> watcher) = 0;
    virtual void close() = 0;  ///< pending waits end without a word
};

class EventLoop {
public:
    static std::shared_ptr<EventLoop> create();
    virtual ~EventLoop() = default;
    /// Starts the thread. `tick` runs on it at every `period`.
    virtual void start(std::chrono::milliseconds period, std::function<void()> tick) = 0;
    /// Takes over `descriptor`, which must not block.
    virtual std::unique_ptr<Descriptor> watch(int descriptor) = 0;
    /// From any thread. False once the loop has stopped; `work` is then not run.
    virtual bool post(std::function<void()> work) = 0;
    virtual bool is_current_thread() const = 0;
    /// Ends the thread, waits for it, then runs what was posted before on the caller's.
    virtual void stop() = 0;
};

}  // namespace wr::http
