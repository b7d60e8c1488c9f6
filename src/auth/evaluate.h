#pragma once
// The decision: principal, action, resource and context against every policy that has a say.
//
// Source: IAM User Guide, "Policy evaluation logic". An error during evaluation denies.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_errors.h"
#include "auth/policy.h"
#include "http/message.h"
#include "wire/context.h"

namespace wr::auth {

using Policies = std::vector<std::shared_ptr<const Policy>>;

/// What binds one principal.
struct PolicySet {
    Policies identity;
    Policies boundary;  ///< a permissions boundary, or empty
    Policies session;   ///< of one session, which may do what any of them allows
    bool has_boundary = false;
    bool has_session = false;
    /// A policy could not be read: nothing is allowed.
    bool is_broken = false;
};

/// @threads any
class PolicySource {
public:
    virtual ~PolicySource() = default;
    virtual PolicySet policies_of(const wire::Principal& principal) = 0;
};

enum class CallerKind { Anonymous, Root, User, AssumedRole, Service, Federated };

struct Caller {
    CallerKind kind = CallerKind::Anonymous;
    std::string account;
    std::string arn;       ///< user's or session's
    std::string role_arn;  ///< behind a session
    std::string name;      ///< lambda.amazonaws.com, or the federated provider
};
Caller caller_of(const wire::Principal& principal);
Caller service_caller(std::string name);
Caller federated_caller(std::string provider);

struct AccessQuestion {
    Caller caller;
    std::string action;
    std::string resource;          ///< ARN or *
    std::string resource_account;  ///< that owns it; empty: the caller's
    ConditionContext context;
    /// Roles: the trust policy must allow, whatever else does.
    bool needs_resource_policy = false;
};

enum class PolicySourceKind { Identity, Resource, Session, Boundary };

struct Decision {
    bool allowed = false;
    bool explicit_deny = false;
    /// Whose deny it was, or which kind of policy lacks the consent.
    PolicySourceKind source = PolicySourceKind::Identity;
    std::string sid;  ///< of the statement that decided, if it has one
};

/// `resource` are the policies on the resource: a bucket's, a function's, a role's trust policy.
Decision evaluate(const AccessQuestion& question,
                  const PolicySet& policies,
                  const Policies& resource = {});

/// Condition keys that every request has, from what the server knows.
ConditionContext base_context(const wire::Principal& principal,
                              const http::Request& request,
                              std::string_view region,
                              base::Timestamp now);

/// "User: ... is not authorized to perform: ... because ..." in the code of the family.
wire::ApiError access_denied(Family family,
                             const wire::Principal& principal,
                             const std::string& action,
                             const std::string& resource,
                             const Decision& decision);

}  // namespace wr::auth
