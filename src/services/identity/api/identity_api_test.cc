// Identity end to end: signed requests, real policies, real sessions.
#include <gtest/gtest.h>

#include "auth/evaluate.h"
#include "auth/signer.h"
#include "auth/sigv4.h"
#include "services/identity/api/cognito_service.h"
#include "services/identity/api/iam_service.h"
#include "services/identity/api/policy_judge.h"
#include "services/identity/api/sts_service.h"

namespace wr::identity::api {
namespace {

using namespace std::chrono_literals;

const std::string region = "us-east-1";
const std::string stream_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/";

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

TEST_F(IdentityApi, root_signs_and_may_do_everything) {
    const auto principal = authenticate({root_.access_key_id, root_.secret_access_key, ""});
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->kind, wire::PrincipalKind::Root);
    EXPECT_EQ(principal->arn, "arn:aws:iam::123456789012:root");
    EXPECT_TRUE(may(*principal, "kinesis:DeleteStream", stream_arn + "wildrydes"));
}

TEST_F(IdentityApi, a_guest_reads_the_one_stream_of_its_role_and_nothing_else) {
    const auto keys = guest_keys(guest_id(create_guest_pool()));
    ASSERT_TRUE(keys) << keys.error().message;
    const auto guest = authenticate(*keys);
    ASSERT_TRUE(guest) << guest.error().message;
    EXPECT_EQ(guest->kind, wire::PrincipalKind::AssumedRole);
    EXPECT_EQ(guest->arn,
              "arn:aws:sts::123456789012:assumed-role/WildrydesGuest/CognitoIdentityCredentials");
    EXPECT_TRUE(may(*guest, "kinesis:GetRecords", stream_arn + "wildrydes"));
    EXPECT_TRUE(may(*guest, "kinesis:GetShardIterator", stream_arn + "wildrydes"));
    EXPECT_TRUE(may(*guest, "kinesis:ListShards", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*guest, "kinesis:PutRecord", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*guest, "kinesis:GetRecords", stream_arn + "wildrydes-summary"));
    EXPECT_FALSE(may(*guest, "kinesis:ListStreams", "*"));
    EXPECT_FALSE(may(*guest, "s3:GetObject", "arn:aws:s3:::archive/x"));
    EXPECT_FALSE(may(*guest, "iam:CreateUser", "*"));
    // The role allows Athena; the enhanced flow's own policy does not.
    EXPECT_FALSE(may(*guest, "athena:StartQueryExecution", "*"));
}

TEST_F(IdentityApi, guest_keys_expire_after_an_hour_and_need_their_token) {
    const auto keys = guest_keys(guest_id(create_guest_pool()));
    ASSERT_TRUE(keys);
    auto without_token = *keys;
    without_token.session_token.clear();
    const auto refused = authenticate(without_token);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "UnrecognizedClientException");
    clock_.advance(1h + 1s);
    const auto late = authenticate(*keys);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "ExpiredTokenException");
}

TEST_F(IdentityApi, guests_of_another_pool_do_not_get_the_role) {
    create_guest_pool();
    const auto other = create_pool();
    cognito::SetIdentityPoolRolesInput roles;
    roles.identity_pool_id = other;
    roles.roles = StringMap{{"unauthenticated", "arn:aws:iam::123456789012:role/WildrydesGuest"}};
    ASSERT_TRUE(cognito_.set_identity_pool_roles(roles, context_));
    const auto keys = guest_keys(guest_id(other));
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, "InvalidIdentityPoolConfigurationException");
    EXPECT_EQ(keys.error().message,
              "Invalid identity pool configuration. Check assigned IAM roles for this pool.");
}

TEST_F(IdentityApi, a_pool_without_guests_has_none) {
    const auto pool = create_guest_pool();
    const auto id = guest_id(pool);
    cognito::UpdateIdentityPoolInput update;
    update.identity_pool_id = pool;
    update.identity_pool_name = "closed";
    update.allow_unauthenticated_identities = false;
    ASSERT_TRUE(cognito_.update_identity_pool(update, context_));
    const auto keys = guest_keys(id);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().code, "NotAuthorizedException");
    auto anonymous = context_of({});
    cognito::GetIdInput input;
    input.identity_pool_id = pool;
    EXPECT_FALSE(cognito_.get_id(input, anonymous));
}

TEST_F(IdentityApi, the_classic_flow_works_when_it_is_switched_on) {
    const auto pool = create_guest_pool(true);
    const auto id = guest_id(pool);
    auto anonymous = context_of({});
    cognito::GetOpenIdTokenInput ask;
    ask.identity_id = id;
    const auto token = cognito_.get_open_id_token(ask, anonymous);
    ASSERT_TRUE(token);
    sts::AssumeRoleWithWebIdentityInput assume;
    assume.role_arn = "arn:aws:iam::123456789012:role/WildrydesGuest";
    assume.role_session_name = "browser";
    assume.web_identity_token = token->token;
    const auto given = sts_.assume_role_with_web_identity(assume, anonymous);
    ASSERT_TRUE(given) << given.error().message;
    EXPECT_EQ(*given->subject_from_web_identity_token, id);
    EXPECT_EQ(*given->audience, pool);
    const auto guest = authenticate({*given->credentials->access_key_id,
                                     *given->credentials->secret_access_key,
                                     *given->credentials->session_token});
    ASSERT_TRUE(guest);
    EXPECT_TRUE(may(*guest, "kinesis:GetRecords", stream_arn + "wildrydes"));
    // No policy of Cognito stands between the role and its session here.
    EXPECT_TRUE(may(*guest, "athena:StartQueryExecution", "*"));

    assume.web_identity_token = *token->token + "x";
    const auto forged = sts_.assume_role_with_web_identity(assume, anonymous);
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().code, "InvalidIdentityToken");
}

TEST_F(IdentityApi, the_classic_flow_is_off_by_default) {
    const auto id = guest_id(create_guest_pool());
    auto anonymous = context_of({});
    cognito::GetOpenIdTokenInput ask;
    ask.identity_id = id;
    const auto token = cognito_.get_open_id_token(ask, anonymous);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, "InvalidParameterException");
    EXPECT_EQ(token.error().message,
              "Basic (classic) flow is not enabled, please use enhanced flow.");
}

TEST_F(IdentityApi, setting_the_roles_of_a_pool_needs_pass_role) {
    cognito::SetIdentityPoolRolesInput input;
    input.identity_pool_id = "us-east-1:1";
    input.roles = StringMap{{"unauthenticated", "arn:aws:iam::123456789012:role/Guest"}};
    const auto& operations = cognito_.model().operations;
    const auto operation =
        std::find_if(operations.begin(), operations.end(), [](const auto& candidate) {
            return candidate.name == "SetIdentityPoolRoles";
        });
    ASSERT_NE(operation, operations.end());
    const wire::InputView view(*operation->input, &input);
    const auto requests = cognito_.access("SetIdentityPoolRoles", view, context_);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].resource,
              "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:1");
    EXPECT_EQ(requests[1].action, "iam:PassRole");
    EXPECT_EQ(requests[1].resource, "arn:aws:iam::123456789012:role/Guest");
}

const std::string allow_kinesis =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:*",)"
    R"("Resource":"*"}]})";
const std::string allow_assume =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
    R"("Resource":"*"}]})";
const std::string trust_account =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
    R"("Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]})";

TEST_F(IdentityApi, a_user_signs_until_its_key_is_switched_off) {
    const auto keys = create_user("shadowfax", allow_kinesis);
    const auto user = authenticate(keys);
    ASSERT_TRUE(user);
    EXPECT_EQ(user->arn, "arn:aws:iam::123456789012:user/shadowfax");
    EXPECT_TRUE(may(*user, "kinesis:PutRecord", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*user, "s3:GetObject", "arn:aws:s3:::x/y"));
    iam::UpdateAccessKeyInput off;
    off.user_name = "shadowfax";
    off.access_key_id = keys.access_key_id;
    off.status = "Inactive";
    ASSERT_TRUE(iam_.update_access_key(off, context_));
    const auto refused = authenticate(keys);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "UnrecognizedClientException");
}

TEST_F(IdentityApi, a_change_of_policy_takes_effect_at_once) {
    const auto user = authenticate(create_user("shadowfax", allow_kinesis));
    ASSERT_TRUE(user);
    EXPECT_TRUE(may(*user, "kinesis:PutRecord", stream_arn + "wildrydes"));
    iam::DeleteUserPolicyInput remove;
    remove.user_name = "shadowfax";
    remove.policy_name = "inline";
    ASSERT_TRUE(iam_.delete_user_policy(remove, context_));
    EXPECT_FALSE(may(*user, "kinesis:PutRecord", stream_arn + "wildrydes"));
}

TEST_F(IdentityApi, a_role_is_assumed_when_trust_and_policy_agree) {
    create_role("Rider", trust_account, allow_kinesis);
    const auto user = authenticate(create_user("shadowfax", allow_assume));
    const auto stranger = authenticate(create_user("stranger", allow_kinesis));
    ASSERT_TRUE(user);
    ASSERT_TRUE(stranger);
    sts::AssumeRoleInput input;
    input.role_arn = "arn:aws:iam::123456789012:role/Rider";
    input.role_session_name = "s1";
    auto context = context_of(*user);
    const auto given = sts_.assume_role(input, context);
    ASSERT_TRUE(given) << given.error().message;
    EXPECT_EQ(*given->assumed_role_user->arn, "arn:aws:sts::123456789012:assumed-role/Rider/s1");
    const auto rider = authenticate({*given->credentials->access_key_id,
                                     *given->credentials->secret_access_key,
                                     *given->credentials->session_token});
    ASSERT_TRUE(rider);
    EXPECT_TRUE(may(*rider, "kinesis:PutRecord", stream_arn + "wildrydes"));

    auto other = context_of(*stranger);
    const auto refused = sts_.assume_role(input, other);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "AccessDenied");
    EXPECT_EQ(refused.error().message,
              "User: arn:aws:iam::123456789012:user/stranger is not authorized to perform: "
              "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/Rider");
    const auto root = sts_.assume_role(input, context_);
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().message, "Roles may not be assumed by root accounts.");
}

TEST_F(IdentityApi, session_policies_limit_and_a_deleted_role_ends_its_sessions) {
    create_role("Rider", trust_account, allow_kinesis);
    const auto user = authenticate(create_user("shadowfax", allow_assume));
    ASSERT_TRUE(user);
    sts::AssumeRoleInput input;
    input.role_arn = "arn:aws:iam::123456789012:role/Rider";
    input.role_session_name = "s1";
    input.policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kinesis:Get*",)"
        R"("s3:*"],"Resource":"*"}]})";
    auto context = context_of(*user);
    const auto given = sts_.assume_role(input, context);
    ASSERT_TRUE(given);
    const auth::SigningCredentials keys{*given->credentials->access_key_id,
                                        *given->credentials->secret_access_key,
                                        *given->credentials->session_token};
    const auto rider = authenticate(keys);
    ASSERT_TRUE(rider);
    EXPECT_TRUE(may(*rider, "kinesis:GetRecords", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*rider, "kinesis:PutRecord", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*rider, "s3:GetObject", "arn:aws:s3:::x/y"));

    iam::DeleteRolePolicyInput policy;
    policy.role_name = "Rider";
    policy.policy_name = "inline";
    ASSERT_TRUE(iam_.delete_role_policy(policy, context_));
    iam::DeleteRoleInput role;
    role.role_name = "Rider";
    ASSERT_TRUE(iam_.delete_role(role, context_));
    create_role("Rider", trust_account, allow_kinesis);
    EXPECT_FALSE(authenticate(keys)) << "a namesake is another role";
    EXPECT_FALSE(may(*rider, "kinesis:GetRecords", stream_arn + "wildrydes"));
}

TEST_F(IdentityApi, durations_are_bounded) {
    create_role("Rider", trust_account, allow_assume);
    const auto user = authenticate(create_user("shadowfax", allow_assume));
    ASSERT_TRUE(user);
    sts::AssumeRoleInput input;
    input.role_arn = "arn:aws:iam::123456789012:role/Rider";
    input.role_session_name = "s1";
    auto context = context_of(*user);
    input.duration_seconds = 3'601;
    auto refused = sts_.assume_role(input, context);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    input.duration_seconds = 3'600;
    const auto given = sts_.assume_role(input, context);
    ASSERT_TRUE(given);
    EXPECT_EQ(*given->credentials->expiration,
              std::chrono::floor<std::chrono::seconds>(clock_.now()) + 1h);
    const auto rider = authenticate({*given->credentials->access_key_id,
                                     *given->credentials->secret_access_key,
                                     *given->credentials->session_token});
    ASSERT_TRUE(rider);
    iam::UpdateRoleInput longer;
    longer.role_name = "Rider";
    longer.max_session_duration = 43'200;
    ASSERT_TRUE(iam_.update_role(longer, context_));
    auto chained = context_of(*rider);
    input.duration_seconds = 7'200;
    refused = sts_.assume_role(input, chained);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
              "by role chaining.");
}

TEST_F(IdentityApi, session_tokens_of_users_and_root_act_as_these) {
    const auto user = authenticate(create_user("shadowfax", allow_kinesis));
    ASSERT_TRUE(user);
    for (const auto& principal : {*user, root_principal(root_)}) {
        auto context = context_of(principal);
        const auto given = sts_.get_session_token({}, context);
        ASSERT_TRUE(given);
        const auto session = authenticate({*given->credentials->access_key_id,
                                           *given->credentials->secret_access_key,
                                           *given->credentials->session_token});
        ASSERT_TRUE(session);
        EXPECT_EQ(session->arn, principal.arn);
        EXPECT_TRUE(may(*session, "kinesis:PutRecord", stream_arn + "wildrydes"));
        auto again = context_of(*session);
        EXPECT_FALSE(sts_.get_session_token({}, again));
    }
}

TEST_F(IdentityApi, services_assume_the_roles_that_trust_them) {
    create_role("Function",
                R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                R"("Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]})",
                allow_kinesis);
    const std::string arn = "arn:aws:iam::123456789012:role/Function";
    EXPECT_TRUE(engine_.can_be_assumed_by(arn, "lambda.amazonaws.com"));
    EXPECT_FALSE(engine_.can_be_assumed_by(arn, "firehose.amazonaws.com"));
    EXPECT_FALSE(engine_.can_be_assumed_by(arn + "x", "lambda.amazonaws.com"));
    EXPECT_TRUE(engine_.role_allows(arn, "kinesis:GetRecords", stream_arn + "wildrydes"));
    EXPECT_FALSE(engine_.role_allows(arn, "s3:PutObject", "arn:aws:s3:::x/y"));
    const auto keys = engine_.assume_role_for_service(arn, "lambda.amazonaws.com", "f", 1h);
    ASSERT_TRUE(keys);
    const auto function =
        authenticate({keys->access_key_id, keys->secret_access_key, keys->session_token});
    ASSERT_TRUE(function);
    EXPECT_EQ(function->arn, "arn:aws:sts::123456789012:assumed-role/Function/f");
    const auto refused = engine_.assume_role_for_service(arn, "firehose.amazonaws.com", "f", 1h);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::AccessDenied);
}

TEST_F(IdentityApi, managed_policies_bind_and_a_boundary_limits) {
    iam::CreatePolicyInput policy;
    policy.policy_name = "ReadOnly";
    policy.policy_document =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:Get*",)"
        R"("Resource":"*"}]})";
    const auto created = iam_.create_policy(policy, context_);
    ASSERT_TRUE(created);
    iam::CreateUserInput user;
    user.user_name = "bounded";
    user.permissions_boundary = created->policy->arn;
    ASSERT_TRUE(iam_.create_user(user, context_));
    iam::AttachUserPolicyInput attach;
    attach.user_name = "bounded";
    attach.policy_arn = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess";
    ASSERT_TRUE(iam_.attach_user_policy(attach, context_));
    iam::CreateAccessKeyInput key;
    key.user_name = "bounded";
    const auto keys = iam_.create_access_key(key, context_);
    ASSERT_TRUE(keys);
    const auto principal =
        authenticate({*keys->access_key->access_key_id, *keys->access_key->secret_access_key, ""});
    ASSERT_TRUE(principal);
    EXPECT_TRUE(may(*principal, "kinesis:GetRecords", stream_arn + "wildrydes"));
    EXPECT_FALSE(may(*principal, "kinesis:PutRecord", stream_arn + "wildrydes"));
}

TEST_F(IdentityApi, every_policy_of_aws_parses) {
    iam::ListPoliciesInput list;
    list.scope = "AWS";
    list.max_items = 5;
    size_t seen = 0;
    do {
        const auto page = iam_.list_policies(list, context_);
        ASSERT_TRUE(page);
        for (const auto& policy : *page->policies) {
            const auto record = engine_.iam().get_policy(root_.account, *policy.arn);
            ASSERT_TRUE(record);
            EXPECT_TRUE(judge_.check(record->document, DocumentKind::Identity)) << *policy.arn;
            ++seen;
        }
        list.marker = page->marker;
    } while (list.marker);
    EXPECT_GE(seen, 14U);
}

TEST_F(IdentityApi, a_malformed_policy_is_told_in_the_words_of_iam) {
    iam::CreateRoleInput role;
    role.role_name = "Bad";
    role.assume_role_policy_document =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
        R"("Principal":{"Service":"x"},"Resource":"*"}]})";
    const auto refused = iam_.create_role(role, context_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "MalformedPolicyDocument");
    EXPECT_EQ(refused.error().message, "Has prohibited field Resource");
    iam::GetRoleInput get;
    get.role_name = "Bad";
    const auto missing = iam_.get_role(get, context_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "NoSuchEntity");
    EXPECT_EQ(missing.error().status, 404);
}

TEST_F(IdentityApi, simulation_tells_what_a_principal_may) {
    create_user("shadowfax", allow_kinesis);
    iam::SimulatePrincipalPolicyInput input;
    input.policy_source_arn = "arn:aws:iam::123456789012:user/shadowfax";
    input.action_names = std::vector<std::string>{"kinesis:PutRecord", "s3:GetObject"};
    const auto output = iam_.simulate_principal_policy(input, context_);
    ASSERT_TRUE(output);
    EXPECT_EQ(*output->evaluation_results->at(0).eval_decision, "allowed");
    EXPECT_EQ(*output->evaluation_results->at(1).eval_decision, "implicitDeny");
}

}  // namespace
}  // namespace wr::identity::api
