// The stored form of a stream's metadata, and its states over time.
#include "services/kinesis/engine/stream_meta.h"

#include "base/json.h"

namespace wr::kinesis {
namespace {

int64_t millis(base::Timestamp time) {
    return time.time_since_epoch().count();
}

base::Timestamp time_of(const base::Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
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

StreamStatus StreamMeta::status(base::Timestamp now) const {
    if (change == StreamStatus::Deleting) return change;
    // A clock set back before the change must not hold the stream in it.
    return now >= changed && now < settles ? change : StreamStatus::Active;
}

bool StreamMeta::is_gone(base::Timestamp now) const {
    return change == StreamStatus::Deleting && (now < changed || now >= settles);
}

void StreamMeta::begin_change(StreamStatus to,
                              base::Timestamp now,
                              std::chrono::milliseconds delay) {
    change = to;
    changed = now;
    settles = now + delay;
}

std::string encode_stream_meta(const StreamMeta& meta) {
    base::Json json;
    json.set("version", 1);
    json.set("account", meta.name.account);
    json.set("region", meta.name.region);
    json.set("name", meta.name.name);
    json.set("incarnation", std::to_string(meta.incarnation));
    json.set("streamId", meta.stream_id);
    json.set("created", millis(meta.created));
    json.set("change", status_text(meta.change));
    json.set("changed", millis(meta.changed));
    json.set("settles", millis(meta.settles));
    json.set("retentionHours", meta.retention_hours);
    json.set("onDemand", meta.is_on_demand);
    json.set("recordKibMax", meta.record_kib_max);
    json.set("kmsKeyId", meta.kms_key_id);
    base::Json tags{base::Json::Object{}};
    for (const auto& [key, value] : meta.tags) tags.set(key, value);
    json.set("tags", std::move(tags));
    base::Json metrics{base::Json::Array{}};
    for (const std::string& metric : meta.shard_metrics) metrics.push(metric);
    json.set("shardMetrics", std::move(metrics));
    json.set("topology", meta.topology->to_json());
    return json.dump();
}

std::optional<StreamMeta> decode_stream_meta(std::string_view text) {
    auto parsed = base::parse_json(text);
    if (!parsed) return std::nullopt;
    const base::Json& json = *parsed;
    const auto incarnation = parse_uint128(json["incarnation"].as_string());
    const auto change = parse_status(json["change"].as_string());
    auto topology = Topology::from_json(json["topology"]);
    if (json["version"].as_int() != 1 || !incarnation || !change || !topology) return std::nullopt;
    StreamMeta meta;
    meta.name.account = json["account"].as_string();
    meta.name.region = json["region"].as_string();
    meta.name.name = json["name"].as_string();
    meta.incarnation = static_cast<uint64_t>(*incarnation);
    meta.stream_id = json["streamId"].as_string();
    meta.created = time_of(json["created"]);
    meta.change = *change;
    meta.changed = time_of(json["changed"]);
    meta.settles = time_of(json["settles"]);
    meta.retention_hours = static_cast<int>(json["retentionHours"].as_int());
    meta.is_on_demand = json["onDemand"].as_bool();
    meta.record_kib_max = static_cast<int>(json["recordKibMax"].as_int());
    meta.kms_key_id = json["kmsKeyId"].as_string();
    for (const auto& [key, value] : json["tags"].as_object()) meta.tags[key] = value.as_string();
    for (const base::Json& metric : json["shardMetrics"].as_array()) {
        meta.shard_metrics.insert(metric.as_string());
    }
    meta.topology = std::make_shared<const Topology>(*std::move(topology));
    return meta;
}

}  // namespace wr::kinesis
