#pragma once
// What a delivery stream is told: its source, its destination, its tags; and its row.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "services/kinesis/kinesis.h"

namespace wr::firehose {

struct StreamName {
    std::string account;
    std::string region;
    std::string name;
    std::string arn() const {
        return "arn:aws:firehose:" + region + ":" + account + ":deliverystream/" + name;
    }
    auto operator<=>(const StreamName&) const = default;
};

/// Parses an ARN of a delivery stream; empty when it is something else.
std::optional<StreamName> parse_delivery_stream_arn(std::string_view arn);
/// Parses an ARN of a Kinesis stream.
std::optional<kinesis::StreamName> parse_source_arn(std::string_view arn);
/// The bucket of "arn:aws:s3:::bucket"; empty when it is something else.
std::string bucket_of_arn(std::string_view arn);

enum class Compression { None, Gzip };

struct Destination {
    std::string role_arn;
    std::string bucket_arn;
    std::string prefix;
    std::string error_prefix;
    Compression compression = Compression::None;
    int64_t buffer_mib = 5;
    int64_t interval_seconds = 300;
    std::string file_extension;
    /// CloudWatch logging as it was given; delivery errors go to the program's log.
    bool has_logging = false;
    bool logs = false;
    std::string log_group;
    std::string log_stream;
    bool is_extended = true;  ///< created with ExtendedS3DestinationConfiguration
};

/// Kinesis source. Records from `starts` on are delivered.
struct Source {
    std::string stream_arn;
    std::string role_arn;
    base::Timestamp start{};
};

struct StreamConfig {
    StreamName name;
    std::string id;  ///< of this incarnation; never used twice
    uint64_t version = 1;
    base::Timestamp created{};
    base::Timestamp updated{};
    std::optional<base::Timestamp> deleting;  ///< since when
    std::optional<Source> source;             ///< absent: direct puts
    Destination destination;
    std::map<std::string, std::string> tags;
};

std::string encode(const StreamConfig& config);
/// Empty when the text is damaged.
std::optional<StreamConfig> decode_config(std::string_view text);

}  // namespace wr::firehose
