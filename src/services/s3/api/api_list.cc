// Listing objects, in both versions.
#include <algorithm>

#include "base/encoding.h"
#include "services/s3/api/convert.h"
#include "services/s3/api/service.h"
#include "services/s3/api/tokens.h"

namespace wr::s3::api {
namespace {

constexpr int64_t keys_max = 1000;

ApiResult<int64_t> page_size(const std::optional<int64_t>& given, const char* argument) {
    if (!given) return keys_max;
    if (*given >= 0) return std::min(*given, keys_max);
    Problem bad = problem(
        Fault::InvalidArgument,
        std::string("Argument ") + argument + " must be an integer between 0 and 2147483647");
    bad.fields.emplace_back("ArgumentName", argument);
    bad.fields.emplace_back("ArgumentValue", std::to_string(*given));
    return base::fail(to_api_error(std::move(bad)));
}

class NameEncoder {
public:
    explicit NameEncoder(const std::optional<std::string>& type) : encodes_(type == "url") {}
    std::string operator()(const std::string& name) const {
        return encodes_ ? base::percent_encode(name, "/") : name;
    }

private:
    bool encodes_;
};

/// Members that both versions have.
template <typename Input, typename Output>
void show_page(const Input& input,
               const ListPage& page,
               const std::optional<gen::Owner>& owner,
               Output& output) {
    const NameEncoder encode(input.encoding_type);
    output.name = input.bucket;
    output.prefix = encode(input.prefix.value_or(""));
    if (input.delimiter && !input.delimiter->empty()) output.delimiter = encode(*input.delimiter);
    output.encoding_type = input.encoding_type;
    output.is_truncated = page.is_truncated;
    if (!page.objects.empty()) output.contents.emplace();
    for (const Object& object : page.objects) {
        gen::Object shown;
        shown.key = encode(object.key);
        shown.last_modified = object.modified;
        shown.e_tag = quoted(object.etag);
        shown.size = static_cast<int64_t>(object.blob.size_bytes);
        shown.storage_class = object.storage_class;
        shown.owner = owner;
        if (object.checksum) {
            shown.checksum_algorithm = {{std::string(checksum_name(object.checksum->kind))}};
            shown.checksum_type = std::string(type_name(object.checksum->type));
        }
        output.contents->push_back(std::move(shown));
    }
    if (!page.common_prefixes.empty()) output.common_prefixes.emplace();
    for (const std::string& prefix : page.common_prefixes)
        output.common_prefixes->push_back({encode(prefix)});
}

template <typename Input>
ListRequest request_of(const Input& input, int64_t count_max) {
    ListRequest request;
    request.bucket = input.bucket.value_or("");
    request.prefix = input.prefix.value_or("");
    request.delimiter = input.delimiter.value_or("");
    request.count_max = static_cast<size_t>(count_max);
    return request;
}

}  // namespace

ApiResult<gen::ListObjectsOutput> S3Service::list_objects(const gen::ListObjectsInput& input,
                                                          CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY(const int64_t count_max, page_size(input.max_keys, "max-keys"));
    ListRequest request = request_of(input, count_max);
    request.after = input.marker.value_or("");
    request.skips_prefix_of_after = true;
    WR_API_TRY(const ListPage page, engine_.list(request));
    WR_API_TRY(const Bucket bucket, engine_.find_bucket(request.bucket));
    gen::ListObjectsOutput output;
    show_page(input, page, owner_of(bucket.account), output);
    const NameEncoder encode(input.encoding_type);
    output.marker = encode(request.after);
    output.max_keys = count_max;
    // Without a delimiter the last key of the page says the same.
    if (page.is_truncated && !request.delimiter.empty()) output.next_marker = encode(page.last);
    return output;
}

ApiResult<gen::ListObjectsV2Output> S3Service::list_objects_v2(const gen::ListObjectsV2Input& input,
                                                               CallContext&) {
    WR_TRY_VOID(check_owner(input.bucket, input.expected_bucket_owner));
    WR_TRY(const int64_t count_max, page_size(input.max_keys, "max-keys"));
    ListRequest request = request_of(input, count_max);
    request.after = input.start_after.value_or("");
    if (input.continuation_token) {
        WR_TRY(PageToken token, parse_token(*input.continuation_token, request.bucket));
        request.after = std::move(token.name);
        request.after_is_prefix = token.is_prefix;
    }
    WR_API_TRY(const ListPage page, engine_.list(request));
    std::optional<gen::Owner> owner;
    if (input.fetch_owner.value_or(false)) {
        WR_API_TRY(const Bucket bucket, engine_.find_bucket(request.bucket));
        owner = owner_of(bucket.account);
    }
    gen::ListObjectsV2Output output;
    show_page(input, page, owner, output);
    output.max_keys = count_max;
    output.key_count = static_cast<int64_t>(page.objects.size() + page.common_prefixes.size());
    output.continuation_token = input.continuation_token;
    if (input.start_after)
        output.start_after = NameEncoder(input.encoding_type)(*input.start_after);
    if (page.is_truncated)
        output.next_continuation_token =
            format_token({page.last, page.last_is_prefix}, request.bucket);
    return output;
}

}  // namespace wr::s3::api
