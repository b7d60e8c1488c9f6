// Tests of the metrics in memory: merging, periods, units, forgetting, listing.
#include "services/cloudwatch/engine/engine.h"

#include <gtest/gtest.h>

namespace wr::cloudwatch {
namespace {

using namespace std::chrono_literals;

constexpr const char* account = "123456789012";

MetricName metric(const std::string& name, const std::string& stream = "rides") {
    return {account, "us-east-1", "AWS/Kinesis", name, {{"StreamName", stream}}};
}

class MetricsTest : public testing::Test {
protected:
    base::ManualClock clock_{base::Timestamp{1'800'000'000'000ms}};  // a whole minute
    Engine engine_{clock_, {.series_max = 3, .history = 3h}};
    const base::Timestamp start_ = clock_.now();

    void report(const MetricName& name,
                base::Timestamp time,
                std::initializer_list<double> values) {
        Statistics seen;
        for (const double value : values) seen.add(value);
        engine_.report(name, "Count", time, seen);
    }
    std::vector<DataPoint> read(const MetricName& name, std::chrono::seconds period = 60s) {
        return engine_.read(name, {}, {start_ - 4h, start_ + 4h, period});
    }
    std::vector<std::string> names(const MetricFilter& filter) {
        std::vector<std::string> found;
        for (const auto& each : engine_.list(filter, {}, 100)) found.push_back(each.name);
        return found;
    }
};

TEST_F(MetricsTest, samples_of_a_minute_are_one_point) {
    report(metric("a"), start_, {3, 1});
    report(metric("a"), start_ + 59s, {8});
    report(metric("a"), start_ + 60s, {5});
    const auto points = read(metric("a"));
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points[0].time, start_);
    EXPECT_EQ(points[0].seen, (Statistics{3, 12, 1, 8}));
    EXPECT_EQ(points[1].seen, (Statistics{1, 5, 5, 5}));
}

TEST_F(MetricsTest, periods_begin_where_the_range_begins) {
    for (int i = 0; i < 7; ++i) report(metric("a"), start_ + i * 60s, {1});
    const auto points = engine_.read(metric("a"), {}, {start_ + 1min, start_ + 6min, 3min});
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points[0].time, start_ + 1min);
    EXPECT_EQ(points[0].seen.sum, 3);
    EXPECT_EQ(points[1].time, start_ + 4min);
    EXPECT_EQ(points[1].seen.sum, 2);  // the end is exclusive
}

TEST_F(MetricsTest, late_samples_join_their_minute) {
    report(metric("a"), start_ + 2min, {1});
    report(metric("a"), start_, {1});
    report(metric("a"), start_ + 1min, {1});
    report(metric("a"), start_, {1});
    const auto points = read(metric("a"));
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points[0].seen.samples, 2);
    EXPECT_EQ(points[2].time, start_ + 2min);
}

TEST_F(MetricsTest, units_are_kept_apart) {
    Statistics one;
    one.add(1);
    engine_.report(metric("a"), "Count", start_, one);
    engine_.report(metric("a"), "Bytes", start_, one);
    EXPECT_EQ(read(metric("a")).size(), 2U);
    const auto bytes = engine_.read(metric("a"), "Bytes", {start_, start_ + 1min, 60s});
    ASSERT_EQ(bytes.size(), 1U);
    EXPECT_EQ(bytes[0].unit, "Bytes");
}

TEST_F(MetricsTest, history_ends_after_three_hours) {
    report(metric("a"), start_ - 3h - 1min, {1});
    EXPECT_TRUE(read(metric("a")).empty());
    report(metric("a"), start_, {1});
    EXPECT_EQ(names({account, "us-east-1", "", "", {}}), std::vector<std::string>{"a"});
    clock_.advance(3h + 1min);
    EXPECT_TRUE(read(metric("a")).empty());
    EXPECT_TRUE(names({account, "us-east-1", "", "", {}}).empty());
}

TEST_F(MetricsTest, a_full_store_forgets_what_has_no_news) {
    report(metric("a"), start_, {1});
    report(metric("b"), start_ + 1min, {1});
    report(metric("c"), start_ + 2min, {1});
    report(metric("a"), start_ + 3min, {1});
    report(metric("d"), start_ + 3min, {1});
    EXPECT_EQ(names({account, "us-east-1", "", "", {}}), (std::vector<std::string>{"a", "c", "d"}));
}

TEST_F(MetricsTest, a_listing_is_filtered_and_pages) {
    report(metric("a", "one"), start_, {1});
    report(metric("a", "two"), start_, {1});
    report(metric("b", "two"), start_, {1});
    EXPECT_EQ(names({account, "us-east-1", "AWS/Kinesis", "a", {}}).size(), 2U);
    EXPECT_EQ(names({account, "us-east-1", "", "", {{"StreamName", "two"}}}).size(), 2U);
    EXPECT_EQ(names({account, "us-east-1", "", "", {{"StreamName", std::nullopt}}}).size(), 3U);
    EXPECT_TRUE(names({account, "us-east-1", "", "", {{"ShardId", std::nullopt}}}).empty());
    EXPECT_TRUE(names({account, "eu-west-1", "", "", {}}).empty());
    const auto first = engine_.list({account, "us-east-1", "", "", {}}, {}, 2);
    const auto rest = engine_.list({account, "us-east-1", "", "", {}}, first.back(), 2);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].name, "b");
}

TEST_F(MetricsTest, sources_are_asked_before_a_reading) {
    engine_.add_source([this] { report(metric("a"), start_, {7}); });
    ASSERT_EQ(read(metric("a")).size(), 1U);
}

}  // namespace
}  // namespace wr::cloudwatch
