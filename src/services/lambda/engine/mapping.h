#pragma once
// An event source mapping's record: from which stream to which function, and how.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "services/kinesis/kinesis.h"
#include "services/lambda/engine/function.h"

namespace wr::lambda {

enum class StartingPosition { TrimHorizon, Latest, AtTimestamp };

struct Mapping {
    std::string id;  ///< UUID
    FunctionName function;
    kinesis::StreamName stream;
    std::optional<std::string> consumer_arn;  ///< as given, when the source is a stream consumer
    StartingPosition starting_position = StartingPosition::TrimHorizon;
    base::Timestamp starting_timestamp{};
    int batch_size = 100;
    int batching_window_seconds = 0;
    int parallelization_factor = 1;
    int64_t record_age_seconds_max = -1;  ///< -1: as long as the stream keeps it
    int64_t retry_attempts_max = -1;      ///< -1: without end
    bool bisects = false;
    bool reports_item_failures = false;
    bool is_enabled = true;
    bool is_started = false;  ///< the first shards have their positions
    base::Timestamp modified{};
    base::Timestamp settles_at{};  ///< Creating, Enabling, Disabling or Updating before
    std::string transition;        ///< Creating | Enabling | Disabling | Updating
    std::string last_result = "No records processed";

    std::string state(base::Timestamp now) const;
    std::string encode() const;
    static base::Result<Mapping> decode(std::string_view text);
};

/// How far one shard was processed; stored with every acknowledged batch.
struct ShardCheckpoint {
    kinesis::ReadFrom next;
    bool is_finished = false;  ///< closed and read to its end

    std::string encode() const;
    static base::Result<ShardCheckpoint> decode(std::string_view text);
};

}  // namespace wr::lambda
