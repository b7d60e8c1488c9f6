// Creating, deleting, describing and listing streams.
#include <algorithm>

#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr std::string_view provisioned = "PROVISIONED";
constexpr std::string_view on_demand = "ON_DEMAND";
constexpr size_t shards_per_page = 100;
constexpr size_t streams_per_page = 100;
constexpr std::string_view streams_scope = "streams";

std::string encryption_type(const StreamMeta& meta) {
    return meta.kms_key_id.empty() ? "NONE" : "KMS";
}

std::vector<model::EnhancedMetrics> enhanced_metrics(const StreamMeta& meta) {
    model::EnhancedMetrics metrics;
    metrics.shard_level_metrics.emplace(meta.shard_metrics.begin(), meta.shard_metrics.end());
    return {metrics};
}

}  // namespace

model::StreamModeDetails to_mode(const StreamMeta& meta) {
    return {std::string(meta.is_on_demand ? on_demand : provisioned)};
}

model::WarmThroughputObject to_warm_throughput(int target_mibps, size_t open_shards) {
    const auto current = static_cast<int64_t>(open_shards);
    return {std::max<int64_t>(target_mibps, current), current};
}

ApiResult<model::CreateStreamOutput> KinesisService::create_stream(
    const model::CreateStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("CreateStream", context));
    CreateOptions options;
    options.is_on_demand =
        input.stream_mode_details && input.stream_mode_details->stream_mode == on_demand;
    if (options.is_on_demand && input.shard_count) {
        return base::fail(wire::validation_error(
            "ShardCount cannot be specified while creating a stream in ON_DEMAND mode."));
    }
    if (!options.is_on_demand && !input.shard_count) {
        return base::fail(wire::validation_error(
            "ShardCount must be specified while creating a stream in PROVISIONED mode."));
    }
    options.shard_count = static_cast<uint32_t>(input.shard_count.value_or(1));
    options.record_kib_max =
        static_cast<int>(input.max_record_size_in_ki_b.value_or(options.record_kib_max));
    if (input.warm_throughput_mi_bps) {
        if (!options.is_on_demand) {
            return base::fail(wire::validation_error(
                "WarmThroughputMiBps is only supported for data streams with the on-demand "
                "capacity mode."));
        }
        constexpr int64_t mibps_max = 1'000'000;
        options.warm_mibps = static_cast<int>(std::min(*input.warm_throughput_mi_bps, mibps_max));
    }
    if (input.tags) options.tags = *input.tags;
    if (auto bad = find_bad_tag(options.tags)) return base::fail(to_api_error(*bad));
    const StreamName name{context.account, context.region, input.stream_name.value_or("")};
    auto created = engine_.create_stream(name, options);
    if (!created) return base::fail(to_api_error(created.error()));
    return model::CreateStreamOutput{};
}

ApiResult<model::DeleteStreamOutput> KinesisService::delete_stream(
    const model::DeleteStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DeleteStream", context));
    WR_TRY(const StreamName name, target_of(input, context));
    auto deleted = engine_.delete_stream(name, input.enforce_consumer_deletion.value_or(false));
    if (!deleted) return base::fail(to_api_error(deleted.error()));
    return model::DeleteStreamOutput{};
}

ApiResult<model::DescribeStreamOutput> KinesisService::describe_stream(
    const model::DescribeStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DescribeStream", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(name));
    const StreamStatus status = meta.status(engine_.now());
    model::StreamDescription stream;
    stream.stream_name = name.name;
    stream.stream_arn = name.arn();
    stream.stream_status = std::string(status_text(status));
    stream.stream_mode_details = to_mode(meta);
    stream.retention_period_hours = meta.retention_hours;
    stream.stream_creation_timestamp = meta.created;
    stream.enhanced_monitoring = enhanced_metrics(meta);
    stream.encryption_type = encryption_type(meta);
    if (!meta.kms_key_id.empty()) stream.key_id = meta.kms_key_id;
    stream.has_more_shards = false;
    std::vector<model::Shard>& shards = stream.shards.emplace();
    const std::optional<uint32_t> after = input.exclusive_start_shard_id
                                              ? parse_shard_id(*input.exclusive_start_shard_id)
                                              : std::nullopt;
    const auto limit =
        std::min(static_cast<size_t>(input.limit.value_or(shards_per_page)), size_t{10'000});
    for (const ShardMeta& shard : meta.topology->shards()) {
        if (status == StreamStatus::Creating) break;  // has none yet
        if (after && shard.index <= *after) continue;
        if (shards.size() == limit) {
            stream.has_more_shards = true;
            break;
        }
        shards.push_back(to_shard(shard));
    }
    return model::DescribeStreamOutput{std::move(stream)};
}

ApiResult<model::DescribeStreamSummaryOutput> KinesisService::describe_stream_summary(
    const model::DescribeStreamSummaryInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DescribeStreamSummary", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(name));
    const StreamStatus status = meta.status(engine_.now());
    model::StreamDescriptionSummary stream;
    stream.stream_name = name.name;
    stream.stream_arn = name.arn();
    stream.stream_id = meta.stream_id;
    stream.stream_status = std::string(status_text(status));
    stream.stream_mode_details = to_mode(meta);
    stream.retention_period_hours = meta.retention_hours;
    stream.stream_creation_timestamp = meta.created;
    stream.enhanced_monitoring = enhanced_metrics(meta);
    stream.encryption_type = encryption_type(meta);
    if (!meta.kms_key_id.empty()) stream.key_id = meta.kms_key_id;
    const bool has_shards = status != StreamStatus::Creating;
    stream.open_shard_count =
        has_shards ? static_cast<int64_t>(meta.topology->open_count()) : int64_t{0};
    stream.consumer_count =
        std::count_if(meta.consumers.begin(), meta.consumers.end(), [&](const auto& consumer) {
            return !consumer.second.is_gone(engine_.now());
        });
    const AccountSettings settings = engine_.account_settings(name.account, name.region);
    if (meta.is_on_demand && settings.is_committed(engine_.now())) {
        stream.warm_throughput = to_warm_throughput(meta.warm_mibps, meta.topology->open_count());
    }
    stream.max_record_size_in_ki_b = meta.record_kib_max;
    return model::DescribeStreamSummaryOutput{std::move(stream)};
}

ApiResult<model::ListStreamsOutput> KinesisService::list_streams(
    const model::ListStreamsInput& input, CallContext& context) {
    WR_TRY_VOID(admit("ListStreams", context));
    std::string after = input.exclusive_start_stream_name.value_or("");
    if (input.next_token) {
        WR_TRY(const PageToken token, open_page(*input.next_token, streams_scope));
        after = token.after;
    }
    const auto limit = static_cast<size_t>(input.limit.value_or(streams_per_page));
    std::vector<StreamMeta> found =
        engine_.list_streams(context.account, context.region, after, limit + 1);
    model::ListStreamsOutput output;
    output.has_more_streams = found.size() > limit;
    if (found.size() > limit) found.resize(limit);
    output.stream_names.emplace();
    output.stream_summaries.emplace();
    for (const StreamMeta& meta : found) {
        output.stream_names->push_back(meta.name.name);
        model::StreamSummary& summary = output.stream_summaries->emplace_back();
        summary.stream_name = meta.name.name;
        summary.stream_arn = meta.name.arn();
        summary.stream_status = std::string(status_text(meta.status(engine_.now())));
        summary.stream_mode_details = to_mode(meta);
        summary.stream_creation_timestamp = meta.created;
    }
    if (*output.has_more_streams) {
        output.next_token = engine_.tokens().seal(
            PageToken{std::string(streams_scope), found.back().name.name, engine_.now()});
    }
    return output;
}

ApiResult<model::DescribeLimitsOutput> KinesisService::describe_limits(
    const model::DescribeLimitsInput&, CallContext& context) {
    WR_TRY_VOID(admit("DescribeLimits", context));
    const AccountLimits limits = engine_.limits(context.account, context.region);
    model::DescribeLimitsOutput output;
    output.shard_limit = limits.shard_limit;
    output.open_shard_count = limits.open_shards;
    output.on_demand_stream_count = limits.on_demand_streams;
    output.on_demand_stream_count_limit = limits.on_demand_stream_limit;
    return output;
}

}  // namespace wr::kinesis::api
