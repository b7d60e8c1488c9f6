// Buckets.
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"
#include "services/s3/api/tokens.h"

namespace wr::s3::api {
namespace {

/// Region of a new bucket, from where the request was sent and what it asks for.
ApiResult<std::string> region_of(const gen::CreateBucketInput& input, const std::string& region) {
    std::string wanted;
    if (input.create_bucket_configuration && input.create_bucket_configuration->location_constraint)
        wanted = *input.create_bucket_configuration->location_constraint;
    if (wanted == "EU") wanted = "eu-west-1";
    if (region == "us-east-1") {
        if (wanted == "us-east-1")
            return base::fail(to_api_error(problem(Fault::InvalidLocationConstraint)));
        return wanted.empty() ? region : wanted;
    }
    if (wanted == region) return wanted;
    return base::fail(to_api_error(
        problem(Fault::IllegalLocationConstraint,
                wanted.empty() ? ""
                               : "The " + wanted +
                                     " location constraint is incompatible for the region "
                                     "specific endpoint this request was sent to.")));
}

}  // namespace

ApiResult<gen::ListBucketsOutput> S3Service::list_buckets(const gen::ListBucketsInput& input,
                                                          CallContext& context) {
    const auto count_max = static_cast<size_t>(input.max_buckets.value_or(10'000));
    std::string after;
    if (input.continuation_token) {
        WR_TRY(const PageToken token, parse_token(*input.continuation_token, context.account));
        after = token.name;
    }
    const std::string prefix = input.prefix.value_or("");
    WR_API_TRY(auto buckets, engine_.list_buckets(context.account, prefix, after, SIZE_MAX));
    if (input.bucket_region)
        std::erase_if(buckets,
                      [&](const Bucket& bucket) { return bucket.region != *input.bucket_region; });
    gen::ListBucketsOutput output;
    output.owner = owner_of(context.account);
    if (input.prefix) output.prefix = prefix;
    if (buckets.size() > count_max) {
        buckets.resize(count_max);
        output.continuation_token = format_token({buckets.back().name, false}, context.account);
    }
    output.buckets.emplace();
    const bool is_paged = input.max_buckets || input.prefix || input.bucket_region;
    for (const Bucket& bucket : buckets) {
        gen::Bucket shown;
        shown.name = bucket.name;
        shown.creation_date = bucket.created;
        if (is_paged) shown.bucket_region = bucket.region;
        output.buckets->push_back(std::move(shown));
    }
    return output;
}

ApiResult<gen::CreateBucketOutput> S3Service::create_bucket(const gen::CreateBucketInput& input,
                                                            CallContext& context) {
    WR_TRY_VOID(check_supported(input));
    if (input.grant_write || input.object_lock_enabled_for_bucket.value_or(false))
        return base::fail(not_implemented());
    if (input.object_ownership && *input.object_ownership != "BucketOwnerEnforced")
        return base::fail(not_implemented());
    WR_TRY(const std::string region, region_of(input, context.region));
    std::vector<Tag> tags;
    if (input.create_bucket_configuration && input.create_bucket_configuration->tags) {
        for (const auto& tag : *input.create_bucket_configuration->tags)
            tags.push_back({tag.key.value_or(""), tag.value.value_or("")});
        WR_API_TRY_VOID(check_tags(tags, bucket_tags_max));
    }
    const std::string name = input.bucket.value_or("");
    WR_API_TRY_VOID(engine_.create_bucket(name, context.account, region));
    if (!tags.empty()) WR_API_TRY_VOID(engine_.put_bucket_tags(name, tags));
    gen::CreateBucketOutput output;
    output.location = "/" + name;
    output.bucket_arn = "arn:aws:s3:::" + name;
    return output;
}

ApiResult<gen::DeleteBucketOutput> S3Service::delete_bucket(const gen::DeleteBucketInput& input,
                                                            CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.delete_bucket(input.bucket.value_or("")));
    return gen::DeleteBucketOutput{};
}

ApiResult<gen::HeadBucketOutput> S3Service::head_bucket(const gen::HeadBucketInput& input,
                                                        CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(input.bucket.value_or("")));
    gen::HeadBucketOutput output;
    output.bucket_region = bucket.region;
    output.bucket_arn = "arn:aws:s3:::" + bucket.name;
    output.access_point_alias = false;
    return output;
}

ApiResult<gen::GetBucketLocationOutput> S3Service::get_bucket_location(
    const gen::GetBucketLocationInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(input.bucket.value_or("")));
    gen::GetBucketLocationOutput output;
    // The first region has no name here.
    if (bucket.region != "us-east-1") output.location_constraint = bucket.region;
    return output;
}

ApiResult<gen::GetBucketVersioningOutput> S3Service::get_bucket_versioning(
    const gen::GetBucketVersioningInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.find_bucket(input.bucket.value_or("")));
    // Absent members mean: never versioned.
    return gen::GetBucketVersioningOutput{};
}

ApiResult<gen::GetBucketAclOutput> S3Service::get_bucket_acl(const gen::GetBucketAclInput& input,
                                                             CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(input.bucket.value_or("")));
    gen::GetBucketAclOutput output;
    output.owner = owner_of(bucket.account);
    output.grants = owner_grants(bucket.account);
    return output;
}

ApiResult<gen::GetBucketEncryptionOutput> S3Service::get_bucket_encryption(
    const gen::GetBucketEncryptionInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.find_bucket(input.bucket.value_or("")));
    // Objects lie on the disk as they are; encryption is the disk's business.
    return base::fail(to_api_error(problem(Fault::ServerSideEncryptionConfigurationNotFound)));
}

}  // namespace wr::s3::api
