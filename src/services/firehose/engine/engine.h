#pragma once
// Engine: delivery streams of all accounts and regions.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "services/firehose/engine/delivery.h"
#include "services/firehose/engine/problem.h"
#include "services/firehose/firehose.h"

namespace wr::firehose {

struct EngineOptions {
    std::chrono::milliseconds state_change_delay{0};
    std::chrono::milliseconds poll_interval{250};
    /// Of all streams together; above it, batches do not wait for size or interval.
    size_t buffered_bytes_max = size_t{512} * 1024 * 1024;
    size_t streams_max = 5000;  ///< of an account in a region
};

constexpr size_t record_bytes_max = 1000 * 1024;
constexpr size_t batch_bytes_max = 4 * 1024 * 1024;
constexpr size_t tags_max = 50;

enum class Status { Creating, Active, Deleting };

struct Described {
    StreamConfig config;
    Status status = Status::Active;
};

struct Fill {
    size_t bytes = 0;
    std::chrono::milliseconds age{0};  ///< since the first of them came; 0 when nothing waits
    int failures = 0;                  ///< attempts in a row that wrote nothing
};

/// Absent members stay as they are.
struct DestinationUpdate {
    std::optional<std::string> role_arn;
    std::optional<std::string> bucket_arn;
    std::optional<std::string> prefix;
    std::optional<std::string> error_prefix;
    std::optional<Compression> compression;
    std::optional<int64_t> buffer_mib;
    std::optional<int64_t> interval_seconds;
    std::optional<std::string> file_extension;
};

/// @threads any
class Engine final : public Face {
public:
    static base::Result<std::unique_ptr<Engine>> open(Surroundings surroundings,
                                                      const EngineOptions& options);
    ~Engine() override;
    /// Delivers in the background until stop(), which waits. What is buffered stays in its source.
    void start();
    void stop();
    /// One round over all streams; true when there is more to do at once. Background or tests.
    bool step();

    /// @error ResourceInUse | InvalidArgument | LimitExceeded
    Outcome<StreamName> create(const StreamName& name,
                               const std::optional<Source>& source,
                               const Destination& destination,
                               const std::map<std::string, std::string>& tags);
    Outcome<void> remove(const StreamName& name);  ///< @error ResourceNotFound | ResourceInUse
    Outcome<Described> describe(const StreamName& name);
    /// By name, after `after`.
    std::vector<Described> list(const std::string& account, const std::string& region);
    /// What waits in a stream's buffer. Waits for the stream's current round.
    /// @error ResourceNotFound
    Outcome<Fill> fill(const StreamName& name);
    /// @error ConcurrentModification | InvalidArgument | ResourceNotFound
    Outcome<void> update(const StreamName& name,
                         const std::string& version,
                         const DestinationUpdate& changes);
    Outcome<void> tag(const StreamName& name, const std::map<std::string, std::string>& tags);
    Outcome<void> untag(const StreamName& name, const std::vector<std::string>& keys);
    /// Durable when it returns. One record id per record.
    /// @error InvalidArgument (sizes, Kinesis source) | ResourceNotFound | ServiceUnavailable
    Outcome<std::vector<std::string>> put(const StreamName& name,
                                          const std::vector<std::string_view>& records);

    base::Result<void, Error> put_records(const std::string& delivery_stream_arn,
                                          const std::vector<std::string_view>& records) override;
    base::Result<std::string, Error> source_stream(const std::string& delivery_stream_arn) override;

private:
    struct Stream {
        base::Mutex step_mutex;  ///< held by a round or by a deletion
        bool is_gone GUARDED_BY(step_mutex) = false;
        std::unique_ptr<Delivery> delivery GUARDED_BY(step_mutex);
        std::shared_ptr<PutGauge> gauge;  ///< direct puts
        base::Mutex mutex;
        StreamConfig config GUARDED_BY(mutex);
        uint64_t next_row GUARDED_BY(mutex) = 1;
    };
    using StreamPointer = std::shared_ptr<Stream>;

    Engine(Surroundings surroundings, const EngineOptions& options)
        : with_(surroundings), options_(options) {}
    base::Result<void> load();
    base::Result<StreamPointer> load_stream(StreamConfig config);
    Outcome<StreamPointer> find(const StreamName& name) EXCLUDES(mutex_);
    Status status_of(const StreamConfig& config) const;
    Outcome<void> check_destination(const Destination& destination) const;
    Outcome<void> check_source(const Source& source) const;
    /// Adds a checkpoint per shard: the source's end, now.
    Outcome<void> begin_at_latest(const StreamConfig& config, kv::Batch& batch) const;
    /// Changes the row and the stream together.
    Outcome<void> change(const StreamName& name,
                         const std::function<Outcome<void>(StreamConfig& config)>& edit);
    void finish_removal(const StreamPointer& stream, const StreamConfig& config);

    Surroundings with_;
    const EngineOptions options_;
    base::Mutex mutex_;
    std::map<StreamName, StreamPointer> streams_ GUARDED_BY(mutex_);
    std::unique_ptr<base::PeriodicTask> task_;
};

}  // namespace wr::firehose
