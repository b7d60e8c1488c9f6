#pragma once
// The embedded identity service: IAM, STS and identity pools over one store, and the face.

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "kv/store.h"
#include "services/identity/engine/cognito.h"
#include "services/identity/engine/iam.h"
#include "services/identity/engine/policy_judge.h"
#include "services/identity/engine/records.h"
#include "services/identity/engine/root_keys.h"
#include "services/identity/engine/sealer.h"
#include "services/identity/engine/session.h"
#include "services/identity/engine/sts.h"
#include "services/identity/engine/web_token.h"
#include "services/identity/identity.h"

namespace wr::identity {

struct EngineOptions {
    RootKeys root;
    RateLimits guest_limits;
};

/// Store, judge, clock and random outlive the engine. @threads any
class Engine final : public Face {
public:
    Engine(kv::Store& store,
           const PolicyJudge& judge,
           const base::Clock& clock,
           base::Random& random,
           EngineOptions options);

    base::Result<Credentials, Error> assume_role_for_service(
        const std::string& role_arn,
        const std::string& service_principal,
        const std::string& session_name,
        std::chrono::seconds duration) override;
    bool can_be_assumed_by(const std::string& role_arn,
                           const std::string& service_principal) override;
    bool role_allows(const std::string& role_arn,
                     const std::string& action,
                     const std::string& resource) override;

    const RootKeys& root() const { return options_.root; }
    Records& records() { return records_; }
    Iam& iam() { return iam_; }
    const Sts& sts() const { return sts_; }
    Cognito& cognito() { return cognito_; }
    const SessionTokens& tokens() const { return tokens_; }

private:
    const EngineOptions options_;
    const PolicyJudge& judge_;
    Records records_;
    Sealer sealer_;
    Iam iam_;
    SessionTokens tokens_;
    WebTokens web_tokens_;
    Sts sts_;
    Cognito cognito_;
};

}  // namespace wr::identity
