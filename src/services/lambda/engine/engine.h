#pragma once
// Lambda's engine: functions, their code and policies, invocations, event source mappings.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "io/file_system.h"
#include "kv/store.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/lambda/engine/code_store.h"
#include "services/lambda/engine/error.h"
#include "services/lambda/engine/event_queue.h"
#include "services/lambda/engine/function.h"
#include "services/lambda/engine/invocation_talks.h"
#include "services/lambda/engine/mappings.h"
#include "services/lambda/engine/pool.h"
#include "services/lambda/engine/sandbox.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/s3/s3.h"

namespace wr::lambda {

struct EngineOptions {
    /// A real directory of this engine's own (packages, bootstraps, sockets), also for --memory.
    std::string data_directory;
    /// From make_socket_directory, shared with the endpoint's socket; empty: the engine makes one.
    std::string socket_directory;
    /// Invocations that wait for their answer, at once: each holds a thread that its function's
    /// own requests may need.
    size_t waiting_invocations_max = limits::request_threads / 4 * 3;
    /// Pending -> Active, InProgress -> Successful, Creating -> Enabled.
    std::chrono::milliseconds state_delay{500};
    SandboxOptions sandbox;  ///< runtime_directory is the engine's business
    PoolOptions pool;
    EventQueueOptions events;
    std::chrono::milliseconds mapping_poll_period{200};
    std::chrono::milliseconds mapping_discovery_period{5'000};
    std::chrono::milliseconds mapping_retry_delay_first{1'000};
};

struct EngineFaces {
    kinesis::Face* kinesis = nullptr;
    s3::Face* s3 = nullptr;
    identity::Face* identity = nullptr;
    logs::Face* logs = nullptr;
};

/// Where a package comes from: exactly one of the two.
struct CodeSource {
    std::optional<std::string> zip;
    std::string s3_bucket;
    std::string s3_key;
};

struct ConfigurationChanges {
    std::optional<std::string> runtime;
    std::optional<std::string> role;
    std::optional<std::string> handler;
    std::optional<std::string> description;
    std::optional<int64_t> timeout_seconds;
    std::optional<int64_t> memory_mib;
    std::optional<int64_t> storage_mib;
    std::optional<std::map<std::string, std::string>> environment;
    std::optional<std::string> revision;  ///< must be the current one
};

enum class InvocationType { RequestResponse, Event, DryRun };

/// @threads any. Names and ARNs are scoped by account and region.
class Engine final : public Face {
public:
    Engine(std::unique_ptr<kv::Store> store,
           io::FileSystem& files,
           const base::Clock& clock,
           base::Random& random,
           EngineFaces faces,
           EngineOptions options);
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Makes the directories, starts mappings and waiting events. Call once, when the faces work.
    /// @param endpoint_port  of the server, when it was not known before; 0: as in the options
    base::Result<void> start(uint16_t endpoint_port = 0);
    /// Ends every process; mappings go on from their checkpoints at the next start.
    void stop();

    EngineResult<Function> create_function(Function function,
                                           const CodeSource& code,
                                           bool is_published);
    EngineResult<Function> get_function(const FunctionName& name) const;
    EngineResult<std::string> get_code(const Function& function) const;
    /// $LATEST of every function, by name.
    EngineResult<std::vector<Function>> list_functions(const std::string& account,
                                                       const std::string& region) const;
    EngineResult<std::vector<Function>> list_versions(const FunctionName& name) const;
    EngineResult<Function> publish_version(const FunctionName& name,
                                           const std::string& description,
                                           const std::string& code_sha256,
                                           const std::string& revision);
    EngineResult<Function> update_code(const FunctionName& name,
                                       const CodeSource& code,
                                       const std::string& revision,
                                       bool is_dry_run,
                                       bool is_published);
    EngineResult<Function> update_configuration(const FunctionName& name,
                                                const ConfigurationChanges& changes);
    EngineResult<void> delete_function(const FunctionName& name);
    EngineResult<Function> set_tags(const FunctionName& name,
                                    const std::map<std::string, std::string>& added,
                                    const std::vector<std::string>& removed);

    EngineResult<base::Json> add_permission(const FunctionName& name,
                                            const std::string& statement_id,
                                            base::Json statement,
                                            const std::string& revision);
    EngineResult<void> remove_permission(const FunctionName& name,
                                         const std::string& statement_id,
                                         const std::string& revision);
    /// The policy document; empty when the function has none or is not there.
    std::string policy_of(const FunctionName& name) const;

    EngineResult<InvokeOutcome> invoke_function(const FunctionName& name,
                                                InvocationType type,
                                                std::string_view payload,
                                                const std::string& request_id);

    /// Event and result of one of the last invocations, whoever asked for it; nothing when they
    /// are not kept any more.
    std::optional<InvocationTalk> talk_of(const FunctionName& name,
                                          const std::string& request_id) const {
        return talks_.find(name.arn(), request_id);
    }

    /// Checks function, stream and role, then begins.
    EngineResult<Mapping> create_mapping(Mapping mapping);
    EngineResult<Mapping> update_mapping(const std::string& account,
                                         const std::string& region,
                                         const std::string& id,
                                         const MappingChanges& changes);
    Mappings& mappings() { return *mappings_; }

    base::Result<InvokeOutcome, Error> invoke(const std::string& function_arn,
                                              std::string_view payload) override;

    base::Timestamp now() const { return clock_.now(); }

private:
    static std::string key_of(const FunctionName& name, const std::string& version);
    EngineResult<Function> load(const FunctionName& name) const;
    EngineResult<void> save(const Function& function);
    EngineResult<void> take_code(Function& function, const CodeSource& code);
    EngineResult<std::string> read_s3(const CodeSource& code) const;
    EngineResult<void> check_configuration(const Function& function) const;
    EngineResult<void> check_changeable(const Function& function,
                                        const std::string& revision) const;
    EngineResult<Function> publish(Function function, const std::string& description);
    void touch(Function& function);
    void forget_unused_code();
    base::Result<InvokeOutcome, Error> run(const FunctionName& name,
                                           std::string_view payload,
                                           const std::string& request_id);
    base::Result<void> can_run();
    void make_pool();

    const std::unique_ptr<kv::Store> functions_;
    const std::unique_ptr<kv::Store> store_;
    const base::Clock& clock_;
    base::Random& random_;
    const EngineFaces faces_;
    const EngineOptions options_;
    std::atomic<size_t> waiting_invocations_ = 0;
    bool owns_socket_directory_ = false;
    CodeStore code_;
    Sandbox sandbox_;
    mutable base::Mutex mutex_;  ///< reading and writing function records
    base::Mutex probe_mutex_;
    std::optional<base::Result<void>> probed_ GUARDED_BY(probe_mutex_);
    std::string socket_directory_;
    InvocationTalks talks_;
    std::unique_ptr<Pool> pool_;  ///< from start() on
    std::unique_ptr<EventQueue> events_;
    std::unique_ptr<Mappings> mappings_;
};

}  // namespace wr::lambda
