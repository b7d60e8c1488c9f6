// Signature Version 4 against AWS's published vectors.
#include <gtest/gtest.h>

#include "auth/sigv4.h"
#include "auth/test_requests.h"

namespace wr::auth {
namespace {

using namespace testing_support;

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

}  // namespace
}  // namespace wr::auth
