// Identity pools over the wire, and what each operation needs.
#include "base/encoding.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/errors.h"

namespace wr::identity::api {

using wire::ApiResult;
using wire::CallContext;

namespace {

template <typename T>
ApiResult<T> result(Outcome<T> outcome) {
    if (!outcome) return base::fail(cognito_error(std::move(outcome).error()));
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return *std::move(outcome);
    }
}

template <typename T>
std::optional<T> unless_empty(const T& value) {
    return value.empty() ? std::nullopt : std::optional<T>(value);
}

cognito::IdentityPool to_output(const IdentityPool& pool) {
    cognito::IdentityPool output;
    output.identity_pool_id = pool.id;
    output.identity_pool_name = pool.name;
    output.allow_unauthenticated_identities = pool.allows_guests;
    output.allow_classic_flow = pool.allows_classic_flow;
    output.supported_login_providers = unless_empty(pool.login_providers);
    output.developer_provider_name = unless_empty(pool.developer_provider);
    output.open_id_connect_provider_arns = unless_empty(pool.open_id_arns);
    output.saml_provider_arns = unless_empty(pool.saml_arns);
    output.identity_pool_tags = pool.tags;
    if (pool.user_pools.empty()) return output;
    output.cognito_identity_providers.emplace();
    for (const auto& provider : pool.user_pools) {
        auto& shown = output.cognito_identity_providers->emplace_back();
        shown.provider_name = provider.name;
        shown.client_id = provider.client_id;
        shown.server_side_token_check = provider.checks_token_at_server;
    }
    return output;
}

/// Create's input and update's have the same members.
template <typename Input>
IdentityPool to_pool(const Input& input) {
    IdentityPool pool;
    pool.name = input.identity_pool_name.value_or("");
    pool.allows_guests = input.allow_unauthenticated_identities.value_or(false);
    pool.allows_classic_flow = input.allow_classic_flow.value_or(false);
    pool.login_providers = input.supported_login_providers.value_or(StringMap());
    pool.developer_provider = input.developer_provider_name.value_or("");
    pool.open_id_arns = input.open_id_connect_provider_arns.value_or(std::vector<std::string>());
    pool.saml_arns = input.saml_provider_arns.value_or(std::vector<std::string>());
    pool.tags = input.identity_pool_tags.value_or(StringMap());
    if (!input.cognito_identity_providers) return pool;
    for (const auto& provider : *input.cognito_identity_providers)
        pool.user_pools.push_back({provider.provider_name.value_or(""),
                                   provider.client_id.value_or(""),
                                   provider.server_side_token_check.value_or(false)});
    return pool;
}

RoleMapping to_mapping(const cognito::RoleMapping& input) {
    RoleMapping mapping;
    mapping.type = input.type.value_or("");
    mapping.ambiguous_role_resolution = input.ambiguous_role_resolution.value_or("");
    if (!input.rules_configuration || !input.rules_configuration->rules) return mapping;
    for (const auto& rule : *input.rules_configuration->rules)
        mapping.rules.push_back({rule.claim.value_or(""),
                                 rule.match_type.value_or(""),
                                 rule.value.value_or(""),
                                 rule.role_arn.value_or("")});
    return mapping;
}

cognito::RoleMapping to_output(const RoleMapping& mapping) {
    cognito::RoleMapping output;
    output.type = mapping.type;
    output.ambiguous_role_resolution = unless_empty(mapping.ambiguous_role_resolution);
    if (mapping.rules.empty()) return output;
    auto& rules = output.rules_configuration.emplace().rules.emplace();
    for (const auto& rule : mapping.rules) {
        auto& shown = rules.emplace_back();
        shown.claim = rule.claim;
        shown.match_type = rule.match_type;
        shown.value = rule.value;
        shown.role_arn = rule.role_arn;
    }
    return output;
}

/// iam:PassRole for every role that the pool is to hand out.
void add_pass_role(std::vector<wire::AccessRequest>& requests,
                   const cognito::SetIdentityPoolRolesInput& input) {
    const auto add = [&](const std::string& role_arn) {
        requests.push_back(
            {"iam:PassRole", role_arn, {{"iam:PassedToService", std::string(identity_provider)}}});
    };
    if (input.roles) {
        for (const auto& [kind, role_arn] : *input.roles) add(role_arn);
    }
    if (!input.role_mappings) return;
    for (const auto& [provider, mapping] : *input.role_mappings) {
        for (const auto& rule : to_mapping(mapping).rules) add(rule.role_arn);
    }
}

}  // namespace

std::vector<wire::AccessRequest> CognitoService::access(std::string_view operation,
                                                        const wire::InputView& input,
                                                        const CallContext& context) {
    if (operation == "GetId" || operation == "GetCredentialsForIdentity" ||
        operation == "GetOpenIdToken")
        return {};
    wire::AccessRequest request;
    request.action = "cognito-identity:" + std::string(operation);
    request.resource = "*";
    const auto pool = input.string("IdentityPoolId");
    const auto arn = input.string("ResourceArn");
    if (!pool.empty()) {
        request.resource = "arn:aws:cognito-identity:" + context.region + ":" + context.account +
                           ":identitypool/" + pool;
    } else if (!arn.empty()) {
        request.resource = arn;
    }
    std::vector<wire::AccessRequest> requests{std::move(request)};
    if (operation == "SetIdentityPoolRoles")
        add_pass_role(requests, input.as<cognito::SetIdentityPoolRolesInput>());
    return requests;
}

ApiResult<cognito::CreateIdentityPoolOutput> CognitoService::create_identity_pool(
    const cognito::CreateIdentityPoolInput& input, CallContext& context) {
    WR_TRY(const auto pool,
           result(engine_.cognito().create_pool(context.account, context.region, to_pool(input))));
    return to_output(pool);
}

ApiResult<cognito::DescribeIdentityPoolOutput> CognitoService::describe_identity_pool(
    const cognito::DescribeIdentityPoolInput& input, CallContext& context) {
    WR_TRY(const auto pool,
           result(engine_.cognito().get_pool(context.account, *input.identity_pool_id)));
    return to_output(pool);
}

ApiResult<cognito::ListIdentityPoolsOutput> CognitoService::list_identity_pools(
    const cognito::ListIdentityPoolsInput& input, CallContext& context) {
    WR_TRY(const auto pools, result(engine_.cognito().list_pools(context.account, context.region)));
    // The token is the last id shown; the list is in order of ids.
    const auto after = base::base64_decode(input.next_token.value_or(""));
    if (!after) return base::fail(cognito_error({Fault::InvalidParameter, "Invalid NextToken."}));
    const auto wanted = static_cast<size_t>(input.max_results.value_or(60));
    cognito::ListIdentityPoolsOutput output;
    auto& shown = output.identity_pools.emplace();
    for (const auto& pool : pools) {
        if (pool.id <= *after) continue;
        if (shown.size() == wanted) {
            output.next_token = base::base64_encode(shown.back().identity_pool_id.value_or(""));
            break;
        }
        auto& description = shown.emplace_back();
        description.identity_pool_id = pool.id;
        description.identity_pool_name = pool.name;
    }
    return output;
}

ApiResult<cognito::UpdateIdentityPoolOutput> CognitoService::update_identity_pool(
    const cognito::UpdateIdentityPoolInput& input, CallContext& context) {
    auto pool = to_pool(input);
    pool.id = input.identity_pool_id.value_or("");
    WR_TRY(const auto updated,
           result(engine_.cognito().update_pool(context.account, std::move(pool))));
    return to_output(updated);
}

ApiResult<cognito::DeleteIdentityPoolOutput> CognitoService::delete_identity_pool(
    const cognito::DeleteIdentityPoolInput& input, CallContext& context) {
    WR_TRY_VOID(result(engine_.cognito().remove_pool(context.account, *input.identity_pool_id)));
    return cognito::DeleteIdentityPoolOutput{};
}

ApiResult<cognito::SetIdentityPoolRolesOutput> CognitoService::set_identity_pool_roles(
    const cognito::SetIdentityPoolRolesInput& input, CallContext& context) {
    std::map<std::string, RoleMapping> mappings;
    if (input.role_mappings) {
        for (const auto& [provider, mapping] : *input.role_mappings)
            mappings[provider] = to_mapping(mapping);
    }
    WR_TRY_VOID(result(engine_.cognito().set_roles(
        context.account, *input.identity_pool_id, input.roles.value_or(StringMap()), mappings)));
    return cognito::SetIdentityPoolRolesOutput{};
}

ApiResult<cognito::GetIdentityPoolRolesOutput> CognitoService::get_identity_pool_roles(
    const cognito::GetIdentityPoolRolesInput& input, CallContext& context) {
    WR_TRY(const auto pool,
           result(engine_.cognito().get_pool(context.account, *input.identity_pool_id)));
    cognito::GetIdentityPoolRolesOutput output;
    output.identity_pool_id = pool.id;
    output.roles = unless_empty(pool.roles);
    if (pool.role_mappings.empty()) return output;
    output.role_mappings.emplace();
    for (const auto& [provider, mapping] : pool.role_mappings)
        (*output.role_mappings)[provider] = to_output(mapping);
    return output;
}

ApiResult<cognito::TagResourceOutput> CognitoService::tag_resource(
    const cognito::TagResourceInput& input, CallContext& context) {
    WR_TRY_VOID(result(engine_.cognito().tag(
        context.account, *input.resource_arn, input.tags.value_or(StringMap()), {})));
    return cognito::TagResourceOutput{};
}

ApiResult<cognito::UntagResourceOutput> CognitoService::untag_resource(
    const cognito::UntagResourceInput& input, CallContext& context) {
    WR_TRY_VOID(result(engine_.cognito().tag(context.account,
                                             *input.resource_arn,
                                             {},
                                             input.tag_keys.value_or(std::vector<std::string>()))));
    return cognito::UntagResourceOutput{};
}

ApiResult<cognito::ListTagsForResourceOutput> CognitoService::list_tags_for_resource(
    const cognito::ListTagsForResourceInput& input, CallContext& context) {
    cognito::ListTagsForResourceOutput output;
    WR_TRY(output.tags, result(engine_.cognito().tags(context.account, *input.resource_arn)));
    return output;
}

}  // namespace wr::identity::api
