#pragma once
// What a delivery remembers durably: where each source stands, and the one object that is being
// written. Bytes on disk: docs/formats/firehose.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/firehose/engine/stream_config.h"

namespace wr::firehose {

/// Records of one shard, first and last included.
struct ShardRange {
    std::string shard_id;
    std::string first;
    std::string last;
};

/// Decided before the object is written, so that a crash repeats exactly this object.
struct Intent {
    std::string bucket;
    std::string key;
    Compression compression = Compression::None;
    std::vector<ShardRange> ranges;  ///< Kinesis source
    uint64_t first_row = 0;          ///< direct puts: rows first..last
    uint64_t last_row = 0;
};

/// Where the reading of a shard goes on.
struct Checkpoint {
    enum class State { FromStart, At, After, Done };
    State state = State::FromStart;
    std::string sequence_number;
};

std::string encode(const Intent& intent);
std::optional<Intent> decode_intent(std::string_view text);
std::string encode(const Checkpoint& checkpoint);
std::optional<Checkpoint> decode_checkpoint(std::string_view text);

/// One request's records as one row.
struct PutRow {
    base::Timestamp arrival{};
    std::vector<std::string_view> records;  ///< into the row's bytes
};
std::string encode_put(base::Timestamp arrival, const std::vector<std::string_view>& records);
std::optional<PutRow> decode_put(std::string_view bytes);

/// Keys.
std::string config_row(const StreamName& name);
std::string intent_row(const std::string& id);
std::string checkpoints_prefix(const std::string& id);
std::string checkpoint_row(const std::string& id, const std::string& shard_id);
std::string puts_prefix(const std::string& id);
std::string put_row(const std::string& id, uint64_t sequence);
std::string next_put_row(const std::string& id);

}  // namespace wr::firehose
