// The feed of requests: what it joins, keeps and forgets.
#include "server/activity.h"

#include <gtest/gtest.h>

namespace wr::server {
namespace {

using namespace std::chrono_literals;

RequestNote note(std::string_view operation, int status, base::Timestamp time) {
    RequestNote one;
    one.time = time;
    one.service = "kinesis";
    one.operation = operation;
    one.status = status;
    one.duration = 2ms;
    return one;
}

const base::Timestamp noon{std::chrono::milliseconds{1'700'000'000'000}};

TEST(Activity, equal_successes_share_an_entry_that_counts_them) {
    Activity activity;
    for (int i = 0; i < 5; ++i) activity.add(note("PutRecords", 200, noon + i * 1s));
    activity.add(note("CreateStream", 200, noon + 5s));
    const auto answer = activity.after(0);
    ASSERT_EQ(answer["entries"].as_array().size(), 2U);
    EXPECT_EQ(answer["entries"].as_array()[0]["count"].as_int(), 5);
    EXPECT_DOUBLE_EQ(answer["entries"].as_array()[0]["millis"].as_double(), 2.0);
    EXPECT_EQ(answer["version"].as_int(), 6);
}

TEST(Activity, every_error_is_an_entry_of_its_own) {
    Activity activity;
    activity.add(note("PutRecords", 400, noon));
    activity.add(note("PutRecords", 400, noon));
    EXPECT_EQ(activity.after(0)["entries"].as_array().size(), 2U);
}

TEST(Activity, after_a_version_only_what_changed_since_is_told) {
    Activity activity;
    activity.add(note("ListStreams", 200, noon));
    activity.add(note("CreateStream", 200, noon));
    const auto version = static_cast<uint64_t>(activity.after(0)["version"].as_int());
    EXPECT_TRUE(activity.after(version)["entries"].as_array().empty());
    activity.add(note("ListStreams", 200, noon + 1s));
    const auto changed = activity.after(version);
    ASSERT_EQ(changed["entries"].as_array().size(), 1U);
    EXPECT_EQ(changed["entries"].as_array()[0]["operation"].as_string(), "ListStreams");
    EXPECT_EQ(changed["entries"].as_array()[0]["count"].as_int(), 2);
}

TEST(Activity, only_the_newest_thousand_stay_and_bodies_are_cut) {
    Activity activity;
    const std::string body(10'000, 'x');
    for (int i = 0; i < 1'500; ++i) {
        auto one = note("PutItem", 400, noon);
        one.request = body;
        activity.add(one);
    }
    const auto answer = activity.after(0);
    ASSERT_EQ(answer["entries"].as_array().size(), 1'000U);
    EXPECT_EQ(answer["entries"].as_array()[0]["id"].as_int(), 501);
    EXPECT_EQ(answer["entries"].as_array()[0]["request"].as_string().size(), 4'096U);
}

}  // namespace
}  // namespace wr::server
