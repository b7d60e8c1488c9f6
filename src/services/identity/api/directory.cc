// Looks up keys and policies; broken or missing records never allow anything.
#include "services/identity/api/directory.h"

#include "base/time_format.h"

namespace wr::identity::api {
namespace {

using auth::Credential;
using auth::CredentialProblem;

wire::Principal user_principal(const Entity& user) {
    wire::Principal principal;
    principal.kind = wire::PrincipalKind::User;
    principal.account = user.account;
    principal.arn = user.arn();
    principal.user_id = user.id;
    principal.tags = user.tags;
    return principal;
}

/// The documents that limit a session, as one JSON array; empty when none does.
std::string session_policies(const Session& session, const Iam& iam) {
    std::string documents;
    const auto add = [&](const std::string& document) {
        documents += documents.empty() ? "[" : ",";
        documents += document;
    };
    if (!session.policy.empty()) add(session.policy);
    for (const auto& arn : session.policy_arns) {
        // A policy that is gone leaves a document that cannot be read, which denies everything.
        const auto policy = iam.get_policy(session.account, arn);
        add(policy ? policy->document : "null");
    }
    switch (session.scope_down) {
        case ScopeDown::None:
            break;
        case ScopeDown::Guests:
            add(guest_scope_down_policy());
            break;
    }
    return documents.empty() ? documents : documents + "]";
}

bool parse_documents(auth::Policies& into, const std::vector<std::string>& documents) {
    for (const auto& document : documents) {
        auto policy = auth::Policy::parse(document, auth::PolicyKind::Identity);
        if (!policy) return false;
        into.push_back(std::make_shared<const auth::Policy>(*std::move(policy)));
    }
    return true;
}

auth::PolicySet broken_set() {
    auth::PolicySet set;
    set.is_broken = true;
    return set;
}

}  // namespace

wire::Principal root_principal(const RootKeys& root) {
    wire::Principal principal;
    principal.kind = wire::PrincipalKind::Root;
    principal.account = root.account;
    principal.arn = "arn:aws:iam::" + root.account + ":root";
    principal.user_id = root.account;
    principal.access_key_id = root.access_key_id;
    return principal;
}

void Directory::forget_if_changed() {
    const uint64_t current = engine_.records().generation();
    if (current == generation_ && keys_.size() < remembered_max &&
        policies_.size() < remembered_max)
        return;
    keys_.clear();
    policies_.clear();
    generation_ = current;
}

base::Result<Credential, CredentialProblem> Directory::find_key(const std::string& access_key_id) {
    const auto key = engine_.records().key(access_key_id);
    if (!key || !*key || !(*key)->is_active) return base::fail(CredentialProblem::UnknownKey);
    auto secret = engine_.iam().secret_of(**key);
    const auto user = engine_.iam().get(EntityKind::User, (*key)->account, (*key)->user_name);
    if (!secret || !user) return base::fail(CredentialProblem::UnknownKey);
    return Credential{*std::move(secret), user_principal(*user)};
}

base::Result<Credential, CredentialProblem> Directory::find_session(
    const std::string& access_key_id, std::string_view token, base::Timestamp now) const {
    auto session = engine_.tokens().open(token, access_key_id, now);
    if (!session) {
        switch (session.error()) {
            case TokenProblem::Invalid:
                return base::fail(CredentialProblem::InvalidToken);
            case TokenProblem::Expired:
                return base::fail(CredentialProblem::ExpiredToken);
        }
    }
    Credential credential;
    credential.secret = session->secret;
    auto& principal = credential.principal;
    switch (session->kind) {
        case SessionKind::Root:
            principal = root_principal(engine_.root());
            break;
        case SessionKind::User: {
            const auto user =
                engine_.iam().get(EntityKind::User, session->account, session->entity_name);
            // A namesake made later does not inherit the session.
            if (!user || user->id != session->entity_id)
                return base::fail(CredentialProblem::InvalidToken);
            principal = user_principal(*user);
            break;
        }
        case SessionKind::Role: {
            const auto role =
                engine_.iam().get(EntityKind::Role, session->account, session->entity_name);
            if (!role || role->id != session->entity_id)
                return base::fail(CredentialProblem::InvalidToken);
            principal.kind = wire::PrincipalKind::AssumedRole;
            principal.account = session->account;
            principal.arn =
                session_arn(session->account, session->entity_name, session->session_name);
            principal.user_id = session->entity_id + ':' + session->session_name;
            principal.role_arn = role->arn();
            principal.tags = session->tags;
            break;
        }
    }
    principal.session_policy = session_policies(*session, engine_.iam());
    principal.session_context = session->context;
    principal.session_context["aws:TokenIssueTime"] = base::format_iso8601(session->issued);
    return credential;
}

base::Result<Credential, CredentialProblem> Directory::find(std::string_view access_key_id,
                                                            std::string_view session_token,
                                                            base::Timestamp now) {
    const std::string id(access_key_id);
    const RootKeys& root = engine_.root();
    if (id.starts_with("ASIA")) {
        if (session_token.empty()) return base::fail(CredentialProblem::InvalidToken);
        return find_session(id, session_token, now);
    }
    if (!session_token.empty()) return base::fail(CredentialProblem::InvalidToken);
    if (id == root.access_key_id) return Credential{root.secret_access_key, root_principal(root)};
    {
        const base::MutexLock lock(mutex_);
        forget_if_changed();
        if (const auto known = keys_.find(id); known != keys_.end()) return known->second;
    }
    const uint64_t before = engine_.records().generation();
    WR_TRY(auto credential, find_key(id));
    const base::MutexLock lock(mutex_);
    forget_if_changed();
    // What was read before a change must not be remembered after it.
    if (before == generation_) keys_[id] = credential;
    return credential;
}

auth::PolicySet Directory::load_policies(const wire::Principal& principal) const {
    auth::PolicySet set;
    const bool is_role = principal.kind == wire::PrincipalKind::AssumedRole;
    const auto kind = is_role ? EntityKind::Role : EntityKind::User;
    const auto name = name_of_arn(is_role ? principal.role_arn : principal.arn);
    const auto entity = engine_.iam().get(kind, principal.account, name);
    if (!entity) return broken_set();
    const std::string id = principal.user_id.substr(0, principal.user_id.find(':'));
    if (entity->id != id) return broken_set();
    const auto policies = engine_.iam().policies_of(*entity);
    if (!policies || policies->is_broken) return broken_set();
    if (!parse_documents(set.identity, policies->documents)) return broken_set();
    set.has_boundary = !policies->boundary.empty();
    if (!parse_documents(set.boundary, policies->boundary)) return broken_set();
    return set;
}

auth::PolicySet Directory::policies_of(const wire::Principal& principal) {
    auth::PolicySet set;
    switch (principal.kind) {
        case wire::PrincipalKind::Anonymous:
            return set;
        case wire::PrincipalKind::Root:
            break;
        case wire::PrincipalKind::User:
        case wire::PrincipalKind::AssumedRole: {
            const std::string key = principal.user_id + '\n' + principal.session_policy;
            {
                const base::MutexLock lock(mutex_);
                forget_if_changed();
                if (const auto known = policies_.find(key); known != policies_.end())
                    return known->second;
            }
            const uint64_t before = engine_.records().generation();
            set = load_policies(principal);
            if (!principal.session_policy.empty()) {
                auto session =
                    auth::Policy::parse_all(principal.session_policy, auth::PolicyKind::Identity);
                if (!session) return broken_set();
                set.has_session = true;
                set.session = *std::move(session);
            }
            const base::MutexLock lock(mutex_);
            forget_if_changed();
            if (before == generation_) policies_[key] = set;
            return set;
        }
    }
    return set;
}

}  // namespace wr::identity::api
