// Settings of buckets: one row each.
#include "services/s3/engine/engine.h"

namespace wr::s3 {
namespace {

constexpr const char* policy_setting = "policy";
constexpr const char* cors_setting = "cors";
constexpr const char* public_access_setting = "public-access-block";
constexpr const char* tags_setting = "tags";
constexpr const char* ownership_setting = "ownership";

Problem absent(Fault fault, const std::string& bucket) {
    Problem none = problem(fault);
    none.fields.emplace_back("BucketName", bucket);
    return none;
}

}  // namespace

Outcome<void> Engine::put_setting(const std::string& bucket, const char* what, std::string value) {
    const auto guard = locks_.lock(bucket, {});
    WR_TRY_VOID(find_bucket(bucket));
    WR_S3_TRY_VOID(store_.put(config_row(bucket, what), std::move(value)));
    return {};
}

Outcome<std::optional<std::string>> Engine::get_setting(const std::string& bucket,
                                                        const char* what) const {
    WR_TRY_VOID(find_bucket(bucket));
    WR_S3_TRY(auto row, store_.get(config_row(bucket, what)));
    return row;
}

Outcome<void> Engine::delete_setting(const std::string& bucket, const char* what) {
    const auto guard = locks_.lock(bucket, {});
    WR_TRY_VOID(find_bucket(bucket));
    WR_S3_TRY_VOID(store_.remove(config_row(bucket, what)));
    return {};
}

Outcome<void> Engine::put_policy(const std::string& bucket, const std::string& policy) {
    WR_TRY_VOID(check_policy(bucket, policy));
    WR_TRY(const auto block, get_setting(bucket, public_access_setting));
    if (block && decode_public_access_block(*block).block_public_policy &&
        is_public_policy(policy)) {
        Problem denied = problem(Fault::PublicPolicyBlocked);
        denied.fields.emplace_back("BucketName", bucket);
        return base::fail(std::move(denied));
    }
    return put_setting(bucket, policy_setting, policy);
}

Outcome<std::string> Engine::get_policy(const std::string& bucket) const {
    WR_TRY(auto policy, get_setting(bucket, policy_setting));
    if (!policy) return base::fail(absent(Fault::NoSuchBucketPolicy, bucket));
    return *std::move(policy);
}

Outcome<void> Engine::delete_policy(const std::string& bucket) {
    return delete_setting(bucket, policy_setting);
}

std::string Engine::bucket_policy(const std::string& bucket) const {
    const auto policy = get_setting(bucket, policy_setting);
    if (!policy || !*policy) return {};
    const auto block = get_setting(bucket, public_access_setting);
    // A setting that cannot be read must not open the bucket.
    const bool restricts =
        !block || (*block && decode_public_access_block(**block).restrict_public_buckets);
    return restricts ? without_public_statements(**policy) : **policy;
}

Outcome<void> Engine::put_cors(const std::string& bucket, const std::vector<CorsRule>& rules) {
    WR_TRY_VOID(check_cors_rules(rules));
    return put_setting(bucket, cors_setting, encode(rules));
}

Outcome<std::vector<CorsRule>> Engine::get_cors(const std::string& bucket) const {
    WR_TRY(const auto text, get_setting(bucket, cors_setting));
    if (!text) return base::fail(absent(Fault::NoSuchCorsConfiguration, bucket));
    return decode_cors_rules(*text);
}

Outcome<void> Engine::delete_cors(const std::string& bucket) {
    return delete_setting(bucket, cors_setting);
}

Outcome<void> Engine::put_public_access_block(const std::string& bucket,
                                              const PublicAccessBlock& block) {
    return put_setting(bucket, public_access_setting, encode(block));
}

Outcome<PublicAccessBlock> Engine::get_public_access_block(const std::string& bucket) const {
    WR_TRY(const auto text, get_setting(bucket, public_access_setting));
    if (!text) return base::fail(absent(Fault::NoSuchPublicAccessBlockConfiguration, bucket));
    return decode_public_access_block(*text);
}

Outcome<void> Engine::delete_public_access_block(const std::string& bucket) {
    return delete_setting(bucket, public_access_setting);
}

Outcome<void> Engine::put_bucket_tags(const std::string& bucket, const std::vector<Tag>& tags) {
    WR_TRY_VOID(check_tags(tags, bucket_tags_max));
    return put_setting(bucket, tags_setting, encode(tags));
}

Outcome<std::vector<Tag>> Engine::get_bucket_tags(const std::string& bucket) const {
    WR_TRY(const auto text, get_setting(bucket, tags_setting));
    if (!text) return base::fail(absent(Fault::NoSuchTagSet, bucket));
    return decode_tags(*text);
}

Outcome<void> Engine::delete_bucket_tags(const std::string& bucket) {
    return delete_setting(bucket, tags_setting);
}

Outcome<void> Engine::put_ownership(const std::string& bucket, const std::string& ownership) {
    if (ownership != "BucketOwnerEnforced") return base::fail(problem(Fault::NotImplemented));
    return put_setting(bucket, ownership_setting, ownership);
}

Outcome<std::string> Engine::get_ownership(const std::string& bucket) const {
    WR_TRY(auto text, get_setting(bucket, ownership_setting));
    if (!text) return base::fail(absent(Fault::OwnershipControlsNotFound, bucket));
    return *std::move(text);
}

Outcome<void> Engine::delete_ownership(const std::string& bucket) {
    return delete_setting(bucket, ownership_setting);
}

}  // namespace wr::s3
