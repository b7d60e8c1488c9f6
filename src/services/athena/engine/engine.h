#pragma once
// The engine: takes queries, runs them on a bounded pool, keeps what came of them.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "base/random.h"
#include "io/process.h"
#include "kv/store.h"
#include "services/athena/engine/catalog.h"
#include "services/athena/engine/query.h"
#include "services/s3/s3.h"

namespace wr::athena {

enum class ErrorCode { InvalidRequest, NotFound, TooManyRequests, Internal };
struct Error {
    ErrorCode code;
    std::string message;
};
template <typename T>
using Result = base::Result<T, Error>;

struct EngineOptions {
    std::string scratch_directory;            ///< ours alone; emptied at start
    std::vector<std::string> worker_command;  ///< absolute program and its arguments
    std::string duckdb_library;               ///< libduckdb.so; empty: queries fail and say so
    uint64_t memory_bytes_max = limits::query_memory_bytes_max;
    std::chrono::milliseconds timeout = limits::query_timeout;
    bool limits_address_space = true;  ///< off under sanitizers, which reserve terabytes
};

struct StartRequest {
    Scope scope;
    std::string query;
    std::string database;
    std::string catalog;
    std::string workgroup;
    std::string output_location;
    std::string token;
    Authorise authorise;  ///< the caller's rights, asked while the query runs
};

struct ResultPage {
    std::vector<ResultColumnInfo> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
    std::string next_token;
    StatementType statement_type = StatementType::Dml;
};

/// @threads any. Executions survive restarts; those that ran at a crash are then FAILED.
class Engine {
public:
    static base::Result<std::unique_ptr<Engine>> open(kv::Store& store,
                                                      s3::Face& s3,
                                                      base::Clock& clock,
                                                      base::Random& random,
                                                      EngineOptions options);
    ~Engine();

    /// The id. The same token and query give the same id again.
    Result<std::string> start(StartRequest request);
    Result<QueryExecution> get(const Scope& scope, const std::string& id) const;
    Result<void> cancel(const Scope& scope, const std::string& id);
    /// Newest first, after the execution `after` when given.
    Result<std::vector<std::string>> list(const Scope& scope,
                                          const std::string& workgroup,
                                          const std::string& after,
                                          size_t count_max) const;
    /// Rows of the result object, the header of a SELECT among them.
    Result<ResultPage> results(const Scope& scope,
                               const std::string& id,
                               const std::string& token,
                               size_t count_max,
                               const Authorise& authorise) const;

    Result<void> create_workgroup(const Scope& scope, WorkGroup workgroup);
    Result<void> update_workgroup(const Scope& scope, const WorkGroup& workgroup);
    Result<WorkGroup> workgroup(const Scope& scope, const std::string& name) const;
    Result<std::vector<WorkGroup>> workgroups(const Scope& scope) const;
    Result<void> delete_workgroup(const Scope& scope, const std::string& name);

    /// The id.
    Result<std::string> create_named_query(const Scope& scope, NamedQuery query);
    Result<NamedQuery> named_query(const Scope& scope, const std::string& id) const;
    Result<std::vector<NamedQuery>> named_queries(const Scope& scope,
                                                  const std::string& workgroup) const;
    Result<void> delete_named_query(const Scope& scope, const std::string& id);

    Catalog& catalog() { return catalog_; }
    const Catalog& catalog() const { return catalog_; }

    /// Kills what runs, waits for its threads. Idempotent.
    void stop();

private:
    /// Why a query ended without rows.
    struct Failure {
        std::string reason;
        ErrorCategory category = ErrorCategory::User;
    };
    template <typename T>
    using Outcome = base::Result<T, Failure>;
    struct Output {
        std::string content;
        std::vector<ResultColumnInfo> columns;
        uint64_t scanned_bytes = 0;
    };
    struct Running {
        std::shared_ptr<io::Process> process;  ///< none before it starts
        bool cancelled = false;
    };

    Engine(kv::Store& store,
           s3::Face& s3,
           base::Clock& clock,
           base::Random& random,
           EngineOptions options);
    base::Result<void> recover();

    Result<std::string> output_address(const StartRequest& request,
                                       const std::string& id,
                                       const char* extension) const;
    void run(const Scope& scope, const std::string& id, const Authorise& authorise);
    Outcome<Output> execute(const Scope& scope,
                            const QueryExecution& execution,
                            const Authorise& authorise);
    Outcome<Output> run_ddl(const Scope& scope,
                            const QueryExecution& execution,
                            const DdlStatement& statement,
                            const Authorise& authorise);
    Outcome<Output> run_query(const Scope& scope,
                              const QueryExecution& execution,
                              const Authorise& authorise);
    Outcome<Output> run_worker(const QueryExecution& execution,
                               const std::string& folder,
                               const std::string& job);
    Outcome<std::shared_ptr<io::Process>> start_worker(const std::string& id,
                                                       const std::string& folder,
                                                       int job_descriptor,
                                                       int result_descriptor);
    Outcome<void> write_output(const QueryExecution& execution,
                               const Output& output,
                               const Authorise& authorise);
    void finish(const Scope& scope, QueryExecution execution, const Outcome<Output>& outcome);
    bool is_cancelled(const std::string& id) const;

    kv::Store& store_;
    s3::Face& s3_;
    base::Clock& clock_;
    base::Random& random_;
    const EngineOptions options_;
    Catalog catalog_;
    mutable base::Mutex mutex_;
    std::map<std::string, Running> running_ GUARDED_BY(mutex_);  ///< queued ones too
    bool stopping_ GUARDED_BY(mutex_) = false;
    base::Executor executor_;
};

}  // namespace wr::athena
