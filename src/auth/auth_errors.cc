// Codes, statuses and texts of refusals, one function per reason.
#include "auth/auth_errors.h"

#include "base/encoding.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

using wire::ApiError;

ApiError make(std::string code, std::string message, int status) {
    ApiError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.status = status;
    return error;
}

/// Json services answer 400 where REST-JSON ones answer 403.
int json_status(Family family) {
    return family == Family::Json ? 400 : 403;
}

constexpr auto token_invalid = "The security token included in the request is invalid.";
constexpr auto token_expired = "The security token included in the request is expired";

/// One separated pair of hex digits per byte, as S3 prints it.
std::string spaced_hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 3);
    for (const char byte : bytes) {
        if (!out.empty()) out += ' ';
        out += base::hex_encode({&byte, 1});
    }
    return out;
}

}  // namespace

ApiError missing_authentication(Family family) {
    switch (family) {
        case Family::Json:
        case Family::RestJson:
            return make("MissingAuthenticationTokenException",
                        "Missing Authentication Token",
                        json_status(family));
        case Family::Query:
            return make(
                "MissingAuthenticationToken", "Request is missing Authentication Token", 403);
        case Family::S3:
            return make("AccessDenied", "Access Denied", 403);
    }
    return wire::internal_failure();
}

ApiError unknown_access_key(Family family, std::string_view access_key_id) {
    switch (family) {
        case Family::Json:
        case Family::RestJson:
            return make("UnrecognizedClientException", token_invalid, json_status(family));
        case Family::Query:
            return make("InvalidClientTokenId", token_invalid, 403);
        case Family::S3: {
            auto error = make("InvalidAccessKeyId",
                              "The AWS Access Key Id you provided does not exist in our records.",
                              403);
            error.fields.emplace_back("AWSAccessKeyId", access_key_id);
            return error;
        }
    }
    return wire::internal_failure();
}

ApiError invalid_session_token(Family family, std::string_view session_token) {
    if (family != Family::S3) return unknown_access_key(family, "");
    auto error = make("InvalidToken", "The provided token is malformed or otherwise invalid.", 400);
    error.fields.emplace_back("Token-0", session_token);
    return error;
}

ApiError expired_session_token(Family family, std::string_view session_token) {
    switch (family) {
        case Family::Json:
        case Family::RestJson:
            return make("ExpiredTokenException", token_expired, json_status(family));
        case Family::Query:
            return make("ExpiredToken", token_expired, 403);
        case Family::S3: {
            auto error = make("ExpiredToken", "The provided token has expired.", 400);
            error.fields.emplace_back("Token-0", session_token);
            return error;
        }
    }
    return wire::internal_failure();
}

ApiError signature_mismatch(Family family, const SignatureTrace& trace) {
    if (family == Family::S3) {
        auto error = make("SignatureDoesNotMatch",
                          "The request signature we calculated does not match the signature you "
                          "provided. Check your key and signing method.",
                          403);
        error.fields.emplace_back("AWSAccessKeyId", trace.access_key_id);
        error.fields.emplace_back("StringToSign", trace.string_to_sign);
        error.fields.emplace_back("SignatureProvided", trace.signature_provided);
        error.fields.emplace_back("StringToSignBytes", spaced_hex(trace.string_to_sign));
        error.fields.emplace_back("CanonicalRequest", trace.canonical_request);
        error.fields.emplace_back("CanonicalRequestBytes", spaced_hex(trace.canonical_request));
        return error;
    }
    return wrong_scope(family,
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your AWS Secret Access Key and signing method. Consult "
                       "the service documentation for details.");
}

ApiError incomplete_signature(Family family, std::string message) {
    switch (family) {
        case Family::Json:
        case Family::RestJson:
            return make("IncompleteSignatureException", std::move(message), json_status(family));
        case Family::Query:
            return make("IncompleteSignature", std::move(message), 400);
        case Family::S3:
            return make("AuthorizationHeaderMalformed", std::move(message), 400);
    }
    return wire::internal_failure();
}

ApiError wrong_scope(Family family, std::string message) {
    switch (family) {
        case Family::Json:
        case Family::RestJson:
            return make("InvalidSignatureException", std::move(message), json_status(family));
        case Family::Query:
            return make("SignatureDoesNotMatch", std::move(message), 403);
        case Family::S3:
            return make("AuthorizationHeaderMalformed", std::move(message), 400);
    }
    return wire::internal_failure();
}

ApiError skewed_time(Family family,
                     base::Timestamp signed_at,
                     base::Timestamp now,
                     std::chrono::minutes skew_max) {
    const std::string request_time = base::format_basic(signed_at);
    if (family == Family::S3) {
        auto error =
            make("RequestTimeTooSkewed",
                 "The difference between the request time and the current time is too large.",
                 403);
        error.fields.emplace_back("RequestTime", request_time);
        error.fields.emplace_back("ServerTime", base::format_iso8601(now));
        error.fields.emplace_back("MaxAllowedSkewMilliseconds",
                                  int64_t{std::chrono::milliseconds(skew_max).count()});
        return error;
    }
    const std::string minutes = std::to_string(skew_max.count());
    if (signed_at < now) {
        return wrong_scope(family,
                           "Signature expired: " + request_time + " is now earlier than " +
                               base::format_basic(now - skew_max) + " (" + base::format_basic(now) +
                               " - " + minutes + " min.)");
    }
    return wrong_scope(family,
                       "Signature not yet current: " + request_time + " is still later than " +
                           base::format_basic(now + skew_max) + " (" + base::format_basic(now) +
                           " + " + minutes + " min.)");
}

ApiError presigned_expired(Family family,
                           base::Timestamp expires,
                           std::chrono::seconds lifetime,
                           base::Timestamp now) {
    if (family == Family::S3) {
        auto error = make("AccessDenied", "Request has expired", 403);
        error.fields.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
        error.fields.emplace_back("Expires", base::format_iso8601(expires));
        error.fields.emplace_back("ServerTime", base::format_iso8601(now));
        return error;
    }
    return wrong_scope(family,
                       "Signature expired: " + base::format_basic(expires) +
                           " is now earlier than " + base::format_basic(now));
}

ApiError headers_not_signed(Family family, std::string names) {
    if (family == Family::S3) {
        auto error = make(
            "AccessDenied", "There were headers present in the request which were not signed", 403);
        error.fields.emplace_back("HeadersNotSigned", std::move(names));
        return error;
    }
    return wrong_scope(family, "Headers must be signed: " + names);
}

ApiError two_mechanisms(Family family) {
    if (family == Family::S3) {
        return make("InvalidArgument",
                    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                    "Signature query string parameter or the Authorization header should be "
                    "specified",
                    400);
    }
    return incomplete_signature(
        family, "Request must not carry both an Authorization header and a signed query");
}

ApiError duplicate_field(Family family, std::string_view name) {
    const std::string message = "Request must not contain '" + std::string(name) + "' twice";
    if (family == Family::S3) return make("InvalidRequest", message, 400);
    return incomplete_signature(family, message);
}

ApiError payload_hash_mismatch(Family family, std::string_view claimed, std::string_view computed) {
    if (family != Family::S3) return signature_mismatch(family, {});
    auto error =
        make("XAmzContentSHA256Mismatch",
             "The provided 'x-amz-content-sha256' header does not match what was computed.",
             400);
    error.fields.emplace_back("ClientComputedContentSHA256", claimed);
    error.fields.emplace_back("S3ComputedContentSHA256", computed);
    return error;
}

}  // namespace wr::auth
