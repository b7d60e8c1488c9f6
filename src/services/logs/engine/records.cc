// Big-endian times and numbers in keys, JSON in records, raw text in events.
#include "services/logs/engine/records.h"

#include "base/json.h"

namespace wr::logs::records {

namespace {

using base::Json;

/// Times before 1970 sort before those after it.
uint64_t to_key(base::Timestamp time) {
    return static_cast<uint64_t>(time.time_since_epoch().count()) ^ (1ULL << 63);
}
base::Timestamp from_key(uint64_t value) {
    return base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(value ^ (1ULL << 63))}};
}
Json json_of(base::Timestamp time) {
    return Json(int64_t{time.time_since_epoch().count()});
}
base::Timestamp time_of(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

}  // namespace

std::string scope_key(const std::string& account, const std::string& region) {
    std::string key;
    kv::append_key_part(key, account);
    kv::append_key_part(key, region);
    return key;
}

std::string group_key(const GroupName& name) {
    std::string key = scope_key(name.account, name.region);
    kv::append_key_part(key, name.group);
    return key;
}

std::string stream_key(const GroupName& name, const std::string& stream) {
    std::string key = group_key(name);
    kv::append_key_part(key, stream);
    return key;
}

std::string event_key(const std::string& stream_key, const Position& position) {
    return stream_key + kv::encode_u64(to_key(position.time)) + kv::encode_u64(position.index);
}

Position position_of(std::string_view event_key) {
    const std::string_view tail = event_key.substr(event_key.size() - 16);
    return {from_key(kv::decode_u64(tail)), kv::decode_u64(tail.substr(8))};
}

std::string encode(const Group& group) {
    Json json{Json::Object{}};
    json.set("name", group.name);
    json.set("created", json_of(group.created));
    if (group.retention_days) json.set("retention_days", *group.retention_days);
    return json.dump();
}

std::string encode(const Stream& stream) {
    Json json{Json::Object{}};
    json.set("name", stream.name);
    json.set("created", json_of(stream.created));
    json.set("ingested", json_of(stream.ingested));
    if (stream.first_event) json.set("first_event", json_of(*stream.first_event));
    if (stream.last_event) json.set("last_event", json_of(*stream.last_event));
    json.set("bytes", stream.bytes);
    json.set("next_index", stream.next_index);
    return json.dump();
}

std::string encode(base::Timestamp ingested, const std::string& message) {
    return kv::encode_u64(to_key(ingested)) + message;
}

base::Result<Group> decode_group(std::string_view value) {
    WR_TRY(const Json json, base::parse_json(value));
    Group group;
    group.name = json["name"].as_string();
    group.created = time_of(json["created"]);
    if (json["retention_days"].is_int()) group.retention_days = json["retention_days"].as_int();
    return group;
}

base::Result<Stream> decode_stream(std::string_view value) {
    WR_TRY(const Json json, base::parse_json(value));
    Stream stream;
    stream.name = json["name"].as_string();
    stream.created = time_of(json["created"]);
    stream.ingested = time_of(json["ingested"]);
    if (json["first_event"].is_int()) stream.first_event = time_of(json["first_event"]);
    if (json["last_event"].is_int()) stream.last_event = time_of(json["last_event"]);
    stream.bytes = static_cast<uint64_t>(json["bytes"].as_int());
    stream.next_index = static_cast<uint64_t>(json["next_index"].as_int());
    return stream;
}

StoredEvent decode_event(std::string_view key, std::string_view value) {
    StoredEvent event;
    event.position = position_of(key);
    event.ingested = from_key(kv::decode_u64(value));
    event.message = value.substr(8);
    return event;
}

}  // namespace wr::logs::records
