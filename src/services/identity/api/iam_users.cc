// Users, their policies and access keys.
#include "services/identity/api/entity_policies.h"
#include "services/identity/api/iam_convert.h"
#include "services/identity/api/iam_service.h"

namespace wr::identity::api {

using wire::ApiResult;
using wire::CallContext;

namespace {

constexpr auto user_kind = EntityKind::User;

template <typename Input>
PoliciesOf policies_of(Engine& engine, const Input& input, const CallContext& context) {
    return {engine.iam(), user_kind, context.account, *input.user_name};
}

/// The user named, or the caller.
ApiResult<std::string> user_or_caller(const std::optional<std::string>& name,
                                      const CallContext& context) {
    if (name) return *name;
    if (context.principal.kind == wire::PrincipalKind::User)
        return name_of_arn(context.principal.arn);
    return base::fail(iam_error(
        {Fault::Validation, "Must specify userName when calling with non-User credentials"}));
}

}  // namespace

ApiResult<iam::CreateUserOutput> IamService::create_user(const iam::CreateUserInput& input,
                                                         CallContext& context) {
    NewEntity request;
    request.name = input.user_name.value_or("");
    request.path = input.path.value_or("/");
    request.boundary_arn = input.permissions_boundary.value_or("");
    request.tags = to_map(input.tags);
    WR_TRY(const auto user, iam_result(engine_.iam().create(user_kind, context.account, request)));
    iam::CreateUserOutput output;
    output.user = to_user(user);
    return output;
}

ApiResult<iam::GetUserOutput> IamService::get_user(const iam::GetUserInput& input,
                                                   CallContext& context) {
    iam::GetUserOutput output;
    if (!input.user_name && context.principal.kind == wire::PrincipalKind::Root) {
        output.user.emplace();
        output.user->user_id = context.principal.account;
        output.user->arn = context.principal.arn;
        output.user->create_date = base::Timestamp{};
        return output;
    }
    WR_TRY(const auto name, user_or_caller(input.user_name, context));
    WR_TRY(const auto user, iam_result(engine_.iam().get(user_kind, context.account, name)));
    output.user = to_user(user);
    return output;
}

ApiResult<iam::ListUsersOutput> IamService::list_users(const iam::ListUsersInput& input,
                                                       CallContext& context) {
    WR_TRY(auto users,
           iam_result(
               engine_.iam().list(user_kind, context.account, input.path_prefix.value_or("/"))));
    iam::ListUsersOutput output;
    WR_TRY(const auto shown, page(std::move(users), input, output));
    output.users.emplace();
    for (const auto& user : shown) {
        output.users->push_back(to_user(user));
        output.users->back().tags.reset();
    }
    return output;
}

ApiResult<iam::DeleteUserOutput> IamService::delete_user(const iam::DeleteUserInput& input,
                                                         CallContext& context) {
    WR_TRY_VOID(iam_result(engine_.iam().remove(user_kind, context.account, *input.user_name)));
    return iam::DeleteUserOutput{};
}

ApiResult<iam::PutUserPolicyOutput> IamService::put_user_policy(
    const iam::PutUserPolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).put<iam::PutUserPolicyOutput>(input);
}

ApiResult<iam::GetUserPolicyOutput> IamService::get_user_policy(
    const iam::GetUserPolicyInput& input, CallContext& context) {
    WR_TRY(auto output, policies_of(engine_, input, context).get<iam::GetUserPolicyOutput>(input));
    output.user_name = input.user_name;
    return output;
}

ApiResult<iam::ListUserPoliciesOutput> IamService::list_user_policies(
    const iam::ListUserPoliciesInput& input, CallContext& context) {
    return policies_of(engine_, input, context).list<iam::ListUserPoliciesOutput>(input);
}

ApiResult<iam::DeleteUserPolicyOutput> IamService::delete_user_policy(
    const iam::DeleteUserPolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).remove<iam::DeleteUserPolicyOutput>(input);
}

ApiResult<iam::AttachUserPolicyOutput> IamService::attach_user_policy(
    const iam::AttachUserPolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).attach<iam::AttachUserPolicyOutput>(input);
}

ApiResult<iam::DetachUserPolicyOutput> IamService::detach_user_policy(
    const iam::DetachUserPolicyInput& input, CallContext& context) {
    return policies_of(engine_, input, context).detach<iam::DetachUserPolicyOutput>(input);
}

ApiResult<iam::ListAttachedUserPoliciesOutput> IamService::list_attached_user_policies(
    const iam::ListAttachedUserPoliciesInput& input, CallContext& context) {
    return policies_of(engine_, input, context)
        .list_attached<iam::ListAttachedUserPoliciesOutput>(input);
}

ApiResult<iam::CreateAccessKeyOutput> IamService::create_access_key(
    const iam::CreateAccessKeyInput& input, CallContext& context) {
    WR_TRY(const auto user, user_or_caller(input.user_name, context));
    WR_TRY(const auto created, iam_result(engine_.iam().create_key(context.account, user)));
    iam::CreateAccessKeyOutput output;
    auto& key = output.access_key.emplace();
    key.user_name = created.key.user_name;
    key.access_key_id = created.key.id;
    key.status = "Active";
    key.secret_access_key = created.secret;
    key.create_date = created.key.created;
    return output;
}

ApiResult<iam::ListAccessKeysOutput> IamService::list_access_keys(
    const iam::ListAccessKeysInput& input, CallContext& context) {
    WR_TRY(const auto user, user_or_caller(input.user_name, context));
    WR_TRY(auto keys, iam_result(engine_.iam().list_keys(context.account, user)));
    iam::ListAccessKeysOutput output;
    WR_TRY(const auto shown, page(std::move(keys), input, output));
    output.access_key_metadata.emplace();
    for (const auto& key : shown) {
        iam::AccessKeyMetadata metadata;
        metadata.user_name = key.user_name;
        metadata.access_key_id = key.id;
        metadata.status = key.is_active ? "Active" : "Inactive";
        metadata.create_date = key.created;
        output.access_key_metadata->push_back(std::move(metadata));
    }
    return output;
}

ApiResult<iam::UpdateAccessKeyOutput> IamService::update_access_key(
    const iam::UpdateAccessKeyInput& input, CallContext& context) {
    WR_TRY(const auto user, user_or_caller(input.user_name, context));
    WR_TRY_VOID(iam_result(engine_.iam().set_key_active(
        context.account, user, *input.access_key_id, *input.status == "Active")));
    return iam::UpdateAccessKeyOutput{};
}

ApiResult<iam::DeleteAccessKeyOutput> IamService::delete_access_key(
    const iam::DeleteAccessKeyInput& input, CallContext& context) {
    WR_TRY(const auto user, user_or_caller(input.user_name, context));
    WR_TRY_VOID(iam_result(engine_.iam().remove_key(context.account, user, *input.access_key_id)));
    return iam::DeleteAccessKeyOutput{};
}

}  // namespace wr::identity::api
