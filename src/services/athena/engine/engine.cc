// Life of an execution: accepted, kept, listed, cancelled; recovered after a crash.
#include "services/athena/engine/engine.h"

#include "base/logging.h"
#include "io/tree.h"
#include "services/athena/engine/keys.h"

namespace wr::athena {
namespace {

constexpr size_t queries_queued_max = 1000;

base::Failure<Error> internal(const base::Error& error) {
    base::log_error("athena.storage", {{"cause", error.message}});
    return {Error{ErrorCode::Internal, "Internal server error"}};
}
base::Failure<Error> invalid(std::string message) {
    return {Error{ErrorCode::InvalidRequest, std::move(message)}};
}

bool is_open(QueryState state) {
    return state == QueryState::Queued || state == QueryState::Running;
}

StatementType type_of(const std::string& query) {
    const auto ddl = parse_ddl(query);
    if (!ddl || !*ddl) return StatementType::Dml;
    const auto& statement = **ddl;
    const bool shows = !std::holds_alternative<CreateTable>(statement) &&
                       !std::holds_alternative<DropTable>(statement) &&
                       !std::holds_alternative<CreateDatabase>(statement) &&
                       !std::holds_alternative<DropDatabase>(statement) &&
                       !std::holds_alternative<MsckRepair>(statement);
    return shows ? StatementType::Utility : StatementType::Ddl;
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::open(kv::Store& store,
                                                   s3::Face& s3,
                                                   base::Clock& clock,
                                                   base::Random& random,
                                                   EngineOptions options) {
    std::unique_ptr<Engine> engine(new Engine(store, s3, clock, random, std::move(options)));
    WR_TRY_VOID(engine->recover());
    return engine;
}

Engine::Engine(
    kv::Store& store, s3::Face& s3, base::Clock& clock, base::Random& random, EngineOptions options)
    : store_(store),
      s3_(s3),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      catalog_(store, clock),
      executor_("athena", limits::queries_concurrent_max, queries_queued_max) {}

Engine::~Engine() {
    stop();
}

base::Result<void> Engine::recover() {
    WR_TRY_VOID(io::remove_tree(options_.scratch_directory));
    kv::Batch batch;
    std::vector<std::string> keys;
    WR_TRY_VOID(store_.scan(std::string(1, open_kind), [&](std::string_view key, auto) {
        keys.emplace_back(key);
        return true;
    }));
    for (const std::string& key : keys) {
        batch.remove(key);
        const std::string record_key = execution_kind + key.substr(1);
        WR_TRY(const auto value, store_.get(record_key));
        auto execution = value ? decode_execution(*value) : std::nullopt;
        if (!execution || !is_open(execution->state)) continue;
        execution->state = QueryState::Failed;
        execution->reason = "INTERNAL_ERROR: the query was running when the server ended";
        execution->category = ErrorCategory::System;
        execution->completed = clock_.now();
        batch.put(record_key, encode(*execution));
    }
    return store_.commit(batch);
}

Result<std::string> Engine::output_address(const StartRequest& request,
                                           const std::string& id,
                                           const char* extension) const {
    WR_TRY(const WorkGroup group, workgroup(request.scope, request.workgroup));
    if (!group.enabled) return invalid("WorkGroup " + group.name + " is disabled");
    const bool from_group = group.enforces_configuration || request.output_location.empty();
    std::string location = from_group ? group.output_location : request.output_location;
    if (location.empty())
        return invalid(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input.");
    const auto address = parse_s3_address(location);
    if (!address) return invalid("outputLocation is not a valid S3 path.");
    const auto exists = s3_.bucket_exists(address->bucket);
    if (!exists || !*exists)
        return invalid("Unable to verify/create output bucket " + address->bucket);
    if (!location.ends_with('/')) location += '/';
    return location + id + extension;
}

Result<std::string> Engine::start(StartRequest request) {
    const Scope scope = request.scope;
    if (request.workgroup.empty()) request.workgroup = "primary";
    if (request.database.empty()) request.database = "default";
    if (!request.catalog.empty() && to_lower(request.catalog) != "awsdatacatalog")
        return invalid("Catalog '" + request.catalog + "' does not exist");
    const std::string token = key_of(token_kind, scope, {request.token});
    if (!request.token.empty()) {
        const auto known = store_.get(token);
        if (!known) return internal(known.error());
        if (*known) {
            WR_TRY(const QueryExecution earlier, get(scope, **known));
            if (earlier.query == request.query) return earlier.id;
            return invalid("Idempotent parameters do not match");
        }
    }
    QueryExecution execution;
    execution.id = random_.uuid();
    execution.query = request.query;
    execution.database = to_lower(request.database);
    execution.catalog = "awsdatacatalog";
    execution.workgroup = request.workgroup;
    execution.statement_type = type_of(request.query);
    execution.submitted = clock_.now();
    const bool is_dml = execution.statement_type == StatementType::Dml;
    WR_TRY(execution.output_location,
           output_address(request, execution.id, is_dml ? ".csv" : ".txt"));

    kv::Batch batch;
    batch.put(key_of(execution_kind, scope, {execution.id}), encode(execution));
    batch.put(key_of(open_kind, scope, {execution.id}), "");
    batch.put(list_key(scope, execution.workgroup, execution.submitted, execution.id), "");
    if (!request.token.empty()) batch.put(token, execution.id);
    if (auto kept = store_.commit(batch); !kept) return internal(kept.error());
    {
        base::MutexLock lock(mutex_);
        running_[execution.id];
    }
    const bool posted =
        executor_.post([this, scope, id = execution.id, authorise = std::move(request.authorise)] {
            run(scope, id, authorise);
        });
    if (!posted) {
        Failure failure{"Too many queries are waiting", ErrorCategory::System};
        finish(scope, execution, base::fail(std::move(failure)));
        return base::fail(Error{ErrorCode::TooManyRequests,
                                "You have exceeded the limit for the number of queries you can "
                                "run concurrently."});
    }
    return execution.id;
}

Result<QueryExecution> Engine::get(const Scope& scope, const std::string& id) const {
    const auto value = store_.get(key_of(execution_kind, scope, {id}));
    if (!value) return internal(value.error());
    auto execution = *value ? decode_execution(**value) : std::nullopt;
    if (!execution) return invalid("QueryExecution " + id + " was not found");
    return *std::move(execution);
}

Result<void> Engine::cancel(const Scope& scope, const std::string& id) {
    WR_TRY(QueryExecution execution, get(scope, id));
    base::MutexLock lock(mutex_);
    const auto found = running_.find(id);
    if (found == running_.end()) return {};
    found->second.cancelled = true;
    if (found->second.process) found->second.process->kill();
    return {};
}

Result<std::vector<std::string>> Engine::list(const Scope& scope,
                                              const std::string& workgroup_name,
                                              const std::string& after,
                                              size_t count_max) const {
    const std::string name = workgroup_name.empty() ? "primary" : workgroup_name;
    WR_TRY(const WorkGroup group, workgroup(scope, name));
    const std::string prefix = key_of(list_kind, scope, {group.name});
    std::string start = prefix;
    if (!after.empty()) {
        WR_TRY(const QueryExecution last, get(scope, after));
        start = list_key(scope, group.name, last.submitted, last.id) + '\0';
    }
    std::vector<std::string> ids;
    const auto iterator = store_.iterate();
    for (iterator->seek(start); iterator->valid() && ids.size() < count_max; iterator->next()) {
        if (!iterator->key().starts_with(prefix)) break;
        ids.emplace_back(iterator->key().substr(prefix.size() + 8));
    }
    if (auto status = iterator->status(); !status) return internal(status.error());
    return ids;
}

void Engine::finish(const Scope& scope, QueryExecution execution, const Outcome<Output>& outcome) {
    base::MutexLock lock(mutex_);
    const auto found = running_.find(execution.id);
    const bool cancelled = found != running_.end() && found->second.cancelled;
    if (found != running_.end()) running_.erase(found);
    execution.completed = clock_.now();
    if (cancelled) {
        execution.state = QueryState::Cancelled;
        execution.reason = "Query cancelled by user";
    } else if (!outcome) {
        execution.state = QueryState::Failed;
        execution.reason = outcome.error().reason;
        execution.category = outcome.error().category;
    } else {
        execution.state = QueryState::Succeeded;
        execution.columns = outcome->columns;
        execution.scanned_bytes = outcome->scanned_bytes;
    }
    kv::Batch batch;
    batch.put(key_of(execution_kind, scope, {execution.id}), encode(execution));
    batch.remove(key_of(open_kind, scope, {execution.id}));
    if (auto kept = store_.commit(batch); !kept)
        base::log_error("athena.storage", {{"cause", kept.error().message}});
}

bool Engine::is_cancelled(const std::string& id) const {
    base::MutexLock lock(mutex_);
    const auto found = running_.find(id);
    return stopping_ || (found != running_.end() && found->second.cancelled);
}

void Engine::stop() {
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        for (auto& [id, running] : running_)
            if (running.process) running.process->kill();
    }
    executor_.stop();
}

}  // namespace wr::athena
