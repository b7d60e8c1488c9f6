// The face that other services use, over the same calls as the API.
#include "services/s3/engine/engine.h"

namespace wr::s3 {
namespace {

ErrorCode face_code(Fault fault) {
    switch (fault) {
        case Fault::NoSuchBucket:
            return ErrorCode::NoSuchBucket;
        case Fault::NoSuchKey:
            return ErrorCode::NoSuchKey;
        case Fault::ServiceUnavailable:
            return ErrorCode::SlowDown;
        case Fault::InternalError:
            return ErrorCode::InternalError;
        default:
            return ErrorCode::InvalidArgument;
    }
}

Error face_error(const Problem& problem) {
    const ErrorCode code = face_code(problem.fault);
    std::string message = problem.message;
    if (message.empty()) {
        switch (code) {
            case ErrorCode::NoSuchBucket:
                message = "The specified bucket does not exist";
                break;
            case ErrorCode::NoSuchKey:
                message = "The specified key does not exist.";
                break;
            case ErrorCode::AccessDenied:
                message = "Access Denied";
                break;
            case ErrorCode::InvalidArgument:
                message = "The request was refused";
                break;
            case ErrorCode::InternalError:
                message = "We encountered an internal error. Please try again.";
                break;
            case ErrorCode::SlowDown:
                message = "Please reduce your request rate.";
                break;
        }
    }
    return {code, std::move(message)};
}

ObjectInfo info_of(const Object& object) {
    return {object.key,
            object.etag,
            object.blob.size_bytes,
            object.modified,
            object.headers.content_type,
            object.metadata};
}

}  // namespace

Result<bool> Engine::bucket_exists(const std::string& bucket) {
    const auto found = find_bucket(bucket);
    if (found) return true;
    if (found.error().fault == Fault::NoSuchBucket) return false;
    return base::fail(face_error(found.error()));
}

Result<ObjectInfo> Engine::put_object(const std::string& bucket,
                                      const std::string& key,
                                      std::string_view bytes,
                                      const PutOptions& options) {
    PutRequest request;
    request.bucket = bucket;
    request.key = key;
    request.bytes = bytes;
    request.description.headers.content_type = options.content_type;
    request.description.headers.content_encoding = options.content_encoding;
    request.description.metadata = options.metadata;
    const auto object = put(request);
    if (!object) return base::fail(face_error(object.error()));
    return info_of(*object);
}

Result<ObjectReader> Engine::get_object(const std::string& bucket, const std::string& key) {
    auto opened = open_object(bucket, key);
    if (!opened) return base::fail(face_error(opened.error()));
    return ObjectReader{info_of(opened->object),
                        std::move(opened->blob.file),
                        std::move(opened->blob.bytes),
                        std::move(opened->blob.path)};
}

Result<std::vector<ObjectInfo>> Engine::list_objects(const std::string& bucket,
                                                     const std::string& prefix,
                                                     const std::string& start_after,
                                                     size_t count_max) {
    ListRequest request;
    request.bucket = bucket;
    request.prefix = prefix;
    request.after = start_after;
    request.count_max = count_max;
    const auto page = list(request);
    if (!page) return base::fail(face_error(page.error()));
    std::vector<ObjectInfo> infos;
    for (const Object& object : page->objects) infos.push_back(info_of(object));
    return infos;
}

Result<void> Engine::delete_object(const std::string& bucket, const std::string& key) {
    const auto removed = remove(bucket, key);
    if (!removed) return base::fail(face_error(removed.error()));
    return {};
}

}  // namespace wr::s3
