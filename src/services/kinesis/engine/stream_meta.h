#pragma once
// What is stored of a stream beside its records.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/kinesis/engine/topology.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

/// A state other than ACTIVE holds from `changed` until `settles`.
struct Lifecycle {
    StreamStatus change = StreamStatus::Active;
    base::Timestamp changed;
    base::Timestamp settles;

    StreamStatus status(base::Timestamp now) const;
    /// Deleted, and the delay of the deletion has passed.
    bool is_gone(base::Timestamp now) const;
    void begin_change(StreamStatus to, base::Timestamp now, std::chrono::milliseconds delay);
};

/// A registered consumer with enhanced fan-out: CREATING, ACTIVE, DELETING.
struct ConsumerMeta : Lifecycle {
    std::string name;
    base::Timestamp created;
    std::map<std::string, std::string> tags;
    std::string policy;  ///< JSON of its resource policy, or empty

    int64_t created_seconds() const;
};

/// A key that records are encrypted with, itself encrypted with the server's. Numbers begin at 1.
struct WrappedKey {
    uint32_t number = 0;
    std::string wrapped;
};

struct StreamMeta : Lifecycle {
    StreamName name;
    uint64_t incarnation = 0;  ///< never given twice; the low bits of the log's topic
    std::string stream_id;     ///< twenty characters, a dash, three characters
    base::Timestamp created;
    int retention_hours = 24;
    bool is_on_demand = false;
    int record_kib_max = 1'024;
    int warm_mibps = 0;  ///< that an on-demand stream is kept ready for; 0: not asked for
    std::map<std::string, std::string> tags;
    std::set<std::string> shard_metrics;  ///< enhanced monitoring
    std::string kms_key_id;               ///< empty: not encrypted
    std::vector<WrappedKey> keys;         ///< all that records may still be encrypted with
    std::string policy;                   ///< JSON of the resource policy, or empty
    std::map<std::string, ConsumerMeta> consumers;
    /// When limited changes were made: UpdateShardCount, mode and key. The last day's alone.
    std::map<std::string, std::vector<base::Timestamp>> history;
    std::shared_ptr<const Topology> topology;

    size_t record_bytes_max() const { return static_cast<size_t>(record_kib_max) * 1024; }
    /// Empty when there is none of that name, or its deletion has ended.
    const ConsumerMeta* consumer(const std::string& consumer_name, base::Timestamp now) const;
    /// Counts a change of `kind` unless `count_max` were made within a day.
    bool count_change(const std::string& kind, size_t count_max, base::Timestamp now);
};

class StreamMetrics;

/// What a put has to know of its stream.
struct PutTerms {
    bool is_writable = false;  ///< ACTIVE or UPDATING
    bool is_encrypted = false;
    size_t record_bytes_max = 0;
    std::shared_ptr<StreamMetrics> metrics;
};

std::string encode_stream_meta(const StreamMeta& meta);
std::optional<StreamMeta> decode_stream_meta(std::string_view text);

/// CREATING, ACTIVE, UPDATING, DELETING.
std::string_view status_text(StreamStatus status);

}  // namespace wr::kinesis
