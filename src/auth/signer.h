#pragma once
// Signature Version 4, the client's side: signs requests and presigns URLs.

#include <chrono>
#include <string>
#include <string_view>

#include "auth/canonical.h"
#include "base/clock.h"
#include "http/message.h"

namespace wr::auth {

struct SigningCredentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  ///< empty for long-term keys
};

/// What is signed for: service signing name and region. "s3" takes S3's rules.
struct SigningTarget {
    std::string service;
    std::string region;
};

/// Sets X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256 (S3) and Authorization; earlier ones
/// are replaced. Host must be set; every header but User-Agent, Connection, Expect,
/// Transfer-Encoding and X-Amzn-Trace-Id is signed.
void sign(http::Request& request,
          const SigningCredentials& credentials,
          const SigningTarget& target,
          base::Timestamp now);

/// Appends the signed query to the target. Only Host is signed, and the payload is not.
void presign(http::Request& request,
             const SigningCredentials& credentials,
             const SigningTarget& target,
             base::Timestamp now,
             std::chrono::seconds lifetime);

}  // namespace wr::auth
