// Mappings and checkpoints as JSON.
#include "services/lambda/engine/mapping.h"

#include "base/json.h"

namespace wr::lambda {

namespace {

using base::Json;

base::Timestamp timestamp(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}
int64_t milliseconds(base::Timestamp time) {
    return time.time_since_epoch().count();
}

}  // namespace

std::string Mapping::state(base::Timestamp now) const {
    if (now < settles_at) return transition;
    return is_enabled ? "Enabled" : "Disabled";
}

std::string Mapping::encode() const {
    Json json{Json::Object{}};
    json.set("id", id);
    json.set("account", function.account);
    json.set("region", function.region);
    json.set("function", function.name);
    json.set("qualifier", function.qualifier);
    json.set("stream_account", stream.account);
    json.set("stream_region", stream.region);
    json.set("stream", stream.name);
    if (consumer_arn) json.set("consumer_arn", *consumer_arn);
    json.set("starting_position", static_cast<int>(starting_position));
    json.set("starting_timestamp", milliseconds(starting_timestamp));
    json.set("batch_size", batch_size);
    json.set("batching_window_seconds", batching_window_seconds);
    json.set("parallelization_factor", parallelization_factor);
    json.set("record_age_seconds_max", record_age_seconds_max);
    json.set("retry_attempts_max", retry_attempts_max);
    json.set("bisects", bisects);
    json.set("reports_item_failures", reports_item_failures);
    json.set("is_enabled", is_enabled);
    json.set("is_started", is_started);
    json.set("modified", milliseconds(modified));
    json.set("settles_at", milliseconds(settles_at));
    json.set("transition", transition);
    json.set("last_result", last_result);
    return json.dump();
}

base::Result<Mapping> Mapping::decode(std::string_view text) {
    WR_TRY(const Json json, base::parse_json(text));
    Mapping mapping;
    mapping.id = json["id"].as_string();
    mapping.function = {json["account"].as_string(),
                        json["region"].as_string(),
                        json["function"].as_string(),
                        json["qualifier"].as_string()};
    mapping.stream = {json["stream_account"].as_string(),
                      json["stream_region"].as_string(),
                      json["stream"].as_string()};
    if (json["consumer_arn"].is_string()) mapping.consumer_arn = json["consumer_arn"].as_string();
    mapping.starting_position = static_cast<StartingPosition>(json["starting_position"].as_int());
    mapping.starting_timestamp = timestamp(json["starting_timestamp"]);
    mapping.batch_size = static_cast<int>(json["batch_size"].as_int());
    mapping.batching_window_seconds = static_cast<int>(json["batching_window_seconds"].as_int());
    mapping.parallelization_factor = static_cast<int>(json["parallelization_factor"].as_int());
    mapping.record_age_seconds_max = json["record_age_seconds_max"].as_int();
    mapping.retry_attempts_max = json["retry_attempts_max"].as_int();
    mapping.bisects = json["bisects"].as_bool();
    mapping.reports_item_failures = json["reports_item_failures"].as_bool();
    mapping.is_enabled = json["is_enabled"].as_bool();
    mapping.is_started = json["is_started"].as_bool();
    mapping.modified = timestamp(json["modified"]);
    mapping.settles_at = timestamp(json["settles_at"]);
    mapping.transition = json["transition"].as_string();
    mapping.last_result = json["last_result"].as_string();
    return mapping;
}

std::string ShardCheckpoint::encode() const {
    Json json{Json::Object{}};
    json.set("type", static_cast<int>(next.type));
    json.set("sequence_number", next.sequence_number);
    json.set("timestamp", milliseconds(next.timestamp));
    json.set("is_finished", is_finished);
    return json.dump();
}

base::Result<ShardCheckpoint> ShardCheckpoint::decode(std::string_view text) {
    WR_TRY(const Json json, base::parse_json(text));
    ShardCheckpoint checkpoint;
    checkpoint.next.type = static_cast<kinesis::StartType>(json["type"].as_int());
    checkpoint.next.sequence_number = json["sequence_number"].as_string();
    checkpoint.next.timestamp = timestamp(json["timestamp"]);
    checkpoint.is_finished = json["is_finished"].as_bool();
    return checkpoint;
}

}  // namespace wr::lambda
