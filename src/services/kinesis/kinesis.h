#pragma once
// The face of Kinesis Data Streams: what other services may ask of it, in domain types.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace wr::kinesis {

struct StreamName {
    std::string account;
    std::string region;
    std::string name;
    std::string arn() const {
        return "arn:aws:kinesis:" + region + ":" + account + ":stream/" + name;
    }
    auto operator<=>(const StreamName&) const = default;
};

/// Parses an ARN of a stream; empty when it is something else.
inline std::optional<StreamName> parse_stream_arn(std::string_view arn) {
    std::string_view parts[6];
    for (size_t i = 0; i < 5; ++i) {
        const size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        parts[i] = arn.substr(0, colon);
        arn.remove_prefix(colon + 1);
    }
    constexpr std::string_view kind = "stream/";
    const bool is_stream = parts[0] == "arn" && parts[2] == "kinesis" && arn.starts_with(kind);
    if (!is_stream || arn.find('/', kind.size()) != std::string_view::npos) return std::nullopt;
    return StreamName{
        std::string(parts[4]), std::string(parts[3]), std::string(arn.substr(kind.size()))};
}

enum class ErrorCode {
    ResourceNotFound,
    ResourceInUse,
    InvalidArgument,
    LimitExceeded,
    ProvisionedThroughputExceeded,
    ExpiredIterator,
    ExpiredNextToken,
    Validation,  ///< the operation is not for a stream of this mode
    KeyNotFound,
    InternalFailure,
};
struct Error {
    ErrorCode code;
    std::string message;
};
template <typename T>
using Result = base::Result<T, Error>;

enum class StreamStatus { Creating, Active, Updating, Deleting };

struct ShardInfo {
    std::string id;                 ///< shardId-000000000000
    std::string starting_hash_key;  ///< decimal, inclusive
    std::string ending_hash_key;    ///< decimal, inclusive
    std::string starting_sequence_number;
    std::optional<std::string> ending_sequence_number;  ///< closed shards
    std::optional<std::string> parent_id;
    std::optional<std::string> adjacent_parent_id;
};

struct StreamInfo {
    StreamName name;
    StreamStatus status = StreamStatus::Active;
    std::vector<ShardInfo> shards;  ///< by id; open and closed
    int retention_hours = 24;
    base::Timestamp created;
};

struct PutEntry {
    std::string_view data;
    std::string_view partition_key;
    std::string_view explicit_hash_key;  ///< decimal, or empty
};

/// Makes repeated puts of one producer idempotent: entries with ordinals the stream has seen are
/// dropped.
struct ProducerOrdinal {
    std::string producer;        ///< unique and stable, e.g. application, output
    uint64_t first_ordinal = 0;  ///< of the first entry; the others follow; the first of all is 1
};

struct PutOutcome {
    std::optional<Error> error;  ///< ProvisionedThroughputExceeded | InternalFailure
    std::string shard_id;        ///< empty, as the number is, for a producer with ordinals
    std::string sequence_number;
    bool duplicate = false;  ///< dropped because of its ordinal
};

enum class StartType { TrimHorizon, Latest, AtSequenceNumber, AfterSequenceNumber, AtTimestamp };
struct ReadFrom {
    StartType type = StartType::TrimHorizon;
    std::string sequence_number;
    base::Timestamp timestamp{};
};

struct Record {
    std::string sequence_number;
    std::string partition_key;
    std::string data;
    base::Timestamp arrival;
    bool is_encrypted = false;  ///< was, at rest
};

/// A record where it lies.
struct RecordView {
    std::string_view sequence_number;
    std::string_view partition_key;
    std::string_view data;
    base::Timestamp arrival;
};
/// Which records of a reading come with their sequence numbers; the others' are empty.
enum class Numbered : uint8_t { All, FirstAndLast };
/// The views last as long as the owners.
struct RecordViews {
    std::vector<RecordView> records;
    std::vector<std::shared_ptr<const void>> owners;
};
inline RecordViews views_of(std::vector<Record> records) {
    const auto owner = std::make_shared<const std::vector<Record>>(std::move(records));
    RecordViews views;
    views.records.reserve(owner->size());
    for (const Record& record : *owner)
        views.records.push_back(
            {record.sequence_number, record.partition_key, record.data, record.arrival});
    views.owners.push_back(owner);
    return views;
}

struct ReadEnd {
    /// Where to go on: AfterSequenceNumber of the last record, or the resolved start when there was
    /// none. Empty when the shard is closed and read to its end.
    std::optional<ReadFrom> next;
    std::chrono::milliseconds behind_latest{0};
    std::vector<std::string> child_shard_ids;  ///< only at the end of a closed shard
    bool start_was_trimmed =
        false;  ///< records between the start asked for and the horizon are gone
};
struct ReadResult : ReadEnd {
    std::vector<Record> records;
};
struct ViewResult : ReadEnd {
    RecordViews views;
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    virtual Result<StreamInfo> describe(const StreamName& stream) = 0;
    /// Durable when it returns, as the log is configured. One outcome per entry, same order.
    /// @error ResourceNotFound | ResourceInUse (not ACTIVE)
    virtual Result<std::vector<PutOutcome>> put_records(
        const StreamName& stream,
        const std::vector<PutEntry>& entries,
        const std::optional<ProducerOrdinal>& producer) = 0;
    /// Highest ordinal of `producer` that the stream holds; 0 when none.
    virtual Result<uint64_t> last_ordinal(const StreamName& stream,
                                          const std::string& producer) = 0;
    /// Fixes Latest and AtTimestamp to a position that survives: AtSequenceNumber,
    /// AfterSequenceNumber or TrimHorizon.
    virtual Result<ReadFrom> resolve(const StreamName& stream,
                                     const std::string& shard_id,
                                     const ReadFrom& from) = 0;
    /// Up to `records_max` records and about `bytes_max` bytes, in order.
    virtual Result<ReadResult> read(const StreamName& stream,
                                    const std::string& shard_id,
                                    const ReadFrom& from,
                                    size_t records_max,
                                    size_t bytes_max) = 0;
    /// The same for those who look at records and keep none. To number a record takes longer than
    /// to find it.
    virtual Result<ViewResult> read_views(const StreamName& stream,
                                          const std::string& shard_id,
                                          const ReadFrom& from,
                                          size_t records_max,
                                          size_t bytes_max,
                                          [[maybe_unused]] Numbered numbered) {
        WR_TRY(ReadResult copied, read(stream, shard_id, from, records_max, bytes_max));
        ViewResult result;
        static_cast<ReadEnd&>(result) = std::move(static_cast<ReadEnd&>(copied));
        result.views = views_of(std::move(copied.records));
        return result;
    }
    /// Returns when `stream` has taken records since `seen` or when `timeout` has passed; the new
    /// count either way. Begin with seen = 0. For consumers that want low latency without polling.
    virtual uint64_t wait_for_records(const StreamName& stream,
                                      uint64_t seen,
                                      std::chrono::milliseconds timeout) = 0;
};

}  // namespace wr::kinesis
