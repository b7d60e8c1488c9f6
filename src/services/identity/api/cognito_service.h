#pragma once
// Cognito identity pools' API over the engine.

#include <string>
#include <vector>

#include "gen/cognitoidentity/service.h"
#include "services/identity/engine/engine.h"

namespace wr::identity::api {

namespace cognito = gen::cognitoidentity;

/// The engine outlives it. @threads any
class CognitoService final : public cognito::Service {
public:
    explicit CognitoService(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const wire::CallContext& context) override;

#define WR_COGNITO_OPERATION(function, Name)                                           \
    wire::ApiResult<cognito::Name##Output> function(const cognito::Name##Input& input, \
                                                    wire::CallContext& context) override
    WR_COGNITO_OPERATION(create_identity_pool, CreateIdentityPool);
    WR_COGNITO_OPERATION(describe_identity_pool, DescribeIdentityPool);
    WR_COGNITO_OPERATION(list_identity_pools, ListIdentityPools);
    WR_COGNITO_OPERATION(update_identity_pool, UpdateIdentityPool);
    WR_COGNITO_OPERATION(delete_identity_pool, DeleteIdentityPool);
    WR_COGNITO_OPERATION(set_identity_pool_roles, SetIdentityPoolRoles);
    WR_COGNITO_OPERATION(get_identity_pool_roles, GetIdentityPoolRoles);
    WR_COGNITO_OPERATION(tag_resource, TagResource);
    WR_COGNITO_OPERATION(untag_resource, UntagResource);
    WR_COGNITO_OPERATION(list_tags_for_resource, ListTagsForResource);
    WR_COGNITO_OPERATION(describe_identity, DescribeIdentity);
    WR_COGNITO_OPERATION(list_identities, ListIdentities);
    WR_COGNITO_OPERATION(delete_identities, DeleteIdentities);
    WR_COGNITO_OPERATION(get_id, GetId);
    WR_COGNITO_OPERATION(get_credentials_for_identity, GetCredentialsForIdentity);
    WR_COGNITO_OPERATION(get_open_id_token, GetOpenIdToken);
#undef WR_COGNITO_OPERATION

private:
    Engine& engine_;
};

}  // namespace wr::identity::api
