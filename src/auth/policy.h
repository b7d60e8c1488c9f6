#pragma once
// Policy documents: parsed once, immutable, shared.
//
// Source: IAM User Guide, "IAM JSON policy element reference" and "Grammar of the IAM JSON policy
// language".

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_condition.h"
#include "auth/policy_pattern.h"
#include "base/result.h"

namespace wr::auth {

/// Of all documents of a session together; single documents have tighter quotas.
constexpr size_t policy_bytes_max = 128 * 1024;

enum class PolicyKind {
    Identity,  ///< of users and roles, managed, session and boundary: no principal
    Resource,  ///< of a bucket or function: principal and resource
    Trust,     ///< of a role: principal, no resource
};

struct PrincipalElement {
    bool everyone = false;  ///< "Principal": "*"
    std::vector<std::string> aws;
    std::vector<std::string> services;
    std::vector<std::string> federated;
    std::vector<std::string> canonical_users;
};

struct Statement {
    std::string sid;
    bool allows = false;
    bool not_action = false;
    std::vector<Glob> actions;  ///< compared without case
    bool has_resource = false;
    bool not_resource = false;
    std::vector<ArnPattern> resources;
    bool has_principal = false;
    bool not_principal = false;
    PrincipalElement principal;
    std::vector<Condition> conditions;
};

class Policy {
public:
    /// The error is the text of MalformedPolicyDocument (IAM) or MalformedPolicy (S3).
    static base::Result<Policy, std::string> parse(std::string_view text, PolicyKind kind);
    /// A document that is one policy or an array of policies, as sessions carry them.
    static base::Result<std::vector<std::shared_ptr<const Policy>>, std::string> parse_all(
        std::string_view text, PolicyKind kind);

    PolicyKind kind() const { return kind_; }
    const std::vector<Statement>& statements() const { return statements_; }

private:
    PolicyKind kind_ = PolicyKind::Identity;
    std::vector<Statement> statements_;
};

}  // namespace wr::auth
