// Policies: grammar and texts, conditions, and the traps of the evaluation logic.
#include "auth/policy.h"

#include <gtest/gtest.h>

#include "auth/evaluate.h"
#include "base/json.h"

namespace wr::auth {
namespace {

using base::Json;

const std::string stream = "arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes";
const std::string account = "123456789012";
const std::string role_arn = "arn:aws:iam::123456789012:role/Rider";
const std::string session_arn = "arn:aws:sts::123456789012:assumed-role/Rider/s1";
const std::string user_arn = "arn:aws:iam::123456789012:user/shadowfax";

std::shared_ptr<const Policy> parse(const std::string& text,
                                    PolicyKind kind = PolicyKind::Identity) {
    auto policy = Policy::parse(text, kind);
    EXPECT_TRUE(policy) << text << ": " << (policy ? "" : policy.error());
    return policy ? std::make_shared<const Policy>(*std::move(policy)) : nullptr;
}

std::string problem(const std::string& text, PolicyKind kind = PolicyKind::Identity) {
    const auto policy = Policy::parse(text, kind);
    return policy ? "" : policy.error();
}

/// One statement, 2012 version; `rest` in JSON.
std::string document(const std::string& rest, const std::string& version = "2012-10-17") {
    return R"({"Version":")" + version + R"(","Statement":[{)" + rest + "}]}";
}

Caller user() {
    return {CallerKind::User, account, user_arn, "", ""};
}
Caller session() {
    return {CallerKind::AssumedRole, account, session_arn, role_arn, ""};
}

AccessQuestion ask(Caller caller,
                   std::string action = "kinesis:GetRecords",
                   std::string resource = stream) {
    AccessQuestion question;
    question.caller = std::move(caller);
    question.action = std::move(action);
    question.resource = std::move(resource);
    return question;
}

PolicySet identity(const std::string& text) {
    PolicySet set;
    set.identity = {parse(text)};
    return set;
}

const std::string allow_all = document(R"("Effect":"Allow","Action":"*","Resource":"*")");
const std::string deny_all = document(R"("Effect":"Deny","Action":"*","Resource":"*")");
const std::string allow_get =
    document(R"("Effect":"Allow","Action":"kinesis:Get*","Resource":")" + stream + "\"");

// --- grammar -------------------------------------------------------------------------------------

TEST(PolicyGrammar, faults_are_named_in_the_words_of_iam) {
    EXPECT_EQ(problem("{"), "This policy contains invalid Json");
    EXPECT_EQ(problem("[]"), "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Statement":[]})"), "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Version":"2020-01-01","Statement":[]})"), "Syntax errors in policy.");
    EXPECT_EQ(problem(document(R"("Effect":"allow","Action":"*","Resource":"*")")),
              "Syntax errors in policy.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Resource":"*")")),
              "Policy statement must contain actions.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*")")),
              "Policy statement must contain resources.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"GetRecords","Resource":"*")")),
              "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"kine*:Get","Resource":"*")")),
              "Vendor kine* is not valid");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"wildrydes")")),
              "Resource wildrydes must be in ARN format or \"*\".");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"arn:aws:*:a:b:c")")),
              "Resource vendor must be fully qualified and cannot contain regexes.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"*","Principal":"*")")),
              "Policy document should not specify a principal.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"*","Surprise":1)")),
              "Syntax errors in policy.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","NotAction":"*","Resource":"*")")),
              "Syntax errors in policy.");
    EXPECT_EQ(problem(document(R"("Sid":"a b","Effect":"Allow","Action":"*","Resource":"*")")),
              "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
              "regular expression [0-9A-Za-z]*");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"*",
                                  "Condition":{"StringIs":{"aws:username":"x"}})")),
              "Syntax errors in policy.");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"*","Resource":"*",
                                  "Condition":{"NullIfExists":{"aws:username":"true"}})")),
              "Syntax errors in policy.");
}

TEST(PolicyGrammar, trust_policies_have_a_principal_and_no_resource) {
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"sts:AssumeRole","Resource":"*",
                                  "Principal":{"Service":"lambda.amazonaws.com"})"),
                      PolicyKind::Trust),
              "Has prohibited field Resource");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"sts:AssumeRole")"), PolicyKind::Trust),
              "Missing required field Principal");
    EXPECT_EQ(problem(document(R"("Effect":"Allow","Action":"sts:AssumeRole",
                                  "Principal":{"AWS":"arn:aws:iam::123456789012:role/*"})"),
                      PolicyKind::Trust),
              R"(Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*")");
}

TEST(PolicyGrammar, sids_are_unique) {
    const std::string statement = R"({"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"})";
    EXPECT_EQ(problem("{\"Statement\":[" + statement + "," + statement + "]}"),
              "Statement IDs (SID) in a single policy must be unique.");
}

// --- matching ------------------------------------------------------------------------------------

TEST(PolicyMatching, nothing_is_allowed_by_default) {
    EXPECT_FALSE(evaluate(ask(user()), {}).allowed);
    EXPECT_TRUE(evaluate(ask(user()), identity(allow_get)).allowed);
    EXPECT_FALSE(evaluate(ask(user(), "kinesis:PutRecord"), identity(allow_get)).allowed);
    EXPECT_FALSE(
        evaluate(ask(user(), "kinesis:GetRecords", stream + "2"), identity(allow_get)).allowed);
}

TEST(PolicyMatching, actions_compare_without_case_and_resources_with_it) {
    const auto set = identity(document(R"("Effect":"Allow","Action":"KINESIS:getrecords",
        "Resource":"arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes")"));
    EXPECT_TRUE(evaluate(ask(user()), set).allowed);
    EXPECT_FALSE(evaluate(ask(user(),
                              "kinesis:GetRecords",
                              "arn:aws:kinesis:us-east-1:123456789012:stream/Wildrydes"),
                          set)
                     .allowed);
}

TEST(PolicyMatching, a_star_crosses_slashes_but_not_the_parts_of_an_arn) {
    const auto set = identity(
        document(R"("Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::ride*/x")"));
    EXPECT_TRUE(evaluate(ask(user(), "s3:GetObject", "arn:aws:s3:::rides/a/b/x"), set).allowed);
    EXPECT_FALSE(evaluate(ask(user(), "s3:GetObject", "arn:aws:s3:::rides/a/b/y"), set).allowed);
    const auto region = identity(document(
        R"("Effect":"Allow","Action":"*","Resource":"arn:aws:kinesis:*:stream/wildrydes")"));
    EXPECT_FALSE(evaluate(ask(user()), region).allowed);
    const auto short_arn =
        identity(document(R"("Effect":"Allow","Action":"*","Resource":"arn:aws:kinesis")"));
    EXPECT_TRUE(evaluate(ask(user()), short_arn).allowed);
}

TEST(PolicyMatching, not_action_with_allow_grants_everything_else) {
    const auto set = identity(document(R"("Effect":"Allow","NotAction":"iam:*","Resource":"*")"));
    EXPECT_TRUE(evaluate(ask(user()), set).allowed);
    EXPECT_FALSE(evaluate(ask(user(), "iam:CreateUser", "*"), set).allowed);
}

TEST(PolicyMatching, not_resource_excludes) {
    const auto set =
        identity(document(R"("Effect":"Allow","Action":"*","NotResource":")" + stream + "\""));
    EXPECT_FALSE(evaluate(ask(user()), set).allowed);
    EXPECT_TRUE(evaluate(ask(user(), "kinesis:GetRecords", stream + "2"), set).allowed);
}

TEST(PolicyMatching, hostile_patterns_end_in_time) {
    Glob glob;
    for (int i = 0; i < 2'000; ++i) {
        glob += glob_any;
        glob += u'a';
    }
    EXPECT_FALSE(glob_matches(glob + u'b', std::string(4'000, 'a')));
}

// --- variables -----------------------------------------------------------------------------------

bool home_allows(const std::string& version, ConditionContext context, std::string resource) {
    auto question = ask(user(), "s3:GetObject", std::move(resource));
    question.context = std::move(context);
    return evaluate(question,
                    identity(document(R"("Effect":"Allow","Action":"s3:*",
                                         "Resource":"arn:aws:s3:::home/${aws:username}/*")",
                                      version)))
        .allowed;
}

TEST(PolicyVariables, work_in_version_2012_only) {
    ConditionContext context;
    context.set("aws:username", "rocinante");
    EXPECT_TRUE(home_allows("2012-10-17", context, "arn:aws:s3:::home/rocinante/x"));
    EXPECT_FALSE(home_allows("2008-10-17", context, "arn:aws:s3:::home/rocinante/x"));
    EXPECT_TRUE(home_allows("2008-10-17", context, "arn:aws:s3:::home/${aws:username}/x"));
}

TEST(PolicyVariables, without_a_value_match_nothing) {
    EXPECT_FALSE(home_allows("2012-10-17", {}, "arn:aws:s3:::home//x"));
    ConditionContext two;
    two.set_all("aws:username", {"a", "b"});
    EXPECT_FALSE(home_allows("2012-10-17", two, "arn:aws:s3:::home/a/x"));
}

TEST(PolicyVariables, a_value_cannot_bring_wildcards) {
    ConditionContext context;
    context.set("aws:username", "*");
    EXPECT_FALSE(home_allows("2012-10-17", context, "arn:aws:s3:::home/other/x"));
    EXPECT_TRUE(home_allows("2012-10-17", context, "arn:aws:s3:::home/*/x"));
}

TEST(PolicyVariables, have_defaults_and_escapes) {
    auto set = identity(document(R"("Effect":"Allow","Action":"s3:*",
        "Resource":"arn:aws:s3:::home/${aws:PrincipalTag/team, 'herd'}/${*}")"));
    EXPECT_TRUE(evaluate(ask(user(), "s3:GetObject", "arn:aws:s3:::home/herd/*"), set).allowed);
    EXPECT_FALSE(evaluate(ask(user(), "s3:GetObject", "arn:aws:s3:::home/herd/a"), set).allowed);
}

TEST(PolicyVariables, unresolved_ones_under_negation_deny_both_ways) {
    const std::string condition =
        R"(,"Condition":{"StringNotEquals":{"s3:prefix":"${aws:username}"}})";
    auto question = ask(user(), "s3:ListBucket", "arn:aws:s3:::home");
    question.context.set("s3:prefix", "x");
    EXPECT_FALSE(
        evaluate(question,
                 identity(document(R"("Effect":"Allow","Action":"*","Resource":"*")" + condition)))
            .allowed);
    PolicySet both = identity(allow_all);
    both.identity.push_back(
        parse(document(R"("Effect":"Deny","Action":"*","Resource":"*")" + condition)));
    EXPECT_TRUE(evaluate(question, both).explicit_deny);
}

// --- conditions ----------------------------------------------------------------------------------

struct ConditionCase {
    std::string condition;                                    ///< JSON of the Condition element
    std::map<std::string, std::vector<std::string>> request;  ///< the request's keys
    bool expected;
};

class ConditionTable : public testing::TestWithParam<ConditionCase> {};

TEST_P(ConditionTable, decides_as_documented) {
    const auto& test = GetParam();
    auto question = ask(user());
    for (const auto& [key, values] : test.request) question.context.set_all(key, values);
    const auto set = identity(
        document(R"("Effect":"Allow","Action":"*","Resource":"*","Condition":)" + test.condition));
    EXPECT_EQ(evaluate(question, set).allowed, test.expected) << test.condition;
}

INSTANTIATE_TEST_SUITE_P(
    Strings,
    ConditionTable,
    testing::Values(ConditionCase{R"({"StringEquals":{"k":"a"}})", {{"K", {"a"}}}, true},
                    ConditionCase{R"({"StringEquals":{"k":"a"}})", {{"k", {"A"}}}, false},
                    ConditionCase{R"({"StringEquals":{"k":["b","a"]}})", {{"k", {"a"}}}, true},
                    ConditionCase{R"({"StringEquals":{"k":"a*"}})", {{"k", {"ab"}}}, false},
                    ConditionCase{R"({"StringEqualsIgnoreCase":{"k":"a"}})", {{"k", {"A"}}}, true},
                    ConditionCase{R"({"StringLike":{"k":"a*c?"}})", {{"k", {"abbcd"}}}, true},
                    ConditionCase{R"({"StringNotEquals":{"k":["a","b"]}})", {{"k", {"b"}}}, false},
                    ConditionCase{R"({"StringNotEquals":{"k":["a","b"]}})", {{"k", {"c"}}}, true},
                    ConditionCase{R"({"StringNotLike":{"k":"a*"}})", {{"k", {"ab"}}}, false},
                    ConditionCase{R"({"StringEquals":{"k":"a","l":"b"}})", {{"k", {"a"}}}, false},
                    ConditionCase{R"({"StringEquals":{"k":"a"},"Bool":{"l":"true"}})",
                                  {{"k", {"a"}}, {"l", {"true"}}},
                                  true}));

INSTANTIATE_TEST_SUITE_P(
    MissingKeys,
    ConditionTable,
    testing::Values(
        ConditionCase{R"({"StringEquals":{"k":"a"}})", {}, false},
        ConditionCase{R"({"StringNotEquals":{"k":"a"}})", {}, true},
        ConditionCase{R"({"StringNotLike":{"k":"a"}})", {}, true},
        ConditionCase{R"({"NotIpAddress":{"k":"10.0.0.0/8"}})", {}, true},
        ConditionCase{R"({"ArnNotLike":{"k":"arn:aws:s3:::x"}})", {}, true},
        ConditionCase{R"({"NumericNotEquals":{"k":"1"}})", {}, true},
        ConditionCase{R"({"NumericLessThan":{"k":"1"}})", {}, false},
        ConditionCase{R"({"StringEqualsIfExists":{"k":"a"}})", {}, true},
        ConditionCase{R"({"StringEqualsIfExists":{"k":"a"}})", {{"k", {"b"}}}, false},
        ConditionCase{R"({"Null":{"k":"true"}})", {}, true},
        ConditionCase{R"({"Null":{"k":"false"}})", {}, false},
        ConditionCase{R"({"Null":{"k":"false"}})", {{"k", {"x"}}}, true},
        ConditionCase{R"({"ForAllValues:StringEquals":{"k":"a"}})", {}, true},
        ConditionCase{R"({"ForAllValues:StringEquals":{"k":"a"}})", {{"k", {}}}, true},
        ConditionCase{R"({"ForAllValues:StringEquals":{"k":"a"},"Null":{"k":"false"}})", {}, false},
        ConditionCase{R"({"ForAnyValue:StringEquals":{"k":"a"}})", {}, false},
        ConditionCase{R"({"ForAnyValue:StringNotEquals":{"k":"a"}})", {}, false}));

INSTANTIATE_TEST_SUITE_P(
    ManyValues,
    ConditionTable,
    testing::Values(
        ConditionCase{
            R"({"ForAllValues:StringEquals":{"k":["a","b"]}})", {{"k", {"a", "b"}}}, true},
        ConditionCase{
            R"({"ForAllValues:StringEquals":{"k":["a","b"]}})", {{"k", {"a", "c"}}}, false},
        ConditionCase{R"({"ForAnyValue:StringEquals":{"k":["a"]}})", {{"k", {"c", "a"}}}, true},
        ConditionCase{R"({"ForAnyValue:StringEquals":{"k":["a"]}})", {{"k", {"c", "d"}}}, false},
        ConditionCase{
            R"({"ForAllValues:StringNotEquals":{"k":["a"]}})", {{"k", {"b", "a"}}}, false},
        ConditionCase{R"({"ForAllValues:StringNotEquals":{"k":["a"]}})", {{"k", {"b", "c"}}}, true},
        ConditionCase{R"({"ForAnyValue:StringNotEquals":{"k":["a"]}})", {{"k", {"b", "a"}}}, true},
        ConditionCase{R"({"ForAnyValue:StringNotEquals":{"k":["a"]}})", {{"k", {"a"}}}, false}));

INSTANTIATE_TEST_SUITE_P(
    OtherKinds,
    ConditionTable,
    testing::Values(
        ConditionCase{R"({"NumericLessThanEquals":{"k":10}})", {{"k", {"10"}}}, true},
        ConditionCase{R"({"NumericLessThanEquals":{"k":"10"}})", {{"k", {"9.5"}}}, true},
        ConditionCase{R"({"NumericGreaterThan":{"k":"9"}})", {{"k", {"10"}}}, true},
        ConditionCase{R"({"NumericEquals":{"k":"1"}})", {{"k", {"1.0"}}}, true},
        ConditionCase{R"({"NumericNotEquals":{"k":"1"}})", {{"k", {"one"}}}, false},
        ConditionCase{R"({"DateLessThan":{"k":"2026-11-23T00:00:00Z"}})",
                      {{"k", {"2026-11-22T23:59:59Z"}}},
                      true},
        ConditionCase{R"({"DateGreaterThanEquals":{"k":"1767225600"}})",
                      {{"k", {"2026-01-01T00:00:00Z"}}},
                      true},
        ConditionCase{R"({"DateLessThan":{"k":"tomorrow"}})", {{"k", {"2026-01-01"}}}, false},
        ConditionCase{R"({"Bool":{"k":true}})", {{"k", {"true"}}}, true},
        ConditionCase{R"({"Bool":{"k":"false"}})", {{"k", {"true"}}}, false},
        ConditionCase{R"({"BinaryEquals":{"k":"AQI="}})", {{"k", {"AQI="}}}, true},
        ConditionCase{R"({"IpAddress":{"k":"203.0.113.0/24"}})", {{"k", {"203.0.113.7"}}}, true},
        ConditionCase{R"({"IpAddress":{"k":"203.0.113.0/24"}})", {{"k", {"203.0.114.7"}}}, false},
        ConditionCase{R"({"IpAddress":{"k":"203.0.113.7"}})", {{"k", {"203.0.113.7"}}}, true},
        ConditionCase{R"({"IpAddress":{"k":"0.0.0.0/0"}})", {{"k", {"2001:db8::1"}}}, false},
        ConditionCase{R"({"IpAddress":{"k":"2001:db8::/32"}})", {{"k", {"2001:db8::1"}}}, true},
        ConditionCase{R"({"IpAddress":{"k":"203.0.113.0/33"}})", {{"k", {"203.0.113.7"}}}, false},
        ConditionCase{R"({"NotIpAddress":{"k":"nonsense"}})", {{"k", {"203.0.113.7"}}}, false},
        ConditionCase{R"({"NotIpAddress":{"k":"10.0.0.0/8"}})", {{"k", {"203.0.113.7"}}}, true},
        ConditionCase{
            R"({"ArnLike":{"k":"arn:aws:s3:::ride*"}})", {{"k", {"arn:aws:s3:::rides/x"}}}, true},
        ConditionCase{R"({"ArnLike":{"k":"arn:*:role/x"}})",
                      {{"k", {"arn:aws:iam::123456789012:role/x"}}},
                      false},
        ConditionCase{R"({"ArnEquals":{"k":"arn:aws:iam::*:role/x"}})",
                      {{"k", {"arn:aws:iam::123456789012:role/x"}}},
                      true},
        ConditionCase{R"({"ArnNotEquals":{"k":"arn:aws:iam::*:role/x"}})",
                      {{"k", {"arn:aws:iam::123456789012:role/x"}}},
                      false}));

// --- who consents --------------------------------------------------------------------------------

TEST(Evaluation, an_explicit_deny_anywhere_wins) {
    PolicySet both = identity(allow_all);
    both.identity.push_back(parse(deny_all));
    const auto decision = evaluate(ask(user()), both);
    EXPECT_FALSE(decision.allowed);
    EXPECT_TRUE(decision.explicit_deny);

    PolicySet set = identity(allow_all);
    set.has_boundary = true;
    set.boundary = {parse(deny_all)};
    EXPECT_EQ(evaluate(ask(user()), set).source, PolicySourceKind::Boundary);
    PolicySet with_session = identity(allow_all);
    with_session.has_session = true;
    with_session.session = {parse(allow_all), parse(deny_all)};
    EXPECT_TRUE(evaluate(ask(session()), with_session).explicit_deny);
    const auto bucket =
        parse(document(R"("Effect":"Deny","Principal":"*","Action":"*","Resource":"*")"),
              PolicyKind::Resource);
    EXPECT_EQ(evaluate(ask(user()), identity(allow_all), {bucket}).source,
              PolicySourceKind::Resource);
}

TEST(Evaluation, boundary_and_session_limit_and_never_grant) {
    PolicySet set = identity(allow_get);
    set.has_boundary = true;
    EXPECT_FALSE(evaluate(ask(user()), set).allowed);
    set.boundary = {parse(allow_all)};
    EXPECT_TRUE(evaluate(ask(user()), set).allowed);
    EXPECT_FALSE(evaluate(ask(user(), "kinesis:PutRecord"), set).allowed);

    PolicySet with_session = identity(allow_all);
    with_session.has_session = true;
    with_session.session = {parse(allow_get)};
    EXPECT_TRUE(evaluate(ask(session()), with_session).allowed);
    EXPECT_FALSE(evaluate(ask(session(), "kinesis:PutRecord"), with_session).allowed);
    with_session.identity.clear();
    EXPECT_FALSE(evaluate(ask(session()), with_session).allowed);
}

std::shared_ptr<const Policy> bucket_for(const std::string& principal) {
    return parse(document(R"("Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":")" +
                          principal + "\"}"),
                 PolicyKind::Resource);
}

TEST(Evaluation, a_resource_policy_naming_the_session_reaches_past_its_limits_the_role_does_not) {
    PolicySet limited;
    limited.has_session = true;
    EXPECT_TRUE(evaluate(ask(session()), limited, {bucket_for(session_arn)}).allowed);
    EXPECT_FALSE(evaluate(ask(session()), limited, {bucket_for(role_arn)}).allowed);
    EXPECT_FALSE(evaluate(ask(session()), limited, {bucket_for("*")}).allowed);
    PolicySet unlimited;
    EXPECT_TRUE(evaluate(ask(session()), unlimited, {bucket_for(role_arn)}).allowed);
    PolicySet bounded;
    bounded.has_boundary = true;
    EXPECT_TRUE(evaluate(ask(user()), bounded, {bucket_for(user_arn)}).allowed);
}

TEST(Evaluation, naming_the_account_delegates_and_does_not_grant) {
    EXPECT_FALSE(evaluate(ask(user()), {}, {bucket_for(account)}).allowed);
    EXPECT_TRUE(evaluate(ask(user()), identity(allow_get), {bucket_for(account)}).allowed);
}

TEST(Evaluation, across_accounts_both_sides_must_consent) {
    auto question = ask(user());
    question.resource_account = "999999999999";
    EXPECT_FALSE(evaluate(question, identity(allow_all)).allowed);
    EXPECT_FALSE(evaluate(question, {}, {bucket_for(user_arn)}).allowed);
    EXPECT_TRUE(evaluate(question, identity(allow_all), {bucket_for(user_arn)}).allowed);
}

TEST(Evaluation, anonymous_callers_need_a_policy_for_everyone) {
    EXPECT_FALSE(evaluate(ask({}), identity(allow_all)).allowed);
    EXPECT_FALSE(evaluate(ask({}), {}, {bucket_for(account)}).allowed);
    EXPECT_TRUE(evaluate(ask({}), {}, {bucket_for("*")}).allowed);
}

TEST(Evaluation, root_is_stopped_by_a_resource_policy_only) {
    const Caller root{CallerKind::Root, account, "arn:aws:iam::123456789012:root", "", ""};
    EXPECT_TRUE(evaluate(ask(root), {}).allowed);
    const auto deny =
        parse(document(R"("Effect":"Deny","Principal":"*","Action":"*","Resource":"*")"),
              PolicyKind::Resource);
    EXPECT_FALSE(evaluate(ask(root), {}, {deny}).allowed);
}

TEST(Evaluation, not_principal_denies_all_but_the_named) {
    const auto policy =
        parse(document(R"("Effect":"Deny","Action":"*","Resource":"*","NotPrincipal":{"AWS":")" +
                       user_arn + "\"}"),
              PolicyKind::Resource);
    EXPECT_TRUE(evaluate(ask(user()), identity(allow_all), {policy}).allowed);
    EXPECT_FALSE(evaluate(ask(session()), identity(allow_all), {policy}).allowed);
}

TEST(Evaluation, a_role_is_assumed_only_with_its_trust) {
    const auto trust = [](const std::string& principal) {
        return Policies{parse(
            document(R"("Effect":"Allow","Action":"sts:AssumeRole","Principal":)" + principal),
            PolicyKind::Trust)};
    };
    auto question = ask(user(), "sts:AssumeRole", role_arn);
    question.needs_resource_policy = true;
    EXPECT_FALSE(evaluate(question, identity(allow_all)).allowed);
    EXPECT_TRUE(evaluate(question, {}, trust("{\"AWS\":\"" + user_arn + "\"}")).allowed);
    EXPECT_FALSE(evaluate(question, {}, trust("{\"AWS\":\"" + account + "\"}")).allowed);
    EXPECT_TRUE(
        evaluate(question, identity(allow_all), trust("{\"AWS\":\"" + account + "\"}")).allowed);
    question.caller = service_caller("lambda.amazonaws.com");
    EXPECT_TRUE(evaluate(question, {}, trust(R"({"Service":"lambda.amazonaws.com"})")).allowed);
    EXPECT_FALSE(evaluate(question, {}, trust(R"({"Service":"firehose.amazonaws.com"})")).allowed);
    EXPECT_FALSE(evaluate(question, {}, trust(R"({"AWS":"*"})")).allowed);
}

TEST(Evaluation, a_policy_that_cannot_be_read_denies) {
    PolicySet set = identity(allow_all);
    set.is_broken = true;
    EXPECT_FALSE(evaluate(ask(user()), set).allowed);
}

TEST(Evaluation, the_refusal_says_why) {
    wire::Principal principal;
    principal.kind = wire::PrincipalKind::User;
    principal.arn = user_arn;
    const auto implicit = evaluate(ask(user()), {});
    EXPECT_EQ(
        access_denied(Family::Json, principal, "kinesis:GetRecords", stream, implicit).message,
        "User: " + user_arn + " is not authorized to perform: kinesis:GetRecords on resource: " +
            stream + " because no identity-based policy allows the kinesis:GetRecords action");
    const auto denied = evaluate(ask(user()), identity(deny_all));
    const auto error = access_denied(Family::RestJson, principal, "a:B", stream, denied);
    EXPECT_EQ(error.message,
              "User: " + user_arn + " is not authorized to perform: a:B on resource: " + stream +
                  " with an explicit deny in an identity-based policy");
    EXPECT_EQ(error.code, "AccessDeniedException");
    EXPECT_EQ(error.status, 403);
    EXPECT_EQ(access_denied(Family::Query, principal, "a:B", "*", denied).code, "AccessDenied");
}

}  // namespace
}  // namespace wr::auth
