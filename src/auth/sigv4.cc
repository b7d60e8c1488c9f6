// Checks a claim against time, scope, headers, payload and the secret of its access key.
#include "auth/sigv4.h"

#include <algorithm>

#include "auth/claim.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

using wire::ApiError;
using wire::ApiResult;

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

bool is_region(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// Functions reach the server through a Unix socket of this machine.
bool is_loopback(std::string_view address) {
    return address.starts_with("unix:") || address.starts_with("127.") || address == "::1" ||
           address.starts_with("::ffff:127.");
}

ApiResult<void> check_service(const Claim& claim, const VerifyContext& context) {
    if (claim.scope.service == context.service) return {};
    if (context.family == Family::S3)
        return base::fail(wrong_scope(context.family,
                                      "The authorization header is malformed; incorrect service "
                                      "\"" +
                                          claim.scope.service +
                                          "\". This endpoint belongs to \"s3\"."));
    return base::fail(wrong_scope(
        context.family,
        "Credential should be scoped to correct service: " + quoted(context.service) + ". "));
}

ApiResult<void> check_region(const Claim& claim, const VerifyContext& context) {
    const auto& regions = context.regions;
    const auto& region = claim.scope.region;
    const bool known = regions.empty()
                           ? is_region(region)
                           : std::find(regions.begin(), regions.end(), region) != regions.end();
    if (known) return {};
    if (context.family != Family::S3)
        return base::fail(wrong_scope(
            context.family,
            "Credential should be scoped to a valid region, not " + quoted(region) + ". "));
    const std::string expected = regions.empty() ? "us-east-1" : regions.front();
    auto error = wrong_scope(context.family,
                             "The authorization header is malformed; the region " + quoted(region) +
                                 " is wrong; expecting " + quoted(expected));
    error.fields.emplace_back("Region", expected);
    return base::fail(std::move(error));
}

ApiResult<void> check_date(const Claim& claim, const VerifyContext& context) {
    const auto day = std::string_view(claim.amz_date).substr(0, 8);
    if (claim.scope.date == day) return {};
    if (context.family == Family::S3)
        return base::fail(wrong_scope(context.family,
                                      "The authorization header is malformed; Invalid credential "
                                      "date \"" +
                                          claim.scope.date +
                                          "\". This date is not the same as X-Amz-Date: \"" +
                                          std::string(day) + "\"."));
    return base::fail(
        wrong_scope(context.family,
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
                    "date from HTTP: " +
                        quoted(claim.scope.date) + " != " + quoted(day) + ", from " +
                        quoted(claim.amz_date) + "."));
}

ApiResult<void> check_time(const Claim& claim, const VerifyContext& context) {
    const bool s3 = context.family == Family::S3;
    const auto skew = s3 ? s3_signature_skew_max : signature_skew_max;
    if (claim.signed_at > context.now + skew)
        return base::fail(skewed_time(context.family, claim.signed_at, context.now, skew));
    if (claim.presigned) {
        const auto expires = claim.signed_at + claim.lifetime;
        if (context.now > expires)
            return base::fail(
                presigned_expired(context.family, expires, claim.lifetime, context.now));
        return {};
    }
    if (claim.signed_at < context.now - skew)
        return base::fail(skewed_time(context.family, claim.signed_at, context.now, skew));
    return {};
}

/// Host and every x-amz-* header must be under the signature; the payload line covers
/// x-amz-content-sha256.
ApiResult<void> check_headers(const http::Request& request, const Claim& claim, Family family) {
    const auto is_signed = [&](const std::string& name) {
        return std::binary_search(claim.signed_headers.begin(), claim.signed_headers.end(), name);
    };
    std::vector<std::string> missing;
    if (!is_signed("host") && !is_signed(std::string(authority_header)))
        missing.emplace_back("host");
    for (const auto& header : request.headers.all()) {
        const std::string name = to_lower(header.name);
        if (!name.starts_with("x-amz-") || name == "x-amz-content-sha256") continue;
        if (!is_signed(name)) missing.push_back(name);
    }
    if (!missing.empty()) return base::fail(headers_not_signed(family, join(missing, ", ")));
    return {};
}

struct Payload {
    PayloadMode mode;
    std::string line;  ///< last line of the canonical request
};

/// A hash that was sent must be the body's, whether or not it was signed.
ApiResult<std::string> checked_hash(const http::Request& request,
                                    std::string_view claimed,
                                    Family family) {
    std::string computed = base::sha256_hex(request.body);
    if (!claimed.empty() && claimed != computed)
        return base::fail(payload_hash_mismatch(family, claimed, computed));
    return computed;
}

ApiResult<Payload> s3_payload(const http::Request& request,
                              std::string_view line,
                              const VerifyContext& context) {
    const auto plain = [&](PayloadMode mode) -> ApiResult<Payload> {
        const bool allowed =
            request.is_tls || request.body.empty() ||
            (context.unsigned_payload_on_loopback && is_loopback(request.peer_address));
        if (allowed) return Payload{mode, std::string(line)};
        ApiError error;
        error.code = "InvalidRequest";
        error.message = "Unsigned payloads are accepted over HTTPS only.";
        return base::fail(std::move(error));
    };
    if (line == unsigned_payload) return plain(PayloadMode::UnsignedWhole);
    if (line == streaming_unsigned_trailer) return plain(PayloadMode::UnsignedChunksTrailer);
    if (line == streaming_signed) return Payload{PayloadMode::SignedChunks, std::string(line)};
    if (line == streaming_signed_trailer)
        return Payload{PayloadMode::SignedChunksTrailer, std::string(line)};
    if (line.size() != 64 || !base::hex_decode(line)) {
        ApiError error;
        error.code = "InvalidArgument";
        error.message =
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a "
            "valid sha256 value.";
        error.fields.emplace_back("ArgumentName", "x-amz-content-sha256");
        error.fields.emplace_back("ArgumentValue", line);
        return base::fail(std::move(error));
    }
    WR_TRY(auto hash, checked_hash(request, line, context.family));
    return Payload{PayloadMode::Whole, std::move(hash)};
}

ApiResult<Payload> payload_of(const http::Request& request,
                              const Claim* claim,
                              const VerifyContext& context) {
    const std::string* header = request.headers.find("x-amz-content-sha256");
    if (context.family != Family::S3) {
        WR_TRY(auto hash,
               checked_hash(request, header ? std::string_view(*header) : "", context.family));
        return Payload{PayloadMode::Whole, std::move(hash)};
    }
    if (claim != nullptr && !claim->presigned) {
        if (header != nullptr) return s3_payload(request, *header, context);
        ApiError error;
        error.code = "InvalidRequest";
        error.message = "Missing required header for this request: x-amz-content-sha256";
        return base::fail(std::move(error));
    }
    if (claim != nullptr && claim->query_sha256)
        return s3_payload(request, *claim->query_sha256, context);
    if (header == nullptr) return s3_payload(request, unsigned_payload, context);
    WR_TRY(auto payload, s3_payload(request, *header, context));
    if (claim == nullptr) return payload;
    // A hash beside a presigned URL counts for the signature only when the URL promised it.
    const bool promised = std::binary_search(
        claim->signed_headers.begin(), claim->signed_headers.end(), "x-amz-content-sha256");
    if (!promised && payload.mode == PayloadMode::Whole) payload.line = unsigned_payload;
    return payload;
}

ApiResult<Authenticated> anonymous(const http::Request& request, const VerifyContext& context) {
    WR_TRY(auto payload, payload_of(request, nullptr, context));
    switch (payload.mode) {
        case PayloadMode::SignedChunks:
        case PayloadMode::SignedChunksTrailer:
            return base::fail(missing_authentication(context.family));
        case PayloadMode::Whole:
        case PayloadMode::UnsignedWhole:
        case PayloadMode::UnsignedChunksTrailer:
            break;
    }
    Authenticated result;
    result.payload = payload.mode;
    return result;
}

ApiError to_error(CredentialProblem problem, const Claim& claim, Family family) {
    switch (problem) {
        case CredentialProblem::UnknownKey:
            return unknown_access_key(family, claim.access_key_id);
        case CredentialProblem::InvalidToken:
            return invalid_session_token(family, claim.session_token);
        case CredentialProblem::ExpiredToken:
            return expired_session_token(family, claim.session_token);
    }
    return wire::internal_failure();
}

PathStyle path_style(Family family) {
    return family == Family::S3 ? PathStyle::Raw : PathStyle::Normalised;
}

}  // namespace

ApiResult<Authenticated> verify(const http::Request& request,
                                const VerifyContext& context,
                                CredentialSource& source) {
    WR_TRY(const auto claimed, parse_claim(request, context.family));
    if (!claimed) return anonymous(request, context);
    const Claim& claim = *claimed;
    WR_TRY_VOID(check_service(claim, context));
    WR_TRY_VOID(check_region(claim, context));
    WR_TRY_VOID(check_date(claim, context));
    WR_TRY_VOID(check_time(claim, context));
    auto credential = source.find(claim.access_key_id, claim.session_token, context.now);
    if (!credential) return base::fail(to_error(credential.error(), claim, context.family));
    WR_TRY_VOID(check_headers(request, claim, context.family));
    WR_TRY(const auto payload, payload_of(request, &claim, context));

    const std::string canonical =
        canonical_request(request, path_style(context.family), claim.signed_headers, payload.line);
    const std::string to_sign = string_to_sign(claim.amz_date, claim.scope, canonical);
    std::string key = signing_key(credential->secret, claim.scope);
    if (!base::equal_constant_time(signature(key, to_sign), claim.signature))
        return base::fail(signature_mismatch(
            context.family, {claim.access_key_id, to_sign, claim.signature, canonical}));

    Authenticated result;
    result.principal = std::move(credential->principal);
    result.principal.access_key_id = claim.access_key_id;
    result.payload = payload.mode;
    result.scope = claim.scope;
    result.amz_date = claim.amz_date;
    result.signing_key = std::move(key);
    result.seed_signature = claim.signature;
    return result;
}

std::optional<Claims> unverified_claims(const http::Request& request) {
    std::string_view credential;
    const auto header = request.headers.get("authorization");
    if (const size_t at = header.find("Credential="); at != std::string_view::npos) {
        credential = header.substr(at + std::string_view("Credential=").size());
        credential = credential.substr(0, credential.find_first_of(", "));
        if (auto parsed = parse_credential(credential))
            return Claims{std::move(parsed->first), std::move(parsed->second), false};
        return std::nullopt;
    }
    for (const auto& [name, value] : query_parameters(request.query())) {
        if (name != "X-Amz-Credential") continue;
        if (auto parsed = parse_credential(value))
            return Claims{std::move(parsed->first), std::move(parsed->second), true};
    }
    return std::nullopt;
}

ApiResult<Authenticated> believe(const http::Request& request,
                                 const VerifyContext& context,
                                 wire::Principal principal) {
    Authenticated result;
    result.principal = std::move(principal);
    result.believed = true;
    if (auto claims = unverified_claims(request)) {
        result.principal.access_key_id = claims->access_key_id;
        result.scope = std::move(claims->scope);
    }
    if (context.family != Family::S3) return result;
    const std::string* header = request.headers.find("x-amz-content-sha256");
    if (header == nullptr) {
        result.payload = PayloadMode::UnsignedWhole;
        return result;
    }
    WR_TRY(const auto payload, s3_payload(request, *header, context));
    result.payload = payload.mode;
    return result;
}

}  // namespace wr::auth
