// Permissions, tags and the account's limits.
#include "gen/lambda/errors.h"
#include "services/lambda/api/service.h"

namespace wr::lambda::api {

namespace {

using base::Json;

Json object() {
    return Json(Json::Object{});
}

Json statement_of(const model::AddPermissionInput& input, const std::string& function_arn) {
    Json statement = object();
    statement.set("Sid", *input.statement_id);
    statement.set("Effect", "Allow");
    const std::string& principal = *input.principal;
    Json who = object();
    if (principal == "*") {
        who = "*";
    } else if (principal.find(".amazonaws.com") != std::string::npos) {
        who.set("Service", principal);
    } else if (principal.starts_with("arn:")) {
        who.set("AWS", principal);
    } else {
        who.set("AWS", "arn:aws:iam::" + principal + ":root");
    }
    statement.set("Principal", std::move(who));
    statement.set("Action", *input.action);
    statement.set("Resource", function_arn);
    Json equals = object();
    if (input.source_account) equals.set("AWS:SourceAccount", *input.source_account);
    if (input.principal_org_id) equals.set("aws:PrincipalOrgID", *input.principal_org_id);
    if (input.event_source_token) {
        equals.set("lambda:EventSourceToken", *input.event_source_token);
    }
    Json condition = object();
    if (!equals.as_object().empty()) condition.set("StringEquals", std::move(equals));
    if (input.source_arn) {
        Json like = object();
        like.set("AWS:SourceArn", *input.source_arn);
        condition.set("ArnLike", std::move(like));
    }
    if (!condition.as_object().empty()) statement.set("Condition", std::move(condition));
    return statement;
}

}  // namespace

ApiResult<model::AddPermissionOutput> LambdaService::add_permission(
    const model::AddPermissionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    if (input.function_url_auth_type || input.invoked_via_function_url) {
        return base::fail(not_offered("Function URLs"));
    }
    WR_LAMBDA_TRY(const Json statement,
                  engine_.add_permission(name,
                                         *input.statement_id,
                                         statement_of(input, name.qualified_arn()),
                                         input.revision_id.value_or("")));
    model::AddPermissionOutput output;
    output.statement = statement.dump();
    return output;
}

ApiResult<model::RemovePermissionOutput> LambdaService::remove_permission(
    const model::RemovePermissionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    const auto removed =
        engine_.remove_permission(name, *input.statement_id, input.revision_id.value_or(""));
    if (!removed) return base::fail(to_api_error(removed.error()));
    return model::RemovePermissionOutput{};
}

ApiResult<model::GetPolicyOutput> LambdaService::get_policy(const model::GetPolicyInput& input,
                                                            CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    WR_LAMBDA_TRY(const Function function, engine_.get_function(name));
    model::GetPolicyOutput output;
    output.policy = engine_.policy_of(name);
    if (output.policy->empty()) {
        return base::fail(model::errors::resource_not_found_exception(
            "The resource you requested does not exist."));
    }
    output.revision_id = function.revision;
    return output;
}

ApiResult<model::ListTagsOutput> LambdaService::list_tags(const model::ListTagsInput& input,
                                                          CallContext& context) {
    WR_TRY(const FunctionName name, target(input.resource, std::nullopt, context));
    WR_LAMBDA_TRY(const Function function, engine_.get_function(name));
    model::ListTagsOutput output;
    output.tags = function.tags;
    return output;
}

ApiResult<model::TagResourceOutput> LambdaService::tag_resource(
    const model::TagResourceInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.resource, std::nullopt, context));
    const auto set = engine_.set_tags(name, *input.tags, {});
    if (!set) return base::fail(to_api_error(set.error()));
    return model::TagResourceOutput{};
}

ApiResult<model::UntagResourceOutput> LambdaService::untag_resource(
    const model::UntagResourceInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.resource, std::nullopt, context));
    const auto set = engine_.set_tags(name, {}, *input.tag_keys);
    if (!set) return base::fail(to_api_error(set.error()));
    return model::UntagResourceOutput{};
}

ApiResult<model::GetAccountSettingsOutput> LambdaService::get_account_settings(
    const model::GetAccountSettingsInput&, CallContext& context) {
    WR_LAMBDA_TRY(const auto functions, engine_.list_functions(context.account, context.region));
    model::GetAccountSettingsOutput output;
    auto& limit = output.account_limit.emplace();
    limit.total_code_size = 80'530'636'800;
    limit.code_size_unzipped = static_cast<int64_t>(limits::function_unzipped_bytes_max);
    limit.code_size_zipped = static_cast<int64_t>(limits::function_zip_bytes_max);
    limit.concurrent_executions = static_cast<int64_t>(limits::functions_concurrent_max);
    limit.unreserved_concurrent_executions = limit.concurrent_executions;
    auto& usage = output.account_usage.emplace();
    usage.function_count = static_cast<int64_t>(functions.size());
    usage.total_code_size = 0;
    for (const Function& function : functions) {
        *usage.total_code_size += static_cast<int64_t>(function.code_bytes);
    }
    return output;
}

}  // namespace wr::lambda::api
