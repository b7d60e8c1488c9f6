// Turns the engine's questions into auth's.
#include "services/identity/api/policy_judge.h"

#include "auth/evaluate.h"

namespace wr::identity::api {
namespace {

/// False when one cannot be read.
bool parse_into(auth::Policies& policies,
                const std::vector<std::string>& documents,
                auth::PolicyKind kind) {
    for (const auto& document : documents) {
        auto policy = auth::Policy::parse(document, kind);
        if (!policy) return false;
        policies.push_back(std::make_shared<const auth::Policy>(*std::move(policy)));
    }
    return true;
}

}  // namespace

base::Result<void, std::string> AuthPolicyJudge::check(std::string_view document,
                                                       DocumentKind kind) const {
    auto policy = auth::Policy::parse(
        document,
        kind == DocumentKind::Trust ? auth::PolicyKind::Trust : auth::PolicyKind::Identity);
    if (!policy) return base::fail(std::move(policy).error());
    return {};
}

bool AuthPolicyJudge::trusts(const TrustQuestion& asked) const {
    auth::Policies trust;
    if (!parse_into(trust, {asked.trust_policy}, auth::PolicyKind::Trust)) return false;
    auth::AccessQuestion question;
    question.caller = asked.is_service ? auth::service_caller(asked.caller)
                                       : auth::federated_caller(asked.caller);
    question.action = asked.action;
    question.resource = asked.role_arn;
    question.needs_resource_policy = true;
    for (const auto& [key, value] : asked.context) question.context.set(key, value);
    return auth::evaluate(question, {}, trust).allowed;
}

bool AuthPolicyJudge::role_allows(const RoleQuestion& asked) const {
    auth::PolicySet set;
    set.has_boundary = !asked.boundary.empty();
    if (!parse_into(set.identity, asked.documents, auth::PolicyKind::Identity)) return false;
    if (!parse_into(set.boundary, asked.boundary, auth::PolicyKind::Identity)) return false;
    auth::AccessQuestion question;
    question.caller.kind = auth::CallerKind::AssumedRole;
    question.caller.account = asked.account;
    question.caller.role_arn = asked.role_arn;
    question.action = asked.action;
    question.resource = asked.resource;
    return auth::evaluate(question, set).allowed;
}

}  // namespace wr::identity::api
