// Polling of all shards of a stream.
#include "cli/shard_reader.h"

#include "gen/kinesis/types.h"

#include <algorithm>

namespace wr::cli {

wire::ApiResult<std::string> ShardReader::iterator(const std::string& shard_id,
                                                   const ShardStart& start) {
    gen::kinesis::GetShardIteratorInput input;
    input.stream_name = stream_;
    input.shard_id = shard_id;
    input.shard_iterator_type = start.type;
    if (!start.sequence_number.empty()) input.starting_sequence_number = start.sequence_number;
    input.timestamp = start.timestamp;
    WR_TRY(const auto output, client_.get_shard_iterator(input));
    return output.shard_iterator.value_or("");
}

wire::ApiResult<void> ShardReader::add(const std::string& shard_id, const ShardStart& start) {
    WR_TRY(std::string text, iterator(shard_id, start));
    cursors_.push_back({shard_id, std::move(text), start});
    return {};
}

wire::ApiResult<void> ShardReader::open(const ShardStart& start, const std::string& shard_id) {
    if (!shard_id.empty()) return add(shard_id, start);
    gen::kinesis::ListShardsInput input;
    input.stream_name = stream_;
    // From the horizon the parents lead to their children; from now on only open shards matter.
    if (start.type == "LATEST") {
        input.shard_filter.emplace().type = "AT_LATEST";
    } else if (start.type == "AT_TIMESTAMP" && start.timestamp) {
        input.shard_filter.emplace().type = "AT_TIMESTAMP";
        input.shard_filter->timestamp = start.timestamp;
    } else if (start.type == "TRIM_HORIZON") {
        input.shard_filter.emplace().type = "AT_TRIM_HORIZON";
    } else {
        return open_owner(input, start);
    }
    while (true) {
        WR_TRY(const auto output, client_.list_shards(input));
        for (const auto& shard : output.shards.value_or(std::vector<gen::kinesis::Shard>{})) {
            WR_TRY_VOID(add(shard.shard_id.value_or(""), start));
        }
        if (!output.next_token) return {};
        input = {};
        input.next_token = output.next_token;
    }
}

/// A sequence number belongs to one shard: the others refuse it.
wire::ApiResult<void> ShardReader::open_owner(gen::kinesis::ListShardsInput input,
                                              const ShardStart& start) {
    std::optional<wire::ApiError> refusal;
    while (true) {
        WR_TRY(const auto output, client_.list_shards(input));
        for (const auto& shard : output.shards.value_or(std::vector<gen::kinesis::Shard>{})) {
            auto added = add(shard.shard_id.value_or(""), start);
            if (added) return {};
            if (added.error().code != "InvalidArgumentException") return added;
            refusal = std::move(added).error();
        }
        if (!output.next_token) break;
        input = {};
        input.next_token = output.next_token;
    }
    return base::fail(refusal ? *std::move(refusal) : wire::internal_failure());
}

wire::ApiResult<bool> ShardReader::read(Cursor& cursor, std::vector<ShardRecord>& records) {
    gen::kinesis::GetRecordsInput input;
    input.shard_iterator = cursor.iterator;
    auto output = client_.get_records(input);
    if (!output && output.error().code == "ExpiredIteratorException") {
        WR_TRY(cursor.iterator, iterator(cursor.shard_id, cursor.resume));
        return true;
    }
    if (!output && output.error().code == "ProvisionedThroughputExceededException") return true;
    if (!output) return base::fail(std::move(output).error());
    for (auto& record : output->records->held()) {
        ShardRecord& out = records.emplace_back();
        out.shard_id = cursor.shard_id;
        out.sequence_number = record.sequence_number.value_or("");
        out.partition_key = record.partition_key.value_or("");
        out.data = std::move(record.data).value_or("");
        out.arrival = record.approximate_arrival_timestamp.value_or(base::Timestamp{});
    }
    if (!output->records->empty()) {
        cursor.resume = {"AFTER_SEQUENCE_NUMBER", records.back().sequence_number, std::nullopt};
    }
    if (output->next_shard_iterator) {
        cursor.iterator = *output->next_shard_iterator;
        return true;
    }
    if (!output->child_shards) return false;
    ShardStart horizon;
    horizon.type = "TRIM_HORIZON";
    for (const auto& child : *output->child_shards) {
        const std::string id = child.shard_id.value_or("");
        // A merged shard is read once, after the last of its parents: that keeps the order of keys.
        const auto parents = child.parent_shards.value_or(std::vector<std::string>{});
        const bool must_wait =
            std::any_of(cursors_.begin(), cursors_.end(), [&](const Cursor& other) {
                return other.shard_id == id ||
                       std::find(parents.begin(), parents.end(), other.shard_id) != parents.end();
            });
        if (!must_wait) WR_TRY_VOID(add(id, horizon));
    }
    return false;
}

wire::ApiResult<std::vector<ShardRecord>> ShardReader::poll() {
    std::vector<ShardRecord> records;
    // Children join at the end and wait for the next round.
    for (size_t left = cursors_.size(); left > 0; --left) {
        Cursor cursor = std::move(cursors_.front());
        cursors_.pop_front();
        WR_TRY(const bool is_open, read(cursor, records));
        if (is_open) cursors_.push_back(std::move(cursor));
    }
    return records;
}

}  // namespace wr::cli
