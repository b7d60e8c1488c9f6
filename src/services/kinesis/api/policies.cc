// Resource policies of streams and consumers; the gateway evaluates them with every call.
#include <algorithm>

#include "auth/policy.h"
#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr size_t policy_bytes_max = 20 * 1024;

std::string arn_of(const Resource& resource, const std::string& given) {
    return resource.consumer ? given : resource.stream.arn();
}

/// Each statement must be about the resource that the policy is put on.
ApiResult<void> check_policy(const std::string& text, const std::string& arn) {
    namespace errors = model::errors;
    if (text.size() > policy_bytes_max) {
        return base::fail(
            errors::limit_exceeded_exception("The policy is larger than the limit of " +
                                             std::to_string(policy_bytes_max) + " bytes."));
    }
    const auto policy = auth::Policy::parse(text, auth::PolicyKind::Resource);
    if (!policy) {
        return base::fail(
            errors::invalid_argument_exception("Policy is invalid: " + policy.error()));
    }
    for (const auth::Statement& statement : policy->statements()) {
        const bool is_meant =
            !statement.not_resource &&
            std::all_of(statement.resources.begin(),
                        statement.resources.end(),
                        [&](const auto& pattern) { return pattern.matches(arn, {}); });
        if (!is_meant) {
            return base::fail(errors::invalid_argument_exception(
                "Policy is invalid: the Resource of each statement must be " + arn + "."));
        }
    }
    return {};
}

}  // namespace

ApiResult<void> KinesisService::change_policy(
    const Resource& resource, const std::function<Result<void>(std::string&)>& change) {
    if (!resource.consumer) {
        auto done = engine_.update_stream(
            resource.stream, true, [&](StreamMeta& meta) { return change(meta.policy); });
        if (!done) return base::fail(to_api_error(done.error()));
        return {};
    }
    const auto change_consumer = [&](ConsumerMeta& consumer) -> Result<void> {
        if (consumer.status(engine_.now()) != StreamStatus::Active) {
            return base::fail(consumer_not_active(resource.stream, consumer));
        }
        return change(consumer.policy);
    };
    auto done = engine_.update_consumer(*resource.consumer, change_consumer);
    if (!done) return base::fail(to_api_error(done.error()));
    return {};
}

ApiResult<model::PutResourcePolicyOutput> KinesisService::put_resource_policy(
    const model::PutResourcePolicyInput& input, CallContext& context) {
    WR_TRY_VOID(admit("PutResourcePolicy", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    WR_TRY_VOID(check_policy(*input.policy, arn_of(resource, *input.resource_arn)));
    WR_TRY_VOID(change_policy(resource, [&](std::string& policy) -> Result<void> {
        policy = *input.policy;
        return {};
    }));
    return model::PutResourcePolicyOutput{};
}

ApiResult<model::GetResourcePolicyOutput> KinesisService::get_resource_policy(
    const model::GetResourcePolicyInput& input, CallContext& context) {
    WR_TRY_VOID(admit("GetResourcePolicy", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(resource.stream));
    std::string policy = meta.policy;
    if (resource.consumer) {
        WR_KINESIS_TRY(const ConsumerMeta consumer, engine_.consumer(*resource.consumer));
        policy = consumer.policy;
    }
    if (policy.empty()) policy = "{}";
    return model::GetResourcePolicyOutput{std::move(policy)};
}

ApiResult<model::DeleteResourcePolicyOutput> KinesisService::delete_resource_policy(
    const model::DeleteResourcePolicyInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DeleteResourcePolicy", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    const auto remove = [&](std::string& policy) -> Result<void> {
        if (policy.empty()) {
            return base::fail(
                Error{ErrorCode::ResourceNotFound,
                      "No resource policy found for resource ARN " + *input.resource_arn});
        }
        policy.clear();
        return {};
    };
    WR_TRY_VOID(change_policy(resource, remove));
    return model::DeleteResourcePolicyOutput{};
}

}  // namespace wr::kinesis::api
