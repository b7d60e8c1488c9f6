// Groups, streams and writing events: buffered for services, at once for clients.
#include "services/logs/engine/engine.h"

#include <algorithm>

#include "base/logging.h"
#include "services/logs/engine/records.h"

namespace wr::logs {

using base::fail;

namespace {

constexpr size_t event_overhead_bytes = 26;  ///< what CloudWatch counts beside the text

base::Failure<Error> storage_failure(const base::Error& cause) {
    base::log_error("logs_storage_failed", {{"reason", cause.message}});
    return fail(Error{ErrorCode::Unavailable, "The service cannot complete the request."});
}

base::Failure<Error> no_group() {
    return fail(Error{ErrorCode::ResourceNotFound, "The specified log group does not exist."});
}

base::Failure<Error> no_stream() {
    return fail(Error{ErrorCode::ResourceNotFound, "The specified log stream does not exist."});
}

}  // namespace

Engine::Engine(std::unique_ptr<kv::Store> store, const base::Clock& clock, Limits limits)
    : groups_(store->scoped("group/")),
      streams_(store->scoped("stream/")),
      events_(store->scoped("event/")),
      store_(std::move(store)),
      clock_(clock),
      limits_(limits),
      swept_at_(clock.monotonic()) {
    task_ = std::make_unique<base::PeriodicTask>("logs", [this] {
        flush();
        if (clock_.monotonic() - swept_at_ >= limits_.sweep_period) {
            swept_at_ = clock_.monotonic();
            sweep();
        }
        return limits_.flush_period;
    });
}

Engine::~Engine() {
    stop();
}

void Engine::stop() {
    task_->stop();
    flush();
}

void Engine::append(const StreamName& name, const std::vector<Event>& events) {
    const std::string key =
        records::stream_key({name.account, name.region, name.group}, name.stream);
    base::MutexLock lock(buffer_mutex_);
    Buffered& entry = buffer_[key];
    entry.name = name;
    for (const Event& event : events) {
        if (buffered_bytes_ + event.message.size() > limits_.buffered_bytes_max) {
            ++dropped_;
            continue;
        }
        buffered_bytes_ += event.message.size();
        entry.events.push_back(event);
    }
}

uint64_t Engine::dropped_events() const {
    base::MutexLock lock(buffer_mutex_);
    return dropped_;
}

/// Stores what services have written; groups and streams appear by themselves.
void Engine::flush() {
    // The store first: otherwise two flushes could store a stream's lines in the wrong order.
    base::MutexLock store_lock(mutex_);
    std::map<std::string, Buffered> taken;
    {
        base::MutexLock lock(buffer_mutex_);
        taken.swap(buffer_);
        buffered_bytes_ = 0;
    }
    for (const auto& [key, entry] : taken) {
        const GroupName group{entry.name.account, entry.name.region, entry.name.group};
        const auto stored = store_events(group, entry.name.stream, entry.events);
        if (!stored) {
            base::MutexLock lock(buffer_mutex_);
            dropped_ += entry.events.size();
        }
    }
}

Result<std::optional<Group>> Engine::find_group(const GroupName& name) const {
    const auto stored = groups_->get(records::group_key(name));
    if (!stored) return storage_failure(stored.error());
    if (!*stored) return std::optional<Group>();
    auto group = records::decode_group(**stored);
    if (!group) return storage_failure(group.error());
    return std::optional<Group>(*std::move(group));
}

Result<std::optional<Stream>> Engine::find_stream(const GroupName& name,
                                                  const std::string& stream) const {
    const auto stored = streams_->get(records::stream_key(name, stream));
    if (!stored) return storage_failure(stored.error());
    if (!*stored) return std::optional<Stream>();
    auto decoded = records::decode_stream(**stored);
    if (!decoded) return storage_failure(decoded.error());
    return std::optional<Stream>(*std::move(decoded));
}

Result<void> Engine::require_stream(const GroupName& name, const std::string& stream) const {
    WR_TRY(const auto group, find_group(name));
    if (!group) return no_group();
    WR_TRY(const auto found, find_stream(name, stream));
    if (!found) return no_stream();
    return {};
}

Result<void> Engine::create_group(const GroupName& name) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto group, find_group(name));
    if (group) {
        return fail(
            Error{ErrorCode::ResourceAlreadyExists, "The specified log group already exists"});
    }
    const auto stored = groups_->put(records::group_key(name),
                                     records::encode(Group{name.group, clock_.now(), {}, 0}));
    if (!stored) return storage_failure(stored.error());
    return {};
}

Result<void> Engine::create_stream(const GroupName& name, const std::string& stream) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto group, find_group(name));
    if (!group) return no_group();
    WR_TRY(const auto found, find_stream(name, stream));
    if (found) {
        return fail(
            Error{ErrorCode::ResourceAlreadyExists, "The specified log stream already exists"});
    }
    Stream record;
    record.name = stream;
    record.created = clock_.now();
    kv::Batch batch;
    drop_surplus_stream(name, batch);
    batch.put("stream/" + records::stream_key(name, stream), records::encode(record));
    if (auto stored = store_->commit(batch); !stored) return storage_failure(stored.error());
    return {};
}

Result<void> Engine::set_retention(const GroupName& name, std::optional<int64_t> days) {
    base::MutexLock lock(mutex_);
    WR_TRY(auto group, find_group(name));
    if (!group) return no_group();
    group->retention_days = days;
    const auto stored = groups_->put(records::group_key(name), records::encode(*group));
    if (!stored) return storage_failure(stored.error());
    return {};
}

Result<void> Engine::remove_stream(const GroupName& name,
                                   const std::string& stream,
                                   kv::Batch& batch) {
    const std::string key = records::stream_key(name, stream);
    batch.remove("stream/" + key);
    const auto scanned = events_->scan(key, [&](std::string_view event, std::string_view) {
        batch.remove("event/" + std::string(event));
        return true;
    });
    if (!scanned) return storage_failure(scanned.error());
    return {};
}

Result<void> Engine::delete_stream(const GroupName& name, const std::string& stream) {
    flush();
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(require_stream(name, stream));
    kv::Batch batch;
    WR_TRY_VOID(remove_stream(name, stream, batch));
    if (auto stored = store_->commit(batch); !stored) return storage_failure(stored.error());
    return {};
}

Result<void> Engine::delete_group(const GroupName& name) {
    flush();
    base::MutexLock lock(mutex_);
    WR_TRY(const auto group, find_group(name));
    if (!group) return no_group();
    kv::Batch batch;
    batch.remove("group/" + records::group_key(name));
    const auto remove_all = [&](const kv::Store& store, const std::string& prefix) {
        return store.scan(records::group_key(name), [&](std::string_view key, std::string_view) {
            batch.remove(prefix + std::string(key));
            return true;
        });
    };
    if (auto scanned = remove_all(*streams_, "stream/"); !scanned) {
        return storage_failure(scanned.error());
    }
    if (auto scanned = remove_all(*events_, "event/"); !scanned) {
        return storage_failure(scanned.error());
    }
    if (auto stored = store_->commit(batch); !stored) return storage_failure(stored.error());
    return {};
}

/// Makes room when a group has as many streams as it may.
void Engine::drop_surplus_stream(const GroupName& name, kv::Batch& batch) {
    size_t count = 0;
    std::optional<Stream> oldest;
    const auto scanned =
        streams_->scan(records::group_key(name), [&](std::string_view, std::string_view value) {
            ++count;
            auto stream = records::decode_stream(value);
            if (stream && (!oldest || stream->created < oldest->created)) {
                oldest = *std::move(stream);
            }
            return true;
        });
    if (!scanned || count < limits_.streams_max || !oldest) return;
    (void)remove_stream(name, oldest->name, batch);
}

void Engine::drop_oldest(const GroupName& name, Stream& stream, kv::Batch& batch) {
    if (stream.bytes <= limits_.stream_bytes_max) return;
    const uint64_t wanted = limits_.stream_bytes_max / 4 * 3;
    const auto scanned = events_->scan(
        records::stream_key(name, stream.name), [&](std::string_view key, std::string_view value) {
            if (stream.bytes <= wanted) {
                stream.first_event = records::position_of(key).time;
                return false;
            }
            const uint64_t size = value.size() - 8 + event_overhead_bytes;
            stream.bytes -= std::min(size, stream.bytes);
            batch.remove("event/" + std::string(key));
            return true;
        });
    if (!scanned) base::log_error("logs_trim_failed", {{"reason", scanned.error().message}});
}

Result<void> Engine::store_events(const GroupName& name,
                                  const std::string& stream,
                                  const std::vector<Event>& events) {
    if (events.empty()) return {};
    kv::Batch batch;
    const auto now = clock_.now();
    WR_TRY(const auto group, find_group(name));
    if (!group) {
        batch.put("group/" + records::group_key(name),
                  records::encode(Group{name.group, now, {}, 0}));
    }
    WR_TRY(auto found, find_stream(name, stream));
    if (!found) {
        drop_surplus_stream(name, batch);
        found.emplace();
        found->name = stream;
        found->created = now;
    }
    const std::string key = records::stream_key(name, stream);
    found->ingested = now;
    drop_oldest(name, *found, batch);
    for (const Event& event : events) {
        batch.put("event/" + records::event_key(key, {event.time, found->next_index++}),
                  records::encode(now, event.message));
        found->bytes += event.message.size() + event_overhead_bytes;
        found->first_event = std::min(found->first_event.value_or(event.time), event.time);
        found->last_event = std::max(found->last_event.value_or(event.time), event.time);
    }
    batch.put("stream/" + key, records::encode(*found));
    if (auto stored = store_->commit(batch); !stored) return storage_failure(stored.error());
    return {};
}

Result<void> Engine::put_events(const GroupName& name,
                                const std::string& stream,
                                const std::vector<Event>& events) {
    base::MutexLock lock(mutex_);
    WR_TRY_VOID(require_stream(name, stream));
    return store_events(name, stream, events);
}

void Engine::sweep() {
    base::MutexLock lock(mutex_);
    std::vector<std::pair<std::string, base::Timestamp>> bounds;
    const auto groups = groups_->scan("", [&](std::string_view key, std::string_view value) {
        const auto group = records::decode_group(value);
        if (group && group->retention_days) {
            bounds.emplace_back(std::string(key),
                                clock_.now() - std::chrono::days(*group->retention_days));
        }
        return true;
    });
    if (!groups) return;
    for (const auto& [group, bound] : bounds) {
        kv::Batch batch;
        const auto scanned = events_->scan(group, [&](std::string_view key, std::string_view) {
            if (records::position_of(key).time < bound) {
                batch.remove("event/" + std::string(key));
            }
            return true;
        });
        if (!scanned || batch.empty()) continue;
        if (auto stored = store_->commit(batch); !stored) {
            base::log_error("logs_sweep_failed", {{"reason", stored.error().message}});
        }
    }
}

}  // namespace wr::logs
