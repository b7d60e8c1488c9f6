// The last invocations are found, the oldest go, and what is long is cut at a character's end.
#include "services/lambda/engine/invocation_talks.h"

#include <gtest/gtest.h>

namespace wr::lambda {
namespace {

TEST(InvocationTalks, each_function_has_its_last_fifty) {
    InvocationTalks talks;
    for (int i = 0; i < 60; ++i) {
        const std::string id = "r" + std::to_string(i);
        talks.keep("busy", id, "{\"n\":" + std::to_string(i) + "}", "null");
    }
    talks.keep("idle", "r3", "{}", "1");
    EXPECT_FALSE(talks.find("busy", "r9"));
    ASSERT_TRUE(talks.find("busy", "r10"));
    EXPECT_EQ(talks.find("busy", "r59")->event, "{\"n\":59}");
    EXPECT_EQ(talks.find("idle", "r3")->result, "1");
    EXPECT_FALSE(talks.find("other", "r59"));
    talks.forget("busy");
    EXPECT_FALSE(talks.find("busy", "r59"));
    EXPECT_TRUE(talks.find("idle", "r3"));
}

TEST(InvocationTalks, the_function_that_holds_most_gives_way) {
    InvocationTalks talks(1'000);
    talks.keep("small", "s", "12345", "6");
    for (int i = 0; i < 10; ++i)
        talks.keep("large", "l" + std::to_string(i), std::string(300, 'x'), "");
    EXPECT_TRUE(talks.find("small", "s"));
    EXPECT_FALSE(talks.find("large", "l6"));
    EXPECT_TRUE(talks.find("large", "l7"));
    EXPECT_TRUE(talks.find("large", "l9"));
}

TEST(InvocationTalks, a_long_one_is_cut_and_says_so) {
    InvocationTalks talks;
    // The limit is in the middle of a character.
    std::string event = std::string(InvocationTalks::part_bytes_max - 1, 'x') + "é and more";
    talks.keep("f", "r", event, "{}");
    const auto talk = talks.find("f", "r");
    ASSERT_TRUE(talk);
    EXPECT_EQ(talk->event, std::string(InvocationTalks::part_bytes_max - 1, 'x'));
    EXPECT_FALSE(talk->is_whole);
    talks.keep("f", "bytes", "{}", "\xff\xfe");
    EXPECT_EQ(talks.find("f", "bytes")->result, "");
    EXPECT_FALSE(talks.find("f", "bytes")->is_whole);
}

}  // namespace
}  // namespace wr::lambda
