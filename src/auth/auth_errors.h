#pragma once
// What AWS answers when a request is not authenticated or not allowed: codes and texts per family
// of protocols.
//
// Source: AWS General Reference, "Common errors"; S3 API Reference, "Error responses"; IAM User
// Guide, "Troubleshoot Signature Version 4 errors".

#include <string>
#include <string_view>

#include "base/clock.h"
#include "wire/error.h"

namespace wr::auth {

/// Services that word their refusals alike.
enum class Family {
    Json,      ///< JSON 1.0, 1.1 and CBOR: Kinesis, DynamoDB, Firehose, Athena, Cognito ...
    RestJson,  ///< Lambda: as Json, with status 403
    Query,     ///< STS, IAM
    S3,
};

wire::ApiError missing_authentication(Family family);
wire::ApiError unknown_access_key(Family family, std::string_view access_key_id);
wire::ApiError invalid_session_token(Family family, std::string_view session_token);
wire::ApiError expired_session_token(Family family, std::string_view session_token);

/// What the server computed, told to S3's clients so that they can compare.
struct SignatureTrace {
    std::string_view access_key_id;
    std::string_view string_to_sign;
    std::string_view signature_provided;
    std::string_view canonical_request;
};
wire::ApiError signature_mismatch(Family family, const SignatureTrace& trace);

/// The Authorization header or the query lacks something; `message` in the words of the non-S3
/// services.
wire::ApiError incomplete_signature(Family family, std::string message);
/// The scope names another service, region or day, or the request is too old; `message` in the
/// words of the family.
wire::ApiError wrong_scope(Family family, std::string message);

/// `signed_at` is outside the window around `now`.
wire::ApiError skewed_time(Family family,
                           base::Timestamp signed_at,
                           base::Timestamp now,
                           std::chrono::minutes skew_max);
wire::ApiError presigned_expired(Family family,
                                 base::Timestamp expires,
                                 std::chrono::seconds lifetime,
                                 base::Timestamp now);
/// `names` is a list with ", " between.
wire::ApiError headers_not_signed(Family family, std::string names);
wire::ApiError two_mechanisms(Family family);
wire::ApiError duplicate_field(Family family, std::string_view name);
wire::ApiError payload_hash_mismatch(Family family,
                                     std::string_view claimed,
                                     std::string_view computed);

}  // namespace wr::auth
