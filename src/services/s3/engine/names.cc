// Naming rules of S3, from its user guide.
#include "services/s3/engine/names.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/encoding.h"

namespace wr::s3 {
namespace {

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool looks_like_ipv4(std::string_view name) {
    int dots = 0;
    int digits = 0;
    for (const char c : name) {
        if (c == '.') {
            if (digits == 0) return false;
            ++dots;
            digits = 0;
        } else if (c >= '0' && c <= '9') {
            if (++digits > 3) return false;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

size_t utf16_length(std::string_view text) {
    size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
}

}  // namespace

bool is_valid_bucket_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 63) return false;
    const auto allowed = [](char c) { return is_lower_or_digit(c) || c == '.' || c == '-'; };
    if (!std::all_of(name.begin(), name.end(), allowed)) return false;
    if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
    if (name.find("..") != std::string_view::npos || looks_like_ipv4(name)) return false;
    for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"})
        if (name.starts_with(prefix)) return false;
    for (const std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"})
        if (name.ends_with(suffix)) return false;
    return true;
}

Outcome<void> check_bucket_name(std::string_view name) {
    if (is_valid_bucket_name(name)) return {};
    Problem invalid = problem(Fault::InvalidBucketName);
    invalid.fields.emplace_back("BucketName", std::string(name));
    return base::fail(std::move(invalid));
}

Outcome<void> check_key(std::string_view key) {
    if (key.empty())
        return base::fail(problem(Fault::InvalidArgument, "Object key must not be empty"));
    if (key.size() <= key_bytes_max) return {};
    Problem too_long = problem(Fault::KeyTooLong);
    too_long.fields.emplace_back("Size", std::to_string(key.size()));
    too_long.fields.emplace_back("MaxSizeAllowed", std::to_string(key_bytes_max));
    return base::fail(std::move(too_long));
}

Outcome<void> check_metadata(const std::map<std::string, std::string>& metadata) {
    size_t size_bytes = 0;
    for (const auto& [name, value] : metadata) size_bytes += name.size() + value.size();
    if (size_bytes <= metadata_bytes_max) return {};
    Problem too_large = problem(Fault::MetadataTooLarge);
    too_large.fields.emplace_back("Size", std::to_string(size_bytes));
    too_large.fields.emplace_back("MaxSizeAllowed", std::to_string(metadata_bytes_max));
    return base::fail(std::move(too_large));
}

Outcome<void> check_tags(const std::vector<Tag>& tags, size_t count_max) {
    if (tags.size() > count_max) {
        const bool is_object = count_max == object_tags_max;
        return base::fail(problem(Fault::InvalidTag,
                                  is_object ? "Object tags cannot be greater than 10"
                                            : "Bucket tag count cannot be greater than 50"));
    }
    std::set<std::string_view> seen;
    for (const Tag& tag : tags) {
        const size_t length = utf16_length(tag.key);
        if (length == 0 || length > 128)
            return base::fail(
                problem(Fault::InvalidTag, "The TagKey you have provided is invalid"));
        if (utf16_length(tag.value) > 256)
            return base::fail(
                problem(Fault::InvalidTag, "The TagValue you have provided is invalid"));
        if (tag.key.starts_with("aws:"))
            return base::fail(
                problem(Fault::InvalidTag, "System tags cannot be added/updated by requester"));
        if (!seen.insert(tag.key).second)
            return base::fail(
                problem(Fault::InvalidTag, "Cannot provide multiple Tags with the same key"));
    }
    return {};
}

Outcome<std::vector<Tag>> parse_tagging_header(std::string_view text) {
    std::vector<Tag> tags;
    while (!text.empty()) {
        const size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const size_t equals = std::min(pair.find('='), pair.size());
        const auto key = base::percent_decode(pair.substr(0, equals), true);
        const auto value = base::percent_decode(
            equals < pair.size() ? pair.substr(equals + 1) : std::string_view{}, true);
        if (!key || !value || key->empty())
            return base::fail(problem(Fault::InvalidArgument,
                                      "The header 'x-amz-tagging' shall be encoded as UTF-8 then "
                                      "URLEncoded URL query parameters without tag name "
                                      "duplicates."));
        tags.push_back(Tag{*key, *value});
    }
    WR_TRY_VOID(check_tags(tags, object_tags_max));
    return tags;
}

bool is_valid_storage_class(std::string_view name) {
    // Classes that need a restore before reading would be a lie here.
    static constexpr std::array classes = {"STANDARD",
                                           "REDUCED_REDUNDANCY",
                                           "STANDARD_IA",
                                           "ONEZONE_IA",
                                           "INTELLIGENT_TIERING",
                                           "GLACIER_IR"};
    return std::find(classes.begin(), classes.end(), name) != classes.end();
}

}  // namespace wr::s3
