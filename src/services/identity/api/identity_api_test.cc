// Users, roles and sessions, end to end: real policies and signed requests.
#include <gtest/gtest.h>

#include "services/identity/api/test_identity.h"

namespace wr::identity::api {
namespace {

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
