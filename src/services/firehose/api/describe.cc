// Delivery streams as AWS shows them.
#include <algorithm>

#include "services/firehose/api/service.h"

namespace wr::firehose::api {
namespace {

std::string status_text(Status status) {
    switch (status) {
        case Status::Creating:
            return "CREATING";
        case Status::Active:
            return "ACTIVE";
        case Status::Deleting:
            return "DELETING";
    }
    return {};
}

/// Members that both kinds of S3 destination have.
template <typename Description>
Description show(const Destination& destination) {
    Description shown;
    shown.role_arn = destination.role_arn;
    shown.bucket_arn = destination.bucket_arn;
    if (!destination.prefix.empty()) shown.prefix = destination.prefix;
    if (!destination.error_prefix.empty()) shown.error_output_prefix = destination.error_prefix;
    auto& hints = shown.buffering_hints.emplace();
    hints.size_in_mbs = destination.buffer_mib;
    hints.interval_in_seconds = destination.interval_seconds;
    shown.compression_format =
        destination.compression == Compression::Gzip ? "GZIP" : "UNCOMPRESSED";
    shown.encryption_configuration.emplace().no_encryption_config = "NoEncryption";
    auto& logging = shown.cloud_watch_logging_options.emplace();
    logging.enabled = destination.logs;
    if (destination.has_logging) {
        logging.log_group_name = destination.log_group;
        logging.log_stream_name = destination.log_stream;
    }
    return shown;
}

gen::DestinationDescription show_destination(const Destination& destination) {
    gen::DestinationDescription shown;
    shown.destination_id = destination_id;
    shown.s3_destination_description = show<gen::S3DestinationDescription>(destination);
    auto extended = show<gen::ExtendedS3DestinationDescription>(destination);
    extended.s3_backup_mode = "Disabled";
    if (!destination.file_extension.empty()) extended.file_extension = destination.file_extension;
    shown.extended_s3_destination_description = std::move(extended);
    return shown;
}

}  // namespace

ApiResult<gen::DescribeDeliveryStreamOutput> FirehoseService::describe_delivery_stream(
    const gen::DescribeDeliveryStreamInput& input, CallContext& context) {
    WR_API_TRY(const Described found,
               engine_.describe(stream_name(input.delivery_stream_name, context)));
    const StreamConfig& config = found.config;
    gen::DescribeDeliveryStreamOutput output;
    auto& shown = output.delivery_stream_description.emplace();
    shown.delivery_stream_name = config.name.name;
    shown.delivery_stream_arn = config.name.arn();
    shown.delivery_stream_status = status_text(found.status);
    shown.delivery_stream_type = config.source ? "KinesisStreamAsSource" : "DirectPut";
    shown.version_id = std::to_string(config.version);
    shown.create_timestamp = config.created;
    if (config.updated != config.created) shown.last_update_timestamp = config.updated;
    if (config.source) {
        auto& source = shown.source.emplace().kinesis_stream_source_description.emplace();
        source.kinesis_stream_arn = config.source->stream_arn;
        source.role_arn = config.source->role_arn;
        source.delivery_start_timestamp = config.source->start;
    } else {
        shown.delivery_stream_encryption_configuration.emplace().status = "DISABLED";
    }
    shown.destinations.emplace();
    // Each delivery stream has one destination.
    if (!input.exclusive_start_destination_id)
        shown.destinations->push_back(show_destination(config.destination));
    shown.has_more_destinations = false;
    return output;
}

ApiResult<gen::ListDeliveryStreamsOutput> FirehoseService::list_delivery_streams(
    const gen::ListDeliveryStreamsInput& input, CallContext& context) {
    constexpr int64_t limit_default = 10;
    const auto limit = static_cast<size_t>(input.limit.value_or(limit_default));
    const std::string after = input.exclusive_start_delivery_stream_name.value_or("");
    gen::ListDeliveryStreamsOutput output;
    auto& names = output.delivery_stream_names.emplace();
    output.has_more_delivery_streams = false;
    for (const Described& stream : engine_.list(context.account, context.region)) {
        const char* type = stream.config.source ? "KinesisStreamAsSource" : "DirectPut";
        if (stream.config.name.name <= after) continue;
        if (input.delivery_stream_type && *input.delivery_stream_type != type) continue;
        if (names.size() == limit) {
            output.has_more_delivery_streams = true;
            break;
        }
        names.push_back(stream.config.name.name);
    }
    return output;
}

}  // namespace wr::firehose::api
