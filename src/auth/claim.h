#pragma once
// What a request claims in its Authorization header or signed query, parsed and not yet believed.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth_errors.h"
#include "auth/canonical.h"
#include "base/clock.h"
#include "http/message.h"
#include "wire/error.h"

namespace wr::auth {

struct Claim {
    std::string access_key_id;
    Scope scope;
    std::vector<std::string> signed_headers;
    std::string signature;
    std::string session_token;
    std::string amz_date;  ///< YYYYMMDDTHHMMSSZ, whichever header it came from
    base::Timestamp signed_at;
    bool presigned = false;
    std::chrono::seconds lifetime{0};           ///< presigned only
    std::optional<std::string> query_sha256{};  ///< X-Amz-Content-Sha256 of a presigned URL
};

/// Empty: the request is anonymous. An error: it carries half an authentication, two of them, or a
/// field of one twice.
wire::ApiResult<std::optional<Claim>> parse_claim(const http::Request& request, Family family);

/// Access key and scope of "AKID/date/region/service/aws4_request".
std::optional<std::pair<std::string, Scope>> parse_credential(std::string_view text);

}  // namespace wr::auth
