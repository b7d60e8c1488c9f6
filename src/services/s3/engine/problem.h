#pragma once
// Problem: why the engine refused. The api layer gives each Fault its AWS code and status.

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wr::s3 {

enum class Fault {
    AccessControlListNotSupported,
    AccessDenied,
    BadDigest,
    BucketAlreadyExists,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    EntityTooLarge,
    EntityTooSmall,
    IllegalLocationConstraint,
    InternalError,
    InvalidArgument,
    InvalidBucketName,
    InvalidDigest,
    InvalidLocationConstraint,
    InvalidPart,
    InvalidPartNumber,
    InvalidPartOrder,
    InvalidRange,
    InvalidRequest,
    InvalidStorageClass,
    InvalidTag,
    KeyTooLong,
    MalformedPolicy,
    MalformedXml,
    MetadataTooLarge,
    NoSuchBucket,
    NoSuchBucketPolicy,
    NoSuchCorsConfiguration,
    NoSuchKey,
    NoSuchPublicAccessBlockConfiguration,
    NoSuchTagSet,
    NoSuchUpload,
    NotImplemented,
    NotModified,
    OperationAborted,
    OwnershipControlsNotFound,
    PreconditionFailed,
    PublicPolicyBlocked,
    ServerSideEncryptionConfigurationNotFound,
    ServiceUnavailable,
};

constexpr Fault last_fault = Fault::ServiceUnavailable;

struct Problem {
    Fault fault = Fault::InternalError;
    std::string message;  ///< empty: the fault's usual text
    /// Elements that the error document carries beside Code and Message.
    std::vector<std::pair<std::string, std::string>> fields;
    /// NotModified: what a cache needs to know again.
    std::string etag;
};

template <typename T>
using Outcome = base::Result<T, Problem>;

/// A failure below the engine: logged here, told to nobody.
Problem storage_problem(const base::Error& error);

inline Problem problem(Fault fault, std::string message = {}) {
    return Problem{fault, std::move(message), {}, {}};
}

}  // namespace wr::s3

/// WR_S3_TRY(auto x, io_or_kv_call()): as WR_TRY, turning a storage error into a Problem.
#define WR_S3_TRY(declaration, expression) \
    WR_S3_TRY_IMPL(WR_CONCAT(wr_result_, __COUNTER__), declaration, expression)
#define WR_S3_TRY_IMPL(result, declaration, expression)                              \
    auto result = (expression);                                                      \
    if (!result) return ::wr::base::fail(::wr::s3::storage_problem(result.error())); \
    declaration = *std::move(result)
#define WR_S3_TRY_VOID(expression)                                                  \
    do {                                                                            \
        if (auto wr_result_ = (expression); !wr_result_)                            \
            return ::wr::base::fail(::wr::s3::storage_problem(wr_result_.error())); \
    } while (false)
