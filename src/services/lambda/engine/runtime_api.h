#pragma once
// The Lambda Runtime API of one process: /2018-06-01/runtime/...

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "http/server.h"

namespace wr::lambda {

struct RuntimeEvent {
    std::string request_id;
    std::string function_arn;
    std::string payload;
    std::chrono::milliseconds timeout{0};
};

struct RuntimeAnswer {
    enum class Kind { Response, Error, InitError, Ended, TimedOut };
    Kind kind = Kind::Response;
    std::string payload;
    std::string error_type;
};

/// @threads any
class RuntimeApi {
public:
    /// @param address  unix:/path, or an IP address for a free port of it
    static base::Result<std::unique_ptr<RuntimeApi>> start(const std::string& address,
                                                           const base::Clock& clock);
    ~RuntimeApi();
    uint16_t port() const { return server_->port(); }

    /// Hands the event to the process as soon as it asks for one.
    void offer(RuntimeEvent event);
    /// Empty when `timeout` passed first.
    std::optional<RuntimeAnswer> wait_for_answer(std::chrono::milliseconds timeout);
    /// When the process took the offered event, if it has; when it first asked for one.
    std::optional<base::MonotonicTime> taken_at() const;
    std::optional<base::MonotonicTime> ready_at() const;

private:
    explicit RuntimeApi(const base::Clock& clock) : clock_(clock) {}
    void handle(const http::Request& request, http::Respond respond);
    void give_next(http::Respond respond) EXCLUDES(mutex_);
    void take_answer(RuntimeAnswer answer) EXCLUDES(mutex_);
    http::Response response_of(const RuntimeEvent& event) const;

    const base::Clock& clock_;
    mutable base::Mutex mutex_;
    base::CondVar changed_;
    std::optional<http::Respond> waiting_ GUARDED_BY(mutex_);
    std::optional<RuntimeEvent> offered_ GUARDED_BY(mutex_);
    std::string current_ GUARDED_BY(mutex_);  ///< request id of the event that was taken
    std::optional<RuntimeAnswer> answer_ GUARDED_BY(mutex_);
    std::optional<base::MonotonicTime> taken_at_ GUARDED_BY(mutex_);
    std::optional<base::MonotonicTime> ready_at_ GUARDED_BY(mutex_);
    std::unique_ptr<http::Server> server_;
};

}  // namespace wr::lambda
