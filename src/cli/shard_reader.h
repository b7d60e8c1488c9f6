#pragma once
// Reads a whole stream through the public API: every shard, and their children after a reshard.

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gen/kinesis/client.h"

namespace wr::cli {

struct ShardStart {
    std::string type = "LATEST";  ///< as GetShardIterator takes it
    std::string sequence_number;
    std::optional<base::Timestamp> timestamp;
};

struct ShardRecord {
    std::string shard_id;
    std::string sequence_number;
    std::string partition_key;
    std::string data;
    base::Timestamp arrival;
};

/// Not thread-safe.
class ShardReader {
public:
    ShardReader(gen::kinesis::Client& client, std::string stream)
        : client_(client), stream_(std::move(stream)) {}

    /// Opens every shard at `start`; with `shard_id`, or at a sequence number, only that one.
    wire::ApiResult<void> open(const ShardStart& start, const std::string& shard_id = "");
    /// One read of each open shard. An iterator that expired is taken anew after the last record
    /// seen.
    wire::ApiResult<std::vector<ShardRecord>> poll();
    /// No shard is left to read.
    bool is_finished() const { return cursors_.empty(); }

private:
    struct Cursor {
        std::string shard_id;
        std::string iterator;
        ShardStart resume;  // where to go on when the iterator expires
    };
    wire::ApiResult<std::string> iterator(const std::string& shard_id, const ShardStart& start);
    wire::ApiResult<void> add(const std::string& shard_id, const ShardStart& start);
    wire::ApiResult<void> open_owner(gen::kinesis::ListShardsInput input, const ShardStart& start);
    wire::ApiResult<bool> read(Cursor& cursor, std::vector<ShardRecord>& records);

    gen::kinesis::Client& client_;
    const std::string stream_;
    std::deque<Cursor> cursors_;
};

}  // namespace wr::cli
