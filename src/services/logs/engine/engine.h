#pragma once
// CloudWatch Logs' engine: groups, streams and their events in the key-value store, bounded.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "kv/store.h"
#include "services/logs/logs.h"

namespace wr::logs {

enum class ErrorCode { ResourceNotFound, ResourceAlreadyExists, InvalidParameter, Unavailable };
struct Error {
    ErrorCode code;
    std::string message;
};
template <typename T>
using Result = base::Result<T, Error>;

struct GroupName {
    std::string account;
    std::string region;
    std::string group;
    std::string arn() const {
        return "arn:aws:logs:" + region + ":" + account + ":log-group:" + group;
    }
};

struct Group {
    std::string name;
    base::Timestamp created{};
    std::optional<int64_t> retention_days;
    uint64_t bytes = 0;
};

struct Stream {
    std::string name;
    base::Timestamp created{};
    base::Timestamp ingested{};
    std::optional<base::Timestamp> first_event;
    std::optional<base::Timestamp> last_event;
    uint64_t bytes = 0;  ///< of the events that are still there
    uint64_t next_index =
        0;  ///< events of a stream are numbered, so that equal times have an order
};

/// Where an event stands in its stream: by time, then in order of arrival.
struct Position {
    base::Timestamp time{};
    uint64_t index = 0;
    auto operator<=>(const Position&) const = default;
};

struct StoredEvent {
    Position position;
    base::Timestamp ingested{};
    std::string message;
    std::string stream;
};

struct TimeRange {
    std::optional<base::Timestamp> from;   ///< inclusive
    std::optional<base::Timestamp> until;  ///< exclusive
};

struct Limits {
    uint64_t stream_bytes_max = 16ULL * 1024 * 1024;  ///< beyond it the oldest events go
    size_t streams_max = 1'000;                       ///< in a group; beyond it the oldest goes
    size_t buffered_bytes_max = 16ULL * 1024 * 1024;  ///< of the face's lines not yet stored
    std::chrono::milliseconds flush_period{200};
    std::chrono::milliseconds sweep_period{std::chrono::hours(1)};
};

/// Which of a group's events a search wants.
struct Filter {
    std::vector<std::string> streams;  ///< empty: all that begin with `stream_prefix`
    std::string stream_prefix;
    TimeRange range;
    std::string pattern;               ///< terms, "phrases", ?any, -none
    std::optional<StoredEvent> after;  ///< go on after this event
};

/// @threads any
class Engine final : public Face {
public:
    Engine(std::unique_ptr<kv::Store> store, const base::Clock& clock, Limits limits = {});
    ~Engine() override;
    /// Stores what is buffered.
    void stop();

    void append(const StreamName& name, const std::vector<Event>& events) override;

    Result<void> create_group(const GroupName& name);
    Result<void> delete_group(const GroupName& name);
    Result<void> set_retention(const GroupName& name, std::optional<int64_t> days);
    /// By name.
    Result<std::vector<Group>> groups(const std::string& account,
                                      const std::string& region,
                                      const std::string& prefix);
    Result<void> create_stream(const GroupName& name, const std::string& stream);
    Result<void> delete_stream(const GroupName& name, const std::string& stream);
    Result<std::vector<Stream>> streams(const GroupName& name, const std::string& prefix);
    /// Durable when it returns.
    Result<void> put_events(const GroupName& name,
                            const std::string& stream,
                            const std::vector<Event>& events);
    /// Ascending. @param after, before  exclusive bounds; `from_head` says which end is cut
    Result<std::vector<StoredEvent>> get_events(const GroupName& name,
                                                const std::string& stream,
                                                const TimeRange& range,
                                                std::optional<Position> after,
                                                std::optional<Position> before,
                                                bool from_head,
                                                size_t count_max);
    /// Ascending by time over all streams of the filter.
    Result<std::vector<StoredEvent>> filter_events(const GroupName& name,
                                                   const Filter& filter,
                                                   size_t count_max);
    /// Deletes what is older than its group keeps.
    void sweep();
    uint64_t dropped_events() const;

private:
    struct Buffered {
        StreamName name;
        std::vector<Event> events;
    };
    Result<std::optional<Group>> find_group(const GroupName& name) const REQUIRES(mutex_);
    Result<std::optional<Stream>> find_stream(const GroupName& name,
                                              const std::string& stream) const REQUIRES(mutex_);
    Result<void> require_stream(const GroupName& name, const std::string& stream) const
        REQUIRES(mutex_);
    Result<void> store_events(const GroupName& name,
                              const std::string& stream,
                              const std::vector<Event>& events) REQUIRES(mutex_);
    void drop_oldest(const GroupName& name, Stream& stream, kv::Batch& batch) REQUIRES(mutex_);
    void drop_surplus_stream(const GroupName& name, kv::Batch& batch) REQUIRES(mutex_);
    Result<void> remove_stream(const GroupName& name, const std::string& stream, kv::Batch& batch)
        REQUIRES(mutex_);
    void flush() EXCLUDES(mutex_);

    const std::unique_ptr<kv::Store> groups_;
    const std::unique_ptr<kv::Store> streams_;
    const std::unique_ptr<kv::Store> events_;
    const std::unique_ptr<kv::Store> store_;
    const base::Clock& clock_;
    const Limits limits_;
    mutable base::Mutex mutex_;  ///< reading and writing the store
    mutable base::Mutex buffer_mutex_;
    std::map<std::string, Buffered> buffer_ GUARDED_BY(buffer_mutex_);
    size_t buffered_bytes_ GUARDED_BY(buffer_mutex_) = 0;
    uint64_t dropped_ GUARDED_BY(buffer_mutex_) = 0;
    base::MonotonicTime swept_at_;
    std::unique_ptr<base::PeriodicTask> task_;
};

/// Whether a message matches a filter pattern; null when the pattern is none of the kinds that are
/// understood (JSON and space-delimited patterns).
std::optional<bool> matches(const std::string& pattern, const std::string& message);

}  // namespace wr::logs
