// The stored form of a stream's metadata, and its states over time.
#include "services/kinesis/engine/stream_meta.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"

namespace wr::kinesis {
namespace {

/// 2 adds keys, consumers, policies, warm throughput and the history of changes.
constexpr int64_t format_version = 2;

int64_t millis(base::Timestamp time) {
    return time.time_since_epoch().count();
}

base::Timestamp time_of(const base::Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

base::Json encode_lifecycle(const Lifecycle& life) {
    base::Json json;
    json.set("change", status_text(life.change));
    json.set("changed", millis(life.changed));
    json.set("settles", millis(life.settles));
    return json;
}

std::optional<StreamStatus> parse_status(std::string_view text) {
    for (const StreamStatus status : {StreamStatus::Creating,
                                      StreamStatus::Active,
                                      StreamStatus::Updating,
                                      StreamStatus::Deleting}) {
        if (status_text(status) == text) return status;
    }
    return std::nullopt;
}

bool decode_lifecycle(const base::Json& json, Lifecycle& life) {
    const auto change = parse_status(json["change"].as_string());
    if (!change) return false;
    life.change = *change;
    life.changed = time_of(json["changed"]);
    life.settles = time_of(json["settles"]);
    return true;
}

base::Json encode_map(const std::map<std::string, std::string>& map) {
    base::Json json{base::Json::Object{}};
    for (const auto& [key, value] : map) json.set(key, value);
    return json;
}

std::map<std::string, std::string> decode_map(const base::Json& json) {
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : json.as_object()) map[key] = value.as_string();
    return map;
}

base::Json encode_consumers(const std::map<std::string, ConsumerMeta>& consumers) {
    base::Json list{base::Json::Array{}};
    for (const auto& [name, consumer] : consumers) {
        base::Json json = encode_lifecycle(consumer);
        json.set("name", name);
        json.set("created", millis(consumer.created));
        json.set("tags", encode_map(consumer.tags));
        json.set("policy", consumer.policy);
        list.push(std::move(json));
    }
    return list;
}

bool decode_consumers(const base::Json& list, std::map<std::string, ConsumerMeta>& consumers) {
    for (const base::Json& json : list.as_array()) {
        ConsumerMeta consumer;
        if (!decode_lifecycle(json, consumer)) return false;
        consumer.name = json["name"].as_string();
        consumer.created = time_of(json["created"]);
        consumer.tags = decode_map(json["tags"]);
        consumer.policy = json["policy"].as_string();
        consumers[consumer.name] = std::move(consumer);
    }
    return true;
}

base::Json encode_keys(const std::vector<WrappedKey>& keys) {
    base::Json list{base::Json::Array{}};
    for (const WrappedKey& key : keys) {
        base::Json json;
        json.set("number", int64_t{key.number});
        json.set("wrapped", base::base64_encode(key.wrapped));
        list.push(std::move(json));
    }
    return list;
}

bool decode_keys(const base::Json& list, std::vector<WrappedKey>& keys) {
    for (const base::Json& json : list.as_array()) {
        auto wrapped = base::base64_decode(json["wrapped"].as_string());
        if (!wrapped) return false;
        keys.push_back({static_cast<uint32_t>(json["number"].as_int()), *std::move(wrapped)});
    }
    return true;
}

base::Json encode_history(const std::map<std::string, std::vector<base::Timestamp>>& history) {
    base::Json json{base::Json::Object{}};
    for (const auto& [kind, times] : history) {
        base::Json list{base::Json::Array{}};
        for (const base::Timestamp time : times) list.push(millis(time));
        json.set(kind, std::move(list));
    }
    return json;
}

}  // namespace

std::string_view status_text(StreamStatus status) {
    switch (status) {
        case StreamStatus::Creating:
            return "CREATING";
        case StreamStatus::Active:
            return "ACTIVE";
        case StreamStatus::Updating:
            return "UPDATING";
        case StreamStatus::Deleting:
            return "DELETING";
    }
    return "ACTIVE";
}

StreamStatus Lifecycle::status(base::Timestamp now) const {
    if (change == StreamStatus::Deleting) return change;
    // A clock set back before the change must not hold the stream in it.
    return now >= changed && now < settles ? change : StreamStatus::Active;
}

bool Lifecycle::is_gone(base::Timestamp now) const {
    return change == StreamStatus::Deleting && (now < changed || now >= settles);
}

void Lifecycle::begin_change(StreamStatus to,
                             base::Timestamp now,
                             std::chrono::milliseconds delay) {
    change = to;
    changed = now;
    settles = now + delay;
}

int64_t ConsumerMeta::created_seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(created.time_since_epoch()).count();
}

const ConsumerMeta* StreamMeta::consumer(const std::string& consumer_name,
                                         base::Timestamp now) const {
    const auto found = consumers.find(consumer_name);
    return found == consumers.end() || found->second.is_gone(now) ? nullptr : &found->second;
}

bool StreamMeta::count_change(const std::string& kind, size_t count_max, base::Timestamp now) {
    std::vector<base::Timestamp>& times = history[kind];
    std::erase_if(times, [&](base::Timestamp time) {
        return time > now || now - time >= std::chrono::hours{24};
    });
    if (times.size() >= count_max) return false;
    times.push_back(now);
    return true;
}

std::string encode_stream_meta(const StreamMeta& meta) {
    base::Json json = encode_lifecycle(meta);
    json.set("version", format_version);
    json.set("account", meta.name.account);
    json.set("region", meta.name.region);
    json.set("name", meta.name.name);
    json.set("incarnation", std::to_string(meta.incarnation));
    json.set("streamId", meta.stream_id);
    json.set("created", millis(meta.created));
    json.set("retentionHours", meta.retention_hours);
    json.set("onDemand", meta.is_on_demand);
    json.set("recordKibMax", meta.record_kib_max);
    json.set("warmMibps", meta.warm_mibps);
    json.set("kmsKeyId", meta.kms_key_id);
    json.set("keys", encode_keys(meta.keys));
    json.set("policy", meta.policy);
    json.set("tags", encode_map(meta.tags));
    base::Json metrics{base::Json::Array{}};
    for (const std::string& metric : meta.shard_metrics) metrics.push(metric);
    json.set("shardMetrics", std::move(metrics));
    json.set("consumers", encode_consumers(meta.consumers));
    json.set("history", encode_history(meta.history));
    json.set("topology", meta.topology->to_json());
    return json.dump();
}

std::optional<StreamMeta> decode_stream_meta(std::string_view text) {
    auto parsed = base::parse_json(text);
    if (!parsed) return std::nullopt;
    const base::Json& json = *parsed;
    const int64_t version = json["version"].as_int();
    const auto incarnation = parse_uint128(json["incarnation"].as_string());
    auto topology = Topology::from_json(json["topology"]);
    if (version < 1 || version > format_version || !incarnation || !topology) return std::nullopt;
    StreamMeta meta;
    // What version 1 did not have is empty.
    if (!decode_lifecycle(json, meta) || !decode_keys(json["keys"], meta.keys) ||
        !decode_consumers(json["consumers"], meta.consumers)) {
        return std::nullopt;
    }
    meta.name.account = json["account"].as_string();
    meta.name.region = json["region"].as_string();
    meta.name.name = json["name"].as_string();
    meta.incarnation = static_cast<uint64_t>(*incarnation);
    meta.stream_id = json["streamId"].as_string();
    meta.created = time_of(json["created"]);
    meta.retention_hours = static_cast<int>(json["retentionHours"].as_int());
    meta.is_on_demand = json["onDemand"].as_bool();
    meta.record_kib_max = static_cast<int>(json["recordKibMax"].as_int());
    meta.warm_mibps = static_cast<int>(json["warmMibps"].as_int());
    meta.kms_key_id = json["kmsKeyId"].as_string();
    meta.policy = json["policy"].as_string();
    meta.tags = decode_map(json["tags"]);
    for (const base::Json& metric : json["shardMetrics"].as_array()) {
        meta.shard_metrics.insert(metric.as_string());
    }
    for (const auto& [kind, times] : json["history"].as_object()) {
        for (const base::Json& time : times.as_array()) {
            meta.history[kind].push_back(time_of(time));
        }
    }
    meta.topology = std::make_shared<const Topology>(*std::move(topology));
    return meta;
}

}  // namespace wr::kinesis
