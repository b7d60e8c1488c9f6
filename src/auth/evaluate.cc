// Evaluates policies: every deny first, then who consents.
#include "auth/evaluate.h"

#include <algorithm>

#include "base/time_format.h"

namespace wr::auth {
namespace {

/// How a principal element names the caller, from the weakest to the strongest.
enum class Naming { None, Account, Everyone, Role, Caller };

bool names_account(const std::string& entry, const Caller& caller) {
    return !caller.account.empty() &&
           (entry == caller.account || entry == "arn:aws:iam::" + caller.account + ":root");
}

Naming naming_of_aws(const std::string& entry, const Caller& caller) {
    switch (caller.kind) {
        case CallerKind::Service:
        case CallerKind::Federated:
            return Naming::None;
        case CallerKind::Anonymous:
            return entry == "*" ? Naming::Everyone : Naming::None;
        case CallerKind::Root:
            if (names_account(entry, caller)) return Naming::Caller;
            break;
        case CallerKind::User:
        case CallerKind::AssumedRole:
            break;
    }
    if (entry == "*") return Naming::Everyone;
    if (!caller.arn.empty() && entry == caller.arn) return Naming::Caller;
    if (!caller.role_arn.empty() && entry == caller.role_arn) return Naming::Role;
    return names_account(entry, caller) ? Naming::Account : Naming::None;
}

Naming naming_of(const PrincipalElement& element, const Caller& caller) {
    const auto has = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), caller.name) != names.end();
    };
    Naming best = element.everyone ? Naming::Everyone : Naming::None;
    if (caller.kind == CallerKind::Service && has(element.services)) return Naming::Caller;
    if (caller.kind == CallerKind::Federated && has(element.federated)) return Naming::Caller;
    for (const auto& entry : element.aws) best = std::max(best, naming_of_aws(entry, caller));
    return best;
}

/// A denial spares only those whom NotPrincipal names exactly; a consent reaches only those whom it
/// does not name in any way.
Naming naming_in(const Statement& statement, const Caller& caller) {
    if (!statement.has_principal) return Naming::Caller;
    const Naming naming = naming_of(statement.principal, caller);
    if (!statement.not_principal) return naming;
    if (statement.allows) return naming == Naming::None ? Naming::Everyone : Naming::None;
    const bool spared = naming == Naming::Caller || naming == Naming::Everyone;
    return spared ? Naming::None : Naming::Everyone;
}

bool action_applies(const Statement& statement, const std::string& action) {
    const bool any =
        std::any_of(statement.actions.begin(), statement.actions.end(), [&](const Glob& pattern) {
            return glob_matches(pattern, action, true);
        });
    return any != statement.not_action;
}

Outcome resource_applies(const Statement& statement, const AccessQuestion& question) {
    if (!statement.has_resource) return Outcome::Yes;
    Outcome any = Outcome::No;
    for (const auto& pattern : statement.resources) {
        switch (pattern.matches(question.resource, question.context)) {
            case ArnPattern::Match::No:
                break;
            case ArnPattern::Match::Yes:
                any = Outcome::Yes;
                break;
            case ArnPattern::Match::Unresolved:
                if (statement.not_resource) any = either(any, Outcome::Error);
                break;
        }
    }
    return statement.not_resource ? negate(any) : any;
}

/// Whom the statement names, when it applies to the question; None when it does not apply.
Naming applies(const Statement& statement, const AccessQuestion& question) {
    const Naming naming = naming_in(statement, question.caller);
    if (naming == Naming::None || !action_applies(statement, question.action)) return Naming::None;
    Outcome outcome = resource_applies(statement, question);
    for (const auto& condition : statement.conditions) {
        if (outcome == Outcome::No) return Naming::None;
        outcome = both(outcome, condition.evaluate(question.context));
    }
    if (outcome == Outcome::No) return Naming::None;
    if (outcome == Outcome::Error && statement.allows) return Naming::None;
    return naming;
}

/// What one kind of policies says.
struct Opinion {
    const Statement* deny = nullptr;
    const Statement* allow = nullptr;
    Naming naming = Naming::None;  ///< the strongest of the consents
};

Opinion opinion_of(const Policies& policies, const AccessQuestion& question) {
    Opinion opinion;
    for (const auto& policy : policies) {
        for (const auto& statement : policy->statements()) {
            const Naming naming = applies(statement, question);
            if (naming == Naming::None) continue;
            if (!statement.allows) {
                opinion.deny = &statement;
                return opinion;
            }
            if (naming > opinion.naming) {
                opinion.naming = naming;
                opinion.allow = &statement;
            }
        }
    }
    return opinion;
}

Decision refuse(PolicySourceKind source, const Statement* deny = nullptr) {
    Decision decision;
    decision.source = source;
    decision.explicit_deny = deny != nullptr;
    if (deny != nullptr) decision.sid = deny->sid;
    return decision;
}

Decision consent(PolicySourceKind source, const Statement* statement) {
    Decision decision;
    decision.allowed = true;
    decision.source = source;
    if (statement != nullptr) decision.sid = statement->sid;
    return decision;
}

struct Opinions {
    Opinion identity;
    Opinion boundary;
    Opinion session;
    Opinion resource;
};

/// Boundary and session limit; they never grant.
Decision within_limits(const Opinions& all, const PolicySet& policies, Decision granted) {
    if (policies.has_boundary && all.boundary.allow == nullptr)
        return refuse(PolicySourceKind::Boundary);
    if (policies.has_session && all.session.allow == nullptr)
        return refuse(PolicySourceKind::Session);
    return granted;
}

Decision decide_for_user(const AccessQuestion& question,
                         const PolicySet& policies,
                         const Opinions& all) {
    const Caller& caller = question.caller;
    const bool foreign =
        !question.resource_account.empty() && question.resource_account != caller.account;
    const auto by_resource = consent(PolicySourceKind::Resource, all.resource.allow);
    const auto by_identity = consent(PolicySourceKind::Identity, all.identity.allow);
    if (all.resource.naming == Naming::None && (foreign || question.needs_resource_policy))
        return refuse(PolicySourceKind::Resource);
    if (!foreign) {
        // Naming the very user or session reaches past the limits; naming the role does not.
        if (all.resource.naming == Naming::Caller) return by_resource;
        if (all.resource.naming == Naming::Role || all.resource.naming == Naming::Everyone)
            return within_limits(all, policies, by_resource);
    }
    if (all.identity.allow == nullptr) return refuse(PolicySourceKind::Identity);
    return within_limits(all, policies, by_identity);
}

}  // namespace

Caller caller_of(const wire::Principal& principal) {
    Caller caller;
    caller.account = principal.account;
    caller.arn = principal.arn;
    caller.role_arn = principal.role_arn;
    switch (principal.kind) {
        case wire::PrincipalKind::Anonymous:
            caller.kind = CallerKind::Anonymous;
            break;
        case wire::PrincipalKind::Root:
            caller.kind = CallerKind::Root;
            break;
        case wire::PrincipalKind::User:
            caller.kind = CallerKind::User;
            break;
        case wire::PrincipalKind::AssumedRole:
            caller.kind = CallerKind::AssumedRole;
            break;
    }
    return caller;
}

Caller service_caller(std::string name) {
    Caller caller;
    caller.kind = CallerKind::Service;
    caller.name = std::move(name);
    return caller;
}

Caller federated_caller(std::string provider) {
    Caller caller;
    caller.kind = CallerKind::Federated;
    caller.name = std::move(provider);
    return caller;
}

Decision evaluate(const AccessQuestion& question,
                  const PolicySet& policies,
                  const Policies& resource) {
    if (policies.is_broken) return refuse(PolicySourceKind::Identity);
    const Opinions all{opinion_of(policies.identity, question),
                       opinion_of(policies.boundary, question),
                       opinion_of(policies.session, question),
                       opinion_of(resource, question)};
    if (all.identity.deny) return refuse(PolicySourceKind::Identity, all.identity.deny);
    if (all.resource.deny) return refuse(PolicySourceKind::Resource, all.resource.deny);
    if (all.boundary.deny) return refuse(PolicySourceKind::Boundary, all.boundary.deny);
    if (all.session.deny) return refuse(PolicySourceKind::Session, all.session.deny);
    switch (question.caller.kind) {
        case CallerKind::Root: {
            const bool foreign = !question.resource_account.empty() &&
                                 question.resource_account != question.caller.account;
            const bool unnamed = all.resource.naming == Naming::None;
            if (unnamed && (foreign || question.needs_resource_policy))
                return refuse(PolicySourceKind::Resource);
            return within_limits(all, policies, consent(PolicySourceKind::Identity, nullptr));
        }
        case CallerKind::Anonymous:
        case CallerKind::Service:
        case CallerKind::Federated:
            if (all.resource.naming == Naming::None) return refuse(PolicySourceKind::Resource);
            return consent(PolicySourceKind::Resource, all.resource.allow);
        case CallerKind::User:
        case CallerKind::AssumedRole:
            return decide_for_user(question, policies, all);
    }
    return refuse(PolicySourceKind::Identity);
}

ConditionContext base_context(const wire::Principal& principal,
                              const http::Request& request,
                              std::string_view region,
                              base::Timestamp now) {
    ConditionContext context;
    for (const auto& [key, value] : principal.session_context) context.set(key, value);
    for (const auto& [key, value] : principal.tags) context.set("aws:PrincipalTag/" + key, value);
    context.set("aws:CurrentTime", base::format_iso8601(now));
    context.set(
        "aws:EpochTime",
        std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()));
    context.set("aws:SecureTransport", request.is_tls ? "true" : "false");
    if (!request.peer_address.empty()) context.set("aws:SourceIp", request.peer_address);
    if (!region.empty()) context.set("aws:RequestedRegion", std::string(region));
    if (const auto* agent = request.headers.find("user-agent"))
        context.set("aws:UserAgent", *agent);
    if (const auto* referer = request.headers.find("referer")) context.set("aws:Referer", *referer);
    context.set("aws:PrincipalIsAWSService", "false");
    if (principal.kind == wire::PrincipalKind::Anonymous) {
        context.set("aws:PrincipalType", "Anonymous");
        context.set("aws:userid", "anonymous");
        return context;
    }
    context.set("aws:PrincipalAccount", principal.account);
    context.set("aws:userid", principal.user_id);
    context.set("aws:PrincipalArn",
                principal.role_arn.empty() ? principal.arn : principal.role_arn);
    switch (principal.kind) {
        case wire::PrincipalKind::Anonymous:
            break;
        case wire::PrincipalKind::Root:
            context.set("aws:PrincipalType", "Account");
            break;
        case wire::PrincipalKind::User:
            context.set("aws:PrincipalType", "User");
            context.set("aws:username", principal.arn.substr(principal.arn.rfind('/') + 1));
            break;
        case wire::PrincipalKind::AssumedRole:
            context.set("aws:PrincipalType", "AssumedRole");
            break;
    }
    return context;
}

wire::ApiError access_denied(Family family,
                             const wire::Principal& principal,
                             const std::string& action,
                             const std::string& resource,
                             const Decision& decision) {
    wire::ApiError error;
    const bool exception = family == Family::Json || family == Family::RestJson;
    error.code = exception ? "AccessDeniedException" : "AccessDenied";
    error.status = family == Family::Json ? 400 : 403;
    if (principal.kind == wire::PrincipalKind::Anonymous) {
        error.message = "Access Denied";
        return error;
    }
    const auto kind = [&]() -> std::string {
        switch (decision.source) {
            case PolicySourceKind::Identity:
                return "identity-based policy";
            case PolicySourceKind::Resource:
                return "resource-based policy";
            case PolicySourceKind::Session:
                return "session policy";
            case PolicySourceKind::Boundary:
                return "permissions boundary";
        }
        return {};
    }();
    const std::string quote = family == Family::S3 ? "\"" : "";
    error.message = "User: " + principal.arn + " is not authorized to perform: " + action;
    if (resource != "*") error.message += " on resource: " + quote + resource + quote;
    if (decision.explicit_deny) {
        const bool vowel = decision.source == PolicySourceKind::Identity;
        error.message += std::string(" with an explicit deny in a") + (vowel ? "n " : " ") + kind;
    } else {
        error.message += " because no " + kind + " allows the " + action + " action";
    }
    return error;
}

}  // namespace wr::auth
