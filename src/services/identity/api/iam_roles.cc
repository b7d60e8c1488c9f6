// Roles, their inline and attached policies.
#include "services/identity/api/entity_policies.h"
#include "services/identity/api/iam_convert.h"
#include "services/identity/api/iam_service.h"

namespace wr::identity::api {

using wire::ApiResult;
using wire::CallContext;

namespace {

constexpr auto role_kind = EntityKind::Role;

template <typename Input>
PoliciesOf policies_of(Engine& engine, const Input& input, const CallContext& context) {
    return {engine.iam(), role_kind, context.account, *input.role_name};
}

}  // namespace

ApiResult<iam::CreateRoleOutput> IamService::create_role(const iam::CreateRoleInput& input,
                                                         CallContext& context) {
    NewEntity request;
    request.name = input.role_name.value_or("");
    request.path = input.path.value_or("/");
    request.description = input.description.value_or("");
    request.trust_policy = input.assume_role_policy_document.value_or("");
    request.max_session_seconds = input.max_session_duration.value_or(3600);
    request.boundary_arn = input.permissions_boundary.value_or("");
    request.tags = to_map(input.tags);
    WR_TRY(const auto role, iam_result(engine_.iam().create(role_kind, context.account, request)));
    iam::CreateRoleOutput output;
    output.role = to_role(role);
    return output;
}

ApiResult<iam::GetRoleOutput> IamService::get_role(const iam::GetRoleInput& input,
                                                   CallContext& context) {
    WR_TRY(const auto role,
           iam_result(engine_.iam().get(role_kind, context.account, *input.role_name)));
    iam::GetRoleOutput output;
    output.role = to_role(role);
    output.role->role_last_used.emplace();
    return output;
}

ApiResult<iam::ListRolesOutput> IamService::list_roles(const iam::ListRolesInput& input,
                                                       CallContext& context) {
    WR_TRY(auto roles,
           iam_result(
               engine_.iam().list(role_kind, context.account, input.path_prefix.value_or("/"))));
    iam::ListRolesOutput output;
    WR_TRY(const auto shown, page(std::move(roles), input, output));
    output.roles.emplace();
    for (const auto& role : shown) {
        output.roles->push_back(to_role(role));
        output.roles->back().tags.reset();  // lists do not show them
    }
    return output;
}

ApiResult<iam::UpdateRoleOutput> IamService::update_role(const iam::UpdateRoleInput& input,
                                                         CallContext& context) {
    WR_TRY_VOID(iam_result(engine_.iam().update_role(
        context.account, *input.role_name, input.description, input.max_session_duration)));
    return iam::UpdateRoleOutput{};
}

ApiResult<iam::DeleteRoleOutput> IamService::delete_role(const iam::DeleteRoleInput& input,
                                                         CallContext& context) {
    WR_TRY_VOID(iam_result(engine_.iam().remove(role_kind, context.account, *input.role_name)));
    return iam::DeleteRoleOutput{};
}

ApiResult<iam::UpdateAssumeRolePolicyOutput> IamService::update_assume_role_policy(
    const iam::UpdateAssumeRolePolicyInput& input, CallContext& context) {
    WR_TRY_VOID(iam_result(
        engine_.iam().update_trust(context.account, *input.role_name, *input.policy_document)));
    return iam::UpdateAssumeRolePolicyOutput{};
}

ApiResult<iam::PutRolePolicyOutput> IamService::put_role_policy(
    const iam::PutRolePolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).put<iam::PutRolePolicyOutput>(input);
}

ApiResult<iam::GetRolePolicyOutput> IamService::get_role_policy(
    const iam::GetRolePolicyInput& input, CallContext& context) {
    WR_TRY(auto output, policies_of(engine_, input, context).get<iam::GetRolePolicyOutput>(input));
    output.role_name = input.role_name;
    return output;
}

ApiResult<iam::ListRolePoliciesOutput> IamService::list_role_policies(
    const iam::ListRolePoliciesInput& input, CallContext& context) {
    return policies_of(engine_, input, context).list<iam::ListRolePoliciesOutput>(input);
}

ApiResult<iam::DeleteRolePolicyOutput> IamService::delete_role_policy(
    const iam::DeleteRolePolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).remove<iam::DeleteRolePolicyOutput>(input);
}

ApiResult<iam::AttachRolePolicyOutput> IamService::attach_role_policy(
    const iam::AttachRolePolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).attach<iam::AttachRolePolicyOutput>(input);
}

ApiResult<iam::DetachRolePolicyOutput> IamService::detach_role_policy(
    const iam::DetachRolePolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).detach<iam::DetachRolePolicyOutput>(input);
}

ApiResult<iam::ListAttachedRolePoliciesOutput> IamService::list_attached_role_policies(
    const iam::ListAttachedRolePoliciesInput& input, CallContext& context) {
    return policies_of(engine_, input, context)
        .list_attached<iam::ListAttachedRolePoliciesOutput>(input);
}

ApiResult<iam::ListInstanceProfilesForRoleOutput> IamService::list_instance_profiles_for_role(
    const iam::ListInstanceProfilesForRoleInput& input, CallContext& context) {
    // There are no instances here, and so no profiles; the role must exist all the same.
    WR_TRY_VOID(iam_result(engine_.iam().get(role_kind, context.account, *input.role_name)));
    iam::ListInstanceProfilesForRoleOutput output;
    output.instance_profiles.emplace();
    output.is_truncated = false;
    return output;
}

}  // namespace wr::identity::api
