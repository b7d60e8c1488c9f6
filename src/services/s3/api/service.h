#pragma once
// S3's API: decoded inputs to the engine and back.

#include "gen/s3/service.h"
#include "services/s3/engine/engine.h"

namespace wr::s3::api {

namespace gen = ::wr::gen::s3;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class S3Service final : public gen::Service {
public:
    explicit S3Service(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;
    /// The policy of the bucket that `resource_arn` lies in.
    std::string resource_policy(const std::string& resource_arn,
                                const CallContext& context) override;

#define WR_S3_OPERATION(name, Name) \
    ApiResult<gen::Name##Output> name(const gen::Name##Input& input, CallContext& context) override;
    // api_buckets.cc
    WR_S3_OPERATION(list_buckets, ListBuckets)
    WR_S3_OPERATION(create_bucket, CreateBucket)
    WR_S3_OPERATION(delete_bucket, DeleteBucket)
    WR_S3_OPERATION(head_bucket, HeadBucket)
    WR_S3_OPERATION(get_bucket_location, GetBucketLocation)
    WR_S3_OPERATION(get_bucket_versioning, GetBucketVersioning)
    WR_S3_OPERATION(get_bucket_acl, GetBucketAcl)
    WR_S3_OPERATION(get_bucket_encryption, GetBucketEncryption)
    // api_settings.cc
    WR_S3_OPERATION(put_bucket_policy, PutBucketPolicy)
    WR_S3_OPERATION(get_bucket_policy, GetBucketPolicy)
    WR_S3_OPERATION(delete_bucket_policy, DeleteBucketPolicy)
    WR_S3_OPERATION(get_bucket_policy_status, GetBucketPolicyStatus)
    WR_S3_OPERATION(put_bucket_cors, PutBucketCors)
    WR_S3_OPERATION(get_bucket_cors, GetBucketCors)
    WR_S3_OPERATION(delete_bucket_cors, DeleteBucketCors)
    WR_S3_OPERATION(put_bucket_tagging, PutBucketTagging)
    WR_S3_OPERATION(get_bucket_tagging, GetBucketTagging)
    WR_S3_OPERATION(delete_bucket_tagging, DeleteBucketTagging)
    WR_S3_OPERATION(put_public_access_block, PutPublicAccessBlock)
    WR_S3_OPERATION(get_public_access_block, GetPublicAccessBlock)
    WR_S3_OPERATION(delete_public_access_block, DeletePublicAccessBlock)
    WR_S3_OPERATION(put_bucket_ownership_controls, PutBucketOwnershipControls)
    WR_S3_OPERATION(get_bucket_ownership_controls, GetBucketOwnershipControls)
    WR_S3_OPERATION(delete_bucket_ownership_controls, DeleteBucketOwnershipControls)
    // api_objects.cc
    WR_S3_OPERATION(put_object, PutObject)
    WR_S3_OPERATION(delete_object, DeleteObject)
    WR_S3_OPERATION(delete_objects, DeleteObjects)
    WR_S3_OPERATION(copy_object, CopyObject)
    WR_S3_OPERATION(put_object_tagging, PutObjectTagging)
    WR_S3_OPERATION(get_object_tagging, GetObjectTagging)
    WR_S3_OPERATION(delete_object_tagging, DeleteObjectTagging)
    // api_read.cc
    WR_S3_OPERATION(get_object, GetObject)
    WR_S3_OPERATION(head_object, HeadObject)
    WR_S3_OPERATION(get_object_attributes, GetObjectAttributes)
    WR_S3_OPERATION(get_object_acl, GetObjectAcl)
    // api_list.cc
    WR_S3_OPERATION(list_objects, ListObjects)
    WR_S3_OPERATION(list_objects_v2, ListObjectsV2)
    // api_multipart.cc
    WR_S3_OPERATION(create_multipart_upload, CreateMultipartUpload)
    WR_S3_OPERATION(upload_part, UploadPart)
    WR_S3_OPERATION(upload_part_copy, UploadPartCopy)
    WR_S3_OPERATION(complete_multipart_upload, CompleteMultipartUpload)
    WR_S3_OPERATION(abort_multipart_upload, AbortMultipartUpload)
    WR_S3_OPERATION(list_parts, ListParts)
    WR_S3_OPERATION(list_multipart_uploads, ListMultipartUploads)
#undef WR_S3_OPERATION

private:
    /// @error AccessDenied when x-amz-expected-bucket-owner names another account
    ApiResult<void> check_owner(const std::optional<std::string>& bucket,
                                const std::optional<std::string>& expected_owner) const;

    Engine& engine_;
};

}  // namespace wr::s3::api
