#pragma once
// The rows of S3's metadata and their keys. Bytes on disk: docs/formats/objects.md.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/s3/engine/checksum.h"
#include "services/s3/engine/names.h"

namespace wr::s3 {

struct Bucket {
    std::string name;
    std::string account;  ///< owner
    std::string region;
    base::Timestamp created{};
};

/// Where bytes lie. Ids are random and never used twice.
struct Blob {
    std::string id;  ///< 32 hex digits; empty: no bytes
    uint64_t size_bytes = 0;
    bool is_file = false;  ///< else a row of the key-value store
};

struct StoredChecksum {
    ChecksumKind kind = ChecksumKind::Crc64Nvme;
    ChecksumType type = ChecksumType::FullObject;
    std::string value;  ///< raw bytes
    /// Composite: over how many parts; printed as "-n".
    uint32_t part_count = 0;
    /// Base64, with "-n" when composite: as headers and XML carry it.
    std::string text() const;
};

/// Headers that come back as they were given.
struct ContentHeaders {
    std::string content_type;
    std::string content_encoding;
    std::string content_language;
    std::string content_disposition;
    std::string cache_control;
    std::string expires;
    std::string website_redirect_location;
};

struct ObjectPart {
    uint32_t number = 0;
    uint64_t size_bytes = 0;
    std::string checksum;  ///< raw bytes of the upload's kind, or empty
};

struct Object {
    std::string key;  ///< not in the row's value
    Blob blob;
    std::string etag;  ///< without quotes
    base::Timestamp modified{};
    ContentHeaders headers;
    std::map<std::string, std::string> metadata;
    std::vector<Tag> tags;
    std::string storage_class;
    std::optional<StoredChecksum> checksum;
    std::vector<ObjectPart> parts;  ///< of a multipart upload
};

struct Upload {
    std::string id;
    std::string key;
    base::Timestamp initiated{};
    ContentHeaders headers;
    std::map<std::string, std::string> metadata;
    std::vector<Tag> tags;
    std::string storage_class;
    std::optional<ChecksumKind> checksum_kind;
    ChecksumType checksum_type = ChecksumType::FullObject;
    std::string initiator;  ///< ARN of the principal
};

struct Part {
    uint32_t number = 0;
    Blob blob;
    std::string md5;  ///< raw bytes
    base::Timestamp modified{};
    std::optional<StoredChecksum> checksum;
    std::string etag() const;
};

std::string encode(const Bucket& bucket);
std::string encode(const Object& object);
std::string encode(const Upload& upload);
std::string encode(const Part& part);
/// Empty when the bytes are damaged or of a newer version.
std::optional<Bucket> decode_bucket(std::string_view bytes);
std::optional<Object> decode_object(std::string_view key, std::string_view bytes);
std::optional<Upload> decode_upload(std::string_view bytes);
std::optional<Part> decode_part(std::string_view bytes);

/// Keys. Objects of a bucket sort as their keys do: by bytes.
std::string bucket_row(std::string_view bucket);
std::string objects_prefix(std::string_view bucket);
std::string object_row(std::string_view bucket, std::string_view key);
std::string uploads_prefix(std::string_view bucket);
std::string upload_row(std::string_view bucket, std::string_view key, std::string_view upload_id);
std::string parts_prefix(std::string_view upload_id);
std::string part_row(std::string_view upload_id, uint32_t number);
std::string blob_row(std::string_view blob_id);       ///< bytes of a small blob
std::string blob_file_row(std::string_view blob_id);  ///< a data file is in use
std::string config_row(std::string_view bucket, std::string_view what);
std::string configs_prefix(std::string_view bucket);

}  // namespace wr::s3
