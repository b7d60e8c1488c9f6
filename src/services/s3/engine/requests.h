#pragma once
// What the engine is asked, as plain values.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/s3/engine/conditions.h"
#include "services/s3/engine/integrity.h"
#include "services/s3/engine/records.h"

namespace wr::s3 {

/// What is kept beside an object's bytes.
struct Description {
    ContentHeaders headers;
    std::map<std::string, std::string> metadata;
    std::vector<Tag> tags;
    std::string storage_class;  ///< empty: STANDARD
};

struct PutRequest {
    std::string bucket;
    std::string key;
    std::string_view bytes;
    Description description;
    GivenDigests digests;
    std::optional<ChecksumKind> checksum_kind;
    WriteConditions conditions;
};

struct CopyRequest {
    std::string source_bucket;
    std::string source_key;
    ReadConditions source_conditions;
    std::string bucket;
    std::string key;
    bool replaces_metadata = false;  ///< headers, metadata and storage class of `description` hold
    bool replaces_tags = false;
    Description description;
    std::optional<ChecksumKind> checksum_kind;
    WriteConditions conditions;
};

struct ListRequest {
    std::string bucket;
    std::string prefix;
    std::string delimiter;
    /// Names up to and with this one are left out.
    std::string after;
    /// `after` is a common prefix: everything below it was listed.
    bool after_is_prefix = false;
    /// V1: a common prefix that holds the marker counts as listed.
    bool skips_prefix_of_after = false;
    size_t count_max = 1000;
};

struct ListPage {
    std::vector<Object> objects;
    std::vector<std::string> common_prefixes;
    bool is_truncated = false;
    std::string last;  ///< last key or common prefix of the page
    bool last_is_prefix = false;
};

struct CreateUploadRequest {
    std::string bucket;
    std::string key;
    Description description;
    std::optional<ChecksumKind> checksum_kind;
    std::optional<ChecksumType> checksum_type;
    std::string initiator;
};

struct UploadPartRequest {
    std::string bucket;
    std::string key;
    std::string upload_id;
    uint32_t number = 0;
    std::string_view bytes;
    GivenDigests digests;
};

struct CopyPartRequest {
    std::string source_bucket;
    std::string source_key;
    std::string source_range;  ///< x-amz-copy-source-range, or empty
    ReadConditions source_conditions;
    std::string bucket;
    std::string key;
    std::string upload_id;
    uint32_t number = 0;
};

struct CompletedPart {
    uint32_t number = 0;
    std::string etag;
    std::vector<std::pair<ChecksumKind, std::string>> checksums;  ///< base64
};

struct CompleteRequest {
    std::string bucket;
    std::string key;
    std::string upload_id;
    std::vector<CompletedPart> parts;
    WriteConditions conditions;
    std::vector<std::pair<ChecksumKind, std::string>> checksums;  ///< of the whole, base64
    std::optional<ChecksumType> checksum_type;
    std::optional<uint64_t> size_bytes;  ///< x-amz-mp-object-size
};

struct ListUploadsRequest {
    std::string bucket;
    std::string prefix;
    std::string delimiter;
    std::string key_marker;
    std::string upload_id_marker;
    size_t count_max = 1000;
};

struct UploadsPage {
    std::vector<Upload> uploads;
    std::vector<std::string> common_prefixes;
    bool is_truncated = false;
    std::string next_key_marker;
    std::string next_upload_id_marker;
};

struct PartsPage {
    Upload upload;
    std::vector<Part> parts;
    bool is_truncated = false;
};

}  // namespace wr::s3
