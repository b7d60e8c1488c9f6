// Multipart uploads.
#include <algorithm>

#include "base/encoding.h"
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"

namespace wr::s3::api {
namespace {

constexpr int64_t page_max = 1000;

/// Part numbers are checked by the engine; what does not fit its type is out of range as well.
uint32_t part_number_of(const std::optional<int64_t>& number) {
    return number && *number >= 0 && *number <= UINT32_MAX ? static_cast<uint32_t>(*number) : 0;
}

gen::Initiator initiator_of(const std::string& arn) {
    gen::Initiator initiator;
    initiator.id = arn;
    initiator.display_name = arn.substr(arn.rfind('/') + 1);
    return initiator;
}

ApiResult<std::optional<ChecksumType>> parse_type(const std::optional<std::string>& name) {
    if (!name) return std::optional<ChecksumType>();
    if (*name == "COMPOSITE") return std::optional(ChecksumType::Composite);
    if (*name == "FULL_OBJECT") return std::optional(ChecksumType::FullObject);
    return base::fail(to_api_error(
        problem(Fault::InvalidRequest, "Value for x-amz-checksum-type header is invalid.")));
}

}  // namespace

ApiResult<gen::CreateMultipartUploadOutput> S3Service::create_multipart_upload(
    const gen::CreateMultipartUploadInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    CreateUploadRequest request;
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    WR_TRY(request.description, description_of(input));
    WR_TRY(request.checksum_kind, parse_algorithm(input.checksum_algorithm));
    WR_TRY(request.checksum_type, parse_type(input.checksum_type));
    request.initiator = context.principal.arn;
    WR_API_TRY(const Upload upload, engine_.create_upload(request));
    gen::CreateMultipartUploadOutput output;
    output.bucket = request.bucket;
    output.key = upload.key;
    output.upload_id = upload.id;
    if (upload.checksum_kind) {
        output.checksum_algorithm = std::string(checksum_name(*upload.checksum_kind));
        output.checksum_type = std::string(type_name(upload.checksum_type));
    }
    return output;
}

ApiResult<gen::UploadPartOutput> S3Service::upload_part(const gen::UploadPartInput& input,
                                                        CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    UploadPartRequest request;
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    request.upload_id = input.upload_id.value_or("");
    request.number = part_number_of(input.part_number);
    request.bytes = context.payload;
    request.digests = {input.content_md5.value_or(""), given_checksums(input)};
    WR_API_TRY(const Part part, engine_.upload_part(request));
    gen::UploadPartOutput output;
    output.e_tag = quoted(part.etag());
    set_checksum(output, part.checksum);
    return output;
}

ApiResult<gen::UploadPartCopyOutput> S3Service::upload_part_copy(
    const gen::UploadPartCopyInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_TRY(const CopySource source, parse_copy_source(input.copy_source.value_or("")));
    WR_TRY_VOID(check_owner(source.bucket, input.expected_source_bucket_owner));
    CopyPartRequest request;
    request.source_bucket = source.bucket;
    request.source_key = source.key;
    request.source_range = input.copy_source_range.value_or("");
    request.source_conditions = source_conditions_of(input);
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    request.upload_id = input.upload_id.value_or("");
    request.number = part_number_of(input.part_number);
    WR_API_TRY(const Part part, engine_.copy_part(request));
    gen::UploadPartCopyOutput output;
    auto& result = output.copy_part_result.emplace();
    result.e_tag = quoted(part.etag());
    result.last_modified = part.modified;
    set_checksum(result, part.checksum);
    return output;
}

ApiResult<gen::CompleteMultipartUploadOutput> S3Service::complete_multipart_upload(
    const gen::CompleteMultipartUploadInput& input, CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    CompleteRequest request;
    request.bucket = input.bucket.value_or("");
    request.key = input.key.value_or("");
    request.upload_id = input.upload_id.value_or("");
    if (input.multipart_upload && input.multipart_upload->parts) {
        for (const auto& part : *input.multipart_upload->parts)
            request.parts.push_back(
                {part_number_of(part.part_number), part.e_tag.value_or(""), given_checksums(part)});
    }
    request.conditions = write_conditions_of(input);
    request.checksums = given_checksums(input);
    WR_TRY(request.checksum_type, parse_type(input.checksum_type));
    if (input.mpu_object_size) request.size_bytes = static_cast<uint64_t>(*input.mpu_object_size);
    WR_API_TRY(const Object object, engine_.complete(request));
    gen::CompleteMultipartUploadOutput output;
    output.location =
        context.endpoint + "/" + request.bucket + "/" + base::percent_encode(request.key, "/");
    output.bucket = request.bucket;
    output.key = request.key;
    output.e_tag = quoted(object.etag);
    set_checksum(output, object.checksum);
    return output;
}

ApiResult<gen::AbortMultipartUploadOutput> S3Service::abort_multipart_upload(
    const gen::AbortMultipartUploadInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_API_TRY_VOID(engine_.abort(
        input.bucket.value_or(""), input.key.value_or(""), input.upload_id.value_or("")));
    return gen::AbortMultipartUploadOutput{};
}

ApiResult<gen::ListPartsOutput> S3Service::list_parts(const gen::ListPartsInput& input,
                                                      CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    const int64_t count_max = std::clamp<int64_t>(input.max_parts.value_or(page_max), 0, page_max);
    WR_API_TRY(const PartsPage page,
               engine_.list_parts(input.bucket.value_or(""),
                                  input.key.value_or(""),
                                  input.upload_id.value_or(""),
                                  part_number_of(input.part_number_marker),
                                  static_cast<size_t>(count_max)));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(input.bucket.value_or("")));
    gen::ListPartsOutput output;
    output.bucket = input.bucket;
    output.key = input.key;
    output.upload_id = input.upload_id;
    output.part_number_marker = input.part_number_marker.value_or(0);
    output.max_parts = count_max;
    output.is_truncated = page.is_truncated;
    output.storage_class = page.upload.storage_class;
    output.owner = owner_of(bucket.account);
    output.initiator = initiator_of(page.upload.initiator);
    if (page.upload.checksum_kind) {
        output.checksum_algorithm = std::string(checksum_name(*page.upload.checksum_kind));
        output.checksum_type = std::string(type_name(page.upload.checksum_type));
    }
    output.next_part_number_marker = page.parts.empty() ? 0 : page.parts.back().number;
    if (!page.parts.empty()) output.parts.emplace();
    for (const Part& part : page.parts) {
        gen::Part shown;
        shown.part_number = part.number;
        shown.last_modified = part.modified;
        shown.e_tag = quoted(part.etag());
        shown.size = static_cast<int64_t>(part.blob.size_bytes);
        set_checksum(shown, part.checksum);
        output.parts->push_back(std::move(shown));
    }
    return output;
}

ApiResult<gen::ListMultipartUploadsOutput> S3Service::list_multipart_uploads(
    const gen::ListMultipartUploadsInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    const int64_t count_max =
        std::clamp<int64_t>(input.max_uploads.value_or(page_max), 0, page_max);
    ListUploadsRequest request;
    request.bucket = input.bucket.value_or("");
    request.prefix = input.prefix.value_or("");
    request.delimiter = input.delimiter.value_or("");
    request.key_marker = input.key_marker.value_or("");
    request.upload_id_marker = input.upload_id_marker.value_or("");
    request.count_max = static_cast<size_t>(count_max);
    WR_API_TRY(const UploadsPage page, engine_.list_uploads(request));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(request.bucket));
    const auto encode = [&](const std::string& name) {
        return input.encoding_type == "url" ? base::percent_encode(name, "/") : name;
    };
    gen::ListMultipartUploadsOutput output;
    output.bucket = request.bucket;
    output.prefix = encode(request.prefix);
    if (!request.delimiter.empty()) output.delimiter = encode(request.delimiter);
    output.encoding_type = input.encoding_type;
    output.key_marker = encode(request.key_marker);
    output.upload_id_marker = request.upload_id_marker;
    output.max_uploads = count_max;
    output.is_truncated = page.is_truncated;
    if (page.is_truncated) {
        output.next_key_marker = encode(page.next_key_marker);
        output.next_upload_id_marker = page.next_upload_id_marker;
    }
    if (!page.uploads.empty()) output.uploads.emplace();
    for (const Upload& upload : page.uploads) {
        gen::MultipartUpload shown;
        shown.key = encode(upload.key);
        shown.upload_id = upload.id;
        shown.initiated = upload.initiated;
        shown.storage_class = upload.storage_class;
        shown.owner = owner_of(bucket.account);
        shown.initiator = initiator_of(upload.initiator);
        if (upload.checksum_kind) {
            shown.checksum_algorithm = std::string(checksum_name(*upload.checksum_kind));
            shown.checksum_type = std::string(type_name(upload.checksum_type));
        }
        output.uploads->push_back(std::move(shown));
    }
    if (!page.common_prefixes.empty()) output.common_prefixes.emplace();
    for (const std::string& prefix : page.common_prefixes)
        output.common_prefixes->push_back({encode(prefix)});
    return output;
}

}  // namespace wr::s3::api
