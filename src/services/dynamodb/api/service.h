#pragma once
// DynamoDB on the wire: decoded input to the engine, its answer to decoded output.

#include <string>
#include <string_view>
#include <vector>

#include "gen/dynamodb/service.h"
#include "services/dynamodb/engine/engine.h"

namespace wr::dynamodb::api {

namespace model = wr::gen::dynamodb;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class DynamoDbService final : public model::Service {
public:
    explicit DynamoDbService(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    // tables.cc
    ApiResult<model::CreateTableOutput> create_table(const model::CreateTableInput& input,
                                                     CallContext& context) override;
    ApiResult<model::DescribeTableOutput> describe_table(const model::DescribeTableInput& input,
                                                         CallContext& context) override;
    ApiResult<model::ListTablesOutput> list_tables(const model::ListTablesInput& input,
                                                   CallContext& context) override;
    ApiResult<model::DeleteTableOutput> delete_table(const model::DeleteTableInput& input,
                                                     CallContext& context) override;
    ApiResult<model::UpdateTableOutput> update_table(const model::UpdateTableInput& input,
                                                     CallContext& context) override;

    // settings.cc
    ApiResult<model::DescribeTimeToLiveOutput> describe_time_to_live(
        const model::DescribeTimeToLiveInput& input, CallContext& context) override;
    ApiResult<model::UpdateTimeToLiveOutput> update_time_to_live(
        const model::UpdateTimeToLiveInput& input, CallContext& context) override;
    ApiResult<model::TagResourceOutput> tag_resource(const model::TagResourceInput& input,
                                                     CallContext& context) override;
    ApiResult<model::UntagResourceOutput> untag_resource(const model::UntagResourceInput& input,
                                                         CallContext& context) override;
    ApiResult<model::ListTagsOfResourceOutput> list_tags_of_resource(
        const model::ListTagsOfResourceInput& input, CallContext& context) override;
    ApiResult<model::DescribeLimitsOutput> describe_limits(const model::DescribeLimitsInput& input,
                                                           CallContext& context) override;
    ApiResult<model::DescribeEndpointsOutput> describe_endpoints(
        const model::DescribeEndpointsInput& input, CallContext& context) override;
    ApiResult<model::DescribeContinuousBackupsOutput> describe_continuous_backups(
        const model::DescribeContinuousBackupsInput& input, CallContext& context) override;

    // items.cc
    ApiResult<model::PutItemOutput> put_item(const model::PutItemInput& input,
                                             CallContext& context) override;
    ApiResult<model::GetItemOutput> get_item(const model::GetItemInput& input,
                                             CallContext& context) override;
    ApiResult<model::UpdateItemOutput> update_item(const model::UpdateItemInput& input,
                                                   CallContext& context) override;
    ApiResult<model::DeleteItemOutput> delete_item(const model::DeleteItemInput& input,
                                                   CallContext& context) override;

    // batches.cc
    ApiResult<model::BatchWriteItemOutput> batch_write_item(const model::BatchWriteItemInput& input,
                                                            CallContext& context) override;
    ApiResult<model::BatchGetItemOutput> batch_get_item(const model::BatchGetItemInput& input,
                                                        CallContext& context) override;

    // reads.cc
    ApiResult<model::QueryOutput> query(const model::QueryInput& input,
                                        CallContext& context) override;
    ApiResult<model::ScanOutput> scan(const model::ScanInput& input, CallContext& context) override;

    // transactions.cc
    ApiResult<model::TransactWriteItemsOutput> transact_write_items(
        const model::TransactWriteItemsInput& input, CallContext& context) override;
    ApiResult<model::TransactGetItemsOutput> transact_get_items(
        const model::TransactGetItemsInput& input, CallContext& context) override;

private:
    Engine& engine_;
};

wire::ApiError to_api_error(const Error& error);
ApiResult<TableName> table_of(const std::optional<std::string>& name, const CallContext& context);

/// The engine's error as the client is told it.
#define WR_DYNAMODB_TRY(declaration, expression) \
    WR_DYNAMODB_TRY_IMPL(WR_CONCAT(wr_engine_, __COUNTER__), declaration, expression)
#define WR_DYNAMODB_TRY_IMPL(result, declaration, expression)           \
    auto result = (expression);                                         \
    if (!result) return ::wr::base::fail(to_api_error(result.error())); \
    declaration = *std::move(result)

}  // namespace wr::dynamodb::api
