// Running applications over streams in memory: exactly once through crashes, back-pressure,
// resharding.
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/random.h"
#include "services/analytics/engine/fake_faces_test.h"
#include "services/analytics/engine/runner.h"

namespace wr::analytics {
namespace {

using namespace std::chrono_literals;

const std::string shard_0 = "shardId-000000000000";
const std::string shard_1 = "shardId-000000000001";

std::string stream_arn(const std::string& name) {
    return "arn:aws:kinesis:us-east-1:123456789012:stream/" + name;
}

Application summary_application() {
    Application application;
    application.name = {"123456789012", "us-east-1", "wildrydes"};
    application.uid = 7;
    application.run = 1;
    application.code =
        "CREATE STREAM \"OUT\" (\"Name\" VARCHAR(16), \"Time\" TIMESTAMP, N BIGINT, D DOUBLE);"
        "CREATE PUMP \"P\" AS INSERT INTO \"OUT\" SELECT STREAM \"Name\", ROWTIME, COUNT(*), "
        "SUM(\"Distance\") FROM \"SOURCE_SQL_STREAM_001\" "
        "GROUP BY FLOOR(\"SOURCE_SQL_STREAM_001\".ROWTIME TO MINUTE), \"Name\"";
    Input input;
    input.id = "1.1";
    input.name_prefix = "SOURCE_SQL_STREAM";
    input.stream_arn = stream_arn("in");
    input.source.columns = {{"Name", "VARCHAR(16)", "$.Name"},
                            {"Distance", "DOUBLE", "$.Distance"}};
    application.inputs.push_back(input);
    Output output;
    output.id = "2.1";
    output.stream_name = "OUT";
    output.resource_arn = stream_arn("out");
    application.outputs.push_back(output);
    return application;
}

/// Everything that survives a crash, and a process that does not.
class World {
public:
    explicit World(Application application, RunnerOptions options = {})
        : application_(std::move(application)), options_(options) {
        store_ = *kv::open_store({"/analytics", true, kv::Durability::Os});
        kinesis_.create("in", 2);
        kinesis_.create("out", 1);
        faces_ = {&kinesis_, &firehose_, &lambda_, nullptr};
        const auto program = compile_for_start(application_);
        EXPECT_TRUE(program) << program.error().message;
        program_ = *program;
        const auto first = first_checkpoint(
            application_, program_, {StartingPosition::TrimHorizon}, kinesis_, clock_.now());
        EXPECT_TRUE(first);
        EXPECT_TRUE(Journal(*store_, application_.uid).save(*first, {}));
        boot();
    }
    void boot() {
        runner_ =
            std::make_unique<Runner>(application_, program_, faces_, *store_, clock_, options_);
    }
    void crash() {
        runner_.reset();
        boot();
    }
    void run(int rounds = 40) {
        for (int i = 0; i < rounds; ++i) runner_->step();
    }
    void put(const std::string& shard, const std::string& name, double distance) {
        kinesis_.put("in",
                     shard,
                     "{\"Name\":\"" + name + "\",\"Distance\":" + std::to_string(distance) + "}",
                     clock_.now());
    }

    Application application_;
    RunnerOptions options_;
    base::ManualClock clock_{base::Timestamp{1'521'342'840'000ms}};  // 2018-03-18 03:14:00
    std::unique_ptr<kv::Store> store_;
    FakeKinesis kinesis_;
    FakeFirehose firehose_;
    FakeLambda lambda_;
    Faces faces_;
    sql::ProgramPtr program_;
    std::unique_ptr<Runner> runner_;
};

std::string data_of(const base::Json& record) {
    return base::base64_decode(record["data"].as_string()).value_or("");
}

/// Drops readings named Ghost, refuses those named Broken, doubles the others.
base::Json doubled(const base::Json& event) {
    base::Json records{base::Json::Array{}};
    for (const auto& record : event["records"].as_array()) {
        auto reading = *base::parse_json(data_of(record));
        const std::string name = reading["Name"].as_string();
        reading.set("Distance", reading["Distance"].as_double() * 2);
        base::Json answer;
        answer.set("recordId", record["recordId"].as_string());
        answer.set("result",
                   name == "Ghost"    ? "Dropped"
                   : name == "Broken" ? "ProcessingFailed"
                                      : "Ok");
        answer.set("data", base::base64_encode(reading.dump() + "\n" + reading.dump()));
        records.push(std::move(answer));
    }
    base::Json reply;
    reply.set("records", std::move(records));
    return reply;
}

Application application_with_function() {
    Application application = summary_application();
    application.inputs[0].processor =
        Processor{"arn:aws:lambda:us-east-1:123456789012:function:prepare", ""};
    Output errors;
    errors.id = "3.1";
    errors.stream_name = "error_stream";
    errors.destination = Destination::Firehose;
    errors.resource_arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/errors";
    application.outputs.push_back(errors);
    return application;
}

TEST(AnalyticsRunner, a_function_prepares_drops_and_refuses_records) {
    World world(application_with_function());
    world.lambda_.answer_ = doubled;
    world.put(shard_0, "Shadowfax", 1.5);
    world.put(shard_0, "Ghost", 100);
    world.put(shard_0, "Broken", 100);
    world.run();
    world.clock_.advance(60s);
    world.run();
    EXPECT_EQ(world.kinesis_.all("out"),
              std::vector<std::string>{"{\"Name\":\"Shadowfax\",\"Time\":\"2018-03-18 "
                                       "03:15:00.000\",\"N\":2,\"D\":6}\n"});
    ASSERT_EQ(world.firehose_.records_.size(), 1U);
    EXPECT_NE(world.firehose_.records_[0].find("ProcessingFailed"), std::string::npos);
    const auto event = base::parse_json(world.lambda_.events_.at(0));
    EXPECT_EQ((*event)["applicationArn"].as_string(), world.application_.name.arn());
    const auto& record = (*event)["records"].as_array().at(0);
    EXPECT_EQ(record["kinesisStreamRecordMetadata"]["shardId"].as_string(), shard_0);
    EXPECT_EQ(world.runner_->metrics().records, 3U);
}

TEST(AnalyticsRunner, a_function_that_fails_is_asked_again_with_the_same_batch) {
    World world(application_with_function());
    int failures = 3;
    world.lambda_.answer_ = [&](const base::Json& event) {
        return failures-- > 0 ? base::Json(base::Json::Object{}) : doubled(event);
    };
    world.put(shard_0, "Shadowfax", 1.5);
    world.run();
    world.crash();
    world.run();
    world.clock_.advance(60s);
    world.run();
    EXPECT_EQ(world.kinesis_.all("out").size(), 1U);
    EXPECT_EQ(world.lambda_.events_.at(0), world.lambda_.events_.at(3));
    EXPECT_GE(world.lambda_.events_.size(), 4U);
}

TEST(AnalyticsRunner, windows_close_by_the_wall_clock_when_the_stream_is_silent) {
    World world(summary_application());
    world.put(shard_0, "Shadowfax", 1.5);
    world.put(shard_1, "Shadowfax", 2);
    world.run();
    world.clock_.advance(59'999ms);
    world.run();
    EXPECT_TRUE(world.kinesis_.all("out").empty());
    world.clock_.advance(1ms);
    world.run();
    const std::vector<std::string> expected = {
        "{\"Name\":\"Shadowfax\",\"Time\":\"2018-03-18 03:15:00.000\",\"N\":2,\"D\":3.5}\n"};
    EXPECT_EQ(world.kinesis_.all("out"), expected);
}

/// A random history; with `crashes`, the process dies at random places of it. Outputs refuse at
/// random.
std::vector<std::string> history(uint64_t seed, bool crashes, JournalKeeps journal) {
    RunnerOptions options;
    options.checkpoint_entries = 4;
    options.read_records_max = 3;
    options.journal = journal;
    World world(summary_application(), options);
    base::SeededRandom script(seed);
    base::SeededRandom fate(seed + 1'000'000);
    for (int round = 0; round < 30; ++round) {
        const bool blocked = script.below(3) == 0;
        world.kinesis_.refuse_ = [blocked] { return blocked; };
        const uint64_t count = script.below(6);
        for (uint64_t i = 0; i < count; ++i)
            world.put(script.below(2) == 0 ? shard_0 : shard_1,
                      "unicorn" + std::to_string(script.below(4)),
                      script.unit() * 100);
        world.run();
        if (crashes && fate.below(2) == 0) {
            world.crash();
            world.run(static_cast<int>(fate.below(5)));
            if (fate.below(3) == 0) world.crash();
            world.run();
        }
        world.clock_.advance(std::chrono::milliseconds(1 + script.below(40'000)));
    }
    world.kinesis_.refuse_ = nullptr;
    world.clock_.advance(2min);
    world.run(200);
    return world.kinesis_.all("out");
}

TEST(AnalyticsRunner, output_after_crashes_is_that_of_an_undisturbed_run) {
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        const auto undisturbed = history(seed, false, JournalKeeps::SinceCheckpoint);
        ASSERT_FALSE(undisturbed.empty());
        ASSERT_EQ(history(seed, true, JournalKeeps::SinceCheckpoint), undisturbed)
            << "seed " << seed;
    }
}

TEST(AnalyticsRunner, without_the_journal_the_same_test_fails) {
    size_t different = 0;
    for (uint64_t seed = 1; seed <= 10; ++seed)
        if (history(seed, true, JournalKeeps::Nothing) !=
            history(seed, false, JournalKeeps::Nothing))
            ++different;
    EXPECT_GT(different, 5U);
}

TEST(AnalyticsRunner, a_destination_that_refuses_holds_the_reader_and_loses_nothing) {
    World world(summary_application());
    world.application_.outputs.clear();
    Output output;
    output.id = "3.1";
    output.stream_name = "SOURCE_SQL_STREAM_001";
    output.destination = Destination::Firehose;
    output.resource_arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/archive";
    output.format = sql::RecordFormat::Csv;
    world.application_.outputs.push_back(output);
    world.program_ = *compile_for_start(world.application_);
    world.boot();
    world.firehose_.refuse_ = true;
    world.put(shard_0, "a", 1);
    world.run();
    world.put(shard_0, "b", 2);
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 1U);
    world.firehose_.refuse_ = false;
    world.run();
    EXPECT_EQ(world.firehose_.records_, (std::vector<std::string>{"a,1\n", "b,2\n"}));
    // What was delivered is remembered with the next entry of the journal.
    world.crash();
    world.put(shard_0, "c", 3);
    world.run();
    EXPECT_EQ(world.firehose_.records_.back(), "c,3\n");
    EXPECT_LE(world.firehose_.records_.size(), 4U);
}

TEST(AnalyticsRunner, a_function_gets_again_what_it_did_not_take) {
    World world(summary_application());
    world.application_.outputs[0].stream_name = "SOURCE_SQL_STREAM_001";
    world.application_.outputs[0].destination = Destination::Lambda;
    world.application_.outputs[0].resource_arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    world.program_ = *compile_for_start(world.application_);
    world.boot();
    world.lambda_.take_ = 1;
    world.put(shard_0, "a", 1);
    world.put(shard_0, "b", 2);
    world.run(3);
    ASSERT_EQ(world.lambda_.events_.size(), 2U);
    const auto first = base::parse_json(world.lambda_.events_[0]);
    const auto second = base::parse_json(world.lambda_.events_[1]);
    EXPECT_EQ((*first)["records"].as_array().size(), 2U);
    EXPECT_EQ((*first)["applicationArn"].as_string(), world.application_.name.arn());
    ASSERT_EQ((*second)["records"].as_array().size(), 1U);
    EXPECT_EQ((*second)["records"].as_array()[0]["recordId"].as_string(), "1");
    EXPECT_EQ(
        (*second)["records"].as_array()[0]["lambdaDeliveryRecordMetadata"]["retryHint"].as_int(),
        1);
}

TEST(AnalyticsRunner, children_are_read_after_their_parents) {
    World world(summary_application());
    auto& shards = world.kinesis_.streams_["in"].shards;
    world.put(shard_0, "a", 1);
    world.put(shard_1, "a", 1);
    const std::string merged = "shardId-000000000002";
    shards[merged].parents = {shard_0, shard_1};
    world.put(merged, "a", 1);
    shards[shard_0].closed = true;
    shards[shard_0].children = {merged};
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 2U);
    shards[shard_1].closed = true;
    shards[shard_1].children = {merged};
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 3U);
    world.crash();
    world.run();
    world.clock_.advance(1min);
    world.run();
    ASSERT_EQ(world.kinesis_.all("out").size(), 1U);
    EXPECT_NE(world.kinesis_.all("out")[0].find("\"N\":3"), std::string::npos);
}

TEST(AnalyticsRunner, a_shard_that_the_stream_dropped_does_not_hold_up_its_children) {
    World world(summary_application());
    auto& shards = world.kinesis_.streams_["in"].shards;
    world.put(shard_0, "a", 1);
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 1U);
    const std::string child = "shardId-000000000002";
    shards[child].parents = {shard_0};
    shards.erase(shard_0);
    world.put(child, "a", 1);
    world.run();
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 2U);
    EXPECT_EQ(world.runner_->metrics().lost_records, 1U);
}

TEST(AnalyticsRunner, records_that_outlived_retention_are_told) {
    Application application = summary_application();
    Output errors = application.outputs[0];
    errors.id = "4.1";
    errors.stream_name = "error_stream";
    application.outputs = {errors};
    World world(application);
    world.put(shard_0, "a", 1);
    world.run();
    for (int i = 0; i < 5; ++i) world.put(shard_0, "b", 1);
    world.kinesis_.streams_["in"].shards[shard_0].trimmed = 4;
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 3U);
    ASSERT_EQ(world.kinesis_.all("out").size(), 1U);
    EXPECT_NE(world.kinesis_.all("out")[0].find("RecordsLost"), std::string::npos);
}

TEST(AnalyticsRunner, roles_are_asked_before_reading_and_writing) {
    World world(summary_application());
    FakeIdentity identity;
    world.faces_.identity = &identity;
    world.application_.service_role = "arn:aws:iam::123456789012:role/s";
    world.application_.inputs[0].role_arn = "arn:aws:iam::123456789012:role/r";
    identity.refused_.insert("kinesis:GetRecords");
    world.boot();
    world.put(shard_0, "a", 1);
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 0U);
    identity.refused_.clear();
    world.clock_.advance(10s);
    world.run();
    EXPECT_EQ(world.runner_->metrics().records, 1U);
}

}  // namespace
}  // namespace wr::analytics
