// The small things that every room leans on.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <atomic>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/executor.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/time_format.h"

namespace wr::base {
namespace {

TEST(Hash, agrees_with_published_vectors) {
    EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, test case 2.
    EXPECT_EQ(hex_encode(as_bytes(hmac_sha256("Jefe", "what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
    EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xe3069283u);
}

TEST(Encoding, base64_of_every_length_round_trips_and_a_bad_byte_at_any_place_is_found) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    SeededRandom random(3);
    for (size_t size = 0; size < 200; ++size) {
        std::string bytes(size, 0);
        random.fill(bytes.data(), size);
        EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes) << size;
        std::string other(size / 3 * 4 + 5, 0);
        const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(other.data()),
                                           reinterpret_cast<const unsigned char*>(bytes.data()),
                                           static_cast<int>(size));
        other.resize(static_cast<size_t>(length));
        EXPECT_EQ(base64_encode(bytes), other) << size;
    }
    const std::string good = base64_encode(std::string(75, 'x'));
    for (size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = good;
            text[at] = static_cast<char>(byte);
            const bool is_padding = byte == '=' && at == good.size() - 1;
            const bool is_digit = digits.find(text[at]) != std::string_view::npos;
            EXPECT_EQ(base64_decode(text).has_value(), is_digit || is_padding) << at << ' ' << byte;
        }
    }
}

TEST(Encoding, base64_round_trips_and_refuses_bad_text) {
    SeededRandom random(7);
    for (size_t size = 0; size < 70; ++size) {
        std::string bytes(size, '\0');
        random.fill(bytes.data(), size);
        EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    }
    EXPECT_FALSE(base64_decode("abc"));
    EXPECT_FALSE(base64_decode("ab!="));
    EXPECT_FALSE(base64_decode("a==="));
}

TEST(Encoding, percent_decoding_refuses_cut_escapes) {
    EXPECT_EQ(percent_decode("a%2Fb"), "a/b");
    EXPECT_FALSE(percent_decode("a%2"));
    EXPECT_FALSE(percent_decode("%zz"));
    EXPECT_EQ(percent_encode("a/b c", "/"), "a/b%20c");
}

TEST(Json, round_trips_and_bounds_depth) {
    const auto value = parse_json(R"({"a":[1,2.5,true,null,"x\n"],"b":{}})");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->dump(), R"({"a":[1,2.5,true,null,"x\n"],"b":{}})");
    EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
    EXPECT_FALSE(parse_json("{} x"));
}

TEST(JsonWriter, replaces_invalid_utf8) {
    JsonWriter writer;
    writer.string("a\xff");
    EXPECT_EQ(writer.text(), "\"a\xEF\xBF\xBD\"");
}

TEST(TimeFormat, reads_what_it_writes) {
    const Timestamp time{std::chrono::milliseconds{1'521'343'240'123}};
    EXPECT_EQ(parse_iso8601(format_iso8601_ms(time)), time);
    EXPECT_EQ(parse_iso8601(format_sql_timestamp(time)), time);
    EXPECT_EQ(parse_iso8601("2018-05-09T12:50:41.337510"),
              parse_iso8601("2018-05-09T14:50:41.337+02:00"));
    EXPECT_FALSE(parse_iso8601("2018-02-30"));
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
              parse_iso8601("1994-11-06T08:49:37Z"));
}

TEST(Executor, runs_everything_posted_before_stop) {
    std::atomic<int> done = 0;
    Executor executor("test", 4, 1000);
    for (int i = 0; i < 500; ++i) EXPECT_TRUE(executor.post([&] { ++done; }));
    executor.stop();
    EXPECT_EQ(done, 500);
    EXPECT_FALSE(executor.post([] {}));
}

}  // namespace
}  // namespace wr::base
