#pragma once
// The running server: opened, started, drained, stopped.

#include <memory>
#include <string>

#include "base/result.h"
#include "server/data_directory.h"
#include "server/options.h"

namespace wr::server {

/// @threads one
class Application {
public:
    /// Recovers, then listens. @error what a person should do about it, in one sentence
    static base::Result<std::unique_ptr<Application>> start(const Options& options);
    virtual ~Application() = default;

    /// For clients: https where there is TLS.
    virtual std::string endpoint() const = 0;
    /// For what this process itself calls: never TLS.
    virtual std::string inner_endpoint() const = 0;
    virtual const RootKeys& root_keys() const = 0;
    /// Console's address with the session's token.
    virtual std::string console_address() const = 0;
    /// The whole pipeline and so many unicorns. @error the step that failed
    virtual base::Result<void> start_demo(int64_t unicorns) = 0;
    /// Returns at SIGTERM, SIGINT or when storage has failed; true for a signal.
    virtual bool wait_for_end() = 0;
    /// Answers what is in flight, then stops every owner of background work.
    virtual void drain_and_stop() = 0;
};

}  // namespace wr::server
