// Policies through base::Json, so that names need no escaping here.
#include "fleet/policy_text.h"

#include "base/json.h"

namespace wr::fleet {
namespace {

using base::Json;

Json texts(const std::vector<std::string>& values) {
    Json array{Json::Array{}};
    for (const auto& value : values) array.push(value);
    return array;
}

std::string document(Json::Array statements) {
    Json policy;
    policy.set("Version", "2012-10-17");
    policy.set("Statement", std::move(statements));
    return policy.dump();
}

Json trust(const char* kind, const std::string& principal, const char* action) {
    Json statement;
    statement.set("Effect", "Allow");
    statement.set("Principal", Json::Object{{kind, principal}});
    statement.set("Action", action);
    return statement;
}

}  // namespace

std::string allow(const std::vector<Allowed>& statements) {
    Json::Array list;
    for (const auto& allowed : statements) {
        Json statement;
        statement.set("Effect", "Allow");
        statement.set("Action", texts(allowed.actions));
        statement.set("Resource", texts(allowed.resources));
        list.push_back(std::move(statement));
    }
    return document(std::move(list));
}

std::string trust_service(const std::string& service) {
    return document({trust("Service", service, "sts:AssumeRole")});
}

std::string trust_guests(const std::string& pool_id) {
    const std::string provider = "cognito-identity.amazonaws.com";
    Json statement = trust("Federated", provider, "sts:AssumeRoleWithWebIdentity");
    Json condition;
    condition.set("StringEquals", Json::Object{{provider + ":aud", pool_id}});
    condition.set("ForAnyValue:StringLike", Json::Object{{provider + ":amr", "unauthenticated"}});
    statement.set("Condition", std::move(condition));
    return document({std::move(statement)});
}

}  // namespace wr::fleet
