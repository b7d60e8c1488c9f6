// aws-chunked bodies: AWS's published examples, and bodies that were tampered with.
#include "auth/aws_chunked.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace wr::auth {
namespace {

// Source: S3 API Reference, "Example: signature calculations" for chunked uploads, with and
// without a trailer.
const std::string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const Scope scope{"20130524", "us-east-1", "s3"};

std::string signed_chunk(const std::string& data, const std::string& mac) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx", data.size());
    const std::string tail = data.empty() ? "" : data + "\r\n";
    return std::string(size) + ";chunk-signature=" + mac + "\r\n" + tail;
}

const std::string first = std::string(65536, 'a');
const std::string second = std::string(1024, 'a');
const std::string whole_body =
    signed_chunk(first, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
    signed_chunk(second, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
    signed_chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9") + "\r\n";

const std::string trailer_body =
    signed_chunk(first, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
    signed_chunk(second, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7") +
    signed_chunk("", "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992") +
    "x-amz-checksum-crc32c:sOO8/Q==\n\r\n" +
    "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435" +
    "\r\n\r\n";

class AwsChunked : public testing::Test {
protected:
    AwsChunked() {
        authenticated_.payload = PayloadMode::SignedChunks;
        authenticated_.scope = scope;
        authenticated_.amz_date = "20130524T000000Z";
        authenticated_.signing_key = signing_key(secret, scope);
        authenticated_.seed_signature =
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
        request_.headers.set("x-amz-decoded-content-length", "66560");
    }
    void use_trailer() {
        authenticated_.payload = PayloadMode::SignedChunksTrailer;
        authenticated_.seed_signature =
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
        request_.headers.set("x-amz-trailer", "x-amz-checksum-crc32c");
    }
    void use_unsigned(size_t length, std::string trailer = "x-amz-checksum-crc32") {
        authenticated_.payload = PayloadMode::UnsignedChunksTrailer;
        request_.headers.set("x-amz-decoded-content-length", std::to_string(length));
        if (!trailer.empty()) request_.headers.set("x-amz-trailer", std::move(trailer));
    }
    std::string code_of(std::string_view body) {
        request_.body = body;
        const auto result = decode_aws_chunked(request_, authenticated_);
        return result ? "" : result.error().code;
    }

    http::Request request_;
    Authenticated authenticated_;
};

TEST_F(AwsChunked, the_published_example_decodes) {
    request_.body = whole_body;
    const auto result = decode_aws_chunked(request_, authenticated_);
    ASSERT_TRUE(result) << result.error().code;
    EXPECT_EQ(result->payload, first + second);
    EXPECT_TRUE(result->trailers.empty());
}

TEST_F(AwsChunked, no_byte_of_a_tampered_chunk_reaches_the_sink) {
    std::string body = whole_body;
    body[200] = 'b';
    request_.body = body;
    size_t seen_bytes = 0;
    const auto result = decode_aws_chunked(request_, authenticated_, [&](std::string_view data) {
        seen_bytes += data.size();
        return true;
    });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "SignatureDoesNotMatch");
    EXPECT_EQ(seen_bytes, 0U);
}

TEST_F(AwsChunked, chunks_cannot_change_places_or_be_dropped) {
    const size_t start = whole_body.find("400;");
    const std::string swapped = whole_body.substr(start);
    EXPECT_EQ(code_of(swapped), "SignatureDoesNotMatch");
    request_.headers.set("x-amz-decoded-content-length", "65536");
    const std::string dropped =
        whole_body.substr(0, start) + whole_body.substr(whole_body.find("0;chunk-signature=b6"));
    EXPECT_EQ(code_of(dropped), "SignatureDoesNotMatch");
}

TEST_F(AwsChunked, every_prefix_of_a_body_is_refused) {
    for (size_t length = 0; length + 2 < whole_body.size(); length += length < 65700 ? 997 : 1)
        EXPECT_NE(code_of(std::string_view(whole_body).substr(0, length)), "") << length;
}

TEST_F(AwsChunked, declared_length_must_be_met) {
    request_.headers.set("x-amz-decoded-content-length", "66561");
    EXPECT_EQ(code_of(whole_body), "IncompleteBody");
    request_.headers.set("x-amz-decoded-content-length", "66559");
    EXPECT_EQ(code_of(whole_body), "IncompleteBody");
    request_.headers.remove("x-amz-decoded-content-length");
    EXPECT_EQ(code_of(whole_body), "MissingContentLength");
    request_.headers.set("x-amz-decoded-content-length", "-1");
    EXPECT_EQ(code_of(whole_body), "MissingContentLength");
}

TEST_F(AwsChunked, bytes_behind_the_end_are_refused) {
    EXPECT_EQ(code_of(whole_body + "x"), "InvalidRequest");
}

TEST_F(AwsChunked, the_published_trailer_verifies) {
    use_trailer();
    std::string body = trailer_body;
    request_.body = body;
    const auto result = decode_aws_chunked(request_, authenticated_);
    ASSERT_TRUE(result) << result.error().code;
    ASSERT_EQ(result->trailers.size(), 1U);
    EXPECT_EQ(result->trailers[0].first, "x-amz-checksum-crc32c");
    EXPECT_EQ(result->trailers[0].second, "sOO8/Q==");

    body[body.find("sOO8")] = 'S';
    EXPECT_EQ(code_of(body), "SignatureDoesNotMatch");
    body = trailer_body.substr(0, trailer_body.find("x-amz-trailer-signature"));
    EXPECT_EQ(code_of(body), "SignatureDoesNotMatch");
}

TEST_F(AwsChunked, unsigned_chunks_end_in_a_trailer) {
    use_unsigned(5);
    request_.body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    const auto result = decode_aws_chunked(request_, authenticated_);
    ASSERT_TRUE(result) << result.error().code;
    EXPECT_EQ(result->payload, "hello");
    EXPECT_EQ(result->trailers.at(0).second, "NhCmhg==");
}

TEST_F(AwsChunked, trailers_are_exactly_those_announced) {
    use_unsigned(5, "");
    EXPECT_EQ(code_of("5\r\nhello\r\n0\r\nx-amz-meta-a:1\r\n\r\n"), "MalformedTrailerError");
    use_unsigned(5);
    EXPECT_EQ(code_of("5\r\nhello\r\n0\r\n\r\n"), "MalformedTrailerError");
    EXPECT_EQ(
        code_of("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:a\r\nx-amz-checksum-crc32:b\r\n\r\n"),
        "MalformedTrailerError");
    EXPECT_EQ(code_of("5\r\nhello\r\n0\r\nno colon\r\n\r\n"), "MalformedTrailerError");
    use_unsigned(5, "x-amz-acl");
    EXPECT_EQ(code_of("5\r\nhello\r\n0\r\nx-amz-acl:public-read\r\n\r\n"), "MalformedTrailerError");
}

TEST_F(AwsChunked, only_the_last_chunk_may_be_small) {
    use_unsigned(10);
    EXPECT_EQ(code_of("5\r\nhello\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n"),
              "InvalidChunkSizeError");
}

TEST_F(AwsChunked, absurd_sizes_are_refused_without_reading) {
    use_unsigned(5);
    for (const auto* size : {"ffffffffffffffff", "fffffffffffffffff", "-5", "", "0x5", "6"})
        EXPECT_NE(code_of(std::string(size) + "\r\nhello\r\n0\r\n\r\n"), "") << size;
    const std::string long_line(100'000, '0');
    EXPECT_EQ(code_of(long_line), "InvalidRequest");
}

TEST_F(AwsChunked, signed_and_unsigned_framing_do_not_mix) {
    EXPECT_EQ(code_of("5\r\nhello\r\n0\r\n\r\n"), "InvalidRequest");
    use_unsigned(5);
    EXPECT_EQ(code_of("5;chunk-signature=00\r\nhello\r\n0\r\n\r\n"), "InvalidRequest");
}

}  // namespace
}  // namespace wr::auth
