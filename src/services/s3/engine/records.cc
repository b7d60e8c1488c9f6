// Rows as tagged fields: one byte tag, four bytes length, value; unknown tags are skipped.
#include "services/s3/engine/records.h"

#include <functional>

#include "base/encoding.h"
#include "kv/store.h"

namespace wr::s3 {
namespace {

constexpr char format_version = 1;

enum Tag8 : uint8_t {
    TagName = 1,
    TagAccount,
    TagRegion,
    TagCreated,
    TagBlobId,
    TagBlobSize,
    TagBlobIsFile,
    TagEtag,
    TagModified,
    TagContentType,
    TagContentEncoding,
    TagContentLanguage,
    TagContentDisposition,
    TagCacheControl,
    TagExpires,
    TagRedirect,
    TagMetadata,
    TagTag,
    TagStorageClass,
    TagChecksum,
    TagPart,
    TagKey,
    TagChecksumKind,
    TagChecksumType,
    TagInitiator,
    TagNumber,
    TagMd5,
};

void append_u32(std::string& out, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 255);
}

class Writer {
public:
    Writer() { out_ += format_version; }
    void text(Tag8 tag, std::string_view value) {
        if (value.empty()) return;
        out_ += static_cast<char>(tag);
        append_u32(out_, static_cast<uint32_t>(value.size()));
        out_ += value;
    }
    void number(Tag8 tag, uint64_t value) { text(tag, kv::encode_u64(value)); }
    void time(Tag8 tag, base::Timestamp value) {
        number(tag, static_cast<uint64_t>(value.time_since_epoch().count()));
    }
    /// Two texts as one field.
    void pair(Tag8 tag, std::string_view first, std::string_view second) {
        std::string both;
        append_u32(both, static_cast<uint32_t>(first.size()));
        both += first;
        both += second;
        text(tag, both);
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

uint32_t read_u32(std::string_view bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

uint64_t number_of(std::string_view value) {
    return value.size() == 8 ? kv::decode_u64(value) : 0;
}

base::Timestamp time_of(std::string_view value) {
    return base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(number_of(value))}};
}

std::pair<std::string, std::string> pair_of(std::string_view value) {
    if (value.size() < 4) return {};
    const size_t first = std::min<size_t>(read_u32(value), value.size() - 4);
    return {std::string(value.substr(4, first)), std::string(value.substr(4 + first))};
}

/// False when the frame is damaged.
bool each_field(std::string_view bytes,
                const std::function<void(uint8_t tag, std::string_view value)>& visit) {
    if (bytes.empty() || bytes.front() != format_version) return false;
    bytes.remove_prefix(1);
    while (!bytes.empty()) {
        if (bytes.size() < 5) return false;
        const auto tag = static_cast<uint8_t>(bytes.front());
        const size_t size = read_u32(bytes.substr(1));
        bytes.remove_prefix(5);
        if (bytes.size() < size) return false;
        visit(tag, bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return true;
}

void write_blob(Writer& out, const Blob& blob) {
    out.text(TagBlobId, blob.id);
    out.number(TagBlobSize, blob.size_bytes);
    if (blob.is_file) out.number(TagBlobIsFile, 1);
}

bool read_blob(uint8_t tag, std::string_view value, Blob& blob) {
    if (tag == TagBlobId) {
        blob.id = value;
    } else if (tag == TagBlobSize) {
        blob.size_bytes = number_of(value);
    } else if (tag == TagBlobIsFile) {
        blob.is_file = true;
    } else {
        return false;
    }
    return true;
}

void write_checksum(Writer& out, const std::optional<StoredChecksum>& checksum) {
    if (!checksum) return;
    std::string field;
    field += static_cast<char>(checksum->kind);
    field += static_cast<char>(checksum->type);
    append_u32(field, checksum->part_count);
    out.text(TagChecksum, field + checksum->value);
}

std::optional<StoredChecksum> checksum_of(std::string_view value) {
    if (value.size() < 6) return std::nullopt;
    StoredChecksum out;
    out.kind = static_cast<ChecksumKind>(value[0]);
    out.type = static_cast<ChecksumType>(value[1]);
    out.part_count = read_u32(value.substr(2));
    out.value = value.substr(6);
    return out;
}

struct HeaderField {
    Tag8 tag;
    std::string ContentHeaders::*member;
};
constexpr HeaderField header_fields[] = {
    {TagContentType, &ContentHeaders::content_type},
    {TagContentEncoding, &ContentHeaders::content_encoding},
    {TagContentLanguage, &ContentHeaders::content_language},
    {TagContentDisposition, &ContentHeaders::content_disposition},
    {TagCacheControl, &ContentHeaders::cache_control},
    {TagExpires, &ContentHeaders::expires},
    {TagRedirect, &ContentHeaders::website_redirect_location},
};

/// What objects and uploads have in common.
template <typename Record>
void write_description(Writer& out, const Record& record) {
    for (const auto& [tag, member] : header_fields) out.text(tag, record.headers.*member);
    for (const auto& [name, value] : record.metadata) out.pair(TagMetadata, name, value);
    for (const auto& [name, value] : record.tags) out.pair(TagTag, name, value);
    out.text(TagStorageClass, record.storage_class);
}

template <typename Record>
void read_description(uint8_t tag, std::string_view value, Record& record) {
    for (const auto& [field, member] : header_fields)
        if (field == tag) record.headers.*member = value;
    if (tag == TagMetadata) record.metadata.insert(pair_of(value));
    if (tag == TagTag) {
        auto [name, text] = pair_of(value);
        record.tags.push_back({std::move(name), std::move(text)});
    }
    if (tag == TagStorageClass) record.storage_class = value;
}

}  // namespace

std::string StoredChecksum::text() const {
    std::string out = base::base64_encode(value);
    if (type == ChecksumType::Composite) out += "-" + std::to_string(part_count);
    return out;
}

std::string Part::etag() const {
    return base::hex_encode(md5);
}

std::string encode(const Bucket& bucket) {
    Writer out;
    out.text(TagName, bucket.name);
    out.text(TagAccount, bucket.account);
    out.text(TagRegion, bucket.region);
    out.time(TagCreated, bucket.created);
    return out.take();
}

std::string encode(const Object& object) {
    Writer out;
    write_blob(out, object.blob);
    out.text(TagEtag, object.etag);
    out.time(TagModified, object.modified);
    write_description(out, object);
    write_checksum(out, object.checksum);
    for (const ObjectPart& part : object.parts) {
        std::string field;
        append_u32(field, part.number);
        out.text(TagPart, field + kv::encode_u64(part.size_bytes) + part.checksum);
    }
    return out.take();
}

std::string encode(const Upload& upload) {
    Writer out;
    out.text(TagName, upload.id);
    out.text(TagKey, upload.key);
    out.time(TagCreated, upload.initiated);
    write_description(out, upload);
    if (upload.checksum_kind)
        out.number(TagChecksumKind, static_cast<uint64_t>(*upload.checksum_kind));
    out.number(TagChecksumType, static_cast<uint64_t>(upload.checksum_type));
    out.text(TagInitiator, upload.initiator);
    return out.take();
}

std::string encode(const Part& part) {
    Writer out;
    out.number(TagNumber, part.number);
    write_blob(out, part.blob);
    out.text(TagMd5, part.md5);
    out.time(TagModified, part.modified);
    write_checksum(out, part.checksum);
    return out.take();
}

std::optional<Bucket> decode_bucket(std::string_view bytes) {
    Bucket bucket;
    const bool intact = each_field(bytes, [&](uint8_t tag, std::string_view value) {
        if (tag == TagName) bucket.name = value;
        if (tag == TagAccount) bucket.account = value;
        if (tag == TagRegion) bucket.region = value;
        if (tag == TagCreated) bucket.created = time_of(value);
    });
    return intact ? std::optional(std::move(bucket)) : std::nullopt;
}

std::optional<Object> decode_object(std::string_view key, std::string_view bytes) {
    Object object;
    object.key = key;
    const bool intact = each_field(bytes, [&](uint8_t tag, std::string_view value) {
        if (read_blob(tag, value, object.blob)) return;
        if (tag == TagEtag) object.etag = value;
        if (tag == TagModified) object.modified = time_of(value);
        if (tag == TagChecksum) object.checksum = checksum_of(value);
        if (tag == TagPart && value.size() >= 12)
            object.parts.push_back(
                {read_u32(value), kv::decode_u64(value.substr(4)), std::string(value.substr(12))});
        read_description(tag, value, object);
    });
    return intact ? std::optional(std::move(object)) : std::nullopt;
}

std::optional<Upload> decode_upload(std::string_view bytes) {
    Upload upload;
    const bool intact = each_field(bytes, [&](uint8_t tag, std::string_view value) {
        if (tag == TagName) upload.id = value;
        if (tag == TagKey) upload.key = value;
        if (tag == TagCreated) upload.initiated = time_of(value);
        if (tag == TagChecksumKind)
            upload.checksum_kind = static_cast<ChecksumKind>(number_of(value));
        if (tag == TagChecksumType)
            upload.checksum_type = static_cast<ChecksumType>(number_of(value));
        if (tag == TagInitiator) upload.initiator = value;
        read_description(tag, value, upload);
    });
    return intact ? std::optional(std::move(upload)) : std::nullopt;
}

std::optional<Part> decode_part(std::string_view bytes) {
    Part part;
    const bool intact = each_field(bytes, [&](uint8_t tag, std::string_view value) {
        if (read_blob(tag, value, part.blob)) return;
        if (tag == TagNumber) part.number = static_cast<uint32_t>(number_of(value));
        if (tag == TagMd5) part.md5 = value;
        if (tag == TagModified) part.modified = time_of(value);
        if (tag == TagChecksum) part.checksum = checksum_of(value);
    });
    return intact ? std::optional(std::move(part)) : std::nullopt;
}

std::string bucket_row(std::string_view bucket) {
    return "b/" + std::string(bucket);
}

std::string objects_prefix(std::string_view bucket) {
    std::string row = "o/";
    kv::append_key_part(row, bucket);
    return row;
}

std::string object_row(std::string_view bucket, std::string_view key) {
    return objects_prefix(bucket) += key;
}

std::string uploads_prefix(std::string_view bucket) {
    std::string row = "u/";
    kv::append_key_part(row, bucket);
    return row;
}

std::string upload_row(std::string_view bucket, std::string_view key, std::string_view upload_id) {
    std::string row = uploads_prefix(bucket);
    kv::append_key_part(row, key);
    return row += upload_id;
}

std::string parts_prefix(std::string_view upload_id) {
    return "p/" + std::string(upload_id) + "/";
}

std::string part_row(std::string_view upload_id, uint32_t number) {
    std::string row = parts_prefix(upload_id);
    append_u32(row, number);
    return row;
}

std::string blob_row(std::string_view blob_id) {
    return "d/" + std::string(blob_id);
}

std::string blob_file_row(std::string_view blob_id) {
    return "f/" + std::string(blob_id);
}

std::string config_row(std::string_view bucket, std::string_view what) {
    return configs_prefix(bucket) += what;
}

std::string configs_prefix(std::string_view bucket) {
    std::string row = "c/";
    kv::append_key_part(row, bucket);
    return row;
}

}  // namespace wr::s3
