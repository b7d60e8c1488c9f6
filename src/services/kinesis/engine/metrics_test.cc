// Tests of what is measured of streams: by the minute, per shard when wanted, since the start.
#include <gtest/gtest.h>

#include "services/kinesis/engine/engine.h"
#include "services/kinesis/engine/fake_log_test.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const StreamName rides{"123456789012", "us-east-1", "wildrydes"};
constexpr const char* first_shard = "shardId-000000000000";
constexpr const char* second_shard = "shardId-000000000001";

/// Keeps what is reported, by "name" or "name/value of the other dimension".
class FakeCloudWatch final : public cloudwatch::Face {
public:
    void report(const cloudwatch::MetricName& metric,
                std::string_view unit,
                base::Timestamp time,
                const cloudwatch::Statistics& seen) override {
        std::string key = metric.name;
        for (const auto& [name, value] : metric.dimensions) {
            if (name != "StreamName") key += "/" + value;
        }
        EXPECT_EQ(metric.space, "AWS/Kinesis");
        EXPECT_EQ(metric.dimensions.at("StreamName"), rides.name);
        units[key] = unit;
        minutes[key].push_back(time);
        all[key].merge(seen);
    }
    std::map<std::string, cloudwatch::Statistics> all;
    std::map<std::string, std::string> units;
    std::map<std::string, std::vector<base::Timestamp>> minutes;
};

class StreamMetricsTest : public testing::Test {
protected:
    StreamMetricsTest() {
        EngineOptions options;
        options.metrics = &cloudwatch_;
        options.has_aws_limits = true;
        engine_ = *Engine::open(*store_, clock_, random_, options);
        EXPECT_TRUE(engine_->finish_recovery(log_));
        EXPECT_TRUE(engine_->create_stream(rides, {.shard_count = 2}));
    }
    /// Ten bytes a record with its key; "0" goes to the first shard.
    void put(size_t count, const char* hash_key = "0") {
        const std::vector<PutEntry> entries(count, PutEntry{"123456789", "k", hash_key});
        ASSERT_TRUE(engine_->put_records(rides, entries, {}));
    }
    void enable(const std::set<std::string>& names) {
        ASSERT_TRUE(engine_->update_stream(rides, false, [&](StreamMeta& meta) -> Result<void> {
            meta.shard_metrics = names;
            return {};
        }));
    }

    FakeCloudWatch cloudwatch_;
    base::ManualClock clock_{base::Timestamp{1'800'000'000'000ms}};  // a whole minute
    base::SystemRandom random_;
    std::unique_ptr<kv::Store> store_ =
        *kv::open_store({.path = "/kinesis-metrics-test", .in_memory = true});
    FakeLog log_{{}};
    std::unique_ptr<Engine> engine_;
};

TEST_F(StreamMetricsTest, a_minute_is_reported_when_it_is_over) {
    const base::Timestamp start = clock_.now();
    put(3);
    clock_.advance(30s);
    put(2);
    EXPECT_TRUE(cloudwatch_.all.empty());
    clock_.advance(30s);
    put(7);
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"], (cloudwatch::Statistics{2, 5, 2, 3}));
    EXPECT_EQ(cloudwatch_.all["IncomingBytes"].sum, 50);
    EXPECT_EQ(cloudwatch_.units["IncomingBytes"], "Bytes");
    EXPECT_EQ(cloudwatch_.minutes["IncomingRecords"], std::vector<base::Timestamp>{start});
}

TEST_F(StreamMetricsTest, asked_for_the_present_minute_nothing_is_told_twice) {
    put(3);
    engine_->report_metrics();
    engine_->report_metrics();
    put(1);
    engine_->report_metrics();
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"].sum, 4);
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"].samples, 2);
}

TEST_F(StreamMetricsTest, shards_are_measured_only_as_wanted) {
    put(3);
    engine_->report_metrics();
    EXPECT_FALSE(cloudwatch_.all.contains(std::string("IncomingRecords/") + first_shard));
    enable({"IncomingRecords"});
    put(4);
    put(5, "340282366920938463463374607431768211455");
    engine_->report_metrics();
    EXPECT_EQ(cloudwatch_.all[std::string("IncomingRecords/") + first_shard].sum, 4);
    EXPECT_EQ(cloudwatch_.all[std::string("IncomingRecords/") + second_shard].sum, 5);
    EXPECT_FALSE(cloudwatch_.all.contains(std::string("IncomingBytes/") + first_shard));
    enable({});
    put(6);
    engine_->report_metrics();
    EXPECT_EQ(cloudwatch_.all[std::string("IncomingRecords/") + first_shard].sum, 4);
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"].sum, 18);
}

TEST_F(StreamMetricsTest, refused_records_are_counted_apart) {
    enable({"WriteProvisionedThroughputExceeded"});
    EXPECT_EQ(engine_->refused(rides), 0U);
    put(1'200);  // a shard takes 1,000 a second
    EXPECT_EQ(engine_->refused(rides), 200U);
    engine_->report_metrics();
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"].sum, 1'000);
    EXPECT_EQ(cloudwatch_.all["WriteProvisionedThroughputExceeded"].sum, 200);
    EXPECT_EQ(cloudwatch_.all[std::string("WriteProvisionedThroughputExceeded/") + first_shard].sum,
              200);
}

TEST_F(StreamMetricsTest, readings_tell_records_bytes_and_age) {
    enable({"OutgoingRecords", "IteratorAgeMilliseconds"});
    put(3);
    clock_.advance(1500ms);
    ASSERT_TRUE(engine_->read(rides, first_shard, {}, 2, 1'000'000));
    engine_->report_metrics();
    EXPECT_EQ(cloudwatch_.all["GetRecords.Records"].sum, 2);
    EXPECT_EQ(cloudwatch_.all["GetRecords.Bytes"].sum, 20);
    EXPECT_EQ(cloudwatch_.all["GetRecords.Success"].sum, 1);
    EXPECT_EQ(cloudwatch_.all["GetRecords.IteratorAgeMilliseconds"].maximum, 1'500);
    EXPECT_EQ(cloudwatch_.all[std::string("OutgoingRecords/") + first_shard].sum, 2);
    EXPECT_EQ(cloudwatch_.all[std::string("IteratorAgeMilliseconds/") + first_shard].maximum,
              1'500);
}

TEST_F(StreamMetricsTest, totals_go_on_over_minutes) {
    put(3);
    clock_.advance(10min);
    put(4);
    const auto totals = engine_->metric_totals();
    ASSERT_EQ(totals.size(), 1U);
    for (const MetricTotal& total : totals[0].second) {
        if (std::string_view(total.text->name) != "IncomingRecords") continue;
        EXPECT_EQ(total.all.sum, 7);
    }
    EXPECT_FALSE(totals[0].second.empty());
}

TEST_F(StreamMetricsTest, a_deleted_stream_leaves_its_last_minute) {
    put(3);
    ASSERT_TRUE(engine_->delete_stream(rides));
    ASSERT_TRUE(engine_->run_retention());
    EXPECT_EQ(cloudwatch_.all["IncomingRecords"].sum, 3);
}

}  // namespace
}  // namespace wr::kinesis
