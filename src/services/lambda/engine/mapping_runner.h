#pragma once
// Runs one event source mapping: finds its shards and drives a lane for each.

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/executor.h"
#include "base/mutex.h"
#include "kv/store.h"
#include "services/lambda/engine/shard_lane.h"

namespace wr::lambda {

struct RunnerContext {
    kinesis::Face* kinesis = nullptr;
    const base::Clock* clock = nullptr;
    base::Executor* executor = nullptr;  ///< lanes run here
    std::chrono::milliseconds poll_period{200};
    std::chrono::milliseconds discovery_period{5'000};
    std::chrono::milliseconds retry_delay_first{1'000};
    std::chrono::milliseconds retry_delay_max{60'000};
    std::function<std::string(const FunctionName&)> role_of;
    std::function<base::Result<InvokeOutcome, Error>(const FunctionName&, const std::string&)>
        invoke;
    /// Told when `is_started` or `last_result` changed, to store it.
    std::function<base::Result<void>(const Mapping&)> changed;
};

/// Starting positions of a stream's shards, fixed: what LATEST means must not move while nobody
/// reads. Null for shards that the mapping does not begin with.
kinesis::Result<std::map<std::string, ShardCheckpoint>> starting_checkpoints(
    kinesis::Face& kinesis, const Mapping& mapping);

/// How a mapping does at this moment. @threads any
struct MappingHealth {
    MappingHealth(std::string of, FunctionName calls)
        : id(std::move(of)), function(std::move(calls)) {}
    const std::string id;
    const FunctionName function;
    /// Arrival of the oldest record that waits, epoch milliseconds; 0 when none does.
    std::atomic<int64_t> oldest_waiting_ms{0};
    std::atomic<bool> is_failing{false};
};

class MappingRunner {
public:
    /// @param checkpoints  of this mapping; holds one entry per shard that it began with
    MappingRunner(RunnerContext context, Mapping mapping, std::unique_ptr<kv::Store> checkpoints);
    ~MappingRunner();
    std::shared_ptr<const MappingHealth> health() const { return health_; }
    /// Waits for lanes that run; what they had not acknowledged is delivered again later.
    void stop();

private:
    struct Lane {
        std::unique_ptr<ShardLane> lane;
        bool is_running = false;
        bool is_finished = false;
        std::vector<std::string> parents;
    };

    std::chrono::milliseconds turn();
    base::Result<void> discover();
    base::Result<void> begin();
    void add_lane(const kinesis::ShardInfo& shard) REQUIRES(mutex_);
    bool may_run(const Lane& lane) const REQUIRES(mutex_);
    void start_due();
    void run_lane(const std::string& shard_id);
    void note_result(const std::string& result);
    void note_health(const std::string& shard_id, const ShardLane& lane);

    const RunnerContext context_;
    const std::unique_ptr<kv::Store> checkpoints_;
    base::Mutex mutex_;
    base::CondVar lane_ended_;
    Mapping mapping_;  ///< configuration constant; the result under `mutex_`
    std::map<std::string, Lane> lanes_ GUARDED_BY(mutex_);
    std::map<std::string, int64_t> waiting_ GUARDED_BY(mutex_);  ///< oldest arrival by shard
    size_t running_ GUARDED_BY(mutex_) = 0;
    bool is_stopping_ GUARDED_BY(mutex_) = false;
    const std::shared_ptr<MappingHealth> health_;
    std::optional<base::MonotonicTime> discovered_at_;
    uint64_t seen_ = 0;
    std::unique_ptr<base::PeriodicTask> task_;
};

}  // namespace wr::lambda
