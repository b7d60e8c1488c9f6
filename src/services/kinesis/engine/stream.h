#pragma once
// A stream at work: assigns sequence numbers, appends to the log, indexes what is durable, reads.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "kv/store.h"
#include "log/log.h"
#include "services/kinesis/engine/activity.h"
#include "services/kinesis/engine/entry_cache.h"
#include "services/kinesis/engine/found_records.h"
#include "services/kinesis/engine/pending_put.h"
#include "services/kinesis/engine/shard_index.h"
#include "services/kinesis/engine/stream_meta.h"
#include "services/kinesis/engine/stream_metrics.h"
#include "services/kinesis/engine/throttle.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

/// What streams share. `log` is set once recovery has finished.
struct StreamEnvironment {
    const base::Clock& clock;
    base::Random& random;
    bool has_aws_limits;
    std::string master_key;  ///< wraps the keys of streams; empty: no stream can be encrypted
    EntryCache cache;
    cloudwatch::Face* metrics = nullptr;
    log::Log* log = nullptr;
    Activity activity{};
};

/// Where a reader stands in a shard: the first counter it has not seen. 0 is the trim horizon.
struct Cursor {
    uint32_t shard_index = 0;
    uint64_t counter = 0;
};

struct CursorRead {
    FoundRecords records;
    Cursor next;
    bool at_end_of_shard = false;  ///< closed, and nothing is left
    std::chrono::milliseconds behind_latest{0};
    std::vector<ShardMeta> children;  ///< only at the end
    bool start_was_trimmed = false;
    uint64_t bytes = 0;    ///< of the records
    bool is_full = false;  ///< the next record would have been too much
};

/// @threads any. Locks: order_mutex_ before state_mutex_; the log's callbacks take only the latter.
class Stream : public std::enable_shared_from_this<Stream> {
public:
    Stream(StreamEnvironment& environment, StreamMeta meta);

    /// False when its keys do not open with the master key: it can then be neither read nor
    /// written.
    bool has_keys() const;
    StreamMeta meta() const;
    PutTerms put_terms() const;
    std::string policy() const;
    /// Deleted, and not even DELETING any more.
    bool is_gone() const;
    const StreamName& name() const { return name_; }
    StreamMetrics& metrics() const { return *metrics_; }
    /// What a reading by polling counts as.
    void count_read(uint32_t shard_index,
                    const CursorRead& read,
                    std::chrono::nanoseconds latency) const;
    void count_refused_read(uint32_t shard_index) const;
    uint64_t incarnation() const { return incarnation_; }
    /// The service's part of the log's topics.
    static constexpr uint64_t topic_class = 1;
    uint64_t topic() const { return (topic_class << 56) | incarnation_; }

    // Recovery, before any other thread knows the stream.
    void restore_floor(uint32_t shard_index, uint64_t next_counter, uint64_t first_counter);
    void restore_producer(const std::string& producer, uint64_t ordinal);
    void replay(const EntryHead& head, log::Position position);

    /// Numbers the records and hands them to the log, without waiting for it.
    Result<std::shared_ptr<PendingPut>> begin_put(const std::vector<PutEntry>& entries);
    /// The same, and waits until they are durable.
    Result<std::vector<PutOutcome>> put(const std::vector<PutEntry>& entries,
                                        const std::optional<ProducerOrdinal>& producer);
    uint64_t last_ordinal(const std::string& producer) const;

    Result<Cursor> locate(const std::string& shard, const ReadFrom& from) const;
    Result<CursorRead> read(Cursor cursor, size_t records_max, size_t bytes_max) const;
    /// A sequence number that leads to `cursor` when read after it; empty for the trim horizon.
    std::string sequence_before(Cursor cursor) const;
    uint64_t wait_for_records(uint64_t seen, std::chrono::milliseconds timeout) const;
    /// Ends every wait, now and later.
    void wake_for_ever();

    struct Load {
        double bytes_per_second = 0;
        double records_per_second = 0;
    };
    /// What was written since the last time that this was asked and answered; empty before
    /// `window` has passed since then.
    std::optional<Load> take_load(std::chrono::seconds window);

    bool admit_read(uint32_t shard_index);
    void charge_read(uint32_t shard_index, uint64_t size_bytes);
    bool admit_iterator(uint32_t shard_index);

    using Commit = std::function<base::Result<void>(const StreamMeta&)>;
    /// Changes metadata: `change` on a copy, which becomes current once `commit` has stored it.
    Result<void> update(const std::function<Result<void>(StreamMeta&)>& change,
                        const Commit& commit);
    /// The same for shards, with no append under way; counters are where open shards would close.
    Result<void> reshard(const std::function<Result<void>(StreamMeta&, const NextCounter&)>& change,
                         const Commit& commit);

    /// Drops what arrived before `horizon`, writes what must be known once the log has forgotten
    /// it. True when anything changed.
    bool trim(base::Timestamp horizon, kv::Batch& batch);
    /// Closed shards without records whose closing lies before `horizon`.
    std::vector<uint32_t> expired_shards(base::Timestamp horizon) const;
    struct LogNeeds {
        std::optional<log::Position> first;  ///< of the oldest record held
        bool is_appending = false;
        log::Position last_appended;  ///< meaningful while appending
    };
    LogNeeds log_needs() const;

private:
    struct Plan;
    struct Producer {
        base::Mutex mutex;  ///< held by a put from the look at `ordinal` until it is durable
        uint64_t ordinal GUARDED_BY(mutex) = 0;
    };

    Result<std::shared_ptr<PendingPut>> begin_put(const std::vector<PutEntry>& entries,
                                                  size_t begin,
                                                  std::string_view producer,
                                                  uint64_t first_ordinal);
    Result<void> make_plan(const std::vector<PutEntry>& entries,
                           bool is_all_or_nothing,
                           Plan& plan);
    void throttle(const std::vector<PutEntry>& entries, bool is_all_or_nothing, PendingPut& put);
    Result<bool> submit(Plan& plan,
                        const std::shared_ptr<PendingPut>& put,
                        std::string_view producer,
                        uint64_t ordinal);
    void finish(PendingPut& put, base::Result<log::Position> position);
    void count_put(const std::vector<PutEntry>& entries, const Plan& plan);
    std::shared_ptr<Producer> producer_state(const std::string& producer);
    Result<uint64_t> counter_of(const ShardMeta& shard, const std::string& sequence) const;
    base::Result<void> read_entry(const ShardIndex::Place& place,
                                  const ShardMeta& shard,
                                  const KeyRing& keys,
                                  size_t records_max,
                                  size_t bytes_max,
                                  CursorRead& result) const;
    std::shared_ptr<const KeyRing> unwrap_keys(const StreamMeta& meta) const;
    void grow(const Topology& topology) REQUIRES(order_mutex_, state_mutex_);

    StreamEnvironment& environment_;
    const uint64_t incarnation_;
    const StreamName name_;
    const std::shared_ptr<StreamMetrics> metrics_;

    base::Mutex order_mutex_;  ///< numbers are given and appends queued in one order
    std::vector<uint64_t> assigned_next_ GUARDED_BY(order_mutex_);  // by shard index

    base::Mutex throttle_mutex_;
    std::vector<ShardThrottle> throttles_ GUARDED_BY(throttle_mutex_);

    std::atomic<uint64_t> bytes_in_ = 0;
    std::atomic<uint64_t> records_in_ = 0;
    base::Mutex load_mutex_;
    base::MonotonicTime load_since_ GUARDED_BY(load_mutex_);

    mutable base::Mutex state_mutex_;
    mutable base::CondVar changed_;
    StreamMeta meta_ GUARDED_BY(state_mutex_);
    std::shared_ptr<const KeyRing> keys_ GUARDED_BY(state_mutex_);  ///< null: they do not open
    std::vector<ShardIndex> indexes_ GUARDED_BY(state_mutex_);      // by shard index
    size_t appending_ GUARDED_BY(state_mutex_) = 0;
    log::Position last_appended_ GUARDED_BY(state_mutex_);
    uint64_t seen_ GUARDED_BY(state_mutex_) = 0;
    bool is_stopping_ GUARDED_BY(state_mutex_) = false;

    mutable base::Mutex producers_mutex_;
    std::map<std::string, std::shared_ptr<Producer>> producers_ GUARDED_BY(producers_mutex_);
    std::map<std::string, uint64_t> stored_ordinals_ GUARDED_BY(producers_mutex_);
};

/// Keys of what `trim` stores.
std::string floor_key(uint64_t incarnation, uint32_t shard_index);
std::string producer_key(uint64_t incarnation, std::string_view producer);

// AWS's words.
Error stream_not_found(const StreamName& stream);
Error shard_not_found(const StreamName& stream, const std::string& shard);
Error not_active(const StreamName& stream, StreamStatus status);
Error rate_exceeded(const StreamName& stream, uint32_t shard_index);
Error internal_failure();

}  // namespace wr::kinesis
