// Rows of deliveries: JSON for what is small, a plain frame for records.
#include "services/firehose/engine/batch.h"

#include "base/json.h"
#include "kv/store.h"

namespace wr::firehose {

using base::Json;

std::string encode(const Intent& intent) {
    Json json;
    json.set("bucket", intent.bucket);
    json.set("key", intent.key);
    json.set("gzip", intent.compression == Compression::Gzip);
    Json::Array ranges;
    for (const ShardRange& range : intent.ranges) {
        Json one;
        one.set("shard", range.shard_id);
        one.set("first", range.first);
        one.set("last", range.last);
        ranges.push_back(std::move(one));
    }
    json.set("ranges", Json(std::move(ranges)));
    json.set("first_row", intent.first_row);
    json.set("last_row", intent.last_row);
    return json.dump();
}

std::optional<Intent> decode_intent(std::string_view text) {
    const auto json = base::parse_json(text);
    if (!json || (*json)["key"].as_string().empty()) return std::nullopt;
    Intent intent;
    intent.bucket = (*json)["bucket"].as_string();
    intent.key = (*json)["key"].as_string();
    intent.compression = (*json)["gzip"].as_bool() ? Compression::Gzip : Compression::None;
    for (const Json& range : (*json)["ranges"].as_array())
        intent.ranges.push_back(
            {range["shard"].as_string(), range["first"].as_string(), range["last"].as_string()});
    intent.first_row = static_cast<uint64_t>((*json)["first_row"].as_int());
    intent.last_row = static_cast<uint64_t>((*json)["last_row"].as_int());
    return intent;
}

std::string encode(const Checkpoint& checkpoint) {
    Json json;
    json.set("state", static_cast<int>(checkpoint.state));
    json.set("sequence", checkpoint.sequence_number);
    return json.dump();
}

std::optional<Checkpoint> decode_checkpoint(std::string_view text) {
    const auto json = base::parse_json(text);
    if (!json || !(*json)["state"].is_int()) return std::nullopt;
    const int64_t state = (*json)["state"].as_int();
    if (state < 0 || state > static_cast<int64_t>(Checkpoint::State::Done)) return std::nullopt;
    return Checkpoint{static_cast<Checkpoint::State>(state), (*json)["sequence"].as_string()};
}

std::string encode_put(base::Timestamp arrival, const std::vector<std::string_view>& records) {
    std::string out = kv::encode_u64(static_cast<uint64_t>(arrival.time_since_epoch().count()));
    for (const std::string_view record : records) {
        out += kv::encode_u64(record.size());
        out += record;
    }
    return out;
}

std::optional<PutRow> decode_put(std::string_view bytes) {
    if (bytes.size() < 8) return std::nullopt;
    PutRow row;
    row.arrival =
        base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(kv::decode_u64(bytes))}};
    bytes.remove_prefix(8);
    while (!bytes.empty()) {
        if (bytes.size() < 8) return std::nullopt;
        const uint64_t size = kv::decode_u64(bytes);
        bytes.remove_prefix(8);
        if (bytes.size() < size) return std::nullopt;
        row.records.push_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return row;
}

std::string config_row(const StreamName& name) {
    return "s/" + name.account + "/" + name.region + "/" + name.name;
}
std::string intent_row(const std::string& id) {
    return "i/" + id;
}
std::string checkpoints_prefix(const std::string& id) {
    return "c/" + id + "/";
}
std::string checkpoint_row(const std::string& id, const std::string& shard_id) {
    return checkpoints_prefix(id) + shard_id;
}
std::string puts_prefix(const std::string& id) {
    return "r/" + id + "/";
}
std::string put_row(const std::string& id, uint64_t sequence) {
    return puts_prefix(id) + kv::encode_u64(sequence);
}
std::string next_put_row(const std::string& id) {
    return "n/" + id;
}

}  // namespace wr::firehose
