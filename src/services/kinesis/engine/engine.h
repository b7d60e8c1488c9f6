#pragma once
// The engine of Kinesis Data Streams: all streams of all accounts and regions over one log.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "kv/store.h"
#include "log/log.h"
#include "services/kinesis/engine/call_throttle.h"
#include "services/kinesis/engine/retention_clock.h"
#include "services/kinesis/engine/stream.h"
#include "services/kinesis/engine/token.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

struct EngineOptions {
    bool has_aws_limits = false;  ///< throttle shards and calls as AWS does
    std::string master_key{};     ///< 32 bytes, for streams that are encrypted; or none
    std::chrono::milliseconds state_change_delay{0};
    uint32_t open_shards_max = 20'000;  ///< of an account in a region
    uint32_t on_demand_streams_max = 50;
    /// Over which the load of an on-demand stream is measured, at least.
    std::chrono::seconds load_window{30};
    size_t cache_bytes_max = 64ULL * 1024 * 1024;
    cloudwatch::Face* metrics = nullptr;  ///< told what is measured of streams; or nobody
};

struct CreateOptions {
    uint32_t shard_count = 1;
    bool is_on_demand = false;
    int record_kib_max = 1'024;
    int warm_mibps = 0;
    std::map<std::string, std::string> tags{};
};

/// Which consumer of a stream; its ARN also says when it was registered.
struct ConsumerName {
    StreamName stream;
    std::string name;
    std::optional<int64_t> created_seconds{};
};
std::string consumer_arn(const StreamName& stream, const ConsumerMeta& consumer);
Error consumer_not_active(const StreamName& stream, const ConsumerMeta& consumer);
/// Empty when it is something else.
std::optional<ConsumerName> parse_consumer_arn(std::string_view arn);

/// The commitment to a minimum of throughput, which warm throughput needs.
struct AccountSettings {
    std::optional<base::Timestamp> started;
    std::optional<base::Timestamp> ended;  ///< or will end then

    bool is_committed(base::Timestamp now) const { return started && (!ended || now < *ended); }
    base::Timestamp earliest_end() const { return *started + std::chrono::hours{24}; }
};

struct AccountLimits {
    uint32_t shard_limit = 0;
    uint32_t open_shards = 0;
    uint32_t on_demand_streams = 0;
    uint32_t on_demand_stream_limit = 50;
};

/// Fewer an on-demand stream never has from its creation.
constexpr uint32_t on_demand_shards_min = 4;
/// 10 GiB/s: the most that an on-demand stream may be made ready for, or grows to.
constexpr uint32_t on_demand_shards_max = 10'240;

/// Where a stream's metadata is stored.
std::string stream_key(const StreamName& name);

/// A cursor with the stream it belongs to.
struct StreamCursor {
    std::shared_ptr<Stream> stream;
    Cursor cursor;
};

/// Life: open() reads the metadata; replay() for each entry of the log whose topic it owns;
/// finish_recovery() with the opened log; then every call from any thread; stop().
class Engine final : public Face {
public:
    /// `store` is the engine's own, scoped.
    static base::Result<std::unique_ptr<Engine>> open(kv::Store& store,
                                                      const base::Clock& clock,
                                                      base::Random& random,
                                                      const EngineOptions& options);

    /// Topics with 1 in the highest byte are the engine's.
    static bool owns_topic(uint64_t topic) { return topic >> 56 == Stream::topic_class; }
    void replay(uint64_t topic, log::Position position, std::string_view payload);
    /// @error Corruption  when an entry was none of the engine's format
    base::Result<void> finish_recovery(log::Log& log);

    /// Drops what has outlived its stream's retention and tells how far the log is no longer
    /// needed by the engine: the caller trims it there, or earlier when others share the log.
    base::Result<log::Position> run_retention();
    /// Reports to CloudWatch what has not yet been; the present minute too.
    void report_metrics();
    /// Since the start, of every stream.
    std::vector<std::pair<StreamName, std::vector<MetricTotal>>> metric_totals();
    /// Records that were not taken and readings that were refused because of a limit, since the
    /// start; 0 without such a stream.
    uint64_t refused(const StreamName& stream);
    /// Wakes every waiting reader. The log and the store stay the caller's.
    void stop();

    // Streams.
    Result<void> create_stream(const StreamName& name, const CreateOptions& options);
    Result<void> delete_stream(const StreamName& name, bool with_consumers = true);
    Result<StreamMeta> stream(const StreamName& name);
    Result<PutTerms> put_terms(const StreamName& name);
    Result<StreamName> name_of_id(const std::string& account,
                                  const std::string& region,
                                  std::string_view stream_id);
    /// By name, from the first behind `after`.
    std::vector<StreamMeta> list_streams(const std::string& account,
                                         const std::string& region,
                                         const std::string& after,
                                         size_t count_max);
    /// JSON of the policy on a stream, or empty.
    std::string policy_of(const StreamName& name);
    AccountLimits limits(const std::string& account, const std::string& region);
    /// Changes tags, retention, mode and the like. @error as `change` says, ResourceNotFound,
    /// ResourceInUse when `needs_active` and the stream is not ACTIVE
    Result<void> update_stream(const StreamName& name,
                               bool needs_active,
                               const std::function<Result<void>(StreamMeta&)>& change);
    Result<void> set_retention(const StreamName& name, int hours, bool is_increase);
    Result<void> split_shard(const StreamName& name,
                             const std::string& shard,
                             const std::string& new_starting_hash_key);
    Result<void> merge_shards(const StreamName& name,
                              const std::string& shard,
                              const std::string& adjacent);
    /// The number of open shards before.
    Result<uint32_t> update_shard_count(const StreamName& name, uint32_t target);
    Result<void> set_mode(const StreamName& name, bool is_on_demand, std::optional<int> warm_mibps);
    /// The throughput that the shards were ready for before.
    Result<uint32_t> set_warm_throughput(const StreamName& name, int mibps);
    /// Doubles the shards of on-demand streams whose load has passed half of what they take.
    void scale_on_demand();
    Result<void> start_encryption(const StreamName& name, const std::string& key_id);
    Result<void> stop_encryption(const StreamName& name, const std::string& key_id);

    // Consumers with enhanced fan-out.
    Result<ConsumerMeta> register_consumer(const StreamName& stream,
                                           const std::string& consumer,
                                           const std::map<std::string, std::string>& tags);
    Result<ConsumerMeta> consumer(const ConsumerName& name);
    Result<void> deregister_consumer(const ConsumerName& name);
    Result<void> update_consumer(const ConsumerName& name,
                                 const std::function<Result<void>(ConsumerMeta&)>& change);
    uint32_t consumers_max(const StreamMeta& meta);

    // Accounts.
    AccountSettings account_settings(const std::string& account, const std::string& region);
    Result<AccountSettings> set_commitment(const std::string& account,
                                           const std::string& region,
                                           bool is_wanted);
    /// Whether the rate of calls to `operation` allows one more; always without AWS's limits.
    /// `resource` is what is called upon, for operations that are counted by it.
    bool admit_call(std::string_view operation,
                    const std::string& account,
                    const std::string& region,
                    const std::string& resource);

    /// As put_records without a producer, but does not wait for the log.
    Result<std::shared_ptr<PendingPut>> begin_put(const StreamName& stream,
                                                  const std::vector<PutEntry>& entries);

    // Reading with iterators.
    Result<std::string> shard_iterator(const StreamName& name,
                                       const std::string& shard,
                                       const ReadFrom& from);
    Result<StreamCursor> open_iterator(std::string_view iterator);
    Result<StreamCursor> locate(const StreamName& name,
                                const std::string& shard,
                                const ReadFrom& from);
    /// A sequence number after which a reader at `at` goes on, also where no record has been.
    std::string continuation(const StreamCursor& at) const;
    Activity& activity() { return environment_.activity; }
    /// The stream that an iterator of ours belongs to, also when it has expired.
    std::optional<StreamName> stream_of_iterator(std::string_view iterator);
    std::string iterator_for(const StreamCursor& at) const;
    const TokenCodec& tokens() const { return *tokens_; }
    const EngineOptions& options() const { return options_; }
    base::Timestamp now() const { return environment_.clock.now(); }
    base::MonotonicTime monotonic() const { return environment_.clock.monotonic(); }

    // Face.
    Result<StreamInfo> describe(const StreamName& stream) override;
    Result<std::vector<PutOutcome>> put_records(
        const StreamName& stream,
        const std::vector<PutEntry>& entries,
        const std::optional<ProducerOrdinal>& producer) override;
    Result<uint64_t> last_ordinal(const StreamName& stream, const std::string& producer) override;
    Result<ReadFrom> resolve(const StreamName& stream,
                             const std::string& shard_id,
                             const ReadFrom& from) override;
    Result<ReadResult> read(const StreamName& stream,
                            const std::string& shard_id,
                            const ReadFrom& from,
                            size_t records_max,
                            size_t bytes_max) override;
    Result<ViewResult> read_views(const StreamName& stream,
                                  const std::string& shard_id,
                                  const ReadFrom& from,
                                  size_t records_max,
                                  size_t bytes_max,
                                  Numbered numbered) override;
    uint64_t wait_for_records(const StreamName& stream,
                              uint64_t seen,
                              std::chrono::milliseconds timeout) override;

private:
    Engine(kv::Store& store,
           const base::Clock& clock,
           base::Random& random,
           const EngineOptions& options);
    base::Result<void> load();
    base::Result<void> load_streams();
    base::Result<void> load_floors();
    Result<std::shared_ptr<Stream>> find(const StreamName& name);
    std::vector<std::shared_ptr<Stream>> all_streams();
    base::Result<void> store_meta(const StreamMeta& meta);
    /// Forgets a deleted stream and what is stored of it.
    base::Result<void> purge(const std::shared_ptr<Stream>& stream) REQUIRES(control_mutex_);
    Result<void> reshard(
        const StreamName& name,
        const std::function<Result<void>(StreamMeta&, const NextCounter&)>& change);
    Result<void> check_shard_limit(const StreamName& name, uint32_t more);
    Result<void> check_on_demand_limit(const StreamName& name);
    Result<ReadFrom> place_of(Stream& stream, const Cursor& cursor) const;
    /// A reading that counts in the metrics; `end` gets what is not a record.
    Result<FoundRecords> find_records(const StreamName& stream,
                                      const std::string& shard_id,
                                      const ReadFrom& from,
                                      size_t records_max,
                                      size_t bytes_max,
                                      ReadEnd& end);
    /// @error Validation unless the account of `name` has committed itself
    Result<void> check_warm_throughput(const StreamName& name, int mibps);
    Result<void> grow_to(const StreamName& name,
                         uint32_t shards,
                         const std::function<Result<void>(StreamMeta&)>& change);

    kv::Store& store_;
    base::Random& random_;
    const EngineOptions options_;
    StreamEnvironment environment_;
    std::unique_ptr<TokenCodec> tokens_;
    CallThrottle calls_;
    std::string replay_damage_;

    base::Mutex control_mutex_;  ///< one change of metadata at a time; taken before any other
    uint64_t next_incarnation_ GUARDED_BY(control_mutex_) = 1;
    std::unique_ptr<RetentionClock> retention_clock_ GUARDED_BY(control_mutex_);

    mutable base::Mutex registry_mutex_;
    base::CondVar stopped_;
    bool is_stopping_ GUARDED_BY(registry_mutex_) = false;
    std::map<StreamName, std::shared_ptr<Stream>> by_name_ GUARDED_BY(registry_mutex_);
    std::map<uint64_t, std::shared_ptr<Stream>> by_incarnation_ GUARDED_BY(registry_mutex_);
};

}  // namespace wr::kinesis
