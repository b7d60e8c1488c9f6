// Which IAM actions each operation needs, on which resources.
#include <map>

#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"

namespace wr::s3::api {
namespace {

constexpr std::string_view arn_prefix = "arn:aws:s3:::";

struct Rule {
    const char* action;
    bool is_object;
};

/// Operations that need one action on their bucket or object.
const std::map<std::string_view, Rule>& simple_rules() {
    static const std::map<std::string_view, Rule> rules = {
        {"CreateBucket", {"s3:CreateBucket", false}},
        {"DeleteBucket", {"s3:DeleteBucket", false}},
        {"HeadBucket", {"s3:ListBucket", false}},
        {"GetBucketLocation", {"s3:GetBucketLocation", false}},
        {"GetBucketVersioning", {"s3:GetBucketVersioning", false}},
        {"GetBucketAcl", {"s3:GetBucketAcl", false}},
        {"GetBucketEncryption", {"s3:GetEncryptionConfiguration", false}},
        {"PutBucketPolicy", {"s3:PutBucketPolicy", false}},
        {"GetBucketPolicy", {"s3:GetBucketPolicy", false}},
        {"DeleteBucketPolicy", {"s3:DeleteBucketPolicy", false}},
        {"GetBucketPolicyStatus", {"s3:GetBucketPolicyStatus", false}},
        {"PutBucketCors", {"s3:PutBucketCORS", false}},
        {"GetBucketCors", {"s3:GetBucketCORS", false}},
        {"DeleteBucketCors", {"s3:PutBucketCORS", false}},
        {"PutBucketTagging", {"s3:PutBucketTagging", false}},
        {"GetBucketTagging", {"s3:GetBucketTagging", false}},
        {"DeleteBucketTagging", {"s3:PutBucketTagging", false}},
        {"PutPublicAccessBlock", {"s3:PutBucketPublicAccessBlock", false}},
        {"GetPublicAccessBlock", {"s3:GetBucketPublicAccessBlock", false}},
        {"DeletePublicAccessBlock", {"s3:PutBucketPublicAccessBlock", false}},
        {"PutBucketOwnershipControls", {"s3:PutBucketOwnershipControls", false}},
        {"GetBucketOwnershipControls", {"s3:GetBucketOwnershipControls", false}},
        {"DeleteBucketOwnershipControls", {"s3:PutBucketOwnershipControls", false}},
        {"ListMultipartUploads", {"s3:ListBucketMultipartUploads", false}},
        {"GetObject", {"s3:GetObject", true}},
        {"HeadObject", {"s3:GetObject", true}},
        {"GetObjectAcl", {"s3:GetObjectAcl", true}},
        {"DeleteObject", {"s3:DeleteObject", true}},
        {"PutObjectTagging", {"s3:PutObjectTagging", true}},
        {"GetObjectTagging", {"s3:GetObjectTagging", true}},
        {"DeleteObjectTagging", {"s3:DeleteObjectTagging", true}},
        {"PutObject", {"s3:PutObject", true}},
        {"CreateMultipartUpload", {"s3:PutObject", true}},
        {"UploadPart", {"s3:PutObject", true}},
        {"CompleteMultipartUpload", {"s3:PutObject", true}},
        {"UploadPartCopy", {"s3:PutObject", true}},
        {"CopyObject", {"s3:PutObject", true}},
        {"GetObjectAttributes", {"s3:GetObject", true}},
        {"AbortMultipartUpload", {"s3:AbortMultipartUpload", true}},
        {"ListParts", {"s3:ListMultipartUploadParts", true}},
    };
    return rules;
}

std::string bucket_arn(const std::string& bucket) {
    return std::string(arn_prefix) + bucket;
}

std::string object_arn(const std::string& bucket, const std::string& key) {
    return bucket_arn(bucket) + "/" + key;
}

template <typename Input>
wire::AccessRequest list_access(const Input& input) {
    wire::AccessRequest request{"s3:ListBucket", bucket_arn(input.bucket.value_or("")), {}};
    request.context["s3:prefix"] = input.prefix.value_or("");
    if (input.delimiter) request.context["s3:delimiter"] = *input.delimiter;
    if (input.max_keys) request.context["s3:max-keys"] = std::to_string(*input.max_keys);
    return request;
}

/// Further questions of single operations.
void add_further(std::vector<wire::AccessRequest>& requests,
                 std::string_view operation,
                 const wire::InputView& input,
                 const std::string& target) {
    if (operation == "CopyObject" || operation == "UploadPartCopy") {
        // A source that cannot be read is refused by the operation itself.
        if (const auto source = parse_copy_source(input.string("CopySource")))
            requests.push_back({"s3:GetObject", object_arn(source->bucket, source->key), {}});
    }
    const bool sets_tags =
        operation == "PutObject" || operation == "CreateMultipartUpload" ||
        (operation == "CopyObject" && input.string("TaggingDirective") == "REPLACE");
    if (sets_tags && !input.string("Tagging").empty())
        requests.push_back({"s3:PutObjectTagging", target, {}});
    if (operation == "GetObjectAttributes")
        requests.push_back({"s3:GetObjectAttributes", target, {}});
}

}  // namespace

std::vector<wire::AccessRequest> S3Service::access(std::string_view operation,
                                                   const wire::InputView& input,
                                                   const CallContext&) {
    if (operation == "ListBuckets") return {{"s3:ListAllMyBuckets", "*", {}}};
    if (operation == "ListObjects") return {list_access(input.as<gen::ListObjectsInput>())};
    if (operation == "ListObjectsV2") return {list_access(input.as<gen::ListObjectsV2Input>())};
    const std::string bucket = input.string("Bucket");
    if (operation == "DeleteObjects") {
        std::vector<wire::AccessRequest> requests;
        const auto& request = input.as<gen::DeleteObjectsInput>();
        if (request.delete_ && request.delete_->objects) {
            for (const auto& object : *request.delete_->objects)
                requests.push_back(
                    {"s3:DeleteObject", object_arn(bucket, object.key.value_or("")), {}});
        }
        if (requests.empty()) requests.push_back({"s3:DeleteObject", object_arn(bucket, "*"), {}});
        return requests;
    }
    const auto rule = simple_rules().find(operation);
    // An operation without a rule must not be open: this action is in no policy but a "*".
    if (rule == simple_rules().end())
        return {{"s3:" + std::string(operation), bucket_arn(bucket), {}}};
    const std::string target =
        rule->second.is_object ? object_arn(bucket, input.string("Key")) : bucket_arn(bucket);
    std::vector<wire::AccessRequest> requests = {{rule->second.action, target, {}}};
    add_further(requests, operation, input, target);
    return requests;
}

std::string S3Service::resource_policy(const std::string& resource_arn, const CallContext&) {
    if (!resource_arn.starts_with(arn_prefix)) return {};
    std::string bucket = resource_arn.substr(arn_prefix.size());
    bucket = bucket.substr(0, bucket.find('/'));
    return bucket.empty() ? std::string() : engine_.bucket_policy(bucket);
}

ApiResult<void> S3Service::check_owner(const std::optional<std::string>& bucket,
                                       const std::optional<std::string>& expected_owner) const {
    if (!expected_owner) return {};
    WR_API_TRY(const Bucket found, engine_.find_bucket(bucket.value_or("")));
    if (found.account == *expected_owner) return {};
    return base::fail(to_api_error(problem(Fault::AccessDenied)));
}

}  // namespace wr::s3::api
