// Objects: writes, deletes, copies, tags.
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"

namespace wr::s3::api {

ApiResult<gen::PutObjectOutput> S3Service::put_object(const gen::PutObjectInput& input,
                                                      CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    if (input.write_offset_bytes) return base::fail(not_implemented());
    PutRequest request;
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    request.bytes = context.payload;
    WR_TRY(request.description, description_of(input));
    request.digests = {input.content_md5.value_or(""), given_checksums(input)};
    WR_TRY(request.checksum_kind, parse_algorithm(input.checksum_algorithm));
    request.conditions = write_conditions_of(input);
    WR_API_TRY(const Object object, engine_.put(request));
    gen::PutObjectOutput output;
    output.e_tag = quoted(object.etag);
    set_checksum(output, object.checksum);
    return output;
}

ApiResult<gen::DeleteObjectOutput> S3Service::delete_object(const gen::DeleteObjectInput& input,
                                                            CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    if (input.if_match_last_modified_time || input.if_match_size)
        return base::fail(not_implemented());
    WR_API_TRY_VOID(engine_.remove(
        input.bucket.value_or(""), input.key.value_or(""), input.if_match.value_or("")));
    return gen::DeleteObjectOutput{};
}

ApiResult<gen::DeleteObjectsOutput> S3Service::delete_objects(const gen::DeleteObjectsInput& input,
                                                              CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_body(context, true));
    constexpr size_t keys_max = 1000;
    const bool is_well_formed = input.delete_ && input.delete_->objects &&
                                !input.delete_->objects->empty() &&
                                input.delete_->objects->size() <= keys_max;
    if (!is_well_formed) return base::fail(to_api_error(problem(Fault::MalformedXml)));
    const std::string bucket = input.bucket.value_or("");
    WR_API_TRY_VOID(engine_.find_bucket(bucket));
    gen::DeleteObjectsOutput output;
    for (const auto& object : *input.delete_->objects) {
        const std::string key = object.key.value_or("");
        ApiResult<void> removed;
        if (object.version_id && *object.version_id != "null") {
            removed = base::fail(wire::ApiError{
                "NoSuchVersion", "The specified version does not exist.", 404, {}, {}});
        } else if (auto done = engine_.remove(bucket, key, object.e_tag.value_or("")); !done) {
            removed = base::fail(to_api_error(std::move(done).error()));
        }
        if (!removed) {
            gen::Error error;
            error.key = key;
            error.code = removed.error().code;
            error.message = removed.error().message;
            if (!output.errors) output.errors.emplace();
            output.errors->push_back(std::move(error));
        } else if (!input.delete_->quiet.value_or(false)) {
            gen::DeletedObject deleted;
            deleted.key = key;
            if (!output.deleted) output.deleted.emplace();
            output.deleted->push_back(std::move(deleted));
        }
    }
    return output;
}

ApiResult<gen::CopyObjectOutput> S3Service::copy_object(const gen::CopyObjectInput& input,
                                                        CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_TRY(const CopySource source, parse_copy_source(input.copy_source.value_or("")));
    WR_TRY_VOID(check_owner(source.bucket, input.expected_source_bucket_owner));
    CopyRequest request;
    request.source_bucket = source.bucket;
    request.source_key = source.key;
    request.source_conditions = source_conditions_of(input);
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    request.replaces_metadata = input.metadata_directive == "REPLACE";
    request.replaces_tags = input.tagging_directive == "REPLACE";
    WR_TRY(request.description, description_of(input));
    WR_TRY(request.checksum_kind, parse_algorithm(input.checksum_algorithm));
    request.conditions = write_conditions_of(input);
    WR_API_TRY(const Object object, engine_.copy(request));
    gen::CopyObjectOutput output;
    auto& result = output.copy_object_result.emplace();
    result.e_tag = quoted(object.etag);
    result.last_modified = object.modified;
    set_checksum(result, object.checksum);
    return output;
}

ApiResult<gen::PutObjectTaggingOutput> S3Service::put_object_tagging(
    const gen::PutObjectTaggingInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_TRY_VOID(check_body(context, false));
    WR_API_TRY_VOID(engine_.put_object_tags(
        input.bucket.value_or(""), input.key.value_or(""), from_gen(input.tagging)));
    return gen::PutObjectTaggingOutput{};
}

ApiResult<gen::GetObjectTaggingOutput> S3Service::get_object_tagging(
    const gen::GetObjectTaggingInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY(const Object object,
               engine_.head(input.bucket.value_or(""), input.key.value_or("")));
    gen::GetObjectTaggingOutput output;
    output.tag_set = to_gen(object.tags);
    return output;
}

ApiResult<gen::DeleteObjectTaggingOutput> S3Service::delete_object_tagging(
    const gen::DeleteObjectTaggingInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY_VOID(engine_.put_object_tags(input.bucket.value_or(""), input.key.value_or(""), {}));
    return gen::DeleteObjectTaggingOutput{};
}

}  // namespace wr::s3::api
