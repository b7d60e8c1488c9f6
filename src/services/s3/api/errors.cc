// Faults to codes, statuses and the usual texts, as S3's error reference lists them.
#include "services/s3/api/errors.h"

namespace wr::s3::api {
namespace {

struct Answer {
    Fault fault;
    const char* code;
    int status;
    const char* message;
};

// One row per fault, in the order of their declaration.
static constexpr Answer answers[] = {
    {Fault::AccessControlListNotSupported,
     "AccessControlListNotSupported",
     400,
     "The bucket does not allow ACLs"},
    {Fault::AccessDenied, "AccessDenied", 403, "Access Denied"},
    {Fault::BadDigest,
     "BadDigest",
     400,
     "The Content-MD5 or checksum value that you specified did not match what the "
     "server received."},
    {Fault::BucketAlreadyExists,
     "BucketAlreadyExists",
     409,
     "The requested bucket name is not available. The bucket namespace is shared by "
     "all users of the system. Please select a different name and try again."},
    {Fault::BucketAlreadyOwnedByYou,
     "BucketAlreadyOwnedByYou",
     409,
     "Your previous request to create the named bucket succeeded and you already "
     "own it."},
    {Fault::BucketNotEmpty, "BucketNotEmpty", 409, "The bucket you tried to delete is not empty"},
    {Fault::EntityTooLarge,
     "EntityTooLarge",
     400,
     "Your proposed upload exceeds the maximum allowed size"},
    {Fault::EntityTooSmall,
     "EntityTooSmall",
     400,
     "Your proposed upload is smaller than the minimum allowed size"},
    {Fault::IllegalLocationConstraint,
     "IllegalLocationConstraintException",
     400,
     "The unspecified location constraint is incompatible for the region specific "
     "endpoint this request was sent to."},
    {Fault::InternalError,
     "InternalError",
     500,
     "We encountered an internal error. Please try again."},
    {Fault::InvalidArgument, "InvalidArgument", 400, "Invalid Argument"},
    {Fault::InvalidBucketName, "InvalidBucketName", 400, "The specified bucket is not valid."},
    {Fault::InvalidDigest, "InvalidDigest", 400, "The Content-MD5 you specified was invalid."},
    {Fault::InvalidLocationConstraint,
     "InvalidLocationConstraint",
     400,
     "The specified location-constraint is not valid"},
    {Fault::InvalidPart,
     "InvalidPart",
     400,
     "One or more of the specified parts could not be found.  The part may not have "
     "been uploaded, or the specified entity tag may not match the part's entity "
     "tag."},
    {Fault::InvalidPartNumber,
     "InvalidPartNumber",
     416,
     "The requested partnumber is not satisfiable"},
    {Fault::InvalidPartOrder,
     "InvalidPartOrder",
     400,
     "The list of parts was not in ascending order. Parts must be ordered by part "
     "number."},
    {Fault::InvalidRange, "InvalidRange", 416, "The requested range is not satisfiable"},
    {Fault::InvalidRequest, "InvalidRequest", 400, "Invalid Request"},
    {Fault::InvalidStorageClass,
     "InvalidStorageClass",
     400,
     "The storage class you specified is not valid"},
    {Fault::InvalidTag, "InvalidTag", 400, "The tag provided was not a valid tag."},
    {Fault::KeyTooLong, "KeyTooLongError", 400, "Your key is too long"},
    {Fault::MalformedPolicy, "MalformedPolicy", 400, "Policy has invalid syntax"},
    {Fault::MalformedXml,
     "MalformedXML",
     400,
     "The XML you provided was not well-formed or did not validate against our "
     "published schema"},
    {Fault::MetadataTooLarge,
     "MetadataTooLarge",
     400,
     "Your metadata headers exceed the maximum allowed metadata size"},
    {Fault::NoSuchBucket, "NoSuchBucket", 404, "The specified bucket does not exist"},
    {Fault::NoSuchBucketPolicy, "NoSuchBucketPolicy", 404, "The bucket policy does not exist"},
    {Fault::NoSuchCorsConfiguration,
     "NoSuchCORSConfiguration",
     404,
     "The CORS configuration does not exist"},
    {Fault::NoSuchKey, "NoSuchKey", 404, "The specified key does not exist."},
    {Fault::NoSuchPublicAccessBlockConfiguration,
     "NoSuchPublicAccessBlockConfiguration",
     404,
     "The public access block configuration was not found"},
    {Fault::NoSuchTagSet, "NoSuchTagSet", 404, "The TagSet does not exist"},
    {Fault::NoSuchUpload,
     "NoSuchUpload",
     404,
     "The specified upload does not exist. The upload ID may be invalid, or the "
     "upload may have been aborted or completed."},
    {Fault::NotImplemented,
     "NotImplemented",
     501,
     "A header you provided implies functionality that is not implemented"},
    {Fault::NotModified, "NotModified", 304, "Not Modified"},
    {Fault::OperationAborted,
     "OperationAborted",
     409,
     "A conflicting conditional operation is currently in progress against this "
     "resource. Please try again."},
    {Fault::OwnershipControlsNotFound,
     "OwnershipControlsNotFoundError",
     404,
     "The bucket ownership controls were not found"},
    {Fault::PreconditionFailed,
     "PreconditionFailed",
     412,
     "At least one of the pre-conditions you specified did not hold"},
    {Fault::PublicPolicyBlocked,
     "AccessDenied",
     403,
     "Access Denied: public policies are prevented by the BlockPublicPolicy setting "
     "in S3 Block Public Access."},
    {Fault::ServerSideEncryptionConfigurationNotFound,
     "ServerSideEncryptionConfigurationNotFoundError",
     404,
     "The server side encryption configuration was not found"},
    {Fault::ServiceUnavailable, "SlowDown", 503, "Please reduce your request rate."},
};

constexpr bool rows_match_faults() {
    size_t index = 0;
    for (const Answer& answer : answers)
        if (static_cast<size_t>(answer.fault) != index++) return false;
    return index == static_cast<size_t>(last_fault) + 1;
}
static_assert(rows_match_faults(), "every fault needs its answer");

}  // namespace

wire::ApiError to_api_error(Problem problem) {
    const Answer& answer = answers[static_cast<size_t>(problem.fault)];
    wire::ApiError error;
    error.code = answer.code;
    error.status = answer.status;
    error.message = problem.message.empty() ? answer.message : std::move(problem.message);
    for (auto& [name, value] : problem.fields)
        error.fields.emplace_back(name, base::Json(std::move(value)));
    if (!problem.etag.empty()) error.headers.emplace_back("ETag", "\"" + problem.etag + "\"");
    return error;
}

}  // namespace wr::s3::api
