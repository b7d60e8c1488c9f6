// Starting, stopping and swapping applications. State changes are carried out by one control
// thread.
#include <algorithm>

#include "base/logging.h"
#include "services/analytics/engine/engine.h"

namespace wr::analytics {

using std::chrono::milliseconds;

void Engine::start() {
    const base::MutexLock lock(mutex_);
    if (started_) return;
    started_ = true;
    for (auto& [name, slot] : slots_) {
        // What was under way when the process ended is finished now.
        if (slot.application.status == Status::Running) slot.application.status = Status::Starting;
        if (slot.application.status != Status::Ready) slot.settle_at = clock_.monotonic();
    }
    control_ = std::make_unique<base::PeriodicTask>("analytics", [this] {
        settle();
        return milliseconds{20};
    });
}

void Engine::stop() {
    std::unique_ptr<base::PeriodicTask> control;
    {
        const base::MutexLock lock(mutex_);
        control = std::move(control_);
    }
    if (control) control->stop();
    std::vector<std::shared_ptr<Running>> all;
    {
        const base::MutexLock lock(mutex_);
        for (auto& [name, slot] : slots_)
            if (slot.running) all.push_back(std::move(slot.running));
    }
    for (auto& running : all) halt(running, true);
}

void Engine::halt(std::shared_ptr<Running>& running, bool finally) {
    if (!running) return;
    if (running->task) running->task->stop();
    if (finally) running->runner->finish();
    running.reset();
}

std::shared_ptr<Engine::Running> Engine::make_running(const Application& application,
                                                      const sql::ProgramPtr& program) {
    auto running = std::make_shared<Running>();
    running->runner =
        std::make_unique<Runner>(application, program, faces_, store_, clock_, options_.runner);
    running->task = std::make_unique<base::PeriodicTask>(
        "analytics " + application.name.name,
        [runner = running->runner.get()] {
            const auto pause = runner->step();
            runner->note_windows();
            return pause;
        });
    return running;
}

Result<Checkpoint> Engine::checkpoint_for(const Application& application,
                                          const sql::ProgramPtr& program,
                                          const std::map<std::string, StartingPosition>& positions,
                                          bool& keeps_state) {
    Journal journal(store_, application.uid, options_.runner.journal);
    auto loaded = journal.load();
    if (!loaded) return internal_failure(loaded.error());
    const bool has_last = loaded->has_value() && !application.needs_new_positions;
    bool all_last = has_last;
    std::vector<StartingPosition> starts;
    for (const auto& input : application.inputs) {
        const auto at = positions.find(input.id);
        const auto start = at != positions.end() ? at->second
                           : has_last            ? StartingPosition::LastStoppedPoint
                                                 : StartingPosition::Now;
        if (start == StartingPosition::LastStoppedPoint && !has_last)
            return fail(ErrorCode::InvalidArgument,
                        "The application was never stopped: LAST_STOPPED_POINT is no starting "
                        "position for it.");
        all_last = all_last && start == StartingPosition::LastStoppedPoint;
        starts.push_back(start);
    }
    // Tables are read anew with every start, so that the state with the old ones is given up.
    keeps_state = all_last && (*loaded)->run == application.run && application.references.empty();
    if (keeps_state) return *std::move(*loaded);
    for (auto& start : starts)
        if (start == StartingPosition::LastStoppedPoint) start = StartingPosition::TrimHorizon;
    WR_TRY(const auto references, load_references(application, faces_, clock_));
    WR_TRY(
        Checkpoint fresh,
        first_checkpoint(application, program, starts, *faces_.kinesis, clock_.now(), references));
    fresh.next_index = journal.next_index();
    for (size_t i = 0; i < application.inputs.size(); ++i) {
        const auto at = positions.find(application.inputs[i].id);
        const bool last =
            has_last && (at == positions.end() || at->second == StartingPosition::LastStoppedPoint);
        if (!last) continue;
        // Other code, or another input that starts anew: only the place in the stream is kept.
        std::erase_if(fresh.positions, [i](const auto& shard) { return shard.first.first == i; });
        for (const auto& [shard, position] : (*loaded)->positions)
            if (shard.first == i) fresh.positions[shard] = position;
    }
    return fresh;
}

Result<void> Engine::start_application(const ApplicationName& name,
                                       const std::map<std::string, StartingPosition>& positions) {
    const base::MutexLock lock(mutex_);
    WR_TRY(Slot* const slot, find(name));
    Application copy = slot->application;
    if (copy.status != Status::Ready)
        return fail(
            ErrorCode::ResourceInUse,
            "Application cannot be started in " + std::string(status_name(copy.status)) + " state");
    for (const auto& [id, position] : positions) {
        const auto at = std::ranges::find(copy.inputs, id, &Input::id);
        if (at == copy.inputs.end())
            return fail(ErrorCode::InvalidArgument,
                        "The application has no input with the id " + id + ".");
        at->started_at = position;
    }
    if (faces_.kinesis == nullptr)
        return fail(ErrorCode::InvalidApplicationConfiguration, "No stream can be read here.");
    WR_TRY(const sql::ProgramPtr program, compile_for_start(copy));
    WR_TRY_VOID(resolve_sources(copy));
    // Fixed before the call is answered: what is put afterwards will be read.
    bool keeps_state = false;
    WR_TRY(Checkpoint checkpoint, checkpoint_for(copy, program, positions, keeps_state));
    if (!keeps_state) {
        ++copy.run;
        checkpoint.run = copy.run;
        copy.needs_new_positions = false;
        Journal journal(store_, copy.uid, options_.runner.journal);
        if (const auto loaded = journal.load(); !loaded) return internal_failure(loaded.error());
        if (const auto saved = journal.save(checkpoint, {}); !saved)
            return internal_failure(saved.error());
    }
    copy.status = Status::Starting;
    WR_TRY_VOID(save(copy));
    slot->application = std::move(copy);
    return begin(*slot, Status::Starting);
}

Result<void> Engine::stop_application(const ApplicationName& name) {
    const base::MutexLock lock(mutex_);
    WR_TRY(Slot* const slot, find(name));
    Application copy = slot->application;
    if (copy.status != Status::Running)
        return fail(
            ErrorCode::ResourceInUse,
            "Application cannot be stopped in " + std::string(status_name(copy.status)) + " state");
    copy.status = Status::Stopping;
    WR_TRY_VOID(save(copy));
    slot->application = std::move(copy);
    return begin(*slot, Status::Stopping);
}

Result<void> Engine::delete_application(const ApplicationName& name, base::Timestamp created) {
    const base::MutexLock lock(mutex_);
    WR_TRY(Slot* const slot, find(name));
    Application copy = slot->application;
    const auto seconds = [](base::Timestamp time) {
        return std::chrono::floor<std::chrono::seconds>(time);
    };
    if (seconds(copy.created) != seconds(created))
        return fail(
            ErrorCode::InvalidArgument,
            "The CreateTimestamp does not match that of the application " + name.name + ".");
    if (copy.status != Status::Ready && copy.status != Status::Running)
        return fail(
            ErrorCode::ResourceInUse,
            "Application cannot be deleted in " + std::string(status_name(copy.status)) + " state");
    copy.status = Status::Deleting;
    WR_TRY_VOID(save(copy));
    slot->application = std::move(copy);
    return begin(*slot, Status::Deleting);
}

void Engine::settle() {
    std::vector<ApplicationName> due;
    {
        const base::MutexLock lock(mutex_);
        for (const auto& [name, slot] : slots_)
            if (slot.settle_at && *slot.settle_at <= clock_.monotonic() && !slot.settling)
                due.push_back(name);
    }
    for (const auto& name : due) settle_one(name);
}

/// Slow work happens without the lock; while an application is between states nobody else touches
/// it.
void Engine::settle_one(const ApplicationName& name) {
    Application application;
    std::shared_ptr<Running> running;
    {
        const base::MutexLock lock(mutex_);
        const auto found = find(name);
        if (!found) return;
        Slot& slot = **found;
        slot.settling = true;
        slot.settle_at.reset();
        application = slot.application;
        running = std::move(slot.running);
    }
    const bool deleting = application.status == Status::Deleting;
    switch (application.status) {
        case Status::Starting:
            finish_start(application, running);
            break;
        case Status::Updating:
            finish_update(application, running);
            break;
        case Status::Stopping:
            halt(running, true);
            application.status = Status::Ready;
            break;
        case Status::Deleting: {
            halt(running, false);
            const auto erased = Journal(store_, application.uid).erase();
            if (!erased) base::log_error("analytics.delete", {{"error", erased.error().message}});
            break;
        }
        case Status::Ready:
        case Status::Running:
            break;
    }
    const base::MutexLock lock(mutex_);
    const auto found = find(name);
    if (!found) return;
    if (deleting) {
        std::string key = "a";
        for (const auto& part : {name.account, name.region, name.name})
            kv::append_key_part(key, part);
        if (const auto removed = store_.remove(key); !removed) {
            base::log_error("analytics.delete", {{"error", removed.error().message}});
            return;
        }
        slots_.erase(name);
        return;
    }
    Slot& slot = **found;
    slot.settling = false;
    slot.running = std::move(running);
    slot.application.status = application.status;
    if (const auto saved = save(slot.application); !saved)
        base::log_error("analytics.state", {{"application", name.arn()}});
}

Result<void> Engine::resolve_sources(Application& application) const {
    for (auto& input : application.inputs) {
        if (!input.is_delivery_stream()) continue;
        const auto unfit = [](std::string message) {
            return fail(ErrorCode::InvalidApplicationConfiguration, std::move(message));
        };
        if (faces_.firehose == nullptr) return unfit("No delivery stream can be read here.");
        auto source = faces_.firehose->source_stream(input.stream_arn);
        if (!source)
            return unfit("The delivery stream " + input.stream_arn +
                         " is no source here: " + source.error().message + ".");
        input.behind_arn = *std::move(source);
    }
    return {};
}

void Engine::tell_start_failed(Application& application, const std::string& message) const {
    base::log_error("analytics.start",
                    {{"application", application.name.arn()}, {"error", message}});
    RoleGate gate(faces_.identity, clock_);
    MonitoringLog(application, faces_.logs, clock_, gate).error("Application.start", message);
    application.status = Status::Ready;
}

void Engine::finish_start(Application& application, std::shared_ptr<Running>& running) {
    auto program = compile_for_start(application);
    if (program)
        if (auto resolved = resolve_sources(application); !resolved)
            program = base::fail(resolved.error());
    if (!program) return tell_start_failed(application, program.error().message);
    // An update that a crash cut short left the checkpoint of the run before.
    if (const auto begun = begin_run(application, *program); !begun)
        return tell_start_failed(application, begun.error().message);
    running = make_running(application, *program);
    application.status = Status::Running;
}

void Engine::finish_update(Application& application, std::shared_ptr<Running>& running) {
    halt(running, true);
    finish_start(application, running);
}

/// Makes the checkpoint belong to the application's run; keeps the places in the streams if it can.
base::Result<void> Engine::begin_run(const Application& application,
                                     const sql::ProgramPtr& program) {
    Journal journal(store_, application.uid, options_.runner.journal);
    WR_TRY(auto loaded, journal.load());
    if (loaded && loaded->run == application.run) return {};
    const std::vector<StartingPosition> now(application.inputs.size(), StartingPosition::Now);
    const auto references = load_references(application, faces_, clock_);
    if (!references) return base::fail(base::ErrorCode::Unavailable, references.error().message);
    auto fresh =
        first_checkpoint(application, program, now, *faces_.kinesis, clock_.now(), *references);
    if (!fresh) return base::fail(base::ErrorCode::Unavailable, fresh.error().message);
    fresh->next_index = journal.next_index();
    if (loaded && !application.needs_new_positions) fresh->positions = loaded->positions;
    return journal.save(*fresh, {});
}

}  // namespace wr::analytics
