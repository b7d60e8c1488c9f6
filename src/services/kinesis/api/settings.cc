// Retention, mode, record size and monitoring of a stream.
#include <algorithm>

#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr std::string_view all_metrics[] = {"IncomingBytes",
                                            "IncomingRecords",
                                            "OutgoingBytes",
                                            "OutgoingRecords",
                                            "WriteProvisionedThroughputExceeded",
                                            "ReadProvisionedThroughputExceeded",
                                            "IteratorAgeMilliseconds"};

std::vector<std::string> expand(const std::vector<std::string>& asked) {
    if (std::find(asked.begin(), asked.end(), "ALL") == asked.end()) return asked;
    return {std::begin(all_metrics), std::end(all_metrics)};
}

model::EnhancedMonitoringOutput monitoring_output(const StreamName& name,
                                                  const std::set<std::string>& before,
                                                  const std::set<std::string>& after) {
    model::EnhancedMonitoringOutput output;
    output.stream_name = name.name;
    output.stream_arn = name.arn();
    output.current_shard_level_metrics.emplace(before.begin(), before.end());
    output.desired_shard_level_metrics.emplace(after.begin(), after.end());
    return output;
}

std::optional<int> bounded(const std::optional<int64_t>& mibps) {
    constexpr int64_t mibps_max = 1'000'000;
    if (!mibps) return std::nullopt;
    return static_cast<int>(std::min(*mibps, mibps_max));
}

ApiResult<void> check_kms(const std::string& encryption_type) {
    if (encryption_type == "KMS") return {};
    return base::fail(model::errors::invalid_argument_exception(
        "EncryptionType " + encryption_type + " is invalid. The only valid value is KMS."));
}

}  // namespace

ApiResult<model::IncreaseStreamRetentionPeriodOutput>
KinesisService::increase_stream_retention_period(
    const model::IncreaseStreamRetentionPeriodInput& input, CallContext& context) {
    WR_TRY_VOID(admit("IncreaseStreamRetentionPeriod", context));
    WR_TRY(const StreamName name, target_of(input, context));
    const auto hours = static_cast<int>(*input.retention_period_hours);
    auto done = engine_.set_retention(name, hours, true);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::IncreaseStreamRetentionPeriodOutput{};
}

ApiResult<model::DecreaseStreamRetentionPeriodOutput>
KinesisService::decrease_stream_retention_period(
    const model::DecreaseStreamRetentionPeriodInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DecreaseStreamRetentionPeriod", context));
    WR_TRY(const StreamName name, target_of(input, context));
    const auto hours = static_cast<int>(*input.retention_period_hours);
    auto done = engine_.set_retention(name, hours, false);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::DecreaseStreamRetentionPeriodOutput{};
}

ApiResult<model::EnableEnhancedMonitoringOutput> KinesisService::enable_enhanced_monitoring(
    const model::EnableEnhancedMonitoringInput& input, CallContext& context) {
    WR_TRY_VOID(admit("EnableEnhancedMonitoring", context));
    WR_TRY(const StreamName name, target_of(input, context));
    std::set<std::string> before;
    std::set<std::string> after;
    auto done = engine_.update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        before = meta.shard_metrics;
        for (const std::string& metric : expand(*input.shard_level_metrics)) {
            meta.shard_metrics.insert(metric);
        }
        after = meta.shard_metrics;
        return {};
    });
    if (!done) return base::fail(to_api_error(done.error()));
    return monitoring_output(name, before, after);
}

ApiResult<model::DisableEnhancedMonitoringOutput> KinesisService::disable_enhanced_monitoring(
    const model::DisableEnhancedMonitoringInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DisableEnhancedMonitoring", context));
    WR_TRY(const StreamName name, target_of(input, context));
    std::set<std::string> before;
    std::set<std::string> after;
    auto done = engine_.update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        before = meta.shard_metrics;
        for (const std::string& metric : expand(*input.shard_level_metrics)) {
            meta.shard_metrics.erase(metric);
        }
        after = meta.shard_metrics;
        return {};
    });
    if (!done) return base::fail(to_api_error(done.error()));
    return monitoring_output(name, before, after);
}

ApiResult<model::UpdateStreamModeOutput> KinesisService::update_stream_mode(
    const model::UpdateStreamModeInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UpdateStreamMode", context));
    WR_TRY(const StreamName name, target(std::nullopt, input.stream_arn, input.stream_id, context));
    const bool is_on_demand = input.stream_mode_details->stream_mode == "ON_DEMAND";
    auto done = engine_.set_mode(name, is_on_demand, bounded(input.warm_throughput_mi_bps));
    if (!done) return base::fail(to_api_error(done.error()));
    return model::UpdateStreamModeOutput{};
}

ApiResult<model::UpdateStreamWarmThroughputOutput> KinesisService::update_stream_warm_throughput(
    const model::UpdateStreamWarmThroughputInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UpdateStreamWarmThroughput", context));
    WR_TRY(const StreamName name, target_of(input, context));
    const int wanted = *bounded(input.warm_throughput_mi_bps);
    WR_KINESIS_TRY(const uint32_t before, engine_.set_warm_throughput(name, wanted));
    model::UpdateStreamWarmThroughputOutput output;
    output.stream_name = name.name;
    output.stream_arn = name.arn();
    output.warm_throughput = to_warm_throughput(wanted, before);
    return output;
}

ApiResult<model::StartStreamEncryptionOutput> KinesisService::start_stream_encryption(
    const model::StartStreamEncryptionInput& input, CallContext& context) {
    WR_TRY_VOID(admit("StartStreamEncryption", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(check_kms(*input.encryption_type));
    auto done = engine_.start_encryption(name, *input.key_id);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::StartStreamEncryptionOutput{};
}

ApiResult<model::StopStreamEncryptionOutput> KinesisService::stop_stream_encryption(
    const model::StopStreamEncryptionInput& input, CallContext& context) {
    WR_TRY_VOID(admit("StopStreamEncryption", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(check_kms(*input.encryption_type));
    auto done = engine_.stop_encryption(name, *input.key_id);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::StopStreamEncryptionOutput{};
}

ApiResult<model::UpdateMaxRecordSizeOutput> KinesisService::update_max_record_size(
    const model::UpdateMaxRecordSizeInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UpdateMaxRecordSize", context));
    WR_TRY(const StreamName name, target(std::nullopt, input.stream_arn, input.stream_id, context));
    auto done = engine_.update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        meta.record_kib_max = static_cast<int>(*input.max_record_size_in_ki_b);
        meta.begin_change(
            StreamStatus::Updating, engine_.now(), engine_.options().state_change_delay);
        return {};
    });
    if (!done) return base::fail(to_api_error(done.error()));
    return model::UpdateMaxRecordSizeOutput{};
}

}  // namespace wr::kinesis::api
