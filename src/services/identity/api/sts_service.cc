// Temporary credentials over the wire.
#include "services/identity/api/sts_service.h"

#include "auth/evaluate.h"
#include "gen/sts/errors.h"
#include "services/identity/api/errors.h"

namespace wr::identity::api {
namespace {

using wire::ApiError;
using wire::ApiResult;
using wire::CallContext;

ApiError access_denied(std::string message) {
    return sts_error({Fault::AccessDenied, std::move(message)});
}

ApiError not_trusted(const CallContext& context,
                     const std::string& action,
                     const std::string& role_arn) {
    return access_denied("User: " + context.principal.arn +
                         " is not authorized to perform: " + action + " on resource: " + role_arn);
}

sts::Credentials to_credentials(const Credentials& credentials) {
    sts::Credentials result;
    result.access_key_id = credentials.access_key_id;
    result.secret_access_key = credentials.secret_access_key;
    result.session_token = credentials.session_token;
    result.expiration = credentials.expiration;
    return result;
}

sts::AssumedRoleUser to_role_user(const RoleSession& session) {
    sts::AssumedRoleUser user;
    user.assumed_role_id = session.id;
    user.arn = session.arn;
    return user;
}

/// What AssumeRole and AssumeRoleWithWebIdentity have in common.
template <typename Input>
RoleSessionRequest to_request(const Input& input) {
    RoleSessionRequest request;
    request.role_arn = input.role_arn.value_or("");
    request.session_name = input.role_session_name.value_or("");
    request.policy = input.policy.value_or("");
    if (input.policy_arns) {
        for (const auto& descriptor : *input.policy_arns)
            request.policy_arns.push_back(descriptor.arn.value_or(""));
    }
    if (input.duration_seconds) request.duration = std::chrono::seconds{*input.duration_seconds};
    return request;
}

std::optional<int64_t> packed_percent(const RoleSessionRequest& request) {
    if (request.policy.empty()) return std::nullopt;
    return static_cast<int64_t>(request.policy.size() * 100 / session_policy_bytes_max);
}

}  // namespace

std::vector<wire::AccessRequest> StsService::access(std::string_view operation,
                                                    const wire::InputView& /*input*/,
                                                    const CallContext& /*context*/) {
    // AssumeRole asks both sides itself; the others need no permission, on AWS either.
    if (operation == "GetAccessKeyInfo" || operation == "DecodeAuthorizationMessage")
        return {{"sts:" + std::string(operation), "*", {}}};
    return {};
}

ApiResult<void> StsService::authorise(const sts::AssumeRoleInput& input,
                                      const CallContext& context) {
    const auto& principal = context.principal;
    const std::string& role_arn = *input.role_arn;
    if (principal.kind == wire::PrincipalKind::Root)
        return base::fail(access_denied("Roles may not be assumed by root accounts."));
    const auto role = engine_.sts().role(role_arn);
    if (!role) {
        if (role.error().fault == Fault::Validation || role.error().fault == Fault::Storage)
            return base::fail(sts_error(role.error()));
        return base::fail(not_trusted(context, "sts:AssumeRole", role_arn));
    }
    auto trust = auth::Policy::parse(role->trust_policy, auth::PolicyKind::Trust);
    if (!trust) return base::fail(not_trusted(context, "sts:AssumeRole", role_arn));
    const auth::Policies resource{std::make_shared<const auth::Policy>(*std::move(trust))};
    const auto policies = directory_.policies_of(principal);

    const http::Request nobody;
    auth::AccessQuestion question;
    question.caller = auth::caller_of(principal);
    question.resource = role_arn;
    question.resource_account = role->account;
    question.needs_resource_policy = true;
    question.context = auth::base_context(
        principal, context.request ? *context.request : nobody, context.region, context.time);
    question.context.set("sts:RoleSessionName", *input.role_session_name);
    if (input.external_id) question.context.set("sts:ExternalId", *input.external_id);
    std::vector<std::string> actions{"sts:AssumeRole"};
    if (input.tags && !input.tags->empty()) {
        actions.emplace_back("sts:TagSession");
        std::vector<std::string> keys;
        for (const auto& tag : *input.tags) {
            keys.push_back(tag.key.value_or(""));
            question.context.set("aws:RequestTag/" + keys.back(), tag.value.value_or(""));
        }
        question.context.set_all("aws:TagKeys", std::move(keys));
    }
    for (const auto& action : actions) {
        question.action = action;
        if (!auth::evaluate(question, policies, resource).allowed)
            return base::fail(not_trusted(context, action, role_arn));
    }
    return {};
}

ApiResult<sts::AssumeRoleOutput> StsService::assume_role(const sts::AssumeRoleInput& input,
                                                         CallContext& context) {
    WR_TRY_VOID(authorise(input, context));
    auto request = to_request(input);
    request.is_chained = context.principal.kind == wire::PrincipalKind::AssumedRole;
    if (input.tags) {
        for (const auto& tag : *input.tags)
            request.tags[tag.key.value_or("")] = tag.value.value_or("");
    }
    if (input.external_id) request.context["sts:ExternalId"] = *input.external_id;
    if (input.source_identity) request.context["aws:SourceIdentity"] = *input.source_identity;
    auto session = engine_.sts().assume_role(request);
    if (!session) return base::fail(sts_error(std::move(session).error()));
    sts::AssumeRoleOutput output;
    output.credentials = to_credentials(session->credentials);
    output.assumed_role_user = to_role_user(*session);
    output.packed_policy_size = packed_percent(request);
    output.source_identity = input.source_identity;
    return output;
}

ApiResult<sts::AssumeRoleWithWebIdentityOutput> StsService::assume_role_with_web_identity(
    const sts::AssumeRoleWithWebIdentityInput& input, CallContext& /*context*/) {
    const auto request = to_request(input);
    auto web =
        engine_.sts().assume_role_with_web_identity(request, input.web_identity_token.value_or(""));
    if (!web) return base::fail(sts_error(std::move(web).error()));
    sts::AssumeRoleWithWebIdentityOutput output;
    output.credentials = to_credentials(web->session.credentials);
    output.assumed_role_user = to_role_user(web->session);
    output.subject_from_web_identity_token = web->claims.subject;
    output.audience = web->claims.audience;
    output.provider = std::string(identity_provider);
    output.packed_policy_size = packed_percent(request);
    return output;
}

ApiResult<sts::DecodeAuthorizationMessageOutput> StsService::decode_authorization_message(
    const sts::DecodeAuthorizationMessageInput& /*input*/, CallContext& /*context*/) {
    // No service here encodes its refusals, so no message can be one of ours.
    return base::fail(sts::errors::invalid_authorization_message_exception("Message is not valid"));
}

ApiResult<sts::GetAccessKeyInfoOutput> StsService::get_access_key_info(
    const sts::GetAccessKeyInfoInput& input, CallContext& /*context*/) {
    sts::GetAccessKeyInfoOutput output;
    if (*input.access_key_id == engine_.root().access_key_id) {
        output.account = engine_.root().account;
        return output;
    }
    auto key = engine_.records().key(*input.access_key_id);
    if (!key) return base::fail(sts_error(std::move(key).error()));
    if (!*key)
        return base::fail(
            sts_error({Fault::Validation, "Invalid access key: " + *input.access_key_id}));
    output.account = (*key)->account;
    return output;
}

ApiResult<sts::GetCallerIdentityOutput> StsService::get_caller_identity(
    const sts::GetCallerIdentityInput& /*input*/, CallContext& context) {
    sts::GetCallerIdentityOutput output;
    output.user_id = context.principal.user_id;
    output.account = context.principal.account;
    output.arn = context.principal.arn;
    return output;
}

ApiResult<sts::GetSessionTokenOutput> StsService::get_session_token(
    const sts::GetSessionTokenInput& input, CallContext& context) {
    const auto& principal = context.principal;
    const bool is_session = principal.access_key_id.starts_with("ASIA");
    if (principal.kind == wire::PrincipalKind::AssumedRole || is_session)
        return base::fail(access_denied("Cannot call GetSessionToken with session credentials"));
    const std::string user =
        principal.kind == wire::PrincipalKind::Root ? "" : name_of_arn(principal.arn);
    std::optional<std::chrono::seconds> duration;
    if (input.duration_seconds) duration = std::chrono::seconds{*input.duration_seconds};
    auto credentials = engine_.sts().session_token(principal.account, user, duration);
    if (!credentials) return base::fail(sts_error(std::move(credentials).error()));
    sts::GetSessionTokenOutput output;
    output.credentials = to_credentials(*credentials);
    return output;
}

}  // namespace wr::identity::api
