#pragma once
// Identity tokens of our own: JSON Web Tokens, signed with RS256 and nothing else.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/identity/engine/error.h"
#include "services/identity/engine/records.h"
#include "services/identity/engine/sealer.h"

namespace wr::identity {

constexpr std::string_view identity_provider = "cognito-identity.amazonaws.com";

struct WebClaims {
    std::string subject;             ///< identity id
    std::string audience;            ///< pool id
    std::vector<std::string> means;  ///< amr: unauthenticated, or authenticated and providers
    base::Timestamp issued{};
    base::Timestamp expires{};
};

/// The key is made at first use and kept, sealed, in the store. @threads any
class WebTokens {
public:
    WebTokens(Records& records, const Sealer& sealer, const base::Clock& clock);
    ~WebTokens();

    Outcome<std::string> sign(const WebClaims& claims);
    /// @errors InvalidIdentityToken, ExpiredIdentityToken
    Outcome<WebClaims> verify(std::string_view token);

private:
    struct Key;
    Outcome<std::shared_ptr<const Key>> key();
    Outcome<std::shared_ptr<const Key>> load_or_make();

    Records& records_;
    const Sealer& sealer_;
    const base::Clock& clock_;
    base::Mutex mutex_;
    std::shared_ptr<const Key> key_ GUARDED_BY(mutex_);
};

}  // namespace wr::identity
