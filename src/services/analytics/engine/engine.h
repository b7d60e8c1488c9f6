#pragma once
// The analytics engine: applications as records in the store, and those that run.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "kv/store.h"
#include "services/analytics/engine/application.h"
#include "services/analytics/engine/outputs.h"
#include "services/analytics/engine/runner.h"
#include "services/analytics/engine/tap.h"
#include "sql/discover.h"

namespace wr::analytics {

struct EngineOptions {
    /// How long STARTING, STOPPING, UPDATING and DELETING last at least.
    std::chrono::milliseconds state_change_delay{100};
    size_t applications_max = 50;  ///< per account and region, as AWS's quota
    size_t inputs_max = 64;
    size_t outputs_max = 64;
    size_t references_max = 64;
    /// How long schema discovery waits for the first record.
    std::chrono::milliseconds discovery_wait{5'000};
    RunnerOptions runner;
};

struct Discovery {
    sql::DiscoveredSchema found;
    std::vector<std::string> raw_records;
    std::vector<std::string> processed_records;
};

/// @threads any
class Engine {
public:
    /// Reads the records of all applications; nothing runs before start().
    static base::Result<std::unique_ptr<Engine>> open(kv::Store& store,
                                                      const base::Clock& clock,
                                                      const Faces& faces,
                                                      const EngineOptions& options);
    ~Engine();

    /// Applications that ran go on where they were.
    void start();
    /// Waits for every application's current round; they stay RUNNING in the store. Idempotent.
    void stop();

    /// Takes name, description, code, inputs, outputs, logging, roles and tags of `draft`.
    Result<Application> create(Application draft);
    Result<Application> describe(const ApplicationName& name) const;
    /// By name, from the first behind `after`.
    std::vector<Application> list(const std::string& account,
                                  const std::string& region,
                                  const std::string& after,
                                  size_t count_max) const;

    /// Changes a copy, compiles it, and swaps it in only when everything is right. A running
    /// application goes on with the new code where the old one stopped reading; open windows are
    /// given up, as on AWS.
    /// @param version  CurrentApplicationVersionId; ConcurrentModification when it is another
    Result<Application> modify(const ApplicationName& name,
                               std::optional<int64_t> version,
                               const std::function<Result<void>(Application&)>& change);
    /// Tags belong to no version.
    Result<void> retag(const ApplicationName& name,
                       const std::function<Result<void>(Application&)>& change);

    /// Positions by input id; inputs that are not named go on where they stopped, or start at NOW.
    Result<void> start_application(const ApplicationName& name,
                                   const std::map<std::string, StartingPosition>& positions);
    Result<void> stop_application(const ApplicationName& name);
    /// @param created  CreateTimestamp as described; to the second
    Result<void> delete_application(const ApplicationName& name, base::Timestamp created);

    /// Looks at records of a stream or a delivery stream. Waits for the first one.
    /// @param processor  a function that prepares them
    Result<Discovery> discover(const std::string& stream_arn,
                               const std::string& role_arn,
                               StartingPosition position,
                               const std::optional<Processor>& processor = std::nullopt);
    /// The same for an object in S3.
    Result<Discovery> discover_object(const std::string& bucket_arn,
                                      const std::string& key,
                                      const std::string& role_arn,
                                      const std::optional<Processor>& processor);

    struct Metrics {
        std::string name;
        int64_t behind_latest_ms = 0;
        uint64_t records = 0;
        uint64_t errors = 0;
        uint64_t state_bytes = 0;
        uint64_t lost_records = 0;
    };
    std::vector<Metrics> metrics() const;
    /// What moves inside of an application; nothing while it does not run.
    std::optional<TapView> tap(const ApplicationName& name) const;

    /// Carries out state changes that are due. Called by the engine's own thread; tests call it
    /// themselves.
    void settle();

private:
    struct Running {
        std::unique_ptr<Runner> runner;
        std::unique_ptr<base::PeriodicTask> task;
    };
    struct Slot {
        Application application;
        std::optional<base::MonotonicTime> settle_at;
        std::shared_ptr<Running> running;
        bool settling = false;
    };

    Engine(kv::Store& store,
           const base::Clock& clock,
           const Faces& faces,
           const EngineOptions& options);

    base::Result<void> load();
    Result<void> check_roles(const Application& application) const;
    Result<void> check_limits(const Application& application) const;
    Result<void> save(const Application& application) const;
    Result<Slot*> find(const ApplicationName& name) REQUIRES(mutex_);
    Result<void> begin(Slot& slot, Status status) REQUIRES(mutex_);
    void settle_one(const ApplicationName& name);
    void tell_start_failed(Application& application, const std::string& message) const;
    void finish_start(Application& application, std::shared_ptr<Running>& running);
    void finish_update(Application& application, std::shared_ptr<Running>& running);
    void halt(std::shared_ptr<Running>& running, bool finally);
    std::shared_ptr<Running> make_running(const Application& application,
                                          const sql::ProgramPtr& program);
    Result<Checkpoint> checkpoint_for(const Application& application,
                                      const sql::ProgramPtr& program,
                                      const std::map<std::string, StartingPosition>& positions,
                                      bool& keeps_state);
    base::Result<void> begin_run(const Application& application, const sql::ProgramPtr& program);
    Result<Discovery> found_in(const Application& application,
                               std::vector<kinesis::Record> samples,
                               RoleGate& gate) const;
    /// Finds the streams behind delivery streams.
    Result<void> resolve_sources(Application& application) const;

    kv::Store& store_;
    const base::Clock& clock_;
    const Faces faces_;
    const EngineOptions options_;
    mutable base::Mutex mutex_;
    std::map<ApplicationName, Slot> slots_ GUARDED_BY(mutex_);
    uint64_t next_uid_ GUARDED_BY(mutex_) = 1;
    bool started_ GUARDED_BY(mutex_) = false;
    std::unique_ptr<base::PeriodicTask> control_;
};

}  // namespace wr::analytics
