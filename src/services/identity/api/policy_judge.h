#pragma once
// The engine's questions about policies, answered by auth/.

#include "services/identity/engine/policy_judge.h"

namespace wr::identity::api {

class AuthPolicyJudge final : public PolicyJudge {
public:
    base::Result<void, std::string> check(std::string_view document,
                                          DocumentKind kind) const override;
    bool trusts(const TrustQuestion& question) const override;
    bool role_allows(const RoleQuestion& question) const override;
};

}  // namespace wr::identity::api
