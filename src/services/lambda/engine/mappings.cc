// Mappings: create, change, remove; each change stops the runner and starts it anew.
#include "services/lambda/engine/mappings.h"

#include "base/logging.h"

namespace wr::lambda {

namespace {

constexpr size_t lanes_running_max = 64;
constexpr size_t lanes_queued_max = 10'000;
constexpr const char* no_such_mapping = "The resource you requested does not exist.";

std::string key_prefix(const std::string& account, const std::string& region) {
    std::string key;
    kv::append_key_part(key, account);
    kv::append_key_part(key, region);
    return key;
}

std::string key_of(const Mapping& mapping) {
    return key_prefix(mapping.function.account, mapping.function.region) + mapping.id;
}

}  // namespace

void MappingChanges::apply(Mapping& mapping) const {
    if (function) mapping.function = *function;
    if (batch_size) mapping.batch_size = static_cast<int>(*batch_size);
    if (batching_window_seconds) {
        mapping.batching_window_seconds = static_cast<int>(*batching_window_seconds);
    }
    if (parallelization_factor) {
        mapping.parallelization_factor = static_cast<int>(*parallelization_factor);
    }
    if (record_age_seconds_max) mapping.record_age_seconds_max = *record_age_seconds_max;
    if (retry_attempts_max) mapping.retry_attempts_max = *retry_attempts_max;
    if (bisects) mapping.bisects = *bisects;
    if (reports_item_failures) mapping.reports_item_failures = *reports_item_failures;
    if (is_enabled) mapping.is_enabled = *is_enabled;
}

Mappings::Mappings(std::unique_ptr<kv::Store> store,
                   RunnerContext context,
                   base::Random& random,
                   std::chrono::milliseconds state_delay)
    : records_(store->scoped("record/")),
      checkpoints_(store->scoped("checkpoint/")),
      context_(std::move(context)),
      random_(random),
      state_delay_(state_delay),
      executor_("lambda-lanes", lanes_running_max, lanes_queued_max) {
    context_.executor = &executor_;
    context_.changed = [this](const Mapping& mapping) { return note(mapping); };
}

Mappings::~Mappings() {
    stop();
}

std::unique_ptr<kv::Store> Mappings::checkpoints_of(const std::string& id) const {
    return checkpoints_->scoped(id + "/");
}

void Mappings::start() {
    std::vector<Mapping> all;
    const auto scanned = records_->scan("", [&](std::string_view, std::string_view value) {
        auto mapping = Mapping::decode(value);
        if (mapping) all.push_back(*std::move(mapping));
        return true;
    });
    if (!scanned) base::log_error("lambda_mappings_unread", {{"reason", scanned.error().message}});
    base::MutexLock lock(operation_);
    for (const Mapping& mapping : all) run(mapping);
}

void Mappings::stop() {
    {
        base::MutexLock lock(operation_);
        for (auto& [id, runner] : runners_) runner->stop();
        runners_.clear();
    }
    executor_.stop();
}

void Mappings::run(const Mapping& mapping) {
    if (!mapping.is_enabled) return;
    auto runner = std::make_unique<MappingRunner>(context_, mapping, checkpoints_of(mapping.id));
    {
        base::MutexLock lock(looking_);
        health_[mapping.id] = runner->health();
    }
    runners_[mapping.id] = std::move(runner);
}

std::vector<std::shared_ptr<const MappingHealth>> Mappings::health() const {
    std::vector<std::shared_ptr<const MappingHealth>> all;
    base::MutexLock lock(looking_);
    for (const auto& [id, each] : health_) all.push_back(each);
    return all;
}

void Mappings::halt(const std::string& id) {
    {
        base::MutexLock lock(looking_);
        health_.erase(id);
    }
    const auto found = runners_.find(id);
    if (found == runners_.end()) return;
    found->second->stop();
    runners_.erase(found);
}

base::Result<void> Mappings::put(const Mapping& mapping) {
    base::MutexLock lock(record_);
    return records_->put(key_of(mapping), mapping.encode());
}

/// A runner's news: only what runners may change, into the record as it is now.
base::Result<void> Mappings::note(const Mapping& mapping) {
    base::MutexLock lock(record_);
    WR_TRY(const auto stored, records_->get(key_of(mapping)));
    if (!stored) return {};
    WR_TRY(Mapping current, Mapping::decode(*stored));
    current.is_started = mapping.is_started;
    current.last_result = mapping.last_result;
    return records_->put(key_of(mapping), current.encode());
}

EngineResult<Mapping> Mappings::create(Mapping mapping) {
    base::MutexLock lock(operation_);
    WR_TRY(const auto others, list(mapping.function.account, mapping.function.region));
    for (const Mapping& other : others) {
        if (other.stream != mapping.stream || other.function != mapping.function) continue;
        return refuse(Failure::ResourceConflict,
                      "The event source arn (\" " + mapping.stream.arn() +
                          " \") and function (\" " + mapping.function.name +
                          " \") provided mapping already exists. Please update or delete the "
                          "existing mapping with UUID " +
                          other.id);
    }
    mapping.id = random_.uuid();
    mapping.modified = context_.clock->now();
    mapping.transition = "Creating";
    mapping.settles_at = mapping.modified + state_delay_;
    auto starts = starting_checkpoints(*context_.kinesis, mapping);
    if (!starts) {
        return refuse(Failure::InvalidParameter, "Stream not found: " + mapping.stream.arn());
    }
    const auto checkpoints = checkpoints_of(mapping.id);
    kv::Batch batch;
    for (const auto& [shard, checkpoint] : *starts) batch.put(shard, checkpoint.encode());
    if (auto stored = checkpoints->commit(batch); !stored) return service_failure(stored.error());
    mapping.is_started = true;
    if (auto stored = put(mapping); !stored) return service_failure(stored.error());
    run(mapping);
    return mapping;
}

EngineResult<Mapping> Mappings::get(const std::string& account,
                                    const std::string& region,
                                    const std::string& id) const {
    base::MutexLock lock(record_);
    const auto stored = records_->get(key_prefix(account, region) + id);
    if (!stored) return service_failure(stored.error());
    if (!*stored) return refuse(Failure::ResourceNotFound, no_such_mapping);
    auto mapping = Mapping::decode(**stored);
    if (!mapping) return service_failure(mapping.error());
    return *std::move(mapping);
}

EngineResult<std::vector<Mapping>> Mappings::list(const std::string& account,
                                                  const std::string& region) const {
    std::vector<Mapping> all;
    base::MutexLock lock(record_);
    const auto scanned =
        records_->scan(key_prefix(account, region), [&](std::string_view, std::string_view value) {
            auto mapping = Mapping::decode(value);
            if (mapping) all.push_back(*std::move(mapping));
            return true;
        });
    if (!scanned) return service_failure(scanned.error());
    return all;
}

EngineResult<Mapping> Mappings::update(const std::string& account,
                                       const std::string& region,
                                       const std::string& id,
                                       const MappingChanges& changes) {
    base::MutexLock lock(operation_);
    WR_TRY(Mapping mapping, get(account, region, id));
    halt(id);
    // Again: the runner may have told news until it stopped.
    WR_TRY(mapping, get(account, region, id));
    const bool was_enabled = mapping.is_enabled;
    changes.apply(mapping);
    mapping.modified = context_.clock->now();
    mapping.settles_at = mapping.modified + state_delay_;
    mapping.transition = was_enabled == mapping.is_enabled ? "Updating"
                         : mapping.is_enabled              ? "Enabling"
                                                           : "Disabling";
    const auto stored = put(mapping);
    run(mapping);
    if (!stored) return service_failure(stored.error());
    return mapping;
}

EngineResult<Mapping> Mappings::remove(const std::string& account,
                                       const std::string& region,
                                       const std::string& id) {
    base::MutexLock lock(operation_);
    WR_TRY(Mapping mapping, get(account, region, id));
    halt(id);
    {
        base::MutexLock record(record_);
        if (auto gone = records_->remove(key_of(mapping)); !gone) {
            return service_failure(gone.error());
        }
    }
    kv::Batch batch;
    const auto checkpoints = checkpoints_of(id);
    const auto scanned = checkpoints->scan("", [&](std::string_view key, std::string_view) {
        batch.remove(std::string(key));
        return true;
    });
    if (!scanned) return service_failure(scanned.error());
    if (auto gone = checkpoints->commit(batch); !gone) return service_failure(gone.error());
    return mapping;
}

}  // namespace wr::lambda
