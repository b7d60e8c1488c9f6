// CompleteMultipartUpload: the parts become one data file, then one row.
#include "base/encoding.h"
#include "services/s3/engine/engine.h"

namespace wr::s3 {
namespace {

std::string_view unquoted(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
        etag = etag.substr(1, etag.size() - 2);
    return etag;
}

Problem part_problem(Fault fault, const CompletedPart& part, const std::string& upload_id) {
    Problem bad = problem(fault);
    bad.fields.emplace_back("UploadId", upload_id);
    bad.fields.emplace_back("PartNumber", std::to_string(part.number));
    bad.fields.emplace_back("ETag", std::string(unquoted(part.etag)));
    return bad;
}

bool agrees(const CompletedPart& given, const Part& stored) {
    if (unquoted(given.etag) != stored.etag()) return false;
    for (const auto& [kind, text] : given.checksums) {
        if (!stored.checksum || stored.checksum->kind != kind) return false;
        if (base::base64_decode(text) != stored.checksum->value) return false;
    }
    return true;
}

/// The client's idea of the whole's checksum, "-n" and all.
Outcome<void> check_whole(const CompleteRequest& request, const StoredChecksum& sum) {
    for (const auto& [kind, text] : request.checksums) {
        if (kind != sum.kind)
            return base::fail(problem(Fault::InvalidRequest,
                                      "The upload was created using another checksum algorithm "
                                      "than the complete request names."));
        const std::string composite_less = base::base64_encode(sum.value);
        if (text != sum.text() && text != composite_less)
            return base::fail(problem(Fault::BadDigest,
                                      "The " + std::string(checksum_name(kind)) +
                                          " you specified did not match the calculated checksum."));
    }
    return {};
}

}  // namespace

bool Engine::begin_completing(const std::string& upload_id) {
    base::MutexLock lock(completing_mutex_);
    return completing_.insert(upload_id).second;
}

void Engine::end_completing(const std::string& upload_id) {
    base::MutexLock lock(completing_mutex_);
    completing_.erase(upload_id);
}

bool Engine::is_completing(const std::string& upload_id) {
    base::MutexLock lock(completing_mutex_);
    return completing_.contains(upload_id);
}

Outcome<std::vector<Part>> Engine::choose_parts(const CompleteRequest& request,
                                                const Upload& upload,
                                                const std::vector<Part>& stored) const {
    if (request.parts.empty()) return base::fail(problem(Fault::MalformedXml));
    if (request.checksum_type && upload.checksum_kind &&
        *request.checksum_type != upload.checksum_type)
        return base::fail(problem(
            Fault::InvalidRequest,
            std::string("The upload was created using the ") +
                (upload.checksum_type == ChecksumType::Composite ? "COMPOSITE" : "FULL_OBJECT") +
                " checksum mode. The complete request must use the same checksum mode."));
    std::vector<Part> chosen;
    for (const CompletedPart& given : request.parts) {
        if (!chosen.empty() && given.number <= chosen.back().number) {
            Problem order = problem(Fault::InvalidPartOrder);
            order.fields.emplace_back("UploadId", request.upload_id);
            return base::fail(std::move(order));
        }
        const auto found = std::find_if(stored.begin(), stored.end(), [&](const Part& part) {
            return part.number == given.number;
        });
        if (found == stored.end() || !agrees(given, *found))
            return base::fail(part_problem(Fault::InvalidPart, given, request.upload_id));
        chosen.push_back(*found);
    }
    for (size_t i = 0; i + 1 < chosen.size(); ++i) {
        if (chosen[i].blob.size_bytes >= options_.part_bytes_min) continue;
        Problem small = part_problem(Fault::EntityTooSmall, request.parts[i], request.upload_id);
        small.fields.emplace_back("ProposedSize", std::to_string(chosen[i].blob.size_bytes));
        small.fields.emplace_back("MinSizeAllowed", std::to_string(options_.part_bytes_min));
        return base::fail(std::move(small));
    }
    return chosen;
}

Outcome<Object> Engine::assemble(const CompleteRequest& request,
                                 const Upload& upload,
                                 const std::vector<Part>& chosen,
                                 kv::Batch& batch,
                                 BlobWriter& writer) const {
    const bool is_composite =
        upload.checksum_kind && upload.checksum_type == ChecksumType::Composite;
    Checksummer summer(upload.checksum_kind.value_or(default_checksum_kind));
    std::string md5s;
    Object object;
    for (const Part& part : chosen) {
        WR_TRY(const auto bytes, blobs_.open(part.blob));
        if (!bytes) return base::fail(problem(Fault::InternalError));
        WR_TRY_VOID(
            bytes->read(0, part.blob.size_bytes, [&](std::string_view piece) -> Outcome<void> {
                if (!is_composite) summer.update(piece);
                return writer.append(piece);
            }));
        if (is_composite && part.checksum) summer.update(part.checksum->value);
        md5s += part.md5;
        object.parts.push_back({part.number,
                                part.blob.size_bytes,
                                part.checksum ? part.checksum->value : std::string()});
    }
    StoredChecksum sum;
    sum.kind = upload.checksum_kind.value_or(default_checksum_kind);
    sum.type = is_composite ? ChecksumType::Composite : ChecksumType::FullObject;
    sum.part_count = is_composite ? static_cast<uint32_t>(chosen.size()) : 0;
    sum.value = summer.finish();
    WR_TRY_VOID(check_whole(request, sum));
    object.checksum = std::move(sum);
    object.key = upload.key;
    object.headers = upload.headers;
    object.metadata = upload.metadata;
    object.tags = upload.tags;
    object.storage_class = upload.storage_class;
    object.etag = base::md5_hex(md5s) + "-" + std::to_string(chosen.size());
    WR_TRY(object.blob, writer.finish(batch));
    if (request.size_bytes && *request.size_bytes != object.blob.size_bytes)
        return base::fail(problem(
            Fault::InvalidRequest,
            "The provided 'x-amz-mp-object-size' header value " +
                std::to_string(*request.size_bytes) +
                " does not match what was computed: " + std::to_string(object.blob.size_bytes)));
    return object;
}

Outcome<Object> Engine::complete(const CompleteRequest& request) {
    Upload upload;
    {
        // After this block no part can be committed any more.
        const auto guard = locks_.lock(request.bucket, request.key);
        WR_TRY(upload, find_upload(request.bucket, request.key, request.upload_id));
        if (!begin_completing(request.upload_id))
            return base::fail(problem(Fault::OperationAborted));
    }
    struct Ending {
        Engine& engine;
        const std::string& upload_id;
        ~Ending() { engine.end_completing(upload_id); }
    };
    const Ending ending{*this, request.upload_id};
    if (!request.conditions.empty()) {
        WR_TRY(const auto current, find_object(request.bucket, request.key));
        WR_TRY_VOID(check_write(request.conditions, current ? &*current : nullptr));
    }
    WR_TRY(const auto stored, read_parts(request.upload_id));
    WR_TRY(const auto chosen, choose_parts(request, upload, stored));
    kv::Batch batch;
    const auto writer = blobs_.create();
    WR_TRY(Object object, assemble(request, upload, chosen, batch, *writer));
    forget_upload(batch, request.bucket, upload, stored);
    WR_TRY(
        Object committed,
        commit_object(
            request.bucket, std::move(object), request.conditions, std::move(batch), writer.get()));
    for (const Part& part : stored) blobs_.discard(part.blob);
    return committed;
}

}  // namespace wr::s3
