// Faults to codes, statuses and the usual texts, as S3's error reference lists them.
#include "services/s3/api/errors.h"

namespace wr::s3::api {
namespace {

struct Answer {
    const char* code;
    int status;
    const char* message;
};

Answer answer_of(Fault fault) {
    switch (fault) {
        case Fault::AccessControlListNotSupported:
            return {"AccessControlListNotSupported", 400, "The bucket does not allow ACLs"};
        case Fault::AccessDenied:
            return {"AccessDenied", 403, "Access Denied"};
        case Fault::BadDigest:
            return {"BadDigest",
                    400,
                    "The Content-MD5 or checksum value that you specified did not match what the "
                    "server received."};
        case Fault::BucketAlreadyExists:
            return {"BucketAlreadyExists",
                    409,
                    "The requested bucket name is not available. The bucket namespace is shared by "
                    "all users of the system. Please select a different name and try again."};
        case Fault::BucketAlreadyOwnedByYou:
            return {"BucketAlreadyOwnedByYou",
                    409,
                    "Your previous request to create the named bucket succeeded and you already "
                    "own it."};
        case Fault::BucketNotEmpty:
            return {"BucketNotEmpty", 409, "The bucket you tried to delete is not empty"};
        case Fault::EntityTooLarge:
            return {"EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"};
        case Fault::EntityTooSmall:
            return {"EntityTooSmall",
                    400,
                    "Your proposed upload is smaller than the minimum allowed size"};
        case Fault::IllegalLocationConstraint:
            return {"IllegalLocationConstraintException",
                    400,
                    "The unspecified location constraint is incompatible for the region specific "
                    "endpoint this request was sent to."};
        case Fault::InternalError:
            return {"InternalError", 500, "We encountered an internal error. Please try again."};
        case Fault::InvalidArgument:
            return {"InvalidArgument", 400, "Invalid Argument"};
        case Fault::InvalidBucketName:
            return {"InvalidBucketName", 400, "The specified bucket is not valid."};
        case Fault::InvalidDigest:
            return {"InvalidDigest", 400, "The Content-MD5 you specified was invalid."};
        case Fault::InvalidLocationConstraint:
            return {
                "InvalidLocationConstraint", 400, "The specified location-constraint is not valid"};
        case Fault::InvalidPart:
            return {"InvalidPart",
                    400,
                    "One or more of the specified parts could not be found.  The part may not have "
                    "been uploaded, or the specified entity tag may not match the part's entity "
                    "tag."};
        case Fault::InvalidPartNumber:
            return {"InvalidPartNumber", 416, "The requested partnumber is not satisfiable"};
        case Fault::InvalidPartOrder:
            return {"InvalidPartOrder",
                    400,
                    "The list of parts was not in ascending order. Parts must be ordered by part "
                    "number."};
        case Fault::InvalidRange:
            return {"InvalidRange", 416, "The requested range is not satisfiable"};
        case Fault::InvalidRequest:
            return {"InvalidRequest", 400, "Invalid Request"};
        case Fault::InvalidStorageClass:
            return {"InvalidStorageClass", 400, "The storage class you specified is not valid"};
        case Fault::InvalidTag:
            return {"InvalidTag", 400, "The tag provided was not a valid tag."};
        case Fault::KeyTooLong:
            return {"KeyTooLongError", 400, "Your key is too long"};
        case Fault::MalformedPolicy:
            return {"MalformedPolicy", 400, "Policy has invalid syntax"};
        case Fault::MalformedXml:
            return {"MalformedXML",
                    400,
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema"};
        case Fault::MetadataTooLarge:
            return {"MetadataTooLarge",
                    400,
                    "Your metadata headers exceed the maximum allowed metadata size"};
        case Fault::NoSuchBucket:
            return {"NoSuchBucket", 404, "The specified bucket does not exist"};
        case Fault::NoSuchBucketPolicy:
            return {"NoSuchBucketPolicy", 404, "The bucket policy does not exist"};
        case Fault::NoSuchCorsConfiguration:
            return {"NoSuchCORSConfiguration", 404, "The CORS configuration does not exist"};
        case Fault::NoSuchKey:
            return {"NoSuchKey", 404, "The specified key does not exist."};
        case Fault::NoSuchPublicAccessBlockConfiguration:
            return {"NoSuchPublicAccessBlockConfiguration",
                    404,
                    "The public access block configuration was not found"};
        case Fault::NoSuchTagSet:
            return {"NoSuchTagSet", 404, "The TagSet does not exist"};
        case Fault::NoSuchUpload:
            return {"NoSuchUpload",
                    404,
                    "The specified upload does not exist. The upload ID may be invalid, or the "
                    "upload may have been aborted or completed."};
        case Fault::NotImplemented:
            return {"NotImplemented",
                    501,
                    "A header you provided implies functionality that is not implemented"};
        case Fault::NotModified:
            return {"NotModified", 304, "Not Modified"};
        case Fault::OperationAborted:
            return {"OperationAborted",
                    409,
                    "A conflicting conditional operation is currently in progress against this "
                    "resource. Please try again."};
        case Fault::OwnershipControlsNotFound:
            return {"OwnershipControlsNotFoundError",
                    404,
                    "The bucket ownership controls were not found"};
        case Fault::PreconditionFailed:
            return {"PreconditionFailed",
                    412,
                    "At least one of the pre-conditions you specified did not hold"};
        case Fault::PublicPolicyBlocked:
            return {"AccessDenied",
                    403,
                    "Access Denied: public policies are prevented by the BlockPublicPolicy setting "
                    "in S3 Block Public Access."};
        case Fault::ServerSideEncryptionConfigurationNotFound:
            return {"ServerSideEncryptionConfigurationNotFoundError",
                    404,
                    "The server side encryption configuration was not found"};
        case Fault::ServiceUnavailable:
            return {"SlowDown", 503, "Please reduce your request rate."};
    }
    return {"InternalError", 500, "We encountered an internal error. Please try again."};
}

}  // namespace

wire::ApiError to_api_error(Problem problem) {
    const Answer answer = answer_of(problem.fault);
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
