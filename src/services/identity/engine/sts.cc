// Temporary credentials: who may have them, for how long, and what they are limited to.
#include "services/identity/engine/sts.h"

namespace wr::identity {
namespace {

using std::chrono::seconds;

base::Failure<EngineError> not_authorized(const std::string& action) {
    return fault(Fault::AccessDenied, "Not authorized to perform " + action);
}

}  // namespace

std::string session_arn(const std::string& account,
                        const std::string& role_name,
                        const std::string& session_name) {
    return "arn:aws:sts::" + account + ":assumed-role/" + role_name + '/' + session_name;
}

Outcome<Entity> Sts::role(const std::string& role_arn) const {
    constexpr std::string_view head = "arn:aws:iam::";
    constexpr size_t account_digits = 12;
    const bool well_formed = role_arn.starts_with(head) &&
                             role_arn.compare(head.size() + account_digits, 6, ":role/") == 0;
    if (!well_formed) return fault(Fault::Validation, role_arn + " is invalid");
    const std::string account = role_arn.substr(head.size(), account_digits);
    WR_TRY(auto role, iam_.get(EntityKind::Role, account, name_of_arn(role_arn)));
    if (role.arn() != role_arn)
        return fault(Fault::NoSuchEntity,
                     "The role with name " + name_of_arn(role_arn) + " cannot be found.");
    return role;
}

Outcome<void> Sts::check_limits(const RoleSessionRequest& request, const Entity& role) const {
    const auto duration = request.duration.value_or(role_session_default);
    if (duration < session_duration_min)
        return fault(Fault::Validation,
                     "1 validation error detected: Value '" + std::to_string(duration.count()) +
                         "' at 'durationSeconds' failed to satisfy constraint: Member must have "
                         "value greater than or equal to 900");
    if (request.is_chained && duration > chained_session_max)
        return fault(Fault::Validation,
                     "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                     "assumed by role chaining.");
    if (duration.count() > role.max_session_seconds)
        return fault(Fault::Validation,
                     "The requested DurationSeconds exceeds the MaxSessionDuration set for this "
                     "role.");
    if (!request.policy.empty()) {
        if (request.policy.size() > session_policy_bytes_max)
            return fault(Fault::PackedPolicyTooLarge,
                         "Packed policy consumes more than the 2048 characters allowed.");
        auto checked = judge_.check(request.policy, DocumentKind::Identity);
        if (!checked) return fault(Fault::MalformedPolicy, std::move(checked).error());
    }
    if (request.policy_arns.size() > session_policy_arns_max)
        return fault(Fault::PackedPolicyTooLarge, "At most 10 policy ARNs are allowed.");
    for (const auto& arn : request.policy_arns) {
        if (!iam_.get_policy(role.account, arn))
            return fault(Fault::Validation, "PolicyArn " + arn + " does not exist.");
    }
    if (request.tags.size() > session_tags_max)
        return fault(Fault::Validation, "At most 50 session tags are allowed.");
    return {};
}

Outcome<RoleSession> Sts::assume_role(const RoleSessionRequest& request) const {
    WR_TRY(const auto role, this->role(request.role_arn));
    WR_TRY_VOID(check_limits(request, role));
    Session session;
    session.kind = SessionKind::Role;
    session.account = role.account;
    session.entity_name = role.name;
    session.entity_id = role.id;
    session.session_name = request.session_name;
    session.policy = request.policy;
    session.policy_arns = request.policy_arns;
    session.scope_down = request.scope_down;
    session.is_chained = request.is_chained;
    session.tags = role.tags;
    for (const auto& [key, value] : request.tags) session.tags[key] = value;
    session.context = request.context;
    RoleSession result;
    result.arn = session_arn(role.account, role.name, request.session_name);
    result.id = role.id + ':' + request.session_name;
    result.credentials =
        tokens_.issue(std::move(session), request.duration.value_or(role_session_default));
    return result;
}

bool Sts::trusts_identity(const Entity& role, const WebClaims& claims, StringMap& context) const {
    const std::string provider(identity_provider);
    context["aws:FederatedProvider"] = provider;
    context[provider + ":aud"] = claims.audience;
    context[provider + ":sub"] = claims.subject;
    // Later means are providers; the first says authenticated or not.
    if (!claims.means.empty()) context[provider + ":amr"] = claims.means.front();
    TrustQuestion question;
    question.trust_policy = role.trust_policy;
    question.caller = provider;
    question.action = "sts:AssumeRoleWithWebIdentity";
    question.role_arn = role.arn();
    question.context = context;
    return judge_.trusts(question);
}

Outcome<RoleSession> Sts::assume_role_for_identity(RoleSessionRequest request,
                                                   const WebClaims& claims) const {
    // A missing role and one that does not trust are the same to an outsider.
    const auto role = this->role(request.role_arn);
    if (!role || !trusts_identity(*role, claims, request.context))
        return not_authorized("sts:AssumeRoleWithWebIdentity");
    return assume_role(request);
}

Outcome<WebRoleSession> Sts::assume_role_with_web_identity(RoleSessionRequest request,
                                                           const std::string& token) const {
    WR_TRY(auto claims, web_tokens_.verify(token));
    WR_TRY(auto session, assume_role_for_identity(std::move(request), claims));
    return WebRoleSession{std::move(session), std::move(claims)};
}

Outcome<RoleSession> Sts::assume_role_for_service(RoleSessionRequest request,
                                                  const std::string& service) const {
    WR_TRY(const auto role, this->role(request.role_arn));
    TrustQuestion question;
    question.trust_policy = role.trust_policy;
    question.is_service = true;
    question.caller = service;
    question.action = "sts:AssumeRole";
    question.role_arn = request.role_arn;
    if (!judge_.trusts(question)) return not_authorized("sts:AssumeRole");
    return assume_role(request);
}

Outcome<Credentials> Sts::session_token(const std::string& account,
                                        const std::string& user,
                                        std::optional<seconds> duration) const {
    const bool is_root = user.empty();
    const auto longest = is_root ? root_session_max : user_session_max;
    const auto wanted =
        std::min(duration.value_or(user_session_default), is_root ? longest : user_session_max);
    Session session;
    session.account = account;
    session.kind = is_root ? SessionKind::Root : SessionKind::User;
    if (!is_root) {
        WR_TRY(const auto entity, iam_.get(EntityKind::User, account, user));
        session.entity_name = entity.name;
        session.entity_id = entity.id;
        session.tags = entity.tags;
    }
    return tokens_.issue(std::move(session), wanted);
}

}  // namespace wr::identity
