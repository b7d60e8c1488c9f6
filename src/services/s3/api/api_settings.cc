// Settings of buckets: policy, CORS, tags, public access block, ownership.
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"

namespace wr::s3::api {

ApiResult<gen::PutBucketPolicyOutput> S3Service::put_bucket_policy(
    const gen::PutBucketPolicyInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, false));
    WR_API_TRY_VOID(engine_.put_policy(input.bucket.value_or(""), input.policy.value_or("")));
    return gen::PutBucketPolicyOutput{};
}

ApiResult<gen::GetBucketPolicyOutput> S3Service::get_bucket_policy(
    const gen::GetBucketPolicyInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    gen::GetBucketPolicyOutput output;
    WR_API_TRY(output.policy, engine_.get_policy(input.bucket.value_or("")));
    context.response_headers.set("Content-Type", "application/json");
    return output;
}

ApiResult<gen::DeleteBucketPolicyOutput> S3Service::delete_bucket_policy(
    const gen::DeleteBucketPolicyInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_policy(input.bucket.value_or("")));
    return gen::DeleteBucketPolicyOutput{};
}

ApiResult<gen::GetBucketPolicyStatusOutput> S3Service::get_bucket_policy_status(
    const gen::GetBucketPolicyStatusInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const std::string policy, engine_.get_policy(input.bucket.value_or("")));
    gen::GetBucketPolicyStatusOutput output;
    output.policy_status.emplace().is_public = is_public_policy(policy);
    return output;
}

ApiResult<gen::PutBucketCorsOutput> S3Service::put_bucket_cors(const gen::PutBucketCorsInput& input,
                                                               CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, false));
    std::vector<CorsRule> rules;
    if (input.cors_configuration && input.cors_configuration->cors_rules) {
        for (const auto& given : *input.cors_configuration->cors_rules) {
            CorsRule rule;
            rule.id = given.id.value_or("");
            if (given.allowed_methods) rule.allowed_methods = *given.allowed_methods;
            if (given.allowed_origins) rule.allowed_origins = *given.allowed_origins;
            if (given.allowed_headers) rule.allowed_headers = *given.allowed_headers;
            if (given.expose_headers) rule.expose_headers = *given.expose_headers;
            rule.max_age_seconds = given.max_age_seconds;
            rules.push_back(std::move(rule));
        }
    }
    WR_API_TRY_VOID(engine_.put_cors(input.bucket.value_or(""), rules));
    return gen::PutBucketCorsOutput{};
}

ApiResult<gen::GetBucketCorsOutput> S3Service::get_bucket_cors(const gen::GetBucketCorsInput& input,
                                                               CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const auto rules, engine_.get_cors(input.bucket.value_or("")));
    gen::GetBucketCorsOutput output;
    output.cors_rules.emplace();
    for (const CorsRule& rule : rules) {
        gen::CORSRule shown;
        if (!rule.id.empty()) shown.id = rule.id;
        shown.allowed_methods = rule.allowed_methods;
        shown.allowed_origins = rule.allowed_origins;
        if (!rule.allowed_headers.empty()) shown.allowed_headers = rule.allowed_headers;
        if (!rule.expose_headers.empty()) shown.expose_headers = rule.expose_headers;
        shown.max_age_seconds = rule.max_age_seconds;
        output.cors_rules->push_back(std::move(shown));
    }
    return output;
}

ApiResult<gen::DeleteBucketCorsOutput> S3Service::delete_bucket_cors(
    const gen::DeleteBucketCorsInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_cors(input.bucket.value_or("")));
    return gen::DeleteBucketCorsOutput{};
}

ApiResult<gen::PutBucketTaggingOutput> S3Service::put_bucket_tagging(
    const gen::PutBucketTaggingInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, false));
    WR_API_TRY_VOID(engine_.put_bucket_tags(input.bucket.value_or(""), from_gen(input.tagging)));
    return gen::PutBucketTaggingOutput{};
}

ApiResult<gen::GetBucketTaggingOutput> S3Service::get_bucket_tagging(
    const gen::GetBucketTaggingInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const auto tags, engine_.get_bucket_tags(input.bucket.value_or("")));
    gen::GetBucketTaggingOutput output;
    output.tag_set = to_gen(tags);
    return output;
}

ApiResult<gen::DeleteBucketTaggingOutput> S3Service::delete_bucket_tagging(
    const gen::DeleteBucketTaggingInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_bucket_tags(input.bucket.value_or("")));
    return gen::DeleteBucketTaggingOutput{};
}

ApiResult<gen::PutPublicAccessBlockOutput> S3Service::put_public_access_block(
    const gen::PutPublicAccessBlockInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, false));
    PublicAccessBlock block{false, false, false, false};
    if (const auto& given = input.public_access_block_configuration) {
        block.block_public_acls = given->block_public_acls.value_or(false);
        block.ignore_public_acls = given->ignore_public_acls.value_or(false);
        block.block_public_policy = given->block_public_policy.value_or(false);
        block.restrict_public_buckets = given->restrict_public_buckets.value_or(false);
    }
    WR_API_TRY_VOID(engine_.put_public_access_block(input.bucket.value_or(""), block));
    return gen::PutPublicAccessBlockOutput{};
}

ApiResult<gen::GetPublicAccessBlockOutput> S3Service::get_public_access_block(
    const gen::GetPublicAccessBlockInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const auto block, engine_.get_public_access_block(input.bucket.value_or("")));
    gen::GetPublicAccessBlockOutput output;
    auto& shown = output.public_access_block_configuration.emplace();
    shown.block_public_acls = block.block_public_acls;
    shown.ignore_public_acls = block.ignore_public_acls;
    shown.block_public_policy = block.block_public_policy;
    shown.restrict_public_buckets = block.restrict_public_buckets;
    return output;
}

ApiResult<gen::DeletePublicAccessBlockOutput> S3Service::delete_public_access_block(
    const gen::DeletePublicAccessBlockInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_public_access_block(input.bucket.value_or("")));
    return gen::DeletePublicAccessBlockOutput{};
}

ApiResult<gen::PutBucketOwnershipControlsOutput> S3Service::put_bucket_ownership_controls(
    const gen::PutBucketOwnershipControlsInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, false));
    const auto& controls = input.ownership_controls;
    if (!controls || !controls->rules || controls->rules->size() != 1)
        return base::fail(to_api_error(problem(Fault::MalformedXml)));
    WR_API_TRY_VOID(engine_.put_ownership(input.bucket.value_or(""),
                                          controls->rules->front().object_ownership.value_or("")));
    return gen::PutBucketOwnershipControlsOutput{};
}

ApiResult<gen::GetBucketOwnershipControlsOutput> S3Service::get_bucket_ownership_controls(
    const gen::GetBucketOwnershipControlsInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    gen::OwnershipControlsRule rule;
    WR_API_TRY(rule.object_ownership, engine_.get_ownership(input.bucket.value_or("")));
    gen::GetBucketOwnershipControlsOutput output;
    output.ownership_controls.emplace().rules.emplace().push_back(std::move(rule));
    return output;
}

ApiResult<gen::DeleteBucketOwnershipControlsOutput> S3Service::delete_bucket_ownership_controls(
    const gen::DeleteBucketOwnershipControlsInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_ownership(input.bucket.value_or("")));
    return gen::DeleteBucketOwnershipControlsOutput{};
}

}  // namespace wr::s3::api
