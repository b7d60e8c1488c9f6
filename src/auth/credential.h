#pragma once
// Who owns an access key: the question that authentication asks, answered by services/identity.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "wire/context.h"

namespace wr::auth {

/// What a key unlocks. Never formatted, never logged.
struct Credential {
    std::string secret;
    wire::Principal principal;
};

enum class CredentialProblem {
    UnknownKey,    ///< no such key, or it is inactive
    InvalidToken,  ///< the token is missing, superfluous, forged or of another key
    ExpiredToken,
};

/// @threads any
class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// `session_token` is empty when the request carries none; temporary keys need theirs,
    /// long-term keys refuse any.
    virtual base::Result<Credential, CredentialProblem> find(std::string_view access_key_id,
                                                             std::string_view session_token,
                                                             base::Timestamp now) = 0;
};

}  // namespace wr::auth
