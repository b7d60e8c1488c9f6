#pragma once
// The face of S3: what other services may ask of it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "io/file_system.h"

namespace wr::s3 {

enum class ErrorCode {
    NoSuchBucket,
    NoSuchKey,
    AccessDenied,
    InvalidArgument,
    InternalError,
    SlowDown
};
struct Error {
    ErrorCode code;
    std::string message;
};
template <typename T>
using Result = base::Result<T, Error>;

struct ObjectInfo {
    std::string key;
    std::string etag;  ///< without quotes
    uint64_t size_bytes = 0;
    base::Timestamp modified;
    std::string content_type;
    std::map<std::string, std::string> metadata;  ///< x-amz-meta-*, names without the prefix
};

/// An object's bytes as they were when it was opened; later writes do not show.
struct ObjectReader {
    ObjectInfo info;
    /// Either a file region or, for small objects kept in the key-value store, the bytes
    /// themselves.
    std::shared_ptr<const io::File> file;
    std::string bytes;
    /// Path of the data file for handing to a sandboxed worker read-only; empty for small objects.
    std::string path;
};

struct PutOptions {
    std::string content_type = "binary/octet-stream";
    std::string content_encoding;
    std::map<std::string, std::string> metadata;
};

/// Bucket names are global to the server. @threads any
class Face {
public:
    virtual ~Face() = default;
    virtual Result<bool> bucket_exists(const std::string& bucket) = 0;
    /// Durable and visible as a whole when it returns; an object of the same key is replaced.
    virtual Result<ObjectInfo> put_object(const std::string& bucket,
                                          const std::string& key,
                                          std::string_view bytes,
                                          const PutOptions& options) = 0;
    virtual Result<ObjectReader> get_object(const std::string& bucket, const std::string& key) = 0;
    /// Keys that start with `prefix`, after `start_after`, in byte order.
    virtual Result<std::vector<ObjectInfo>> list_objects(const std::string& bucket,
                                                         const std::string& prefix,
                                                         const std::string& start_after,
                                                         size_t count_max) = 0;
    virtual Result<void> delete_object(const std::string& bucket, const std::string& key) = 0;
};

}  // namespace wr::s3
