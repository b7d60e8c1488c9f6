#pragma once
// The face of identity (Cognito identity pools, STS, IAM): roles that services assume.

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace wr::identity {

struct Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  ///< empty for long-term keys
    base::Timestamp expiration{};
};

enum class ErrorCode { NoSuchEntity, AccessDenied, InvalidArgument };
struct Error {
    ErrorCode code;
    std::string message;
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    /// Credentials for a role whose trust policy names `service_principal` (lambda.amazonaws.com
    /// ...).
    virtual base::Result<Credentials, Error> assume_role_for_service(
        const std::string& role_arn,
        const std::string& service_principal,
        const std::string& session_name,
        std::chrono::seconds duration) = 0;
    /// Whether the role exists and its trust policy lets the service assume it.
    virtual bool can_be_assumed_by(const std::string& role_arn,
                                   const std::string& service_principal) = 0;
    /// Whether the role's policies allow `action` on `resource`: asked before a service acts for a
    /// user.
    virtual bool role_allows(const std::string& role_arn,
                             const std::string& action,
                             const std::string& resource) = 0;
};

}  // namespace wr::identity
