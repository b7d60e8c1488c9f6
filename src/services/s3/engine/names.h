#pragma once
// Rules for names: buckets, keys, tags, user metadata.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/s3/engine/problem.h"

namespace wr::s3 {

constexpr size_t key_bytes_max = 1024;
constexpr size_t metadata_bytes_max = 2048;
constexpr size_t object_tags_max = 10;
constexpr size_t bucket_tags_max = 50;

struct Tag {
    std::string key;
    std::string value;
    bool operator==(const Tag&) const = default;
};

/// 3 to 63 of a-z 0-9 . -, by S3's general purpose bucket naming rules.
bool is_valid_bucket_name(std::string_view name);
/// @error InvalidBucketName, with the name as a field
Outcome<void> check_bucket_name(std::string_view name);
/// @error KeyTooLong | InvalidArgument (empty)
Outcome<void> check_key(std::string_view key);
/// @error MetadataTooLarge  names and values together
Outcome<void> check_metadata(const std::map<std::string, std::string>& metadata);
/// @error InvalidTag | InvalidArgument
Outcome<void> check_tags(const std::vector<Tag>& tags, size_t count_max);
/// The value of x-amz-tagging: "a=1&b=2".
Outcome<std::vector<Tag>> parse_tagging_header(std::string_view text);
bool is_valid_storage_class(std::string_view name);

}  // namespace wr::s3
