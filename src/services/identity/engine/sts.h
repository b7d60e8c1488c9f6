#pragma once
// STS: temporary credentials.
//
// Source: STS API Reference.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "services/identity/engine/iam.h"
#include "services/identity/engine/session.h"
#include "services/identity/engine/web_token.h"

namespace wr::identity {

constexpr auto session_duration_min = std::chrono::seconds{900};
constexpr auto role_session_default = std::chrono::seconds{3'600};
constexpr auto chained_session_max = std::chrono::seconds{3'600};
constexpr auto user_session_default = std::chrono::seconds{43'200};
constexpr auto user_session_max = std::chrono::seconds{129'600};
constexpr auto root_session_max = std::chrono::seconds{3'600};
constexpr size_t session_policy_bytes_max = 2'048;
constexpr size_t session_policy_arns_max = 10;
constexpr size_t session_tags_max = 50;

struct RoleSessionRequest {
    std::string role_arn;
    std::string session_name;
    std::string policy;
    std::vector<std::string> policy_arns;
    std::optional<std::chrono::seconds> duration;
    StringMap tags;
    StringMap context;
    ScopeDown scope_down = ScopeDown::None;
    bool is_chained = false;
};

struct RoleSession {
    Credentials credentials;
    std::string arn;  ///< arn:aws:sts::account:assumed-role/role/session
    std::string id;   ///< AROA...:session
};

struct WebRoleSession {
    RoleSession session;
    WebClaims claims;
};

/// @threads any
class Sts {
public:
    Sts(const Iam& iam,
        const PolicyJudge& judge,
        const SessionTokens& tokens,
        WebTokens& web_tokens)
        : iam_(iam), judge_(judge), tokens_(tokens), web_tokens_(web_tokens) {}

    /// The caller has been found to be trusted by the role: the gate of the api layer asked.
    Outcome<RoleSession> assume_role(const RoleSessionRequest& request) const;
    /// The token decides; the trust policy is asked here.
    Outcome<WebRoleSession> assume_role_with_web_identity(RoleSessionRequest request,
                                                          const std::string& token) const;
    /// For the enhanced flow of identity pools, whose own claims need no token.
    Outcome<RoleSession> assume_role_for_identity(RoleSessionRequest request,
                                                  const WebClaims& claims) const;
    Outcome<RoleSession> assume_role_for_service(RoleSessionRequest request,
                                                 const std::string& service) const;
    /// Of a user, or of root when `user` is empty.
    Outcome<Credentials> session_token(const std::string& account,
                                       const std::string& user,
                                       std::optional<std::chrono::seconds> duration) const;

    /// By its ARN, path included.
    Outcome<Entity> role(const std::string& role_arn) const;

private:
    Outcome<void> check_limits(const RoleSessionRequest& request, const Entity& role) const;
    bool trusts_identity(const Entity& role, const WebClaims& claims, StringMap& context) const;

    const Iam& iam_;
    const PolicyJudge& judge_;
    const SessionTokens& tokens_;
    WebTokens& web_tokens_;
};

std::string session_arn(const std::string& account,
                        const std::string& role_name,
                        const std::string& session_name);

}  // namespace wr::identity
