#pragma once
// IAM's API over the engine.

#include <string>
#include <vector>

#include "gen/iam/service.h"
#include "services/identity/api/directory.h"
#include "services/identity/engine/engine.h"

namespace wr::identity::api {

namespace iam = gen::iam;

/// Engine and directory outlive it. @threads any
class IamService final : public iam::Service {
public:
    IamService(Engine& engine, Directory& directory) : engine_(engine), directory_(directory) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const wire::CallContext& context) override;

#define WR_IAM_OPERATION(function, Name)                                       \
    wire::ApiResult<iam::Name##Output> function(const iam::Name##Input& input, \
                                                wire::CallContext& context) override
    // roles
    WR_IAM_OPERATION(create_role, CreateRole);
    WR_IAM_OPERATION(get_role, GetRole);
    WR_IAM_OPERATION(list_roles, ListRoles);
    WR_IAM_OPERATION(update_role, UpdateRole);
    WR_IAM_OPERATION(delete_role, DeleteRole);
    WR_IAM_OPERATION(update_assume_role_policy, UpdateAssumeRolePolicy);
    WR_IAM_OPERATION(put_role_policy, PutRolePolicy);
    WR_IAM_OPERATION(get_role_policy, GetRolePolicy);
    WR_IAM_OPERATION(list_role_policies, ListRolePolicies);
    WR_IAM_OPERATION(delete_role_policy, DeleteRolePolicy);
    WR_IAM_OPERATION(attach_role_policy, AttachRolePolicy);
    WR_IAM_OPERATION(detach_role_policy, DetachRolePolicy);
    WR_IAM_OPERATION(list_attached_role_policies, ListAttachedRolePolicies);
    WR_IAM_OPERATION(list_instance_profiles_for_role, ListInstanceProfilesForRole);
    // users
    WR_IAM_OPERATION(create_user, CreateUser);
    WR_IAM_OPERATION(get_user, GetUser);
    WR_IAM_OPERATION(list_users, ListUsers);
    WR_IAM_OPERATION(delete_user, DeleteUser);
    WR_IAM_OPERATION(put_user_policy, PutUserPolicy);
    WR_IAM_OPERATION(get_user_policy, GetUserPolicy);
    WR_IAM_OPERATION(list_user_policies, ListUserPolicies);
    WR_IAM_OPERATION(delete_user_policy, DeleteUserPolicy);
    WR_IAM_OPERATION(attach_user_policy, AttachUserPolicy);
    WR_IAM_OPERATION(detach_user_policy, DetachUserPolicy);
    WR_IAM_OPERATION(list_attached_user_policies, ListAttachedUserPolicies);
    WR_IAM_OPERATION(create_access_key, CreateAccessKey);
    WR_IAM_OPERATION(list_access_keys, ListAccessKeys);
    WR_IAM_OPERATION(update_access_key, UpdateAccessKey);
    WR_IAM_OPERATION(delete_access_key, DeleteAccessKey);
    // policies
    WR_IAM_OPERATION(create_policy, CreatePolicy);
    WR_IAM_OPERATION(get_policy, GetPolicy);
    WR_IAM_OPERATION(get_policy_version, GetPolicyVersion);
    WR_IAM_OPERATION(list_policies, ListPolicies);
    WR_IAM_OPERATION(list_policy_versions, ListPolicyVersions);
    WR_IAM_OPERATION(delete_policy, DeletePolicy);
    WR_IAM_OPERATION(simulate_principal_policy, SimulatePrincipalPolicy);
#undef WR_IAM_OPERATION

private:
    Engine& engine_;
    Directory& directory_;
};

}  // namespace wr::identity::api
