#pragma once
// Signature Version 4, the server's side: from raw request to principal.
//
// The canonical request is built from the fields that later layers act on; nothing that was not
// signed is acted on. Source: IAM User Guide, "AWS Signature Version 4 for API requests"; S3 API
// Reference, "Authenticating requests".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_errors.h"
#include "auth/canonical.h"
#include "auth/credential.h"
#include "base/clock.h"
#include "http/message.h"
#include "wire/context.h"
#include "wire/error.h"

namespace wr::auth {

constexpr auto signature_skew_max = std::chrono::minutes{5};
constexpr auto s3_signature_skew_max = std::chrono::minutes{15};
constexpr auto presigned_lifetime_max = std::chrono::seconds{604'800};

/// What the body is and how far the signature covers it. Each use switches over all of them.
enum class PayloadMode {
    Whole,                  ///< the body is the payload and its hash was checked
    UnsignedWhole,          ///< the body is the payload; no hash
    SignedChunks,           ///< aws-chunked, each chunk signed
    SignedChunksTrailer,    ///< the same, with a signed trailer
    UnsignedChunksTrailer,  ///< aws-chunked, nothing signed, a checksum in the trailer
};

/// The outcome of authentication. `principal` may be anonymous.
struct Authenticated {
    wire::Principal principal;
    PayloadMode payload = PayloadMode::Whole;
    Scope scope;  ///< empty when anonymous
    std::string amz_date;
    /// What chunk signatures start from.
    std::string signing_key;
    std::string seed_signature;
    /// Set by believe() alone: signatures are not looked at.
    bool believed = false;
};

struct VerifyContext {
    Family family = Family::Json;
    std::string service;               ///< signing name of the service that the request is for
    std::vector<std::string> regions;  ///< accepted ones; empty: any well-formed
    base::Timestamp now;
    /// Payloads without a hash over plain HTTP, from this machine only.
    bool unsigned_payload_on_loopback = true;
};

/// No Authorization header and no signed query: an anonymous principal, which the gate refuses
/// (missing_authentication) unless the operation or a resource policy lets it in.
/// @threads any, as far as `source` is
wire::ApiResult<Authenticated> verify(const http::Request& request,
                                      const VerifyContext& context,
                                      CredentialSource& source);

/// What the request says of itself, unchecked: good for choosing the service, for nothing else.
struct Claims {
    std::string access_key_id;
    Scope scope;
    bool presigned = false;
};
std::optional<Claims> unverified_claims(const http::Request& request);

/// For servers started with --any-credentials: the payload mode of a request that is believed to
/// come from `principal`, without looking at its signature.
wire::ApiResult<Authenticated> believe(const http::Request& request,
                                       const VerifyContext& context,
                                       wire::Principal principal);

}  // namespace wr::auth
