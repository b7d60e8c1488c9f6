#pragma once
// The running instances of all functions: warm ones reused, as many as the limit allows, idle ones
// ended after a while.

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/executor.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "services/identity/identity.h"
#include "services/lambda/engine/code_store.h"
#include "services/lambda/engine/instance.h"

namespace wr::lambda {

struct PoolOptions {
    size_t instances_max = limits::functions_concurrent_max;
    std::chrono::milliseconds idle_time{std::chrono::minutes(5)};
    std::chrono::seconds session_time{3600};
};

/// @threads any
class Pool {
public:
    Pool(InstanceContext context, CodeStore& code, identity::Face& identity, PoolOptions options);
    ~Pool();

    /// Runs one invocation in an instance of this version of the function.
    /// @error TooManyRequests | InvalidArgument (role) | ServiceException
    base::Result<InvokeOutcome, Error> invoke(const Function& function,
                                              const InvokeRequest& request);
    /// Ends the idle instances of a function; busy ones end after their invocation.
    void retire(const FunctionName& name);
    size_t size() const;
    /// Refuses further invocations, ends idle instances, gives busy ones a moment and ends them
    /// too; idempotent.
    void stop();

private:
    struct Entry {
        std::unique_ptr<Instance> instance;
        FunctionName name;
        std::string key;  ///< function, version and revision: never shared across these
        base::Timestamp session_ends{};
        base::MonotonicTime idle_since{};
    };
    using Entries = std::list<Entry>;

    std::unique_ptr<Entry> take_idle(const std::string& key);
    bool reserve();
    void give_back(std::unique_ptr<Entry> entry, uint64_t generation);
    base::Result<std::unique_ptr<Entry>, Error> start(const Function& function);
    std::chrono::milliseconds end_idle();

    const InstanceContext context_;
    CodeStore& code_;
    identity::Face& identity_;
    const PoolOptions options_;
    mutable base::Mutex mutex_;
    Entries idle_ GUARDED_BY(mutex_);  ///< longest idle first
    size_t count_ GUARDED_BY(mutex_) = 0;
    std::set<Instance*> busy_ GUARDED_BY(mutex_);
    base::CondVar given_back_;
    std::map<FunctionName, uint64_t> generations_ GUARDED_BY(mutex_);
    bool is_stopping_ GUARDED_BY(mutex_) = false;
    base::PeriodicTask reaper_;
};

}  // namespace wr::lambda
