#pragma once
// What a session token holds. Nothing is stored: the token itself is sealed.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "services/identity/engine/model.h"
#include "services/identity/engine/sealer.h"
#include "services/identity/identity.h"

namespace wr::identity {

enum class SessionKind { Root, User, Role };

/// The services that the enhanced flow of identity pools leaves to its sessions.
enum class ScopeDown { None, Guests };

struct Session {
    SessionKind kind = SessionKind::Role;
    std::string access_key_id;
    std::string secret;
    std::string account;
    std::string entity_name;   ///< of the user or role
    std::string entity_id;     ///< AIDA... or AROA...: a namesake made later is another one
    std::string session_name;  ///< roles
    Timestamp issued{};
    Timestamp expires{};
    std::string policy;                    ///< inline session policy, or empty
    std::vector<std::string> policy_arns;  ///< managed session policies
    ScopeDown scope_down = ScopeDown::None;
    bool is_chained = false;  ///< assumed by another session of a role
    StringMap tags;
    StringMap context;  ///< condition keys that the session carries
};

enum class TokenProblem { Invalid, Expired };

/// Seals sessions into tokens and opens them again.
class SessionTokens {
public:
    SessionTokens(const Sealer& sealer, const base::Clock& clock, base::Random& random);

    /// Fills in keys and times, and hands out what the client gets.
    Credentials issue(Session session, std::chrono::seconds duration) const;
    /// The access key must be the one that the token was made for. Expiry counts on wall time and,
    /// within one run of the program, on monotonic time too: a clock set back revives nothing.
    base::Result<Session, TokenProblem> open(std::string_view token,
                                             std::string_view access_key_id,
                                             Timestamp now) const;

private:
    const Sealer& sealer_;
    const base::Clock& clock_;
    base::Random& random_;
    const std::string run_id_;
};

}  // namespace wr::identity
