// Multipart uploads: create, parts, abort, listings.
#include "base/encoding.h"
#include "base/logging.h"
#include "services/s3/engine/engine.h"
#include "services/s3/engine/listing.h"

namespace wr::s3 {
namespace {

constexpr uint32_t part_number_max = 10'000;

Problem no_such_upload(const std::string& upload_id) {
    Problem absent = problem(Fault::NoSuchUpload);
    absent.fields.emplace_back("UploadId", upload_id);
    return absent;
}

Outcome<void> check_part_number(uint32_t number) {
    if (number >= 1 && number <= part_number_max) return {};
    Problem invalid = problem(Fault::InvalidArgument,
                              "Part number must be an integer between 1 and 10000, inclusive");
    invalid.fields.emplace_back("ArgumentName", "partNumber");
    invalid.fields.emplace_back("ArgumentValue", std::to_string(number));
    return base::fail(std::move(invalid));
}

/// Kind and type by S3's table: SHA sums are composite, CRC64NVME is of the whole.
Outcome<void> settle_checksum(const CreateUploadRequest& request, Upload& upload) {
    upload.checksum_kind = request.checksum_kind;
    if (!request.checksum_kind) {
        if (request.checksum_type)
            return base::fail(problem(Fault::InvalidRequest,
                                      "The x-amz-checksum-type header can only be used with the "
                                      "x-amz-checksum-algorithm header."));
        return {};
    }
    const ChecksumKind kind = *request.checksum_kind;
    upload.checksum_type = request.checksum_type.value_or(
        can_be_composite(kind) ? ChecksumType::Composite : ChecksumType::FullObject);
    const bool fits = upload.checksum_type == ChecksumType::Composite ? can_be_composite(kind)
                                                                      : can_be_full_object(kind);
    if (fits) return {};
    const char* type =
        upload.checksum_type == ChecksumType::Composite ? "COMPOSITE" : "FULL_OBJECT";
    std::string name(checksum_name(kind));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return base::fail(problem(Fault::InvalidRequest,
                              std::string("The ") + type +
                                  " checksum type cannot be used with the " + name +
                                  " checksum algorithm."));
}

}  // namespace

Outcome<Upload> Engine::create_upload(const CreateUploadRequest& request) {
    WR_TRY_VOID(check_description(request.key, request.description));
    Upload upload;
    WR_TRY_VOID(settle_checksum(request, upload));
    upload.key = request.key;
    upload.initiated = clock_.now();
    upload.headers = request.description.headers;
    upload.metadata = request.description.metadata;
    upload.tags = request.description.tags;
    upload.storage_class =
        request.description.storage_class.empty() ? "STANDARD" : request.description.storage_class;
    upload.initiator = request.initiator;
    // The time in front keeps uploads of one key in the order of their creation.
    const auto time = static_cast<uint64_t>(upload.initiated.time_since_epoch().count());
    std::string random_bytes(24, '\0');
    random_.fill(random_bytes.data(), random_bytes.size());
    upload.id = base::hex_encode(kv::encode_u64(time)) + base::hex_encode(random_bytes);

    const auto guard = locks_.lock(request.bucket, request.key);
    WR_TRY_VOID(find_bucket(request.bucket));
    WR_S3_TRY_VOID(store_.put(upload_row(request.bucket, upload.key, upload.id), encode(upload)));
    return upload;
}

Outcome<Upload> Engine::find_upload(const std::string& bucket,
                                    const std::string& key,
                                    const std::string& upload_id) const {
    WR_TRY_VOID(find_bucket(bucket));
    WR_S3_TRY(const auto row, store_.get(upload_row(bucket, key, upload_id)));
    if (!row) return base::fail(no_such_upload(upload_id));
    auto upload = decode_upload(*row);
    if (!upload) {
        base::log_error("s3 upload row is damaged", {{"bucket", bucket}, {"upload", upload_id}});
        return base::fail(problem(Fault::InternalError));
    }
    return *std::move(upload);
}

Outcome<std::vector<Part>> Engine::read_parts(const std::string& upload_id) const {
    std::vector<Part> parts;
    bool is_intact = true;
    WR_S3_TRY_VOID(
        store_.scan(parts_prefix(upload_id), [&](std::string_view, std::string_view row) {
            auto part = decode_part(row);
            if (part) parts.push_back(*std::move(part));
            is_intact = is_intact && part.has_value();
            return is_intact;
        }));
    if (!is_intact) {
        base::log_error("s3 part row is damaged", {{"upload", upload_id}});
        return base::fail(problem(Fault::InternalError));
    }
    return parts;
}

Outcome<void> Engine::commit_part(const std::string& bucket,
                                  const std::string& key,
                                  const std::string& upload_id,
                                  const Part& part,
                                  kv::Batch batch,
                                  BlobWriter& writer) {
    std::optional<Part> replaced;
    {
        const auto guard = locks_.lock(bucket, key);
        WR_TRY_VOID(find_upload(bucket, key, upload_id));
        if (is_completing(upload_id)) return base::fail(problem(Fault::OperationAborted));
        WR_S3_TRY(const auto row, store_.get(part_row(upload_id, part.number)));
        if (row) replaced = decode_part(*row);
        if (replaced) blobs_.forget(batch, replaced->blob);
        batch.put(part_row(upload_id, part.number), encode(part));
        const auto committed = store_.commit(batch);
        writer.settled();
        if (!committed) return base::fail(storage_problem(committed.error()));
    }
    if (replaced) blobs_.discard(replaced->blob);
    return {};
}

Outcome<Part> Engine::upload_part(const UploadPartRequest& request) {
    WR_TRY_VOID(check_part_number(request.number));
    WR_TRY(const Upload upload, find_upload(request.bucket, request.key, request.upload_id));
    if (request.bytes.size() > options_.put_bytes_max)
        return base::fail(problem(Fault::EntityTooLarge));
    WR_TRY(auto integrity, Integrity::begin(request.digests, upload.checksum_kind));
    integrity.update(request.bytes);
    WR_TRY(auto sums, integrity.finish());
    Part part;
    part.number = request.number;
    part.md5 = std::move(sums.md5);
    part.modified = clock_.now();
    if (upload.checksum_kind || !request.digests.checksums.empty())
        part.checksum = std::move(sums.checksum);
    kv::Batch batch;
    const auto writer = blobs_.create();
    WR_TRY_VOID(writer->append(request.bytes));
    WR_TRY(part.blob, writer->finish(batch));
    WR_TRY_VOID(commit_part(
        request.bucket, request.key, request.upload_id, part, std::move(batch), *writer));
    return part;
}

Outcome<Part> Engine::copy_part(const CopyPartRequest& request) {
    WR_TRY_VOID(check_part_number(request.number));
    WR_TRY(const Upload upload, find_upload(request.bucket, request.key, request.upload_id));
    WR_TRY(const OpenObject source, open_object(request.source_bucket, request.source_key));
    WR_TRY_VOID(check_read(request.source_conditions, source.object, true));
    ByteRange range{0, source.object.blob.size_bytes};
    if (!request.source_range.empty()) {
        WR_TRY(range, parse_copy_range(request.source_range, range.size_bytes));
    }
    if (range.size_bytes > options_.put_bytes_max)
        return base::fail(problem(Fault::EntityTooLarge));
    WR_TRY(auto integrity, Integrity::begin({}, upload.checksum_kind));
    kv::Batch batch;
    const auto writer = blobs_.create();
    WR_TRY_VOID(source.blob.read(
        range.offset, range.size_bytes, [&](std::string_view piece) -> Outcome<void> {
            integrity.update(piece);
            return writer->append(piece);
        }));
    WR_TRY(auto sums, integrity.finish());
    Part part;
    part.number = request.number;
    part.md5 = std::move(sums.md5);
    part.modified = clock_.now();
    if (upload.checksum_kind) part.checksum = std::move(sums.checksum);
    WR_TRY(part.blob, writer->finish(batch));
    WR_TRY_VOID(commit_part(
        request.bucket, request.key, request.upload_id, part, std::move(batch), *writer));
    return part;
}

void Engine::forget_upload(kv::Batch& batch,
                           const std::string& bucket,
                           const Upload& upload,
                           const std::vector<Part>& parts) const {
    batch.remove(upload_row(bucket, upload.key, upload.id));
    for (const Part& part : parts) {
        batch.remove(part_row(upload.id, part.number));
        blobs_.forget(batch, part.blob);
    }
}

Outcome<void> Engine::abort(const std::string& bucket,
                            const std::string& key,
                            const std::string& upload_id) {
    std::vector<Part> parts;
    {
        const auto guard = locks_.lock(bucket, key);
        WR_TRY(const Upload upload, find_upload(bucket, key, upload_id));
        if (is_completing(upload_id)) return base::fail(problem(Fault::OperationAborted));
        WR_TRY(parts, read_parts(upload_id));
        kv::Batch batch;
        forget_upload(batch, bucket, upload, parts);
        WR_S3_TRY_VOID(store_.commit(batch));
    }
    for (const Part& part : parts) blobs_.discard(part.blob);
    return {};
}

Outcome<PartsPage> Engine::list_parts(const std::string& bucket,
                                      const std::string& key,
                                      const std::string& upload_id,
                                      uint32_t after_number,
                                      size_t count_max) const {
    PartsPage page;
    WR_TRY(page.upload, find_upload(bucket, key, upload_id));
    WR_TRY(const auto parts, read_parts(upload_id));
    for (const Part& part : parts) {
        if (part.number <= after_number) continue;
        if (page.parts.size() == count_max) {
            page.is_truncated = count_max > 0;
            break;
        }
        page.parts.push_back(part);
    }
    return page;
}

Outcome<UploadsPage> Engine::list_uploads(const ListUploadsRequest& request) const {
    WR_TRY_VOID(find_bucket(request.bucket));
    UploadsPage page;
    const auto is_passed_over = [&](const Upload& upload) {
        if (!upload.key.starts_with(request.prefix)) return true;
        if (request.key_marker.empty() || upload.key > request.key_marker) return false;
        return upload.key != request.key_marker || request.upload_id_marker.empty() ||
               upload.id <= request.upload_id_marker;
    };
    const auto each = [&](std::string_view, std::string_view row) {
        auto upload = decode_upload(row);
        if (!upload || is_passed_over(*upload)) return true;
        const auto common = common_prefix_of(upload->key, request.prefix, request.delimiter);
        const bool is_rolled_up =
            common && !page.common_prefixes.empty() && page.common_prefixes.back() == *common;
        if (is_rolled_up || (common && request.key_marker.starts_with(*common))) return true;
        if (page.uploads.size() + page.common_prefixes.size() == request.count_max) {
            page.is_truncated = request.count_max > 0;
            return false;
        }
        page.next_key_marker = common ? *common : upload->key;
        page.next_upload_id_marker = common ? std::string() : upload->id;
        if (common) {
            page.common_prefixes.push_back(*common);
        } else {
            page.uploads.push_back(*std::move(upload));
        }
        return true;
    };
    WR_S3_TRY_VOID(store_.scan(uploads_prefix(request.bucket), each));
    return page;
}

}  // namespace wr::s3
