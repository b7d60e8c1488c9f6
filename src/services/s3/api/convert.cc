// The parts of the conversions that do not depend on a generated type.
#include "services/s3/api/convert.h"

#include "base/encoding.h"
#include "base/hash.h"
#include "services/s3/engine/integrity.h"

namespace wr::s3::api {

std::string quoted(std::string_view etag) {
    return "\"" + std::string(etag) + "\"";
}

base::Timestamp in_seconds(base::Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

std::string canonical_id(const std::string& account) {
    return base::sha256_hex(account);
}

::wr::gen::s3::Owner owner_of(const std::string& account) {
    ::wr::gen::s3::Owner owner;
    owner.id = canonical_id(account);
    return owner;
}

std::vector<::wr::gen::s3::Grant> owner_grants(const std::string& account) {
    ::wr::gen::s3::Grantee grantee;
    grantee.id = canonical_id(account);
    grantee.type = "CanonicalUser";
    ::wr::gen::s3::Grant grant;
    grant.grantee = std::move(grantee);
    grant.permission = "FULL_CONTROL";
    return {std::move(grant)};
}

wire::ApiError not_implemented(std::string message) {
    return to_api_error(problem(Fault::NotImplemented, std::move(message)));
}

ApiResult<CopySource> parse_copy_source(const std::string& header) {
    const auto invalid = [](const char* message) {
        Problem bad = problem(Fault::InvalidArgument, message);
        bad.fields.emplace_back("ArgumentName", "x-amz-copy-source");
        return to_api_error(std::move(bad));
    };
    std::string_view text = header;
    const size_t question = text.find("?versionId=");
    if (question != std::string_view::npos) {
        if (text.substr(question + 11) != "null")
            return base::fail(invalid("Invalid version id specified"));
        text = text.substr(0, question);
    }
    const auto decoded = base::percent_decode(text);
    if (!decoded) return base::fail(invalid("Invalid copy source encoding."));
    std::string_view path = *decoded;
    if (path.starts_with("/")) path.remove_prefix(1);
    const size_t slash = path.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size())
        return base::fail(invalid("Invalid copy source object key"));
    return CopySource{std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

ApiResult<void> check_body(const wire::CallContext& context, bool requires_digest) {
    GivenDigests given;
    given.content_md5 = context.request->headers.get("Content-MD5");
    for (const ChecksumKind kind : all_checksum_kinds) {
        const std::string name = "x-amz-checksum-" + std::string(checksum_name(kind));
        if (const std::string* text = context.request->headers.find(name))
            given.checksums.emplace_back(kind, *text);
    }
    if (given.content_md5.empty() && given.checksums.empty()) {
        if (!requires_digest) return {};
        return base::fail(to_api_error(
            problem(Fault::InvalidRequest,
                    "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")));
    }
    WR_API_TRY(auto integrity, Integrity::begin(given, {}));
    integrity.update(context.payload);
    WR_API_TRY_VOID(integrity.finish());
    return {};
}

ApiResult<std::optional<ChecksumKind>> parse_algorithm(const std::optional<std::string>& name) {
    if (!name) return std::optional<ChecksumKind>();
    const auto kind = parse_checksum_name(*name);
    if (!kind)
        return base::fail(to_api_error(
            problem(Fault::InvalidRequest,
                    "Checksum algorithm provided is unsupported. Please try again with any of the "
                    "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")));
    return kind;
}

std::string_view type_name(ChecksumType type) {
    return type == ChecksumType::Composite ? "COMPOSITE" : "FULL_OBJECT";
}

std::vector<::wr::gen::s3::Tag> to_gen(const std::vector<Tag>& tags) {
    std::vector<::wr::gen::s3::Tag> out;
    for (const Tag& tag : tags) out.push_back({tag.key, tag.value});
    return out;
}

std::vector<Tag> from_gen(const std::optional<::wr::gen::s3::Tagging>& tagging) {
    std::vector<Tag> out;
    if (!tagging || !tagging->tag_set) return out;
    for (const auto& tag : *tagging->tag_set)
        out.push_back({tag.key.value_or(""), tag.value.value_or("")});
    return out;
}

}  // namespace wr::s3::api
