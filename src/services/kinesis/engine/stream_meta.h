#pragma once
// What is stored of a stream beside its records.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/kinesis/engine/topology.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

struct StreamMeta {
    StreamName name;
    uint64_t incarnation = 0;  ///< never given twice; the low bits of the log's topic
    std::string stream_id;     ///< twenty characters, a dash, three characters
    base::Timestamp created;
    /// A state other than ACTIVE holds from `changed` until `settles`.
    StreamStatus change = StreamStatus::Active;
    base::Timestamp changed;
    base::Timestamp settles;
    int retention_hours = 24;
    bool is_on_demand = false;
    int record_kib_max = 1'024;
    std::map<std::string, std::string> tags;
    std::set<std::string> shard_metrics;  ///< enhanced monitoring
    std::string kms_key_id;               ///< empty: not encrypted
    std::shared_ptr<const Topology> topology;

    StreamStatus status(base::Timestamp now) const;
    /// Deleted, and the delay of the deletion has passed.
    bool is_gone(base::Timestamp now) const;
    void begin_change(StreamStatus to, base::Timestamp now, std::chrono::milliseconds delay);
    size_t record_bytes_max() const { return static_cast<size_t>(record_kib_max) * 1024; }
};

/// What a put has to know of its stream.
struct PutTerms {
    bool is_writable = false;  ///< ACTIVE or UPDATING
    bool is_encrypted = false;
    size_t record_bytes_max = 0;
};

std::string encode_stream_meta(const StreamMeta& meta);
std::optional<StreamMeta> decode_stream_meta(std::string_view text);

/// CREATING, ACTIVE, UPDATING, DELETING.
std::string_view status_text(StreamStatus status);

}  // namespace wr::kinesis
