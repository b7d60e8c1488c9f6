// Reading: groups, streams, one stream's events, and searches over many.
#include <algorithm>

#include "base/logging.h"
#include "services/logs/engine/engine.h"
#include "services/logs/engine/records.h"

namespace wr::logs {

using base::fail;

namespace {

base::Failure<Error> storage_failure(const base::Error& cause) {
    base::log_error("logs_storage_failed", {{"reason", cause.message}});
    return fail(Error{ErrorCode::Unavailable, "The service cannot complete the request."});
}

bool is_in(const TimeRange& range, base::Timestamp time) {
    return (!range.from || time >= *range.from) && (!range.until || time < *range.until);
}

}  // namespace

Result<std::vector<Group>> Engine::groups(const std::string& account,
                                          const std::string& region,
                                          const std::string& prefix) {
    flush();
    base::MutexLock lock(mutex_);
    std::vector<Group> all;
    const auto scanned = groups_->scan(records::scope_key(account, region),
                                       [&](std::string_view, std::string_view value) {
                                           auto group = records::decode_group(value);
                                           if (group && group->name.starts_with(prefix)) {
                                               all.push_back(*std::move(group));
                                           }
                                           return true;
                                       });
    if (!scanned) return storage_failure(scanned.error());
    for (Group& group : all) {
        const auto summed = streams_->scan(records::group_key({account, region, group.name}),
                                           [&](std::string_view, std::string_view value) {
                                               const auto stream = records::decode_stream(value);
                                               if (stream) group.bytes += stream->bytes;
                                               return true;
                                           });
        if (!summed) return storage_failure(summed.error());
    }
    return all;
}

Result<std::vector<Stream>> Engine::streams(const GroupName& name, const std::string& prefix) {
    flush();
    base::MutexLock lock(mutex_);
    WR_TRY(const auto group, find_group(name));
    if (!group) {
        return fail(Error{ErrorCode::ResourceNotFound, "The specified log group does not exist."});
    }
    std::vector<Stream> all;
    const auto scanned =
        streams_->scan(records::group_key(name), [&](std::string_view, std::string_view value) {
            auto stream = records::decode_stream(value);
            if (stream && stream->name.starts_with(prefix)) {
                all.push_back(*std::move(stream));
            }
            return true;
        });
    if (!scanned) return storage_failure(scanned.error());
    return all;
}

Result<std::vector<StoredEvent>> Engine::get_events(const GroupName& name,
                                                    const std::string& stream,
                                                    const TimeRange& range,
                                                    std::optional<Position> after,
                                                    std::optional<Position> before,
                                                    bool from_head,
                                                    size_t count_max) {
    flush();
    {
        base::MutexLock lock(mutex_);
        WR_TRY_VOID(require_stream(name, stream));
    }
    const std::string key = records::stream_key(name, stream);
    const auto iterator = events_->iterate();
    std::vector<StoredEvent> found;
    const auto is_here = [&] { return iterator->valid() && iterator->key().starts_with(key); };
    if (from_head) {
        Position start{range.from.value_or(base::Timestamp::min()), 0};
        if (after) start = std::max(start, Position{after->time, after->index + 1});
        for (iterator->seek(records::event_key(key, start)); is_here() && found.size() < count_max;
             iterator->next()) {
            auto event = records::decode_event(iterator->key(), iterator->value());
            if (range.until && event.position.time >= *range.until) break;
            found.push_back(std::move(event));
        }
    } else {
        Position end{range.until.value_or(base::Timestamp::max()), 0};
        if (before) end = std::min(end, *before);
        iterator->seek_for_prev(records::event_key(key, end));
        for (; is_here() && found.size() < count_max; iterator->prev()) {
            auto event = records::decode_event(iterator->key(), iterator->value());
            if (event.position >= end) continue;
            if (range.from && event.position.time < *range.from) break;
            found.push_back(std::move(event));
        }
        std::reverse(found.begin(), found.end());
    }
    if (auto status = iterator->status(); !status) return storage_failure(status.error());
    for (StoredEvent& event : found) event.stream = stream;
    return found;
}

Result<std::vector<StoredEvent>> Engine::filter_events(const GroupName& name,
                                                       const Filter& filter,
                                                       size_t count_max) {
    if (!matches(filter.pattern, "")) {
        return fail(Error{ErrorCode::InvalidParameter, "Invalid filter pattern"});
    }
    WR_TRY(const auto all, streams(name, filter.stream_prefix));
    std::vector<StoredEvent> found;
    const auto is_before = [](const StoredEvent& a, const StoredEvent& b) {
        return std::tie(a.position.time, a.stream, a.position.index) <
               std::tie(b.position.time, b.stream, b.position.index);
    };
    for (const Stream& stream : all) {
        const bool is_wanted =
            filter.streams.empty() ||
            std::find(filter.streams.begin(), filter.streams.end(), stream.name) !=
                filter.streams.end();
        if (!is_wanted) continue;
        // Each stream's first matches are enough: the answer is the first of all of them.
        std::vector<StoredEvent> here;
        const std::string key = records::stream_key(name, stream.name);
        auto from = filter.range.from.value_or(base::Timestamp::min());
        if (filter.after) from = std::max(from, filter.after->position.time);
        const auto iterator = events_->iterate();
        iterator->seek(records::event_key(key, {from, 0}));
        for (; iterator->valid() && iterator->key().starts_with(key) && here.size() < count_max;
             iterator->next()) {
            auto event = records::decode_event(iterator->key(), iterator->value());
            event.stream = stream.name;
            if (filter.range.until && event.position.time >= *filter.range.until) break;
            if (!is_in(filter.range, event.position.time)) continue;
            if (filter.after && !is_before(*filter.after, event)) continue;
            if (*matches(filter.pattern, event.message)) here.push_back(std::move(event));
        }
        if (auto status = iterator->status(); !status) return storage_failure(status.error());
        found.insert(found.end(), here.begin(), here.end());
        std::sort(found.begin(), found.end(), is_before);
        if (found.size() > count_max) found.resize(count_max);
    }
    return found;
}

}  // namespace wr::logs
