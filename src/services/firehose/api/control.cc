// Creating, changing and deleting delivery streams.
#include "services/firehose/api/service.h"

namespace wr::firehose::api {
namespace {

wire::ApiError refused(std::string message) {
    return to_api_error(problem(Fault::InvalidArgument, std::move(message)));
}

ApiResult<Compression> parse_compression(const std::optional<std::string>& format) {
    if (!format || *format == "UNCOMPRESSED") return Compression::None;
    if (*format == "GZIP") return Compression::Gzip;
    return base::fail(
        refused("CompressionFormat " + *format + " is not supported; use UNCOMPRESSED or GZIP"));
}

/// What S3 destinations of both kinds have: hints, encryption.
template <typename Configuration>
ApiResult<void> check_common(const Configuration& from) {
    if (from.encryption_configuration && from.encryption_configuration->kms_encryption_config)
        return base::fail(refused("KMSEncryptionConfig is not supported"));
    const auto& hints = from.buffering_hints;
    if (hints && hints->size_in_mbs.has_value() != hints->interval_in_seconds.has_value())
        return base::fail(
            refused("BufferingHints must have both SizeInMBs and IntervalInSeconds, or neither"));
    return {};
}

/// What only the extended destination has and this server does not.
template <typename Configuration>
ApiResult<void> check_extended(const Configuration& from) {
    if (from.processing_configuration && from.processing_configuration->enabled.value_or(false))
        return base::fail(refused("ProcessingConfiguration is not supported"));
    if (from.dynamic_partitioning_configuration &&
        from.dynamic_partitioning_configuration->enabled.value_or(false))
        return base::fail(refused("DynamicPartitioningConfiguration is not supported"));
    if (from.data_format_conversion_configuration &&
        from.data_format_conversion_configuration->enabled.value_or(true))
        return base::fail(refused("DataFormatConversionConfiguration is not supported"));
    if (from.s3_backup_mode && *from.s3_backup_mode != "Disabled")
        return base::fail(refused("S3BackupMode Enabled is not supported"));
    if (from.custom_time_zone && *from.custom_time_zone != "UTC")
        return base::fail(refused("CustomTimeZone must be UTC"));
    return {};
}

template <typename Configuration>
ApiResult<Destination> destination_of(const Configuration& from) {
    WR_TRY_VOID(check_common(from));
    Destination to;
    to.role_arn = from.role_arn.value_or("");
    to.bucket_arn = from.bucket_arn.value_or("");
    to.prefix = from.prefix.value_or("");
    to.error_prefix = from.error_output_prefix.value_or("");
    WR_TRY(to.compression, parse_compression(from.compression_format));
    if (const auto& hints = from.buffering_hints) {
        to.buffer_mib = hints->size_in_mbs.value_or(to.buffer_mib);
        to.interval_seconds = hints->interval_in_seconds.value_or(to.interval_seconds);
    }
    if (const auto& logging = from.cloud_watch_logging_options) {
        to.has_logging = true;
        to.logs = logging->enabled.value_or(false);
        to.log_group = logging->log_group_name.value_or("");
        to.log_stream = logging->log_stream_name.value_or("");
    }
    return to;
}

template <typename Update>
ApiResult<DestinationUpdate> changes_of(const Update& from) {
    WR_TRY_VOID(check_common(from));
    DestinationUpdate changes;
    changes.role_arn = from.role_arn;
    changes.bucket_arn = from.bucket_arn;
    changes.prefix = from.prefix;
    changes.error_prefix = from.error_output_prefix;
    if (from.compression_format) {
        WR_TRY(changes.compression, parse_compression(from.compression_format));
    }
    if (const auto& hints = from.buffering_hints) {
        changes.buffer_mib = hints->size_in_mbs;
        changes.interval_seconds = hints->interval_in_seconds;
    }
    return changes;
}

ApiResult<Destination> destination_of_input(const gen::CreateDeliveryStreamInput& input) {
    const auto& extended = input.extended_s3_destination_configuration;
    const auto& plain = input.s3_destination_configuration;
    if (extended && plain)
        return base::fail(
            refused("Exactly one destination configuration is supported for a "
                    "Firehose"));
    if (extended) {
        WR_TRY_VOID(check_extended(*extended));
        WR_TRY(Destination to, destination_of(*extended));
        to.file_extension = extended->file_extension.value_or("");
        return to;
    }
    if (!plain) return base::fail(refused("Only S3 destinations are supported"));
    WR_TRY(Destination to, destination_of(*plain));
    to.is_extended = false;
    return to;
}

ApiResult<std::optional<Source>> source_of_input(const gen::CreateDeliveryStreamInput& input) {
    const std::string type = input.delivery_stream_type.value_or("DirectPut");
    const auto& kinesis = input.kinesis_stream_source_configuration;
    if (type == "DirectPut") {
        if (kinesis)
            return base::fail(
                refused("KinesisStreamSourceConfiguration is only applicable for "
                        "KinesisStreamAsSource delivery stream type."));
        return std::optional<Source>();
    }
    if (type != "KinesisStreamAsSource")
        return base::fail(refused("DeliveryStreamType " + type + " is not supported"));
    if (!kinesis)
        return base::fail(
            refused("KinesisStreamSourceConfiguration is required for "
                    "KinesisStreamAsSource delivery stream type."));
    return std::optional(
        Source{kinesis->kinesis_stream_arn.value_or(""), kinesis->role_arn.value_or(""), {}});
}

}  // namespace

ApiResult<gen::CreateDeliveryStreamOutput> FirehoseService::create_delivery_stream(
    const gen::CreateDeliveryStreamInput& input, CallContext& context) {
    if (input.delivery_stream_encryption_configuration_input)
        return base::fail(refused("Server-side encryption of a delivery stream is not supported"));
    WR_TRY(const Destination destination, destination_of_input(input));
    WR_TRY(const std::optional<Source> source, source_of_input(input));
    std::map<std::string, std::string> tags;
    if (input.tags)
        for (const auto& tag : *input.tags) tags[tag.key.value_or("")] = tag.value.value_or("");
    WR_API_TRY(const StreamName name,
               engine_.create(
                   stream_name(input.delivery_stream_name, context), source, destination, tags));
    gen::CreateDeliveryStreamOutput output;
    output.delivery_stream_arn = name.arn();
    return output;
}

ApiResult<gen::DeleteDeliveryStreamOutput> FirehoseService::delete_delivery_stream(
    const gen::DeleteDeliveryStreamInput& input, CallContext& context) {
    WR_API_TRY_VOID(engine_.remove(stream_name(input.delivery_stream_name, context)));
    return gen::DeleteDeliveryStreamOutput{};
}

ApiResult<gen::UpdateDestinationOutput> FirehoseService::update_destination(
    const gen::UpdateDestinationInput& input, CallContext& context) {
    if (input.destination_id != destination_id)
        return base::fail(
            refused("Destination Id " + input.destination_id.value_or("") + " not found"));
    DestinationUpdate changes;
    if (const auto& extended = input.extended_s3_destination_update) {
        WR_TRY_VOID(check_extended(*extended));
        WR_TRY(changes, changes_of(*extended));
        changes.file_extension = extended->file_extension;
    } else if (const auto& plain = input.s3_destination_update) {
        WR_TRY(changes, changes_of(*plain));
    } else {
        return base::fail(refused("Only S3 destinations are supported"));
    }
    WR_API_TRY_VOID(engine_.update(stream_name(input.delivery_stream_name, context),
                                   input.current_delivery_stream_version_id.value_or(""),
                                   changes));
    return gen::UpdateDestinationOutput{};
}

}  // namespace wr::firehose::api
