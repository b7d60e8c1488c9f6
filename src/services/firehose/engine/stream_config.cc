// Delivery streams as JSON rows, and the ARNs they name.
#include "services/firehose/engine/stream_config.h"

#include "base/json.h"

namespace wr::firehose {
namespace {

using base::Json;

int64_t to_ms(base::Timestamp time) {
    return time.time_since_epoch().count();
}

base::Timestamp from_ms(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

std::string take(std::string_view& text, char until) {
    const size_t end = std::min(text.find(until), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

struct ArnParts {
    std::string region;
    std::string account;
    std::string resource;
};

std::optional<ArnParts> split_arn(std::string_view arn, std::string_view service) {
    if (take(arn, ':') != "arn" || !take(arn, ':').starts_with("aws") || take(arn, ':') != service)
        return std::nullopt;
    ArnParts parts;
    parts.region = take(arn, ':');
    parts.account = take(arn, ':');
    parts.resource = arn;
    return parts;
}

Json encode_destination(const Destination& destination) {
    Json json;
    json.set("role", destination.role_arn);
    json.set("bucket", destination.bucket_arn);
    json.set("prefix", destination.prefix);
    json.set("error_prefix", destination.error_prefix);
    json.set("gzip", destination.compression == Compression::Gzip);
    json.set("buffer_mib", destination.buffer_mib);
    json.set("interval_seconds", destination.interval_seconds);
    json.set("extension", destination.file_extension);
    json.set("has_logging", destination.has_logging);
    json.set("logs", destination.logs);
    json.set("log_group", destination.log_group);
    json.set("log_stream", destination.log_stream);
    json.set("extended", destination.is_extended);
    return json;
}

Destination decode_destination(const Json& json) {
    Destination destination;
    destination.role_arn = json["role"].as_string();
    destination.bucket_arn = json["bucket"].as_string();
    destination.prefix = json["prefix"].as_string();
    destination.error_prefix = json["error_prefix"].as_string();
    destination.compression = json["gzip"].as_bool() ? Compression::Gzip : Compression::None;
    destination.buffer_mib = json["buffer_mib"].as_int(5);
    destination.interval_seconds = json["interval_seconds"].as_int(300);
    destination.file_extension = json["extension"].as_string();
    destination.has_logging = json["has_logging"].as_bool();
    destination.logs = json["logs"].as_bool();
    destination.log_group = json["log_group"].as_string();
    destination.log_stream = json["log_stream"].as_string();
    destination.is_extended = json["extended"].as_bool(true);
    return destination;
}

}  // namespace

std::optional<StreamName> parse_delivery_stream_arn(std::string_view arn) {
    auto parts = split_arn(arn, "firehose");
    constexpr std::string_view kind = "deliverystream/";
    if (!parts || !parts->resource.starts_with(kind)) return std::nullopt;
    return StreamName{parts->account, parts->region, parts->resource.substr(kind.size())};
}

std::optional<kinesis::StreamName> parse_source_arn(std::string_view arn) {
    auto parts = split_arn(arn, "kinesis");
    constexpr std::string_view kind = "stream/";
    if (!parts || !parts->resource.starts_with(kind)) return std::nullopt;
    return kinesis::StreamName{parts->account, parts->region, parts->resource.substr(kind.size())};
}

std::string bucket_of_arn(std::string_view arn) {
    const auto parts = split_arn(arn, "s3");
    return parts ? parts->resource : std::string();
}

std::string encode(const StreamConfig& config) {
    Json json;
    json.set("account", config.name.account);
    json.set("region", config.name.region);
    json.set("name", config.name.name);
    json.set("id", config.id);
    json.set("version", config.version);
    json.set("created", to_ms(config.created));
    json.set("updated", to_ms(config.updated));
    if (config.deleting) json.set("deleting", to_ms(*config.deleting));
    if (config.source) {
        Json source;
        source.set("stream", config.source->stream_arn);
        source.set("role", config.source->role_arn);
        source.set("start", to_ms(config.source->start));
        json.set("source", std::move(source));
    }
    json.set("destination", encode_destination(config.destination));
    Json tags{Json::Object{}};
    for (const auto& [key, value] : config.tags) tags.set(key, value);
    json.set("tags", std::move(tags));
    return json.dump();
}

std::optional<StreamConfig> decode_config(std::string_view text) {
    const auto parsed = base::parse_json(text);
    if (!parsed) return std::nullopt;
    const Json& json = *parsed;
    StreamConfig config;
    config.name = {
        json["account"].as_string(), json["region"].as_string(), json["name"].as_string()};
    config.id = json["id"].as_string();
    config.version = static_cast<uint64_t>(json["version"].as_int(1));
    config.created = from_ms(json["created"]);
    config.updated = from_ms(json["updated"]);
    if (json["deleting"].is_int()) config.deleting = from_ms(json["deleting"]);
    if (const Json& source = json["source"]; source.is_object())
        config.source = Source{
            source["stream"].as_string(), source["role"].as_string(), from_ms(source["start"])};
    config.destination = decode_destination(json["destination"]);
    for (const auto& [key, value] : json["tags"].as_object()) config.tags[key] = value.as_string();
    if (config.id.empty() || config.name.name.empty()) return std::nullopt;
    return config;
}

}  // namespace wr::firehose
