// Guests of identity pools, end to end: real policies, real sessions, signed requests.
#include <gtest/gtest.h>

#include "services/identity/api/test_identity.h"

namespace wr::identity::api {
namespace {

class GuestApi : public IdentityApi {};

TEST_F(GuestApi, root_signs_and_may_do_everything) {
    const auto principal = authenticate({root_.access_key_id, root_.secret_access_key, ""});
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->kind, wire::PrincipalKind::Root);
    EXPECT_EQ(principal->arn, "arn:aws:iam::123456789012:root");
    EXPECT_TRUE(may(*principal, "kinesis:DeleteStream", stream_arn + "wildrydes"));
}

TEST_F(GuestApi, a_guest_reads_the_one_stream_of_its_role_and_nothing_else) {
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

TEST_F(GuestApi, guest_keys_expire_after_an_hour_and_need_their_token) {
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

TEST_F(GuestApi, guests_of_another_pool_do_not_get_the_role) {
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

TEST_F(GuestApi, a_pool_without_guests_has_none) {
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

TEST_F(GuestApi, the_classic_flow_works_when_it_is_switched_on) {
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

TEST_F(GuestApi, the_classic_flow_is_off_by_default) {
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

TEST_F(GuestApi, setting_the_roles_of_a_pool_needs_pass_role) {
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

}  // namespace
}  // namespace wr::identity::api
