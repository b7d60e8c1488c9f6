// Objects: reads.
#include <algorithm>

#include "base/time_format.h"
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"

namespace wr::s3::api {
namespace {

/// The part of the object that is asked for; absent: all of it.
struct Selection {
    std::optional<ByteRange> range;
    std::optional<int64_t> parts_count;
};

template <typename Input>
ApiResult<Selection> select(const Input& input, const Object& object) {
    Selection selection;
    const uint64_t size = object.blob.size_bytes;
    if (!input.part_number) {
        WR_API_TRY(selection.range, parse_range(input.range.value_or(""), size));
        return selection;
    }
    if (input.range)
        return base::fail(to_api_error(
            problem(Fault::InvalidRequest,
                    "Cannot specify both Range header and partNumber query parameter")));
    const int64_t wanted = *input.part_number;
    if (object.parts.empty()) {
        if (wanted != 1) return base::fail(to_api_error(problem(Fault::InvalidPartNumber)));
        if (size > 0) selection.range = ByteRange{0, size};
        return selection;
    }
    uint64_t offset = 0;
    for (const ObjectPart& part : object.parts) {
        if (part.number == wanted) selection.range = ByteRange{offset, part.size_bytes};
        offset += part.size_bytes;
    }
    if (!selection.range) return base::fail(to_api_error(problem(Fault::InvalidPartNumber)));
    selection.parts_count = static_cast<int64_t>(object.parts.size());
    return selection;
}

/// response-content-type and its relatives; only for those who sign.
template <typename Input, typename Output>
ApiResult<void> override_headers(const Input& input, const CallContext& context, Output& output) {
    const bool overrides = input.response_cache_control || input.response_content_disposition ||
                           input.response_content_encoding || input.response_content_language ||
                           input.response_content_type || input.response_expires;
    if (!overrides) return {};
    if (context.principal.kind == wire::PrincipalKind::Anonymous)
        return base::fail(
            to_api_error(problem(Fault::InvalidRequest,
                                 "Request specific response headers cannot be used for anonymous "
                                 "GET requests.")));
    const auto replace = [](std::optional<std::string>& to,
                            const std::optional<std::string>& from) {
        if (from) to = from;
    };
    replace(output.cache_control, input.response_cache_control);
    replace(output.content_disposition, input.response_content_disposition);
    replace(output.content_encoding, input.response_content_encoding);
    replace(output.content_language, input.response_content_language);
    replace(output.content_type, input.response_content_type);
    if (input.response_expires) output.expires = base::format_http_date(*input.response_expires);
    return {};
}

template <typename Output>
void show_headers(const Object& object, Output& output) {
    const auto show = [](std::optional<std::string>& to, const std::string& from) {
        if (!from.empty()) to = from;
    };
    show(output.content_type, object.headers.content_type);
    show(output.content_encoding, object.headers.content_encoding);
    show(output.content_language, object.headers.content_language);
    show(output.content_disposition, object.headers.content_disposition);
    show(output.cache_control, object.headers.cache_control);
    show(output.expires, object.headers.expires);
    show(output.website_redirect_location, object.headers.website_redirect_location);
    output.accept_ranges = "bytes";
    output.last_modified = in_seconds(object.modified);
    output.e_tag = quoted(object.etag);
    if (!object.metadata.empty()) output.metadata = object.metadata;
    if (object.storage_class != "STANDARD") output.storage_class = object.storage_class;
    if (!object.tags.empty()) output.tag_count = static_cast<int64_t>(object.tags.size());
}

/// What GetObject and HeadObject have in common. Returns the range to send.
template <typename Input, typename Output>
ApiResult<ByteRange> answer(const Input& input,
                            const CallContext& context,
                            const Object& object,
                            Output& output) {
    const ReadConditions conditions{input.if_match.value_or(""),
                                    input.if_none_match.value_or(""),
                                    input.if_modified_since,
                                    input.if_unmodified_since};
    WR_API_TRY_VOID(check_read(conditions, object, false));
    WR_TRY(const Selection selection, select(input, object));
    show_headers(object, output);
    WR_TRY_VOID(override_headers(input, context, output));
    output.parts_count = selection.parts_count;
    const uint64_t size = object.blob.size_bytes;
    if (input.checksum_mode && !selection.range) set_checksum(output, object.checksum);
    if (!selection.range) return ByteRange{0, size};
    const ByteRange range = *selection.range;
    if (range.size_bytes > 0)
        output.content_range = "bytes " + std::to_string(range.offset) + "-" +
                               std::to_string(range.offset + range.size_bytes - 1) + "/" +
                               std::to_string(size);
    return range;
}

}  // namespace

ApiResult<gen::GetObjectOutput> S3Service::get_object(const gen::GetObjectInput& input,
                                                      CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY(OpenObject opened,
               engine_.open_object(input.bucket.value_or(""), input.key.value_or("")));
    gen::GetObjectOutput output;
    WR_TRY(const ByteRange range, answer(input, context, opened.object, output));
    auto& body = output.body.emplace();
    if (opened.blob.file && range.size_bytes > 0) {
        body.file = http::FileBody{std::move(opened.blob.file), range.offset, range.size_bytes};
    } else {
        body.bytes = opened.blob.bytes.substr(
            std::min<uint64_t>(range.offset, opened.blob.bytes.size()), range.size_bytes);
    }
    return output;
}

ApiResult<gen::HeadObjectOutput> S3Service::head_object(const gen::HeadObjectInput& input,
                                                        CallContext& context) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY(const Object object,
               engine_.head(input.bucket.value_or(""), input.key.value_or("")));
    gen::HeadObjectOutput output;
    WR_TRY(const ByteRange range, answer(input, context, object, output));
    output.content_length = static_cast<int64_t>(range.size_bytes);
    return output;
}

ApiResult<gen::GetObjectAttributesOutput> S3Service::get_object_attributes(
    const gen::GetObjectAttributesInput& input, CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY(const Object object,
               engine_.head(input.bucket.value_or(""), input.key.value_or("")));
    const auto wants = [&](const char* attribute) {
        const auto& wanted = input.object_attributes;
        return wanted && std::find(wanted->begin(), wanted->end(), attribute) != wanted->end();
    };
    gen::GetObjectAttributesOutput output;
    output.last_modified = in_seconds(object.modified);
    if (wants("ETag")) output.e_tag = object.etag;
    if (wants("ObjectSize")) output.object_size = static_cast<int64_t>(object.blob.size_bytes);
    if (wants("StorageClass")) output.storage_class = object.storage_class;
    if (wants("Checksum") && object.checksum)
        set_checksum(output.checksum.emplace(), object.checksum);
    if (!wants("ObjectParts") || object.parts.empty()) return output;
    auto& parts = output.object_parts.emplace();
    parts.total_parts_count = static_cast<int64_t>(object.parts.size());
    parts.part_number_marker = input.part_number_marker.value_or(0);
    parts.max_parts = std::clamp<int64_t>(input.max_parts.value_or(1000), 0, 1000);
    parts.is_truncated = false;
    parts.parts.emplace();
    for (const ObjectPart& part : object.parts) {
        if (part.number <= *parts.part_number_marker) continue;
        if (static_cast<int64_t>(parts.parts->size()) == *parts.max_parts) {
            parts.is_truncated = true;
            break;
        }
        gen::ObjectPart shown;
        shown.part_number = part.number;
        shown.size = static_cast<int64_t>(part.size_bytes);
        if (object.checksum && !part.checksum.empty())
            set_checksum(shown, StoredChecksum{object.checksum->kind, {}, part.checksum, 0});
        parts.next_part_number_marker = part.number;
        parts.parts->push_back(std::move(shown));
    }
    return output;
}

ApiResult<gen::GetObjectAclOutput> S3Service::get_object_acl(const gen::GetObjectAclInput& input,
                                                             CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY_VOID(check_supported(input));
    WR_API_TRY_VOID(engine_.head(input.bucket.value_or(""), input.key.value_or("")));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(input.bucket.value_or("")));
    gen::GetObjectAclOutput output;
    output.owner = owner_of(bucket.account);
    output.grants = owner_grants(bucket.account);
    return output;
}

}  // namespace wr::s3::api
