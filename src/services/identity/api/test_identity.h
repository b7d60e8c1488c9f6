#pragma once
// What the tests of identity's APIs share: an installation in memory, and requests signed with the
// keys that it hands out.

#include <gtest/gtest.h>

#include "auth/evaluate.h"
#include "auth/signer.h"
#include "auth/sigv4.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/iam_service.h"
#include "services/identity/api/policy_judge.h"
#include "services/identity/api/sts_service.h"

namespace wr::identity::api {

using namespace std::chrono_literals;

inline const std::string region = "us-east-1";
inline const std::string stream_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/";

class IdentityApi : public testing::Test {
protected:
    IdentityApi()
        : store_(*kv::open_store({"/identity-api", true, kv::Durability::Os})),
          root_(generate_root_keys(random_)),
          engine_(*store_, judge_, clock_, random_, {root_, {}}),
          directory_(engine_),
          iam_(engine_, directory_),
          sts_(engine_, directory_),
          cognito_(engine_) {
        context_ = context_of(root_principal(root_));
    }

    wire::CallContext context_of(wire::Principal principal) {
        wire::CallContext context;
        context.principal = std::move(principal);
        context.account = root_.account;
        context.region = region;
        context.time = clock_.now();
        return context;
    }

    /// Signs a request with the keys and lets the server's side find out who sent it.
    wire::ApiResult<wire::Principal> authenticate(const auth::SigningCredentials& keys) {
        http::Request request;
        request.method = "POST";
        request.target = "/";
        request.headers.set("Host", "localhost:4566");
        auth::sign(request, keys, {"kinesis", region}, clock_.now());
        auto result = auth::verify(
            request, {auth::Family::Json, "kinesis", {region}, clock_.now()}, directory_);
        if (!result) return base::fail(std::move(result).error());
        return std::move(result->principal);
    }

    bool may(const wire::Principal& principal,
             const std::string& action,
             const std::string& resource) {
        http::Request request;
        auth::AccessQuestion question;
        question.caller = auth::caller_of(principal);
        question.action = action;
        question.resource = resource;
        question.context = auth::base_context(principal, request, region, clock_.now());
        return auth::evaluate(question, directory_.policies_of(principal)).allowed;
    }

    void create_role(const std::string& name, const std::string& trust, const std::string& policy) {
        iam::CreateRoleInput role;
        role.role_name = name;
        role.assume_role_policy_document = trust;
        const auto created = iam_.create_role(role, context_);
        ASSERT_TRUE(created) << created.error().message;
        iam::PutRolePolicyInput put;
        put.role_name = name;
        put.policy_name = "inline";
        put.policy_document = policy;
        ASSERT_TRUE(iam_.put_role_policy(put, context_));
    }

    auth::SigningCredentials create_user(const std::string& name, const std::string& policy) {
        iam::CreateUserInput user;
        user.user_name = name;
        EXPECT_TRUE(iam_.create_user(user, context_));
        iam::PutUserPolicyInput put;
        put.user_name = name;
        put.policy_name = "inline";
        put.policy_document = policy;
        EXPECT_TRUE(iam_.put_user_policy(put, context_));
        iam::CreateAccessKeyInput key;
        key.user_name = name;
        const auto created = iam_.create_access_key(key, context_);
        EXPECT_TRUE(created);
        return {*created->access_key->access_key_id, *created->access_key->secret_access_key, ""};
    }

    std::string create_pool(bool classic = false) {
        cognito::CreateIdentityPoolInput input;
        input.identity_pool_name = "wildrydes";
        input.allow_unauthenticated_identities = true;
        input.allow_classic_flow = classic;
        const auto pool = cognito_.create_identity_pool(input, context_);
        EXPECT_TRUE(pool);
        return *pool->identity_pool_id;
    }

    /// As the workshop sets it up: a guest may read one stream.
    std::string create_guest_pool(bool classic = false) {
        const auto pool = create_pool(classic);
        create_role("WildrydesGuest",
                    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                    R"("Principal":{"Federated":"cognito-identity.amazonaws.com"},)"
                    R"("Action":"sts:AssumeRoleWithWebIdentity","Condition":{)"
                    R"("StringEquals":{"cognito-identity.amazonaws.com:aud":")" +
                        pool +
                        R"("},"ForAnyValue:StringLike":)"
                        R"({"cognito-identity.amazonaws.com:amr":"unauthenticated"}}}]})",
                    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)"
                    R"("kinesis:Get*","kinesis:List*","kinesis:Describe*"],"Resource":")" +
                        stream_arn + R"(wildrydes"},{"Effect":"Allow","Action":"athena:*",)" +
                        R"("Resource":"*"}]})");
        cognito::SetIdentityPoolRolesInput roles;
        roles.identity_pool_id = pool;
        roles.roles = StringMap{
            {"unauthenticated", "arn:aws:iam::" + root_.account + ":role/WildrydesGuest"}};
        EXPECT_TRUE(cognito_.set_identity_pool_roles(roles, context_));
        return pool;
    }

    std::string guest_id(const std::string& pool) {
        auto anonymous = context_of({});
        cognito::GetIdInput input;
        input.identity_pool_id = pool;
        const auto id = cognito_.get_id(input, anonymous);
        EXPECT_TRUE(id) << id.error().message;
        return id ? *id->identity_id : "";
    }

    wire::ApiResult<auth::SigningCredentials> guest_keys(const std::string& identity) {
        auto anonymous = context_of({});
        cognito::GetCredentialsForIdentityInput input;
        input.identity_id = identity;
        auto given = cognito_.get_credentials_for_identity(input, anonymous);
        if (!given) return base::fail(std::move(given).error());
        const auto& keys = *given->credentials;
        return auth::SigningCredentials{*keys.access_key_id, *keys.secret_key, *keys.session_token};
    }

    base::ManualClock clock_;
    base::SeededRandom random_{11};
    AuthPolicyJudge judge_;
    std::unique_ptr<kv::Store> store_;
    RootKeys root_;
    Engine engine_;
    Directory directory_;
    IamService iam_;
    StsService sts_;
    CognitoService cognito_;
    wire::CallContext context_;
};

}  // namespace wr::identity::api
