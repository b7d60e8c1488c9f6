// What a page gets over the live feed, byte by byte.
#include "console/live_talk.h"

#include <gtest/gtest.h>

#include <cstring>

#include "gen/console/types.h"

namespace wr::console {
namespace {

using namespace std::chrono_literals;
using api::LiveHeader;
using api::LiveRow;

template <typename T>
T value_at(const std::string& bytes, size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

class LiveTalkTest : public testing::Test {
protected:
    void report(const std::string& name, double health) {
        fleet::Reading reading;
        reading.name = name;
        reading.latitude = 40.75;
        reading.longitude = -73.98;
        reading.metres_per_second = 30.25;
        reading.health_points = health;
        fleet_.take(reading, clock_.monotonic());
    }
    std::string next() {
        const auto message = talk_.next(clock_.monotonic());
        return message ? message->payload : "";
    }
    static uint32_t count_of(const std::string& message) { return value_at<uint32_t>(message, 12); }
    static uint16_t kind_of(const std::string& message) { return value_at<uint16_t>(message, 4); }

    base::ManualClock clock_;
    fleet::LiveFleet fleet_;
    LiveTalk talk_{fleet_, clock_};
};

TEST_F(LiveTalkTest, names_come_once_and_rows_hold_twenty_bytes_each) {
    report("Binky", 98.7);
    const std::string names = next();
    EXPECT_EQ(value_at<uint32_t>(names, 0), LiveHeader::magic_value);
    EXPECT_EQ(kind_of(names), LiveHeader::kind_names_value);
    EXPECT_EQ(names.substr(LiveHeader::size_bytes), std::string("\0\0\0\0\5\0Binky", 11));
    clock_.advance(500ms);
    const std::string rows = next();
    EXPECT_EQ(kind_of(rows), LiveHeader::kind_rows_value);
    ASSERT_EQ(rows.size(), LiveHeader::size_bytes + LiveRow::size_bytes);
    const size_t row = LiveHeader::size_bytes;
    EXPECT_EQ(value_at<int32_t>(rows, row + 4), -739'800'000);
    EXPECT_EQ(value_at<int32_t>(rows, row + 8), 407'500'000);
    EXPECT_EQ(value_at<int16_t>(rows, row + 12), 987);
    EXPECT_EQ(value_at<int16_t>(rows, row + 14), LiveRow::unknown_points_value);
    EXPECT_EQ(value_at<uint16_t>(rows, row + 16), 3025);
    EXPECT_EQ(value_at<uint16_t>(rows, row + 18), 5);
}

TEST_F(LiveTalkTest, only_who_reported_since_is_sent_and_only_the_newest_reading) {
    for (int i = 0; i < 10; ++i) report("u" + std::to_string(i), 150);
    next();
    EXPECT_EQ(count_of(next()), 10U);
    EXPECT_EQ(next(), "");
    for (const double health : {3.0, 2.0, 1.0}) report("u7", health);
    clock_.advance(1s);
    const std::string rows = next();
    EXPECT_EQ(count_of(rows), 1U);
    EXPECT_EQ(value_at<uint32_t>(rows, LiveHeader::size_bytes), 7U);
    EXPECT_EQ(value_at<int16_t>(rows, LiveHeader::size_bytes + 12), 10);
    clock_.advance(1s);
    EXPECT_EQ(count_of(next()), 0U);
}

TEST_F(LiveTalkTest, a_page_chooses_its_rate_within_bounds) {
    report("Binky", 150);
    next();
    next();
    talk_.received(R"({"perSecond":10})");
    next();
    clock_.advance(100ms);
    EXPECT_NE(next(), "");
    for (const char* bad : {"{", "5", R"({"perSecond":0})", R"({"perSecond":1000})"})
        talk_.received(bad);
    clock_.advance(99ms);
    EXPECT_EQ(next(), "");
}

TEST_F(LiveTalkTest, extreme_values_stay_within_their_fields) {
    report("low", -1e9);
    report("high", 1e9);
    next();
    const std::string rows = next();
    EXPECT_EQ(value_at<int16_t>(rows, LiveHeader::size_bytes + 12), -32'767);
    EXPECT_EQ(value_at<int16_t>(rows, LiveHeader::size_bytes + LiveRow::size_bytes + 12), 32'767);
}

TEST_F(LiveTalkTest, when_indexes_begin_anew_everything_is_sent_again) {
    report("Binky", 150);
    clock_.advance(20min);
    report("Arion", 150);
    next();
    next();
    fleet_.forget_silent(10min, clock_.monotonic());
    clock_.advance(1s);
    const std::string names = next();
    EXPECT_EQ(kind_of(names), LiveHeader::kind_names_value);
    EXPECT_EQ(value_at<uint32_t>(names, 8), 2U);
    EXPECT_NE(names.find("Arion"), std::string::npos);
    EXPECT_EQ(count_of(next()), 1U);
}

}  // namespace
}  // namespace wr::console
