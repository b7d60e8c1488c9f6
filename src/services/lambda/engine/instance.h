#pragma once
// One process of a function, warm between invocations, behind a Runtime API of its own.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "services/lambda/engine/function.h"
#include "services/lambda/engine/sandbox.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"

namespace wr::lambda {

struct InstanceContext {
    const Sandbox* sandbox = nullptr;
    const base::Clock* clock = nullptr;
    base::Random* random = nullptr;
    logs::Face* logs = nullptr;
    std::string socket_directory;
};

struct InstanceSpec {
    Function function;
    std::string code_directory;
    std::map<std::string, std::string> credentials;  ///< environment of the role's session
};

struct InvokeRequest {
    std::string request_id;
    std::string function_arn;  ///< as it was called
    std::string_view payload;
};

/// One invocation at a time. The process ends, with everything it started, when this goes.
class Instance {
public:
    /// Starts the process and returns before it is ready.
    static base::Result<std::unique_ptr<Instance>> start(const InstanceContext& context,
                                                         InstanceSpec spec);
    virtual ~Instance() = default;
    /// Waits for the answer, for the function's timeout, or for the process's end.
    virtual InvokeOutcome invoke(const InvokeRequest& request) = 0;
    /// False after a timeout, an end or a failed start: such a process is not used again.
    virtual bool is_usable() const = 0;
    virtual int pid() const = 0;
    /// Ends the process; an invocation under way fails. From any thread.
    virtual void kill() = 0;
};

}  // namespace wr::lambda
