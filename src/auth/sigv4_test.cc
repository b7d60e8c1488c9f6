// Signature Version 4 against AWS's published vectors, and every way a request may be refused.
#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/signer.h"
#include "base/hash.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

using base::Timestamp;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class OneKey final : public CredentialSource {
public:
    explicit OneKey(std::string id, std::string secret, std::string token = "")
        : id_(std::move(id)), secret_(std::move(secret)), token_(std::move(token)) {}

    base::Result<Credential, CredentialProblem> find(std::string_view access_key_id,
                                                     std::string_view session_token,
                                                     Timestamp) override {
        if (access_key_id != id_) return base::fail(CredentialProblem::UnknownKey);
        if (session_token != token_) return base::fail(CredentialProblem::InvalidToken);
        if (expired) return base::fail(CredentialProblem::ExpiredToken);
        Credential credential;
        credential.secret = secret_;
        credential.principal.kind = wire::PrincipalKind::User;
        credential.principal.arn = "arn:aws:iam::123456789012:user/rider";
        return credential;
    }
    bool expired = false;

private:
    std::string id_;
    std::string secret_;
    std::string token_;
};

Timestamp at(std::string_view text) {
    return *base::parse_basic(text);
}

http::Request make_request(std::string method,
                           std::string target,
                           const Pairs& headers,
                           std::string_view body = "") {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    request.body = body;
    request.peer_address = "127.0.0.1";
    return request;
}

// --- vectors -------------------------------------------------------------------------------------
// Source: AWS Signature Version 4 test suite (aws-sig-v4-test-suite), public since 2015.

struct Vector {
    const char* name;
    std::string method;
    std::string target;
    Pairs headers;
    std::string signed_headers;
    std::string signature;
    std::string body = "";
};

class SuiteVector : public testing::TestWithParam<Vector> {};

TEST_P(SuiteVector, verifies_with_the_published_signature) {
    const auto& vector = GetParam();
    auto headers = vector.headers;
    headers.insert(headers.begin(), {"Host", "example.amazonaws.com"});
    headers.emplace_back("X-Amz-Date", "20150830T123600Z");
    headers.emplace_back("Authorization",
                         "AWS4-HMAC-SHA256 "
                         "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                         "SignedHeaders=" +
                             vector.signed_headers + ", Signature=" + vector.signature);
    const auto request = make_request(vector.method, vector.target, headers, vector.body);
    OneKey keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    VerifyContext context{Family::Json, "service", {"us-east-1"}, at("20150830T123700Z")};
    const auto result = verify(request, context, keys);
    ASSERT_TRUE(result) << result.error().code << ": " << result.error().message;
    EXPECT_EQ(result->principal.access_key_id, "AKIDEXAMPLE");
    EXPECT_EQ(result->principal.kind, wire::PrincipalKind::User);
}

const std::string date_only = "host;x-amz-date";
const std::string vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const std::string slash_example =
    "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5";

INSTANTIATE_TEST_SUITE_P(
    Suite,
    SuiteVector,
    testing::Values(
        Vector{"get_vanilla", "GET", "/", {}, date_only, vanilla},
        Vector{"get_relative", "GET", "/example/..", {}, date_only, vanilla},
        Vector{"get_relative_relative", "GET", "/example1/example2/../..", {}, date_only, vanilla},
        Vector{"get_slash", "GET", "//", {}, date_only, vanilla},
        Vector{"get_slash_dot_slash", "GET", "/./", {}, date_only, vanilla},
        Vector{"get_slash_pointless_dot", "GET", "/./example", {}, date_only, slash_example},
        Vector{"get_slashes",
               "GET",
               "//example//",
               {},
               date_only,
               "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
        Vector{"get_space",
               "GET",
               "/example space/",
               {},
               date_only,
               "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
        Vector{"get_utf8",
               "GET",
               "/\xe1\x88\xb4",
               {},
               date_only,
               "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        Vector{"get_unreserved",
               "GET",
               "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
               {},
               date_only,
               "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        Vector{"get_vanilla_empty_query_key",
               "GET",
               "/?Param1=value1",
               {},
               date_only,
               "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
        Vector{"get_vanilla_query_order_key_case",
               "GET",
               "/?Param2=value2&Param1=value1",
               {},
               date_only,
               "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        Vector{"post_vanilla",
               "POST",
               "/",
               {},
               date_only,
               "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        Vector{"post_vanilla_query",
               "POST",
               "/?Param1=value1",
               {},
               date_only,
               "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"}));

INSTANTIATE_TEST_SUITE_P(
    SuiteHeaders,
    SuiteVector,
    testing::Values(
        Vector{"get_header_key_duplicate",
               "GET",
               "/",
               {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
               "host;my-header1;x-amz-date",
               "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        Vector{"get_header_value_order",
               "GET",
               "/",
               {{"My-Header1", "value4"},
                {"My-Header1", "value1"},
                {"My-Header1", "value3"},
                {"My-Header1", "value2"}},
               "host;my-header1;x-amz-date",
               "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
        Vector{"get_header_value_trim",
               "GET",
               "/",
               {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
               "host;my-header1;my-header2;x-amz-date",
               "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        Vector{"post_header_key_sort",
               "POST",
               "/",
               {{"My-Header1", "value1"}},
               "host;my-header1;x-amz-date",
               "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
        Vector{"post_header_value_case",
               "POST",
               "/",
               {{"My-Header1", "VALUE1"}},
               "host;my-header1;x-amz-date",
               "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
        Vector{"post_form",
               "POST",
               "/",
               {{"Content-Type", "application/x-www-form-urlencoded"}},
               "content-type;host;x-amz-date",
               "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
               "Param1=value1"}),
    [](const auto& test) { return test.param.name; });

// Source: S3 API Reference, "Examples: signature calculations".
const std::string s3_key = "AKIAIOSFODNN7EXAMPLE";
const std::string s3_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

std::string s3_authorization(const std::string& headers, const std::string& signature) {
    return "AWS4-HMAC-SHA256 Credential=" + s3_key +
           "/20130524/us-east-1/s3/aws4_request,SignedHeaders=" + headers +
           ",Signature=" + signature;
}

TEST(S3Vectors, get_of_a_range_verifies) {
    const auto request = make_request(
        "GET",
        "/test.txt",
        {{"Host", "examplebucket.s3.amazonaws.com"},
         {"Range", "bytes=0-9"},
         {"x-amz-content-sha256", std::string(empty_sha256)},
         {"x-amz-date", "20130524T000000Z"},
         {"Authorization",
          s3_authorization("host;range;x-amz-content-sha256;x-amz-date",
                           "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")}});
    OneKey keys(s3_key, s3_secret);
    const auto result =
        verify(request, {Family::S3, "s3", {"us-east-1"}, at("20130524T001000Z")}, keys);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->payload, PayloadMode::Whole);
}

TEST(S3Vectors, put_of_a_key_with_a_dollar_verifies) {
    const auto request = make_request(
        "PUT",
        "/test%24file.text",
        {{"Host", "examplebucket.s3.amazonaws.com"},
         {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
         {"x-amz-content-sha256",
          "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
         {"x-amz-date", "20130524T000000Z"},
         {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
         {"Authorization",
          s3_authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                           "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")}},
        "Welcome to Amazon S3.");
    OneKey keys(s3_key, s3_secret);
    const auto result =
        verify(request, {Family::S3, "s3", {"us-east-1"}, at("20130524T000000Z")}, keys);
    ASSERT_TRUE(result) << result.error().message;
}

TEST(S3Vectors, sub_resource_without_a_value_verifies) {
    const auto request = make_request(
        "GET",
        "/?lifecycle",
        {{"Host", "examplebucket.s3.amazonaws.com"},
         {"x-amz-content-sha256", std::string(empty_sha256)},
         {"x-amz-date", "20130524T000000Z"},
         {"Authorization",
          s3_authorization("host;x-amz-content-sha256;x-amz-date",
                           "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")}});
    OneKey keys(s3_key, s3_secret);
    EXPECT_TRUE(verify(request, {Family::S3, "s3", {"us-east-1"}, at("20130524T000000Z")}, keys));
}

TEST(S3Vectors, presigned_url_verifies_until_it_expires) {
    const auto request = make_request(
        "GET",
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"
        "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        {{"Host", "examplebucket.s3.amazonaws.com"}});
    OneKey keys(s3_key, s3_secret);
    VerifyContext context{Family::S3, "s3", {"us-east-1"}, at("20130524T235959Z")};
    ASSERT_TRUE(verify(request, context, keys));
    context.now = at("20130525T000001Z");
    const auto late = verify(request, context, keys);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "AccessDenied");
    EXPECT_EQ(late.error().message, "Request has expired");
    EXPECT_EQ(late.error().status, 403);
}

// --- refusals ------------------------------------------------------------------------------------

class Refusals : public testing::Test {
protected:
    http::Request signed_request(std::string service = "kinesis", std::string token = "") {
        auto request = make_request(
            "POST",
            "/",
            {{"Host", "localhost:4566"}, {"X-Amz-Target", "Kinesis_20131202.ListStreams"}},
            body_);
        if (service == "s3") {
            request.method = "PUT";
            request.target = "/bucket/key";
        }
        sign(request, {"AKIDEXAMPLE", "secret", std::move(token)}, {service, "us-east-1"}, now_);
        return request;
    }
    http::Request presigned_request(std::string service = "s3") {
        auto request = make_request("GET", "/bucket/key", {{"Host", "localhost:4566"}});
        presign(request,
                {"AKIDEXAMPLE", "secret", ""},
                {service, "us-east-1"},
                now_,
                std::chrono::seconds{600});
        return request;
    }
    wire::ApiError refused(const http::Request& request, Family family = Family::Json) {
        const auto result = verify(request, context(family), keys_);
        EXPECT_FALSE(result);
        return result ? wire::ApiError{} : result.error();
    }
    VerifyContext context(Family family = Family::Json) const {
        const char* service = family == Family::S3      ? "s3"
                              : family == Family::Query ? "sts"
                                                        : "kinesis";
        return {family, service, {"us-east-1"}, now_};
    }

    const std::string body_ = "{}";
    const Timestamp now_ = at("20261122T120000Z");
    OneKey keys_{"AKIDEXAMPLE", "secret"};
};

TEST_F(Refusals, own_signatures_verify) {
    EXPECT_TRUE(verify(signed_request(), context(), keys_));
    EXPECT_TRUE(verify(signed_request("s3"), context(Family::S3), keys_));
    EXPECT_TRUE(verify(presigned_request(), context(Family::S3), keys_));
    OneKey with_token("AKIDEXAMPLE", "secret", "token/+=");
    EXPECT_TRUE(verify(signed_request("kinesis", "token/+="), context(), with_token));
}

TEST_F(Refusals, a_request_without_any_signature_is_anonymous) {
    const auto request = make_request("POST", "/", {{"Host", "localhost"}}, body_);
    const auto result = verify(request, context(), keys_);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->principal.kind, wire::PrincipalKind::Anonymous);
    EXPECT_EQ(missing_authentication(Family::Json).code, "MissingAuthenticationTokenException");
    EXPECT_EQ(missing_authentication(Family::RestJson).status, 403);
    EXPECT_EQ(missing_authentication(Family::Query).code, "MissingAuthenticationToken");
    EXPECT_EQ(missing_authentication(Family::S3).code, "AccessDenied");
}

TEST_F(Refusals, unknown_key_is_told_in_the_words_of_the_family) {
    auto request = signed_request();
    OneKey others("AKIDOTHER", "secret");
    const auto json = verify(request, context(), others);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().code, "UnrecognizedClientException");
    EXPECT_EQ(json.error().message, "The security token included in the request is invalid.");
    EXPECT_EQ(json.error().status, 400);
    const auto s3 = verify(signed_request("s3"), context(Family::S3), others);
    ASSERT_FALSE(s3);
    EXPECT_EQ(s3.error().code, "InvalidAccessKeyId");
    EXPECT_EQ(s3.error().status, 403);
    const auto query = verify(signed_request("sts"), context(Family::Query), others);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().code, "InvalidClientTokenId");
    EXPECT_EQ(query.error().status, 403);
}

TEST_F(Refusals, wrong_secret_is_told_in_the_words_of_the_family) {
    OneKey others("AKIDEXAMPLE", "other secret");
    const auto json = verify(signed_request(), context(), others);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().code, "InvalidSignatureException");
    EXPECT_EQ(json.error().message,
              "The request signature we calculated does not match the signature you provided. "
              "Check your AWS Secret Access Key and signing method. Consult the service "
              "documentation for details.");
    const auto s3 = verify(signed_request("s3"), context(Family::S3), others);
    ASSERT_FALSE(s3);
    EXPECT_EQ(s3.error().code, "SignatureDoesNotMatch");
    const auto query = verify(signed_request("sts"), context(Family::Query), others);
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().code, "SignatureDoesNotMatch");
}

TEST_F(Refusals, expired_and_foreign_tokens_are_refused) {
    keys_.expired = true;
    EXPECT_EQ(refused(signed_request()).code, "ExpiredTokenException");
    EXPECT_EQ(refused(signed_request("s3"), Family::S3).code, "ExpiredToken");
    keys_.expired = false;
    EXPECT_EQ(refused(signed_request("kinesis", "forged")).code, "UnrecognizedClientException");
    EXPECT_EQ(refused(signed_request("s3", "forged"), Family::S3).code, "InvalidToken");
}

TEST_F(Refusals, clocks_may_differ_by_five_minutes_and_by_fifteen_for_s3) {
    using std::chrono::minutes;
    using std::chrono::seconds;
    const auto kinesis = signed_request();
    auto now = context();
    now.now = now_ + minutes{5};
    EXPECT_TRUE(verify(kinesis, now, keys_));
    now.now = now_ + minutes{5} + seconds{1};
    const auto old = verify(kinesis, now, keys_);
    ASSERT_FALSE(old);
    EXPECT_EQ(old.error().code, "InvalidSignatureException");
    EXPECT_EQ(old.error().message,
              "Signature expired: 20261122T120000Z is now earlier than 20261122T120001Z "
              "(20261122T120501Z - 5 min.)");
    now.now = now_ - minutes{5} - seconds{1};
    EXPECT_FALSE(verify(kinesis, now, keys_));

    const auto s3 = signed_request("s3");
    auto s3_now = context(Family::S3);
    s3_now.now = now_ + minutes{15};
    EXPECT_TRUE(verify(s3, s3_now, keys_));
    s3_now.now = now_ + minutes{15} + seconds{1};
    const auto skewed = verify(s3, s3_now, keys_);
    ASSERT_FALSE(skewed);
    EXPECT_EQ(skewed.error().code, "RequestTimeTooSkewed");
}

TEST_F(Refusals, a_signature_for_another_service_or_region_does_not_replay) {
    EXPECT_EQ(refused(signed_request("kinesis"), Family::S3).code, "AuthorizationHeaderMalformed");
    const auto service = refused(signed_request("dynamodb"));
    EXPECT_EQ(service.code, "InvalidSignatureException");
    EXPECT_EQ(service.message, "Credential should be scoped to correct service: 'kinesis'. ");
    auto elsewhere = context();
    elsewhere.regions = {"eu-west-1"};
    const auto region = verify(signed_request(), elsewhere, keys_);
    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().message,
              "Credential should be scoped to a valid region, not 'us-east-1'. ");
    elsewhere.regions = {};
    EXPECT_TRUE(verify(signed_request(), elsewhere, keys_));
}

TEST_F(Refusals, an_unsigned_x_amz_header_is_refused) {
    auto request = presigned_request();
    request.headers.add("x-amz-acl", "public-read");
    const auto s3 = refused(request, Family::S3);
    EXPECT_EQ(s3.code, "AccessDenied");
    EXPECT_EQ(s3.message, "There were headers present in the request which were not signed");
    auto kinesis = signed_request();
    kinesis.headers.add("X-Amz-Extra", "1");
    EXPECT_EQ(refused(kinesis).code, "InvalidSignatureException");
}

TEST_F(Refusals, every_single_field_may_come_once) {
    for (const auto* name : {"Host",
                             "Authorization",
                             "X-Amz-Date",
                             "Content-Length",
                             "X-Amz-Security-Token",
                             "X-Amz-Content-Sha256"}) {
        auto request = signed_request("s3");
        request.headers.add(name, "1");
        request.headers.add(name, "2");
        EXPECT_FALSE(verify(request, context(Family::S3), keys_)) << name;
    }
    auto twice = presigned_request();
    twice.target += "&x-amz-expires=604800";
    EXPECT_EQ(refused(twice, Family::S3).code, "InvalidRequest");
}

TEST_F(Refusals, header_and_query_authentication_do_not_mix) {
    auto request = presigned_request();
    const auto other = signed_request("s3");
    request.headers.add("Authorization", *other.headers.find("Authorization"));
    EXPECT_EQ(refused(request, Family::S3).code, "InvalidArgument");
    auto token_in_header = presigned_request();
    token_in_header.headers.add("X-Amz-Security-Token", "t");
    EXPECT_FALSE(verify(token_in_header, context(Family::S3), keys_));
}

TEST_F(Refusals, half_an_authentication_is_not_anonymous) {
    for (const auto* query :
         {"?X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request",
          "?X-Amz-Signature=00",
          "?x-amz-signature=00",
          "?X-Amz-Algorithm=AWS4-HMAC-SHA256"}) {
        const auto request =
            make_request("GET", "/bucket/key" + std::string(query), {{"Host", "h"}});
        EXPECT_EQ(refused(request, Family::S3).code, "AuthorizationQueryParametersError") << query;
    }
    for (const auto* header : {"", "AWS4-HMAC-SHA256", "Bearer x", "AWS AKID:sig", "Basic eA=="}) {
        const auto request =
            make_request("POST", "/", {{"Host", "h"}, {"Authorization", header}}, body_);
        EXPECT_EQ(refused(request).code, "IncompleteSignatureException") << header;
    }
}

TEST_F(Refusals, what_is_missing_in_the_header_is_named) {
    const auto request = make_request(
        "POST",
        "/",
        {{"Host", "h"}, {"Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request"}},
        body_);
    const auto error = refused(request);
    EXPECT_TRUE(error.message.starts_with(
        "Authorization header requires 'Signature' parameter. Authorization header requires "
        "'SignedHeaders' parameter. "))
        << error.message;
}

TEST_F(Refusals, body_and_hash_must_agree) {
    auto json = signed_request();
    const std::string other = "{ }";
    json.body = other;
    EXPECT_EQ(refused(json).code, "InvalidSignatureException");
    auto s3 = signed_request("s3");
    s3.body = other;
    EXPECT_EQ(refused(s3, Family::S3).code, "XAmzContentSHA256Mismatch");
}

TEST_F(Refusals, kinesis_takes_no_unsigned_payload) {
    auto request = signed_request();
    request.headers.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    EXPECT_EQ(refused(request).code, "InvalidSignatureException");
}

TEST_F(Refusals, presigned_lifetime_is_one_second_to_a_week) {
    for (const auto* lifetime : {"0", "-1", "604801", "x", "99999999999999999999"}) {
        auto request = presigned_request();
        const size_t at_expires = request.target.find("X-Amz-Expires=600");
        request.target.replace(at_expires, 17, "X-Amz-Expires=" + std::string(lifetime));
        EXPECT_EQ(refused(request, Family::S3).code, "AuthorizationQueryParametersError")
            << lifetime;
    }
}

TEST_F(Refusals, an_unsigned_body_from_another_machine_needs_tls) {
    auto request = make_request("PUT", "/bucket/key", {{"Host", "h"}}, body_);
    presign(
        request, {"AKIDEXAMPLE", "secret", ""}, {"s3", "us-east-1"}, now_, std::chrono::hours{1});
    EXPECT_TRUE(verify(request, context(Family::S3), keys_));
    request.peer_address = "192.0.2.7";
    EXPECT_EQ(refused(request, Family::S3).code, "InvalidRequest");
    request.is_tls = true;
    EXPECT_TRUE(verify(request, context(Family::S3), keys_));
}

TEST_F(Refusals, an_encoded_slash_is_not_a_slash) {
    auto request = make_request("GET", "/bucket/a%2Fb", {{"Host", "h"}});
    sign(request, {"AKIDEXAMPLE", "secret", ""}, {"s3", "us-east-1"}, now_);
    EXPECT_TRUE(verify(request, context(Family::S3), keys_));
    request.target = "/bucket/a/b";
    EXPECT_EQ(refused(request, Family::S3).code, "SignatureDoesNotMatch");
    EXPECT_EQ(canonical_path("/bucket/../x//y", PathStyle::Raw), "/bucket/../x//y");
    EXPECT_EQ(canonical_path("/a%7eb%c3%bc", PathStyle::Raw), "/a~b%C3%BC");
}

TEST_F(Refusals, a_plus_in_the_query_cannot_become_a_blank) {
    EXPECT_NE(canonical_query("a=b+c"), canonical_query("a=b%20c"));
    EXPECT_NE(canonical_query("a=b+c"), canonical_query("a=b%2Bc"));
}

TEST_F(Refusals, a_believed_request_still_tells_how_its_payload_is_framed) {
    auto request = signed_request("s3");
    request.headers.set("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    const auto result = believe(request, context(Family::S3), {});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->payload, PayloadMode::SignedChunks);
    EXPECT_TRUE(result->believed);
}

}  // namespace
}  // namespace wr::auth
