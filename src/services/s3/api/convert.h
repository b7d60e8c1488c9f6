#pragma once
// Between generated structs and the engine's values. Templates, because S3 repeats the same members
// in many inputs and outputs.

#include <optional>
#include <string>
#include <string_view>

#include "gen/s3/types.h"
#include "services/s3/api/errors.h"
#include "services/s3/engine/requests.h"
#include "wire/context.h"

namespace wr::s3::api {

using wire::ApiResult;

std::string quoted(std::string_view etag);
/// Whole seconds, as S3 shows them.
base::Timestamp in_seconds(base::Timestamp time);
/// S3's canonical user id: 64 hex digits, here the SHA-256 of the account.
std::string canonical_id(const std::string& account);
::wr::gen::s3::Owner owner_of(const std::string& account);
/// The one grant that an object or bucket without ACLs has.
std::vector<::wr::gen::s3::Grant> owner_grants(const std::string& account);

struct CopySource {
    std::string bucket;
    std::string key;
};
/// x-amz-copy-source: "bucket/key" or "/bucket/key", percent-encoded, with versionId=null at most.
ApiResult<CopySource> parse_copy_source(const std::string& header);

/// The body against Content-MD5 and x-amz-checksum-* of the request's headers.
ApiResult<void> check_body(const wire::CallContext& context, bool requires_digest);
/// @error InvalidRequest  SHA512 and other algorithms that this server does not have
ApiResult<std::optional<ChecksumKind>> parse_algorithm(const std::optional<std::string>& name);
std::string_view type_name(ChecksumType type);

wire::ApiError not_implemented(std::string message = {});

/// Sets the member that belongs to `kind`.
template <typename Target>
void set_checksum(Target& target, ChecksumKind kind, std::string text) {
    switch (kind) {
        case ChecksumKind::Crc32:
            target.checksum_crc32 = std::move(text);
            return;
        case ChecksumKind::Crc32c:
            target.checksum_crc32_c = std::move(text);
            return;
        case ChecksumKind::Crc64Nvme:
            target.checksum_crc64_nvme = std::move(text);
            return;
        case ChecksumKind::Sha1:
            target.checksum_sha1 = std::move(text);
            return;
        case ChecksumKind::Sha256:
            target.checksum_sha256 = std::move(text);
            return;
    }
}

template <typename Target>
void set_checksum(Target& target, const std::optional<StoredChecksum>& checksum) {
    if (!checksum) return;
    set_checksum(target, checksum->kind, checksum->text());
    if constexpr (requires { target.checksum_type; })
        target.checksum_type = std::string(type_name(checksum->type));
}

template <typename Input>
std::vector<std::pair<ChecksumKind, std::string>> given_checksums(const Input& input) {
    std::vector<std::pair<ChecksumKind, std::string>> given;
    const auto add = [&](ChecksumKind kind, const std::optional<std::string>& text) {
        if (text) given.emplace_back(kind, *text);
    };
    add(ChecksumKind::Crc32, input.checksum_crc32);
    add(ChecksumKind::Crc32c, input.checksum_crc32_c);
    add(ChecksumKind::Crc64Nvme, input.checksum_crc64_nvme);
    add(ChecksumKind::Sha1, input.checksum_sha1);
    add(ChecksumKind::Sha256, input.checksum_sha256);
    return given;
}

/// What S3 has and this server does not is refused, never ignored.
template <typename Input>
ApiResult<void> check_supported(const Input& input) {
    if constexpr (requires { input.version_id; }) {
        if (input.version_id && *input.version_id != "null")
            return base::fail(
                wire::ApiError{"InvalidArgument", "Invalid version id specified", 400, {}, {}});
    }
    if constexpr (requires { input.sse_customer_algorithm; }) {
        if (input.sse_customer_algorithm || input.sse_customer_key)
            return base::fail(not_implemented());
    }
    if constexpr (requires { input.server_side_encryption; }) {
        if (input.server_side_encryption && *input.server_side_encryption != "AES256")
            return base::fail(not_implemented());
    }
    if constexpr (requires { input.object_lock_mode; }) {
        if (input.object_lock_mode || input.object_lock_legal_hold_status)
            return base::fail(wire::ApiError{
                "InvalidRequest", "Bucket is missing Object Lock Configuration", 400, {}, {}});
    }
    if constexpr (requires { input.acl; }) {
        const bool is_owner_only =
            !input.acl || *input.acl == "private" || *input.acl == "bucket-owner-full-control";
        if (!is_owner_only || input.grant_full_control || input.grant_read ||
            input.grant_read_acp || input.grant_write_acp)
            return base::fail(to_api_error(problem(Fault::AccessControlListNotSupported)));
    }
    if constexpr (requires { input.checksum_sha512; }) {
        if (input.checksum_sha512 || input.checksum_md5 || input.checksum_xxhash64 ||
            input.checksum_xxhash3 || input.checksum_xxhash128)
            return base::fail(not_implemented());
    }
    return {};
}

/// Content headers, metadata, tags and storage class of a write.
template <typename Input>
ApiResult<Description> description_of(const Input& input) {
    Description out;
    out.headers.content_type = input.content_type.value_or("binary/octet-stream");
    out.headers.content_language = input.content_language.value_or("");
    out.headers.content_disposition = input.content_disposition.value_or("");
    out.headers.cache_control = input.cache_control.value_or("");
    out.headers.expires = input.expires.value_or("");
    out.headers.website_redirect_location = input.website_redirect_location.value_or("");
    // aws-chunked is a way of transport, not a property of the object.
    std::string_view encodings;
    if (input.content_encoding) encodings = *input.content_encoding;
    while (!encodings.empty()) {
        const size_t end = std::min(encodings.find(','), encodings.size());
        std::string_view one = encodings.substr(0, end);
        encodings.remove_prefix(std::min(end + 1, encodings.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one.empty() || one == "aws-chunked") continue;
        if (!out.headers.content_encoding.empty()) out.headers.content_encoding += ",";
        out.headers.content_encoding += one;
    }
    if (input.metadata) out.metadata = *input.metadata;
    out.storage_class = input.storage_class.value_or("");
    if (input.tagging) {
        WR_API_TRY(out.tags, parse_tagging_header(*input.tagging));
    }
    return out;
}

template <typename Input>
WriteConditions write_conditions_of(const Input& input) {
    return {input.if_match.value_or(""), input.if_none_match.value_or("")};
}

template <typename Input>
ReadConditions source_conditions_of(const Input& input) {
    return {input.copy_source_if_match.value_or(""),
            input.copy_source_if_none_match.value_or(""),
            input.copy_source_if_modified_since,
            input.copy_source_if_unmodified_since};
}

std::vector<::wr::gen::s3::Tag> to_gen(const std::vector<Tag>& tags);
std::vector<Tag> from_gen(const std::optional<::wr::gen::s3::Tagging>& tagging);

}  // namespace wr::s3::api
