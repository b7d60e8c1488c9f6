#pragma once
// Kinesis Data Streams on the wire: decoded input to the engine, its answer to decoded output.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gen/kinesis/service.h"
#include "services/kinesis/api/subscriptions.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis::api {

namespace model = wr::gen::kinesis;
using wire::ApiResult;
using wire::CallContext;

/// What a ResourceARN names: a stream, or one of its consumers.
struct Resource {
    StreamName stream;
    std::optional<ConsumerName> consumer;
};

/// @threads any
class KinesisService final : public model::Service {
public:
    explicit KinesisService(Engine& engine) : engine_(engine), subscriptions_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;
    std::string resource_policy(const std::string& resource_arn,
                                const CallContext& context) override;

    std::span<const std::string_view> quick_operations() const override;

    // streams.cc
    ApiResult<model::CreateStreamOutput> create_stream(const model::CreateStreamInput& input,
                                                       CallContext& context) override;
    ApiResult<model::DeleteStreamOutput> delete_stream(const model::DeleteStreamInput& input,
                                                       CallContext& context) override;
    ApiResult<model::DescribeStreamOutput> describe_stream(const model::DescribeStreamInput& input,
                                                           CallContext& context) override;
    ApiResult<model::DescribeStreamSummaryOutput> describe_stream_summary(
        const model::DescribeStreamSummaryInput& input, CallContext& context) override;
    ApiResult<model::ListStreamsOutput> list_streams(const model::ListStreamsInput& input,
                                                     CallContext& context) override;
    ApiResult<model::DescribeLimitsOutput> describe_limits(const model::DescribeLimitsInput& input,
                                                           CallContext& context) override;

    // shards.cc
    ApiResult<model::ListShardsOutput> list_shards(const model::ListShardsInput& input,
                                                   CallContext& context) override;
    ApiResult<model::SplitShardOutput> split_shard(const model::SplitShardInput& input,
                                                   CallContext& context) override;
    ApiResult<model::MergeShardsOutput> merge_shards(const model::MergeShardsInput& input,
                                                     CallContext& context) override;
    ApiResult<model::UpdateShardCountOutput> update_shard_count(
        const model::UpdateShardCountInput& input, CallContext& context) override;

    // settings.cc
    ApiResult<model::IncreaseStreamRetentionPeriodOutput> increase_stream_retention_period(
        const model::IncreaseStreamRetentionPeriodInput& input, CallContext& context) override;
    ApiResult<model::DecreaseStreamRetentionPeriodOutput> decrease_stream_retention_period(
        const model::DecreaseStreamRetentionPeriodInput& input, CallContext& context) override;
    ApiResult<model::EnableEnhancedMonitoringOutput> enable_enhanced_monitoring(
        const model::EnableEnhancedMonitoringInput& input, CallContext& context) override;
    ApiResult<model::DisableEnhancedMonitoringOutput> disable_enhanced_monitoring(
        const model::DisableEnhancedMonitoringInput& input, CallContext& context) override;
    ApiResult<model::UpdateStreamModeOutput> update_stream_mode(
        const model::UpdateStreamModeInput& input, CallContext& context) override;
    ApiResult<model::UpdateMaxRecordSizeOutput> update_max_record_size(
        const model::UpdateMaxRecordSizeInput& input, CallContext& context) override;

    ApiResult<model::StartStreamEncryptionOutput> start_stream_encryption(
        const model::StartStreamEncryptionInput& input, CallContext& context) override;
    ApiResult<model::StopStreamEncryptionOutput> stop_stream_encryption(
        const model::StopStreamEncryptionInput& input, CallContext& context) override;
    ApiResult<model::UpdateStreamWarmThroughputOutput> update_stream_warm_throughput(
        const model::UpdateStreamWarmThroughputInput& input, CallContext& context) override;

    // accounts.cc
    ApiResult<model::DescribeAccountSettingsOutput> describe_account_settings(
        const model::DescribeAccountSettingsInput& input, CallContext& context) override;
    ApiResult<model::UpdateAccountSettingsOutput> update_account_settings(
        const model::UpdateAccountSettingsInput& input, CallContext& context) override;

    // policies.cc
    ApiResult<model::PutResourcePolicyOutput> put_resource_policy(
        const model::PutResourcePolicyInput& input, CallContext& context) override;
    ApiResult<model::GetResourcePolicyOutput> get_resource_policy(
        const model::GetResourcePolicyInput& input, CallContext& context) override;
    ApiResult<model::DeleteResourcePolicyOutput> delete_resource_policy(
        const model::DeleteResourcePolicyInput& input, CallContext& context) override;

    // consumers.cc
    ApiResult<model::RegisterStreamConsumerOutput> register_stream_consumer(
        const model::RegisterStreamConsumerInput& input, CallContext& context) override;
    ApiResult<model::DescribeStreamConsumerOutput> describe_stream_consumer(
        const model::DescribeStreamConsumerInput& input, CallContext& context) override;
    ApiResult<model::ListStreamConsumersOutput> list_stream_consumers(
        const model::ListStreamConsumersInput& input, CallContext& context) override;
    ApiResult<model::SubscribeToShardOutput> subscribe_to_shard(
        const model::SubscribeToShardInput& input, CallContext& context) override;
    ApiResult<model::DeregisterStreamConsumerOutput> deregister_stream_consumer(
        const model::DeregisterStreamConsumerInput& input, CallContext& context) override;

    // tags.cc
    ApiResult<model::AddTagsToStreamOutput> add_tags_to_stream(
        const model::AddTagsToStreamInput& input, CallContext& context) override;
    ApiResult<model::RemoveTagsFromStreamOutput> remove_tags_from_stream(
        const model::RemoveTagsFromStreamInput& input, CallContext& context) override;
    ApiResult<model::ListTagsForStreamOutput> list_tags_for_stream(
        const model::ListTagsForStreamInput& input, CallContext& context) override;
    ApiResult<model::TagResourceOutput> tag_resource(const model::TagResourceInput& input,
                                                     CallContext& context) override;
    ApiResult<model::UntagResourceOutput> untag_resource(const model::UntagResourceInput& input,
                                                         CallContext& context) override;
    ApiResult<model::ListTagsForResourceOutput> list_tags_for_resource(
        const model::ListTagsForResourceInput& input, CallContext& context) override;

    // records.cc
    ApiResult<model::PutRecordOutput> put_record(const model::PutRecordInput& input,
                                                 CallContext& context) override;
    ApiResult<model::PutRecordsOutput> put_records(const model::PutRecordsInput& input,
                                                   CallContext& context) override;
    ApiResult<model::GetShardIteratorOutput> get_shard_iterator(
        const model::GetShardIteratorInput& input, CallContext& context) override;
    ApiResult<model::GetRecordsOutput> get_records(const model::GetRecordsInput& input,
                                                   CallContext& context) override;

private:
    /// The stream an input means: its ARN, its name or its id.
    ApiResult<StreamName> target(const std::optional<std::string>& name,
                                 const std::optional<std::string>& arn,
                                 const std::optional<std::string>& id,
                                 const CallContext& context);
    template <typename Input>
    ApiResult<StreamName> target_of(const Input& input, const CallContext& context) {
        return target(input.stream_name, input.stream_arn, input.stream_id, context);
    }
    ApiResult<Resource> resource_target(const std::optional<std::string>& arn,
                                        const CallContext& context);
    /// The consumer an input means: its ARN, or its name with the stream's ARN or id.
    ApiResult<ConsumerName> consumer_target(const std::optional<std::string>& arn,
                                            const std::optional<std::string>& stream,
                                            const std::optional<std::string>& stream_id,
                                            const std::optional<std::string>& name,
                                            const CallContext& context);
    /// Whether the rate of calls to `operation` allows this one; `stream` for those that are
    /// counted by it.
    ApiResult<void> admit(std::string_view operation,
                          const CallContext& context,
                          const std::optional<StreamName>& stream = {}) {
        if (!engine_.options().has_aws_limits) return {};
        return admit_limited(operation, context, stream);
    }
    ApiResult<void> admit_limited(std::string_view operation,
                                  const CallContext& context,
                                  const std::optional<StreamName>& stream);
    /// ARN of what an input is about, or *.
    std::string resource_of(std::string_view operation,
                            const wire::InputView& input,
                            const CallContext& context);
    using Tags = std::map<std::string, std::string>;
    ApiResult<void> change_tags(const Resource& resource,
                                const std::function<Result<void>(Tags&)>& change);
    ApiResult<void> change_policy(const Resource& resource,
                                  const std::function<Result<void>(std::string&)>& change);
    ApiResult<void> set_tags(const Resource& resource, const Tags& tags);
    ApiResult<void> remove_tags(const Resource& resource, const std::vector<std::string>& keys);
    /// Where a reader begins, when the members of the input fit together.
    ApiResult<ReadFrom> start_of(const std::string& type_text,
                                 const std::optional<std::string>& number,
                                 const std::optional<base::Timestamp>& timestamp);
    ApiResult<PageToken> open_page(const std::string& text, std::string_view kind);

    Engine& engine_;
    Subscriptions subscriptions_;
};

wire::ApiError to_api_error(const Error& error);
/// The engine's error as the client is told it.
#define WR_KINESIS_TRY(declaration, expression) \
    WR_KINESIS_TRY_IMPL(WR_CONCAT(wr_engine_, __COUNTER__), declaration, expression)
#define WR_KINESIS_TRY_IMPL(result, declaration, expression)            \
    auto result = (expression);                                         \
    if (!result) return ::wr::base::fail(to_api_error(result.error())); \
    declaration = *std::move(result)

model::Shard to_shard(const ShardMeta& shard);
std::vector<model::ChildShard> to_children(const std::vector<ShardMeta>& shards);
model::StreamModeDetails to_mode(const StreamMeta& meta);
model::WarmThroughputObject to_warm_throughput(int target_mibps, size_t open_shards);
/// Empty when every tag may be set.
std::optional<Error> find_bad_tag(const std::map<std::string, std::string>& tags);

}  // namespace wr::kinesis::api
