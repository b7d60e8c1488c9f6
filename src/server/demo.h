#pragma once
// The workshop's pipeline made through the public APIs, and a fleet that feeds it: for `up --demo`,
// and at the wish of who looks at the console.

#include <memory>
#include <string>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/result.h"
#include "fleet/aws.h"
#include "fleet/runner.h"
#include "gen/console/types.h"

namespace wr::server {

/// @threads any
class Demo {
public:
    static constexpr int64_t unicorns_max = 50'000;

    Demo(const fleet::AwsOptions& options, std::string account);
    ~Demo();

    /// Makes what the pipeline lacks, if that is wanted, then lets so many ride, in the place of
    /// those who did. Waits for it. @error the step that failed
    base::Result<void> begin(const console::api::FleetRequest& wanted);
    /// The same without waiting; how it went is in state(). @error one is under way, or too many
    base::Result<void> request(const console::api::FleetRequest& wanted);
    bool is_setting_up() const;
    console::api::FleetState state() const;
    /// Waits for what is under way. Idempotent.
    void stop();

private:
    base::SystemClock clock_;
    fleet::Aws aws_;
    const std::string account_;
    mutable base::Mutex mutex_;
    std::shared_ptr<fleet::FleetRunner> fleet_ GUARDED_BY(mutex_);
    int64_t unicorns_ GUARDED_BY(mutex_) = 0;
    std::string problem_ GUARDED_BY(mutex_);
    bool is_busy_ GUARDED_BY(mutex_) = false;
    bool is_setting_up_ GUARDED_BY(mutex_) = false;
    base::Executor executor_{"demo", 1, 1};  ///< last: it uses the others
};

}  // namespace wr::server
