// Time to live, tags, and what an account may have.
#include "gen/dynamodb/errors.h"
#include "services/dynamodb/api/service.h"

namespace wr::dynamodb::api {
namespace {

/// Tag operations name the ARN that is missing, in AWS's own spelling.
ApiResult<TableInfo> tagged_table(Catalogue& tables,
                                  const std::optional<std::string>& arn,
                                  const CallContext& context) {
    const std::string given = arn.value_or("");
    const auto name = resolve_table_name(context.account, context.region, given);
    if (!name) return base::fail(to_api_error(name.error()));
    if (!given.starts_with("arn:")) {
        return base::fail(
            wire::validation_error("Invalid TableArn: Invalid ResourceArn provided as "
                                   "input " +
                                   given));
    }
    auto info = tables.describe(*name);
    if (!info) {
        return base::fail(model::errors::resource_not_found_exception(
            "Requested resource not found: ResourcArn: " + given + " not found"));
    }
    return std::move(*info);
}

}  // namespace

ApiResult<model::DescribeTimeToLiveOutput> DynamoDbService::describe_time_to_live(
    const model::DescribeTimeToLiveInput& input, CallContext& context) {
    WR_TRY(const TableName name, table_of(input.table_name, context));
    WR_DYNAMODB_TRY(const TableInfo info, engine_.tables().describe(name));
    model::DescribeTimeToLiveOutput output;
    auto& description = output.time_to_live_description.emplace();
    const std::string& attribute = info.definition->ttl_attribute;
    description.time_to_live_status = attribute.empty() ? "DISABLED" : "ENABLED";
    if (!attribute.empty()) description.attribute_name = attribute;
    return output;
}

ApiResult<model::UpdateTimeToLiveOutput> DynamoDbService::update_time_to_live(
    const model::UpdateTimeToLiveInput& input, CallContext& context) {
    WR_TRY(const TableName name, table_of(input.table_name, context));
    const model::TimeToLiveSpecification& wanted = *input.time_to_live_specification;
    const auto changed = engine_.tables().set_time_to_live(
        name, wanted.attribute_name.value_or(""), wanted.enabled.value_or(false));
    if (!changed) return base::fail(to_api_error(changed.error()));
    model::UpdateTimeToLiveOutput output;
    output.time_to_live_specification = wanted;
    return output;
}

ApiResult<model::TagResourceOutput> DynamoDbService::tag_resource(
    const model::TagResourceInput& input, CallContext& context) {
    WR_TRY(const TableInfo info, tagged_table(engine_.tables(), input.resource_arn, context));
    std::map<std::string, std::string> tags;
    for (const model::Tag& tag : input.tags.value_or(std::vector<model::Tag>{})) {
        tags[tag.key.value_or("")] = tag.value.value_or("");
    }
    const auto changed = engine_.tables().change_tags(info.definition->name, tags, {});
    if (!changed) return base::fail(to_api_error(changed.error()));
    return model::TagResourceOutput{};
}

ApiResult<model::UntagResourceOutput> DynamoDbService::untag_resource(
    const model::UntagResourceInput& input, CallContext& context) {
    WR_TRY(const TableInfo info, tagged_table(engine_.tables(), input.resource_arn, context));
    const auto changed = engine_.tables().change_tags(info.definition->name, {}, *input.tag_keys);
    if (!changed) return base::fail(to_api_error(changed.error()));
    return model::UntagResourceOutput{};
}

ApiResult<model::ListTagsOfResourceOutput> DynamoDbService::list_tags_of_resource(
    const model::ListTagsOfResourceInput& input, CallContext& context) {
    WR_TRY(const TableInfo info, tagged_table(engine_.tables(), input.resource_arn, context));
    model::ListTagsOfResourceOutput output;
    auto& tags = output.tags.emplace();
    for (const auto& [key, value] : info.definition->tags) tags.push_back({key, value});
    return output;
}

ApiResult<model::DescribeLimitsOutput> DynamoDbService::describe_limits(
    const model::DescribeLimitsInput& /*input*/, CallContext& /*context*/) {
    // AWS's defaults; this server does not throttle.
    model::DescribeLimitsOutput output;
    output.account_max_read_capacity_units = 80'000;
    output.account_max_write_capacity_units = 80'000;
    output.table_max_read_capacity_units = 40'000;
    output.table_max_write_capacity_units = 40'000;
    return output;
}

ApiResult<model::DescribeEndpointsOutput> DynamoDbService::describe_endpoints(
    const model::DescribeEndpointsInput& /*input*/, CallContext& context) {
    const size_t host_at = context.endpoint.find("://");
    model::Endpoint endpoint;
    endpoint.address = host_at == std::string::npos
                           ? context.endpoint
                           : context.endpoint.substr(host_at + std::string_view("://").size());
    endpoint.cache_period_in_minutes = 1'440;
    model::DescribeEndpointsOutput output;
    output.endpoints = std::vector{endpoint};
    return output;
}

ApiResult<model::DescribeContinuousBackupsOutput> DynamoDbService::describe_continuous_backups(
    const model::DescribeContinuousBackupsInput& input, CallContext& context) {
    WR_TRY(const TableName name, table_of(input.table_name, context));
    if (!engine_.tables().describe(name)) {
        return base::fail(
            model::errors::table_not_found_exception("Table not found: " + name.name));
    }
    // There are no backups to describe.
    model::DescribeContinuousBackupsOutput output;
    auto& description = output.continuous_backups_description.emplace();
    description.continuous_backups_status = "DISABLED";
    description.point_in_time_recovery_description.emplace().point_in_time_recovery_status =
        "DISABLED";
    return output;
}

}  // namespace wr::dynamodb::api
