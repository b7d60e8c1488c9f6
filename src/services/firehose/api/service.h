#pragma once
// Firehose's API: decoded inputs to the engine and back.

#include "gen/firehose/service.h"
#include "services/firehose/engine/engine.h"

namespace wr::firehose::api {

namespace gen = ::wr::gen::firehose;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class FirehoseService final : public gen::Service {
public:
    explicit FirehoseService(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    // control.cc
    ApiResult<gen::CreateDeliveryStreamOutput> create_delivery_stream(
        const gen::CreateDeliveryStreamInput& input, CallContext& context) override;
    ApiResult<gen::DeleteDeliveryStreamOutput> delete_delivery_stream(
        const gen::DeleteDeliveryStreamInput& input, CallContext& context) override;
    ApiResult<gen::UpdateDestinationOutput> update_destination(
        const gen::UpdateDestinationInput& input, CallContext& context) override;
    // describe.cc
    ApiResult<gen::DescribeDeliveryStreamOutput> describe_delivery_stream(
        const gen::DescribeDeliveryStreamInput& input, CallContext& context) override;
    ApiResult<gen::ListDeliveryStreamsOutput> list_delivery_streams(
        const gen::ListDeliveryStreamsInput& input, CallContext& context) override;
    // data.cc
    ApiResult<gen::PutRecordOutput> put_record(const gen::PutRecordInput& input,
                                               CallContext& context) override;
    ApiResult<gen::PutRecordBatchOutput> put_record_batch(const gen::PutRecordBatchInput& input,
                                                          CallContext& context) override;
    ApiResult<gen::TagDeliveryStreamOutput> tag_delivery_stream(
        const gen::TagDeliveryStreamInput& input, CallContext& context) override;
    ApiResult<gen::UntagDeliveryStreamOutput> untag_delivery_stream(
        const gen::UntagDeliveryStreamInput& input, CallContext& context) override;
    ApiResult<gen::ListTagsForDeliveryStreamOutput> list_tags_for_delivery_stream(
        const gen::ListTagsForDeliveryStreamInput& input, CallContext& context) override;

private:
    Engine& engine_;
};

/// The caller's delivery stream of that name.
StreamName stream_name(const std::optional<std::string>& name, const CallContext& context);
wire::ApiError to_api_error(Problem problem);
constexpr const char* destination_id = "destinationId-000000000001";

}  // namespace wr::firehose::api

/// WR_API_TRY(auto x, engine_call()): as WR_TRY, turning a Problem into an ApiError.
#define WR_API_TRY(declaration, expression) \
    WR_API_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_API_TRY_IMPL(result, declaration, expression)                                       \
    auto result = (expression);                                                                \
    if (!result)                                                                               \
        return ::wr::base::fail(::wr::firehose::api::to_api_error(std::move(result).error())); \
    declaration = *std::move(result)
#define WR_API_TRY_VOID(expression)                                                \
    do {                                                                           \
        if (auto wr_result_ = (expression); !wr_result_)                           \
            return ::wr::base::fail(                                               \
                ::wr::firehose::api::to_api_error(std::move(wr_result_).error())); \
    } while (false)
