// Objects: put, open, delete, copy, tags.
#include "base/encoding.h"
#include "base/logging.h"
#include "services/s3/engine/engine.h"

namespace wr::s3 {
namespace {

constexpr int open_attempts_max = 100;

Problem no_such_key(const std::string& key) {
    Problem absent = problem(Fault::NoSuchKey);
    absent.fields.emplace_back("Key", key);
    return absent;
}

void describe(Object& object, const Description& description) {
    object.headers = description.headers;
    object.metadata = description.metadata;
    object.tags = description.tags;
    object.storage_class =
        description.storage_class.empty() ? "STANDARD" : description.storage_class;
}

}  // namespace

Outcome<std::optional<Object>> Engine::find_object(const std::string& bucket,
                                                   const std::string& key) const {
    WR_S3_TRY(const auto row, store_.get(object_row(bucket, key)));
    if (!row) return std::optional<Object>();
    auto object = decode_object(key, *row);
    if (!object) {
        base::log_error("s3 object row is damaged", {{"bucket", bucket}, {"key", key}});
        return base::fail(problem(Fault::InternalError));
    }
    return object;
}

Outcome<void> Engine::check_description(const std::string& key,
                                        const Description& description) const {
    WR_TRY_VOID(check_key(key));
    WR_TRY_VOID(check_metadata(description.metadata));
    WR_TRY_VOID(check_tags(description.tags, object_tags_max));
    if (!description.storage_class.empty() && !is_valid_storage_class(description.storage_class))
        return base::fail(problem(Fault::InvalidStorageClass));
    return {};
}

Outcome<Object> Engine::commit_object(const std::string& bucket,
                                      Object object,
                                      const WriteConditions& conditions,
                                      kv::Batch batch,
                                      BlobWriter* writer) {
    std::optional<Object> replaced;
    {
        const auto guard = locks_.lock(bucket, object.key);
        // The bucket may have gone while the bytes were written.
        WR_TRY_VOID(find_bucket(bucket));
        WR_TRY(replaced, find_object(bucket, object.key));
        WR_TRY_VOID(check_write(conditions, replaced ? &*replaced : nullptr));
        object.modified = clock_.now();
        batch.put(object_row(bucket, object.key), encode(object));
        const bool changes_bytes = replaced && replaced->blob.id != object.blob.id;
        if (changes_bytes) blobs_.forget(batch, replaced->blob);
        const auto committed = store_.commit(batch);
        if (writer != nullptr) writer->settled();
        if (!committed) return base::fail(storage_problem(committed.error()));
        if (!changes_bytes) replaced.reset();
    }
    if (replaced) blobs_.discard(replaced->blob);
    return object;
}

Outcome<Object> Engine::put(const PutRequest& request) {
    WR_TRY_VOID(check_description(request.key, request.description));
    if (request.bytes.size() > options_.put_bytes_max) {
        Problem too_large = problem(Fault::EntityTooLarge);
        too_large.fields.emplace_back("ProposedSize", std::to_string(request.bytes.size()));
        too_large.fields.emplace_back("MaxSizeAllowed", std::to_string(options_.put_bytes_max));
        return base::fail(std::move(too_large));
    }
    WR_TRY_VOID(find_bucket(request.bucket));
    if (!request.conditions.empty()) {
        // Early, to spare the writing; it is judged again at the commit.
        WR_TRY(const auto current, find_object(request.bucket, request.key));
        WR_TRY_VOID(check_write(request.conditions, current ? &*current : nullptr));
    }
    WR_TRY(auto integrity, Integrity::begin(request.digests, request.checksum_kind));
    integrity.update(request.bytes);
    WR_TRY(auto sums, integrity.finish());

    Object object;
    object.key = request.key;
    describe(object, request.description);
    object.etag = base::hex_encode(sums.md5);
    object.checksum = std::move(sums.checksum);
    kv::Batch batch;
    const auto writer = blobs_.create();
    WR_TRY_VOID(writer->append(request.bytes));
    WR_TRY(object.blob, writer->finish(batch));
    return commit_object(
        request.bucket, std::move(object), request.conditions, std::move(batch), writer.get());
}

Outcome<Object> Engine::head(const std::string& bucket, const std::string& key) const {
    WR_TRY_VOID(find_bucket(bucket));
    WR_TRY_VOID(check_key(key));
    WR_TRY(auto object, find_object(bucket, key));
    if (!object) return base::fail(no_such_key(key));
    return *std::move(object);
}

Outcome<OpenObject> Engine::open_object(const std::string& bucket, const std::string& key) const {
    std::string missing_blob;
    for (int attempt = 0; attempt < open_attempts_max; ++attempt) {
        WR_TRY(Object object, head(bucket, key));
        // A row that still names bytes which are gone was not overtaken by a writer.
        if (!missing_blob.empty() && object.blob.id == missing_blob) {
            base::log_error("s3 data is missing",
                            {{"bucket", bucket}, {"key", key}, {"blob", object.blob.id}});
            return base::fail(problem(Fault::InternalError));
        }
        WR_TRY(auto blob, blobs_.open(object.blob));
        if (blob) return OpenObject{std::move(object), *std::move(blob)};
        missing_blob = object.blob.id;
    }
    return base::fail(problem(Fault::ServiceUnavailable));
}

Outcome<void> Engine::remove(const std::string& bucket,
                             const std::string& key,
                             const std::string& if_match) {
    WR_TRY_VOID(check_key(key));
    std::optional<Object> removed;
    {
        const auto guard = locks_.lock(bucket, key);
        WR_TRY_VOID(find_bucket(bucket));
        WR_TRY(removed, find_object(bucket, key));
        if (!if_match.empty())
            WR_TRY_VOID(check_write({if_match, {}}, removed ? &*removed : nullptr));
        if (!removed) return {};
        kv::Batch batch;
        batch.remove(object_row(bucket, key));
        blobs_.forget(batch, removed->blob);
        WR_S3_TRY_VOID(store_.commit(batch));
    }
    blobs_.discard(removed->blob);
    return {};
}

Outcome<Object> Engine::copy(const CopyRequest& request) {
    WR_TRY_VOID(check_description(request.key, request.description));
    WR_TRY_VOID(find_bucket(request.bucket));
    WR_TRY(const OpenObject source, open_object(request.source_bucket, request.source_key));
    WR_TRY_VOID(check_read(request.source_conditions, source.object, true));
    const bool is_same =
        request.source_bucket == request.bucket && request.source_key == request.key;
    if (is_same && !request.replaces_metadata && !request.replaces_tags &&
        request.description.storage_class.empty() && !request.checksum_kind)
        return base::fail(problem(
            Fault::InvalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes."));
    if (source.object.blob.size_bytes > options_.put_bytes_max)
        return base::fail(problem(Fault::InvalidRequest,
                                  "The specified copy source is larger than the maximum allowable "
                                  "size for a copy source: " +
                                      std::to_string(options_.put_bytes_max)));
    Object object;
    object.key = request.key;
    describe(object, request.description);
    if (!request.replaces_metadata) {
        object.headers = source.object.headers;
        object.metadata = source.object.metadata;
    }
    if (!request.replaces_tags) object.tags = source.object.tags;

    std::optional<ChecksumKind> kind = request.checksum_kind;
    if (!kind && source.object.checksum) kind = source.object.checksum->kind;
    WR_TRY(auto integrity, Integrity::begin({}, kind));
    kv::Batch batch;
    const auto writer = blobs_.create();
    WR_TRY_VOID(source.blob.read(
        0, source.object.blob.size_bytes, [&](std::string_view piece) -> Outcome<void> {
            integrity.update(piece);
            return writer->append(piece);
        }));
    WR_TRY(auto sums, integrity.finish());
    object.etag = base::hex_encode(sums.md5);
    object.checksum = std::move(sums.checksum);
    WR_TRY(object.blob, writer->finish(batch));
    return commit_object(
        request.bucket, std::move(object), request.conditions, std::move(batch), writer.get());
}

Outcome<void> Engine::put_object_tags(const std::string& bucket,
                                      const std::string& key,
                                      const std::vector<Tag>& tags) {
    WR_TRY_VOID(check_tags(tags, object_tags_max));
    const auto guard = locks_.lock(bucket, key);
    WR_TRY(Object object, head(bucket, key));
    object.tags = tags;
    WR_S3_TRY_VOID(store_.put(object_row(bucket, key), encode(object)));
    return {};
}

}  // namespace wr::s3
