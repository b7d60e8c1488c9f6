// Applications as records: create, describe, list, change. What runs is in engine_running.cc.
#include "services/analytics/engine/engine.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::analytics {
namespace {

constexpr const char* uid_key = "n";
constexpr const char* service_principal = "kinesisanalytics.amazonaws.com";

std::string record_key(const ApplicationName& name) {
    std::string key = "a";
    kv::append_key_part(key, name.account);
    kv::append_key_part(key, name.region);
    kv::append_key_part(key, name.name);
    return key;
}

base::Failure<Error> not_found(const ApplicationName& name) {
    return fail(ErrorCode::ResourceNotFound, "Application not found: " + name.arn());
}

bool same_sources(const Application& a, const Application& b) {
    return std::equal(a.inputs.begin(),
                      a.inputs.end(),
                      b.inputs.begin(),
                      b.inputs.end(),
                      [](const Input& x, const Input& y) {
                          return x.id == y.id && x.stream_arn == y.stream_arn;
                      });
}

}  // namespace

Engine::Engine(kv::Store& store,
               const base::Clock& clock,
               const Faces& faces,
               const EngineOptions& options)
    : store_(store), clock_(clock), faces_(faces), options_(options) {}

Engine::~Engine() {
    stop();
}

base::Result<std::unique_ptr<Engine>> Engine::open(kv::Store& store,
                                                   const base::Clock& clock,
                                                   const Faces& faces,
                                                   const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(store, clock, faces, options));
    WR_TRY_VOID(engine->load());
    return engine;
}

base::Result<void> Engine::load() {
    const base::MutexLock lock(mutex_);
    WR_TRY(const auto uid, store_.get(uid_key));
    if (uid && uid->size() >= 8) next_uid_ = kv::decode_u64(*uid);
    std::optional<base::Error> error;
    const auto scanned = store_.scan("a", [&](std::string_view, std::string_view text) {
        auto json = base::parse_json(text);
        auto application = json ? application_from_json(*json)
                                : base::Result<Application>(base::fail(json.error()));
        if (!application) {
            error = application.error();
            return false;
        }
        Slot slot;
        slot.application = *std::move(application);
        slots_[slot.application.name] = std::move(slot);
        return true;
    });
    WR_TRY_VOID(scanned);
    if (error) return base::fail(*std::move(error));
    return {};
}

Result<Engine::Slot*> Engine::find(const ApplicationName& name) {
    const auto at = slots_.find(name);
    if (at == slots_.end()) return not_found(name);
    return &at->second;
}

Result<void> Engine::save(const Application& application) const {
    const auto saved = store_.put(record_key(application.name), to_json(application).dump());
    if (!saved) return internal_failure(saved.error());
    return {};
}

Result<void> Engine::check_roles(const Application& application) const {
    if (faces_.identity == nullptr) return {};
    std::vector<std::string> roles;
    for (const auto& input : application.inputs) {
        roles.push_back(application.role_of(input.role_arn));
        if (input.processor) roles.push_back(application.role_of_processor(input));
    }
    for (const auto& reference : application.references)
        roles.push_back(application.role_of(reference.role_arn));
    for (const auto& output : application.outputs)
        roles.push_back(application.role_of(output.role_arn));
    if (!application.service_role.empty()) roles.push_back(application.service_role);
    for (const auto& role : roles)
        if (!faces_.identity->can_be_assumed_by(role, service_principal))
            return fail(
                ErrorCode::InvalidArgument,
                "Kinesis Analytics service doesn't have sufficient privileges to assume the role " +
                    role);
    return {};
}

Result<void> Engine::check_limits(const Application& application) const {
    if (application.inputs.size() > options_.inputs_max ||
        application.outputs.size() > options_.outputs_max ||
        application.references.size() > options_.references_max)
        return fail(ErrorCode::LimitExceeded,
                    "The application has too many inputs, reference data sources or outputs.");
    return {};
}

Result<Application> Engine::create(Application draft) {
    WR_TRY_VOID(check_roles(draft));
    if (const auto compiled = compile_application(draft); !compiled)
        return base::fail(compiled.error());
    const base::MutexLock lock(mutex_);
    if (slots_.contains(draft.name))
        return fail(ErrorCode::ResourceInUse, "Application already exists: " + draft.name.arn());
    const auto count = std::count_if(slots_.begin(), slots_.end(), [&](const auto& slot) {
        return slot.first.account == draft.name.account && slot.first.region == draft.name.region;
    });
    if (static_cast<size_t>(count) >= options_.applications_max)
        return fail(ErrorCode::LimitExceeded,
                    "The number of applications exceeds the limit of " +
                        std::to_string(options_.applications_max) + ".");
    WR_TRY_VOID(check_limits(draft));
    draft.uid = next_uid_;
    for (auto& input : draft.inputs) input.id = draft.take_id();
    for (auto& output : draft.outputs) output.id = draft.take_id();
    for (auto& reference : draft.references) reference.id = draft.take_id();
    for (auto& option : draft.logging) option.id = draft.take_id();
    draft.status = Status::Ready;
    draft.created = clock_.now();
    draft.updated = draft.created;
    kv::Batch batch;
    batch.put(uid_key, kv::encode_u64(next_uid_ + 1));
    batch.put(record_key(draft.name), to_json(draft).dump());
    if (const auto saved = store_.commit(batch); !saved) return internal_failure(saved.error());
    ++next_uid_;
    Slot slot;
    slot.application = draft;
    slots_[draft.name] = std::move(slot);
    return draft;
}

Result<Application> Engine::describe(const ApplicationName& name) const {
    const base::MutexLock lock(mutex_);
    const auto at = slots_.find(name);
    if (at == slots_.end()) return not_found(name);
    return at->second.application;
}

std::vector<Application> Engine::list(const std::string& account,
                                      const std::string& region,
                                      const std::string& after,
                                      size_t count_max) const {
    const base::MutexLock lock(mutex_);
    std::vector<Application> found;
    for (auto at = slots_.upper_bound({account, region, after});
         at != slots_.end() && found.size() < count_max;
         ++at) {
        if (at->first.account != account || at->first.region != region) break;
        found.push_back(at->second.application);
    }
    return found;
}

Result<void> Engine::retag(const ApplicationName& name,
                           const std::function<Result<void>(Application&)>& change) {
    const base::MutexLock lock(mutex_);
    WR_TRY(Slot* const slot, find(name));
    Application copy = slot->application;
    WR_TRY_VOID(change(copy));
    WR_TRY_VOID(save(copy));
    slot->application.tags = std::move(copy.tags);
    return {};
}

Result<void> Engine::begin(Slot& slot, Status status) {
    slot.application.status = status;
    slot.settle_at = clock_.monotonic() + options_.state_change_delay;
    if (control_) control_->wake();
    return {};
}

Result<Application> Engine::modify(const ApplicationName& name,
                                   std::optional<int64_t> version,
                                   const std::function<Result<void>(Application&)>& change) {
    const base::MutexLock lock(mutex_);
    WR_TRY(Slot* const slot, find(name));
    Application copy = slot->application;
    if (copy.status != Status::Ready && copy.status != Status::Running)
        return fail(
            ErrorCode::ResourceInUse,
            "Application cannot be updated in " + std::string(status_name(copy.status)) + " state");
    if (version && *version != copy.version)
        return fail(ErrorCode::ConcurrentModification,
                    "The current version of the application is " + std::to_string(copy.version) +
                        ", the request is for version " + std::to_string(*version) + ".");
    WR_TRY_VOID(change(copy));
    WR_TRY_VOID(check_limits(copy));
    WR_TRY_VOID(check_roles(copy));
    const bool running = copy.status == Status::Running;
    const auto compiled = running ? compile_for_start(copy) : compile_application(copy);
    if (!compiled) return base::fail(compiled.error());
    ++copy.version;
    copy.updated = clock_.now();
    copy.needs_new_positions = copy.needs_new_positions || !same_sources(copy, slot->application);
    if (running) {
        // Another run: its rows are counted from the start, so its outputs are other producers.
        ++copy.run;
        copy.status = Status::Updating;
    }
    WR_TRY_VOID(save(copy));
    slot->application = copy;
    if (running) WR_TRY_VOID(begin(*slot, Status::Updating));
    return copy;
}

std::vector<Engine::Metrics> Engine::metrics() const {
    const base::MutexLock lock(mutex_);
    std::vector<Metrics> all;
    for (const auto& [name, slot] : slots_) {
        if (!slot.running) continue;
        const RunnerMetrics& from = slot.running->runner->metrics();
        all.push_back({name.name,
                       from.behind_latest_ms,
                       from.records,
                       from.errors,
                       from.state_bytes,
                       from.lost_records});
    }
    return all;
}

std::optional<TapView> Engine::tap(const ApplicationName& name) const {
    const base::MutexLock lock(mutex_);
    const auto slot = slots_.find(name);
    if (slot == slots_.end() || !slot->second.running) return std::nullopt;
    return slot->second.running->runner->tap();
}

}  // namespace wr::analytics
