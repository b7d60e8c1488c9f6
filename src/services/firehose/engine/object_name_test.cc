// Prefix rules, timestamp patterns, gzip.
#include "services/firehose/engine/object_name.h"

#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>

#include "base/time_format.h"
#include "services/firehose/engine/gzip.h"
#include "services/firehose/engine/stream_config.h"

namespace wr::firehose {
namespace {

const base::Timestamp time_of_test = *base::parse_iso8601("2026-03-07T09:05:04.123Z");

TEST(Prefixes, without_a_timestamp_expression_get_the_hour_folders) {
    base::SeededRandom random(1);
    EXPECT_EQ(evaluate_prefix("", time_of_test, random), "2026/03/07/09/");
    EXPECT_EQ(evaluate_prefix("raw/", time_of_test, random), "raw/2026/03/07/09/");
    EXPECT_EQ(evaluate_prefix("raw", time_of_test, random), "raw2026/03/07/09/");
    EXPECT_EQ(evaluate_prefix("y=!{timestamp:yyyy}/m=!{timestamp:MM}/", time_of_test, random),
              "y=2026/m=03/");
    const std::string drawn = evaluate_prefix("!{firehose:random-string}/", time_of_test, random);
    EXPECT_EQ(drawn.size(), 11 + 1 + std::string("2026/03/07/09/").size());
}

TEST(Prefixes, timestamp_patterns_are_those_of_java) {
    const auto format = [](const char* pattern) { return *format_java(pattern, time_of_test); };
    EXPECT_EQ(format("yyyy-MM-dd'T'HH:mm:ss.SSS"), "2026-03-07T09:05:04.123");
    EXPECT_EQ(format("yy/M/d/H/m/s"), "26/3/7/9/5/4");
    EXPECT_EQ(format("DDD"), "066");
    EXPECT_EQ(format("EEE MMM ''"), "Sat Mar '");
    EXPECT_FALSE(format_java("nn", time_of_test));
    EXPECT_FALSE(format_java("'open", time_of_test));
}

TEST(Prefixes, are_checked_by_the_guides_rules) {
    EXPECT_FALSE(check_prefixes("plain/", ""));
    EXPECT_FALSE(check_prefixes("", "errors/"));
    EXPECT_FALSE(check_prefixes("!{timestamp:yyyy}/", "errors/"));
    EXPECT_FALSE(check_prefixes("", "e/!{firehose:error-output-type}/!{timestamp:dd}/"));
    EXPECT_TRUE(check_prefixes("!{timestamp:yyyy}/", ""));
    EXPECT_TRUE(check_prefixes("!{timestamp:qq}/", "errors/"));
    EXPECT_TRUE(check_prefixes("!{timestamp:yyyy", "errors/"));
    EXPECT_TRUE(check_prefixes("!{firehose:error-output-type}/", "errors/"));
    EXPECT_TRUE(check_prefixes("!{nonsense:x}/", "errors/"));
    EXPECT_TRUE(check_prefixes("!{partitionKeyFromQuery:x}/", "errors/"));
    EXPECT_TRUE(check_prefixes("", "e/!{timestamp:dd}/"));
}

TEST(Names, of_objects_are_those_of_aws) {
    base::SeededRandom random(1);
    const std::string name = object_name("p/", "stream", 3, ".gz", time_of_test, random);
    EXPECT_TRUE(name.starts_with("p/2026/03/07/09/stream-3-2026-03-07-09-05-04-")) << name;
    EXPECT_TRUE(name.ends_with(".gz"));
}

TEST(Names, in_arns_are_taken_apart) {
    EXPECT_EQ(bucket_of_arn("arn:aws:s3:::bucket"), "bucket");
    EXPECT_EQ(bucket_of_arn("arn:aws:sqs:::bucket"), "");
    const auto name = parse_delivery_stream_arn("arn:aws:firehose:eu-west-1:123:deliverystream/x");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->name, "x");
    EXPECT_EQ(name->arn(), "arn:aws:firehose:eu-west-1:123:deliverystream/x");
    EXPECT_FALSE(parse_delivery_stream_arn("arn:aws:kinesis:eu-west-1:123:stream/x"));
    EXPECT_EQ(parse_source_arn("arn:aws:kinesis:eu-west-1:123:stream/x")->region, "eu-west-1");
}

std::string gunzip(const std::string& bytes, size_t size_bytes) {
    std::string out(size_bytes + 1, '\0');
    inflate_state state{};
    isal_inflate_init(&state);
    std::string input = bytes;
    state.crc_flag = ISAL_GZIP;
    state.next_in = reinterpret_cast<uint8_t*>(input.data());
    state.avail_in = static_cast<uint32_t>(input.size());
    state.next_out = reinterpret_cast<uint8_t*>(out.data());
    state.avail_out = static_cast<uint32_t>(out.size());
    EXPECT_EQ(isal_inflate(&state), ISAL_DECOMP_OK);
    out.resize(state.total_out);
    return out;
}

TEST(Gzip, round_trips_and_is_deterministic) {
    base::SeededRandom random(3);
    for (const size_t size : {0, 1, 5000, 3'000'000}) {
        std::string text = random.text(size, "abc ");
        EXPECT_EQ(gunzip(gzip(text), size), text) << size;
        EXPECT_EQ(gzip(text), gzip(text));
        std::string noise(size, '\0');
        random.fill(noise.data(), size);
        EXPECT_EQ(gunzip(gzip(noise), size), noise) << size;
    }
}

}  // namespace
}  // namespace wr::firehose
