#pragma once
// Cognito identity pools: guests get an identity, and credentials of the role that the pool names.
//
// Source: Amazon Cognito Federated Identities API Reference; Developer Guide, "Authentication
// flow". Tokens of outside providers cannot be verified without the network and are refused.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "services/identity/engine/rate_limiter.h"
#include "services/identity/engine/sts.h"

namespace wr::identity {

constexpr size_t pools_max = 1'000;
constexpr int64_t identities_per_pool_max = 1'000'000;
constexpr auto open_id_token_duration = std::chrono::minutes{10};
constexpr auto guest_session_duration = std::chrono::hours{1};

/// Actions that sessions of guests may use at all, whatever their role allows.
const std::string& guest_scope_down_policy();

struct IdentityCredentials {
    std::string identity_id;
    Credentials credentials;
};

/// @threads any
class Cognito {
public:
    Cognito(Records& records,
            const Sts& sts,
            WebTokens& web_tokens,
            const base::Clock& clock,
            base::Random& random,
            RateLimits limits)
        : records_(records),
          sts_(sts),
          web_tokens_(web_tokens),
          clock_(clock),
          random_(random),
          limiter_(clock, limits) {}

    /// Id, account and region of `pool` are filled in.
    Outcome<IdentityPool> create_pool(const std::string& account,
                                      const std::string& region,
                                      IdentityPool pool);
    Outcome<IdentityPool> get_pool(const std::string& account, const std::string& id) const;
    Outcome<std::vector<IdentityPool>> list_pools(const std::string& account,
                                                  const std::string& region) const;
    /// Replaces all but roles and mappings.
    Outcome<IdentityPool> update_pool(const std::string& account, IdentityPool pool);
    Outcome<void> remove_pool(const std::string& account, const std::string& id);
    Outcome<void> set_roles(const std::string& account,
                            const std::string& id,
                            const StringMap& roles,
                            const std::map<std::string, RoleMapping>& mappings);
    Outcome<void> tag(const std::string& account,
                      const std::string& pool_arn,
                      const StringMap& add,
                      const std::vector<std::string>& remove);
    Outcome<StringMap> tags(const std::string& account, const std::string& pool_arn) const;

    Outcome<PoolIdentity> describe_identity(const std::string& account,
                                            const std::string& id) const;
    Outcome<std::vector<PoolIdentity>> list_identities(const std::string& account,
                                                       const std::string& pool_id,
                                                       const std::string& after,
                                                       size_t count) const;
    /// The ids that could not be deleted.
    Outcome<std::vector<std::string>> remove_identities(const std::string& account,
                                                        const std::vector<std::string>& ids);

    // The unsigned calls. `peer` is the address of the socket.
    Outcome<std::string> get_id(const std::string& peer,
                                const std::string& pool_id,
                                const StringMap& logins);
    Outcome<IdentityCredentials> get_credentials(const std::string& peer,
                                                 const std::string& identity_id,
                                                 const StringMap& logins,
                                                 const std::string& custom_role_arn);
    Outcome<std::string> get_open_id_token(const std::string& peer,
                                           const std::string& identity_id,
                                           const StringMap& logins);

private:
    struct Subject {
        PoolIdentity identity;
        IdentityPool pool;
        bool is_authenticated = false;
    };
    Outcome<void> check_rate(const std::string& peer);
    Outcome<Subject> subject_of(const std::string& identity_id, const StringMap& logins);
    Outcome<void> save(const IdentityPool& pool) REQUIRES(records_.mutex());
    WebClaims claims_of(const Subject& subject) const;

    Records& records_;
    const Sts& sts_;
    WebTokens& web_tokens_;
    const base::Clock& clock_;
    base::Random& random_;
    RateLimiter limiter_;
};

}  // namespace wr::identity
