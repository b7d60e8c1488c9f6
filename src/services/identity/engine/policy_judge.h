#pragma once
// What the engine asks about policies; auth/ answers, through the api layer.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wr::identity {

enum class DocumentKind { Identity, Trust };

/// May a service or a federated user, not a user of the account, assume the role?
struct TrustQuestion {
    std::string trust_policy;
    bool is_service = false;  ///< else a federated provider
    std::string caller;       ///< lambda.amazonaws.com, cognito-identity.amazonaws.com
    std::string action;       ///< sts:AssumeRole, sts:AssumeRoleWithWebIdentity
    std::string role_arn;
    std::map<std::string, std::string> context;
};

/// May a session of the role do this, by the role's own policies?
struct RoleQuestion {
    std::string account;
    std::string role_arn;
    std::vector<std::string> documents;
    std::vector<std::string> boundary;  ///< none or one
    std::string action;
    std::string resource;
};

/// @threads any
class PolicyJudge {
public:
    virtual ~PolicyJudge() = default;
    /// The error is the text of MalformedPolicyDocument.
    virtual base::Result<void, std::string> check(std::string_view document,
                                                  DocumentKind kind) const = 0;
    virtual bool trusts(const TrustQuestion& question) const = 0;
    virtual bool role_allows(const RoleQuestion& question) const = 0;
};

}  // namespace wr::identity
