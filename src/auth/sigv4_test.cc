// Every way in which authentication refuses a request.
#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/canonical.h"
#include "auth/signer.h"
#include "auth/test_requests.h"
#include "base/hash.h"

namespace wr::auth {
namespace {

using namespace testing_support;

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

TEST_F(Refusals, clients_of_http_2_sign_the_authority_instead_of_the_host) {
    auto request = make_request("POST", "/", {{"Host", "localhost:4566"}, {"X-Amz-Date", "d"}});
    const std::string canonical =
        canonical_request(request, PathStyle::Normalised, {":authority", "x-amz-date"}, "hash");
    EXPECT_EQ(canonical,
              "POST\n/\n\n:authority:localhost:4566\nx-amz-date:d\n\n:authority;x-amz-date\nhash");
    request.headers.set("X-Amz-Date", "20261122T120000Z");
    const Scope scope{"20261122", "us-east-1", "kinesis"};
    const auto signed_as = [&](const std::string& name) {
        auto copy = request;
        const auto text = canonical_request(
            copy, PathStyle::Normalised, {name, "x-amz-date"}, base::sha256_hex(copy.body));
        copy.headers.set(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/kinesis/aws4_request, "
            "SignedHeaders=" +
                name + ";x-amz-date, Signature=" +
                signature(signing_key("secret", scope),
                          string_to_sign("20261122T120000Z", scope, text)));
        return copy;
    };
    EXPECT_TRUE(verify(signed_as("host"), context(), keys_));
    EXPECT_TRUE(verify(signed_as(":authority"), context(), keys_));
    EXPECT_EQ(refused(signed_as("accept")).code, "InvalidSignatureException");
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
