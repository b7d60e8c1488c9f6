#pragma once
// All event source mappings: their records, and the runners of those that are enabled.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "services/lambda/engine/error.h"
#include "services/lambda/engine/mapping_runner.h"

namespace wr::lambda {

/// Members that a request names; the rest stay as they are.
struct MappingChanges {
    std::optional<FunctionName> function;
    std::optional<int64_t> batch_size;
    std::optional<int64_t> batching_window_seconds;
    std::optional<int64_t> parallelization_factor;
    std::optional<int64_t> record_age_seconds_max;
    std::optional<int64_t> retry_attempts_max;
    std::optional<bool> bisects;
    std::optional<bool> reports_item_failures;
    std::optional<bool> is_enabled;
    void apply(Mapping& mapping) const;
};

/// @threads any
class Mappings {
public:
    /// @param store  holds records and checkpoints
    Mappings(std::unique_ptr<kv::Store> store,
             RunnerContext context,
             base::Random& random,
             std::chrono::milliseconds state_delay);
    ~Mappings();

    /// Starts the runners of an earlier run's mappings.
    void start();
    void stop();

    /// Starting positions are fixed before it returns: LATEST begins now.
    EngineResult<Mapping> create(Mapping mapping);
    EngineResult<Mapping> get(const std::string& account,
                              const std::string& region,
                              const std::string& id) const;
    /// In order of their ids.
    EngineResult<std::vector<Mapping>> list(const std::string& account,
                                            const std::string& region) const;
    EngineResult<Mapping> update(const std::string& account,
                                 const std::string& region,
                                 const std::string& id,
                                 const MappingChanges& changes);
    EngineResult<Mapping> remove(const std::string& account,
                                 const std::string& region,
                                 const std::string& id);

    /// Of those that run. Does not wait for changes under way.
    std::vector<std::shared_ptr<const MappingHealth>> health() const;

private:
    base::Result<void> note(const Mapping& mapping);
    base::Result<void> put(const Mapping& mapping);
    void run(const Mapping& mapping) REQUIRES(operation_);
    void halt(const std::string& id) REQUIRES(operation_);
    std::unique_ptr<kv::Store> checkpoints_of(const std::string& id) const;

    const std::unique_ptr<kv::Store> records_;
    const std::unique_ptr<kv::Store> checkpoints_;
    RunnerContext context_;
    base::Random& random_;
    const std::chrono::milliseconds state_delay_;
    base::Executor executor_;
    /// Creating, changing and removing, one at a time. Taken before `record_`.
    base::Mutex operation_;
    /// Reading and writing one record; the only one that runners take.
    mutable base::Mutex record_;
    std::map<std::string, std::unique_ptr<MappingRunner>> runners_ GUARDED_BY(operation_);
    mutable base::Mutex looking_;
    std::map<std::string, std::shared_ptr<const MappingHealth>> health_ GUARDED_BY(looking_);
};

}  // namespace wr::lambda
