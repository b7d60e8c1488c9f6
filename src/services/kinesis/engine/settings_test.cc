// Consumers, encryption at rest, limits and scaling of streams, with restarts and a clock by hand.
#include <gtest/gtest.h>

#include "services/kinesis/engine/engine.h"
#include "services/kinesis/engine/fake_log_test.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const StreamName rides{"123456789012", "us-east-1", "wildrydes"};

class SettingsTest : public testing::Test {
protected:
    SettingsTest() {
        options_.master_key = std::string(32, 'm');
        boot({});
    }

    bool opens(LogEntries entries) {
        engine_.reset();
        auto opened = Engine::open(*store_, clock_, random_, options_);
        if (!opened) return false;
        engine_ = *std::move(opened);
        log_ = std::make_unique<FakeLog>(std::move(entries));
        for (const auto& [position, entry] : log_->entries()) {
            engine_->replay(entry.first, position, entry.second);
        }
        return engine_->finish_recovery(*log_).has_value();
    }
    void boot(LogEntries entries) { ASSERT_TRUE(opens(std::move(entries))); }
    void restart() { boot(log_->entries()); }
    void limit() {
        options_.has_aws_limits = true;
        restart();
    }
    void create(CreateOptions options = {}) { ASSERT_TRUE(engine_->create_stream(rides, options)); }
    bool put(const std::string& data, const std::string& key = "k") {
        auto outcomes = engine_->put_records(rides, {{data, key, ""}}, {});
        EXPECT_TRUE(outcomes) << outcomes.error().message;
        return outcomes && !(*outcomes)[0].error;
    }
    std::vector<Record> read_all() {
        std::vector<Record> records;
        const StreamInfo info = *engine_->describe(rides);
        for (const ShardInfo& shard : info.shards) {
            auto read = engine_->read(rides, shard.id, {}, 10'000, 100'000'000);
            EXPECT_TRUE(read) << read.error().message;
            if (!read) continue;
            records.insert(records.end(), read->records.begin(), read->records.end());
        }
        return records;
    }
    bool log_holds(const std::string& text) {
        for (const auto& [position, entry] : log_->entries()) {
            if (entry.second.find(text) != std::string::npos) return true;
        }
        return false;
    }
    size_t open_shards() { return engine_->stream(rides)->topology->open_count(); }

    std::unique_ptr<kv::Store> store_ =
        *kv::open_store({.path = "/kinesis-settings-test", .in_memory = true});
    base::ManualClock clock_;
    base::SeededRandom random_{12};
    EngineOptions options_;
    std::unique_ptr<FakeLog> log_;
    std::unique_ptr<Engine> engine_;
};

TEST_F(SettingsTest, a_consumer_is_registered_once_and_found_by_name_and_arn_after_a_restart) {
    create();
    const ConsumerMeta made = *engine_->register_consumer(rides, "dash", {{"team", "rides"}});
    const std::string arn = consumer_arn(rides, made);
    EXPECT_EQ(arn,
              "arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes/consumer/dash:1700000000");
    const auto again = engine_->register_consumer(rides, "dash", {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::ResourceInUse);
    restart();
    const auto named = parse_consumer_arn(arn);
    ASSERT_TRUE(named);
    const auto found = engine_->consumer(*named);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->tags, (std::map<std::string, std::string>{{"team", "rides"}}));
    EXPECT_TRUE(engine_->consumer({rides, "dash"}));
    EXPECT_EQ(engine_->consumer({rides, "dash", 5}).error().code, ErrorCode::ResourceNotFound);
    ASSERT_TRUE(engine_->deregister_consumer(*named));
    EXPECT_EQ(engine_->consumer(*named).error().code, ErrorCode::ResourceNotFound);
    clock_.advance(2s);
    ASSERT_TRUE(engine_->register_consumer(rides, "dash", {}));
    EXPECT_FALSE(engine_->consumer(*named));
}

TEST_F(SettingsTest, consumers_pass_through_states_and_no_more_than_five_are_created_at_once) {
    options_.state_change_delay = 500ms;
    restart();
    create();
    clock_.advance(500ms);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(engine_->register_consumer(rides, "c" + std::to_string(i), {}));
    }
    EXPECT_EQ(engine_->consumer({rides, "c0"})->status(clock_.now()), StreamStatus::Creating);
    EXPECT_EQ(engine_->register_consumer(rides, "c5", {}).error().code, ErrorCode::LimitExceeded);
    clock_.advance(500ms);
    EXPECT_EQ(engine_->consumer({rides, "c0"})->status(clock_.now()), StreamStatus::Active);
    for (int i = 5; i < 20; ++i) {
        ASSERT_TRUE(engine_->register_consumer(rides, "c" + std::to_string(i), {}));
        clock_.advance(500ms);
    }
    EXPECT_EQ(engine_->register_consumer(rides, "c20", {}).error().code, ErrorCode::LimitExceeded);
    ASSERT_TRUE(engine_->deregister_consumer({rides, "c0"}));
    EXPECT_EQ(engine_->consumer({rides, "c0"})->status(clock_.now()), StreamStatus::Deleting);
    clock_.advance(500ms);
    EXPECT_FALSE(engine_->consumer({rides, "c0"}));
    EXPECT_EQ(engine_->delete_stream(rides, false).error().code, ErrorCode::ResourceInUse);
    EXPECT_TRUE(engine_->delete_stream(rides, true));
}

TEST_F(SettingsTest, records_of_an_encrypted_stream_are_not_in_the_log_and_are_read_back) {
    create();
    ASSERT_TRUE(put("before-secret"));
    EXPECT_TRUE(log_holds("before-secret"));
    ASSERT_TRUE(engine_->start_encryption(rides, "alias/aws/kinesis"));
    ASSERT_TRUE(put("while-secret", "key-secret"));
    restart();
    ASSERT_TRUE(put("restarted-secret"));
    ASSERT_TRUE(engine_->stop_encryption(rides, "alias/aws/kinesis"));
    ASSERT_TRUE(put("after-secret"));
    EXPECT_FALSE(log_holds("while-secret"));
    EXPECT_FALSE(log_holds("key-secret"));
    EXPECT_FALSE(log_holds("restarted-secret"));
    EXPECT_TRUE(log_holds("after-secret"));
    for (int boot = 0; boot < 2; ++boot, restart()) {
        const std::vector<Record> records = read_all();
        ASSERT_EQ(records.size(), 4U);
        EXPECT_EQ(records[0].data, "before-secret");
        EXPECT_EQ(records[1].data, "while-secret");
        EXPECT_EQ(records[1].partition_key, "key-secret");
        EXPECT_EQ(records[2].data, "restarted-secret");
        EXPECT_FALSE(records[0].is_encrypted);
        EXPECT_TRUE(records[1].is_encrypted);
        EXPECT_FALSE(records[3].is_encrypted);
    }
}

TEST_F(SettingsTest, changed_ciphertext_and_another_master_key_are_refused) {
    create();
    ASSERT_TRUE(engine_->start_encryption(rides, "alias/aws/kinesis"));
    ASSERT_TRUE(put("secret"));
    LogEntries entries = log_->entries();
    LogEntries changed = entries;
    changed.begin()->second.second.back() ^= 1;
    boot(changed);
    EXPECT_EQ(engine_->read(rides, "shardId-000000000000", {}, 10, 1'000).error().code,
              ErrorCode::InternalFailure);
    options_.master_key = std::string(32, 'x');
    EXPECT_FALSE(opens(entries));
    options_.master_key = std::string(32, 'm');
    boot(entries);
    EXPECT_EQ(read_all().size(), 1U);
}

TEST_F(SettingsTest, keys_that_are_not_there_cannot_encrypt) {
    create();
    EXPECT_EQ(engine_->start_encryption(rides, "alias/mine").error().code, ErrorCode::KeyNotFound);
    EXPECT_EQ(engine_->start_encryption(rides, "1234abcd").error().code, ErrorCode::KeyNotFound);
    EXPECT_TRUE(
        engine_->start_encryption(rides, "arn:aws:kms:us-east-1:123456789012:alias/aws/kinesis"));
}

TEST_F(SettingsTest, a_shard_takes_a_mebibyte_and_a_thousand_records_a_second) {
    limit();
    create();
    const std::string half(512 * 1024 - 1, 'x');
    EXPECT_TRUE(put(half));
    EXPECT_TRUE(put(half));
    EXPECT_FALSE(put("x"));
    clock_.advance(500ms);
    EXPECT_TRUE(put(half));
    EXPECT_FALSE(put("x"));
    clock_.advance(1s);
    const std::vector<PutEntry> entries(500, PutEntry{"", "k", ""});
    for (int i = 0; i < 2; ++i) {
        const auto outcomes = *engine_->put_records(rides, entries, {});
        EXPECT_FALSE(outcomes.front().error);
        EXPECT_FALSE(outcomes.back().error);
    }
    EXPECT_FALSE(put(""));
    clock_.advance(10ms);
    const auto outcomes = *engine_->put_records(rides, entries, {});
    EXPECT_FALSE(outcomes[9].error);
    ASSERT_TRUE(outcomes[10].error);
    EXPECT_EQ(outcomes[10].error->code, ErrorCode::ProvisionedThroughputExceeded);
}

TEST_F(SettingsTest, a_shard_gives_five_reads_a_second_and_rests_after_a_large_one) {
    limit();
    create();
    const auto stream =
        engine_->open_iterator(*engine_->shard_iterator(rides, "shardId-000000000000", {}))->stream;
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(stream->admit_read(0));
    EXPECT_FALSE(stream->admit_read(0));
    clock_.advance(200ms);
    EXPECT_TRUE(stream->admit_read(0));
    EXPECT_FALSE(stream->admit_read(0));
    clock_.advance(1s);
    EXPECT_TRUE(stream->admit_read(0));
    stream->charge_read(0, 1024 * 1024);
    EXPECT_TRUE(stream->admit_read(0));
    stream->charge_read(0, 1024 * 1024);
    EXPECT_FALSE(stream->admit_read(0));
    clock_.advance(1s);
    EXPECT_TRUE(stream->admit_read(0));
    stream->charge_read(0, 10 * 1024 * 1024);
    clock_.advance(4'990ms);
    EXPECT_FALSE(stream->admit_read(0));
    clock_.advance(10ms);
    EXPECT_TRUE(stream->admit_read(0));
}

TEST_F(SettingsTest, calls_have_rates_by_account_or_by_stream_and_none_without_limits) {
    const auto call = [&](const char* operation, const char* resource) {
        return engine_->admit_call(operation, "123456789012", "us-east-1", resource);
    };
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(call("DescribeLimits", "*"));
    limit();
    EXPECT_TRUE(call("DescribeLimits", "*"));
    EXPECT_FALSE(call("DescribeLimits", "*"));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(call("CreateStream", "a"));
    EXPECT_FALSE(call("CreateStream", "b"));
    clock_.advance(200ms);
    EXPECT_TRUE(call("CreateStream", "b"));
    EXPECT_FALSE(call("CreateStream", "b"));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(call("ListStreamConsumers", "a"));
    EXPECT_FALSE(call("ListStreamConsumers", "a"));
    EXPECT_TRUE(call("ListStreamConsumers", "b"));
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(call("PutRecords", "a"));
    EXPECT_TRUE(engine_->admit_call("CreateStream", "123456789012", "eu-west-1", "*"));
}

TEST_F(SettingsTest, shard_counts_change_by_twice_or_half_and_ten_times_a_day) {
    limit();
    create({.shard_count = 2});
    const auto up = engine_->update_shard_count(rides, 5);
    ASSERT_FALSE(up);
    EXPECT_EQ(up.error().code, ErrorCode::LimitExceeded);
    EXPECT_EQ(up.error().message,
              "UpdateShardCount cannot scale up over double your current open shard count. Current "
              "open shard count: 2, Target shard count: 5");
    EXPECT_EQ(*engine_->update_shard_count(rides, 4), 2U);
    EXPECT_EQ(engine_->update_shard_count(rides, 1).error().message,
              "UpdateShardCount cannot scale down below half your current open shard count. "
              "Current open shard count: 4, Target shard count: 1");
    for (int i = 0; i < 9; ++i) {
        clock_.advance(1h);
        ASSERT_TRUE(engine_->update_shard_count(rides, i % 2 == 0 ? 3 : 4));
    }
    EXPECT_EQ(engine_->update_shard_count(rides, 4).error().code, ErrorCode::LimitExceeded);
    restart();
    clock_.advance(14h);
    EXPECT_EQ(engine_->update_shard_count(rides, 4).error().code, ErrorCode::LimitExceeded);
    clock_.advance(1h);
    EXPECT_TRUE(engine_->update_shard_count(rides, 4));
}

TEST_F(SettingsTest, an_on_demand_stream_doubles_when_its_load_passes_half_of_what_it_takes) {
    options_.load_window = 2s;
    restart();
    create({.is_on_demand = true});
    EXPECT_EQ(open_shards(), 4U);
    const auto load = [&](size_t mebibytes) {
        const std::string data(1024 * 1024, 'x');
        for (size_t i = 0; i < mebibytes; ++i) ASSERT_TRUE(put(data, std::to_string(i)));
        clock_.advance(1s);
        ASSERT_TRUE(engine_->run_retention());
        EXPECT_NE(open_shards(), 16U);
        clock_.advance(1s);
        ASSERT_TRUE(engine_->run_retention());
    };
    load(3);  // 1.5 MiB/s
    EXPECT_EQ(open_shards(), 4U);
    load(5);  // 2.5 MiB/s
    EXPECT_EQ(open_shards(), 8U);
    load(5);
    EXPECT_EQ(open_shards(), 8U);
    EXPECT_EQ(read_all().size(), 13U);
    for (const auto& change : {"SplitShard", "MergeShards"}) {
        const auto refused =
            std::string_view(change) == "SplitShard"
                ? engine_->split_shard(rides, "shardId-000000000004", "1000")
                : engine_->merge_shards(rides, "shardId-000000000004", "shardId-000000000005");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Validation);
    }
    EXPECT_EQ(engine_->update_shard_count(rides, 9).error().code, ErrorCode::Validation);
    ASSERT_TRUE(engine_->set_mode(rides, false, {}));
    EXPECT_EQ(open_shards(), 8U);
    EXPECT_TRUE(engine_->update_shard_count(rides, 9));
}

TEST_F(SettingsTest, many_small_records_scale_too_and_provisioned_streams_never) {
    options_.load_window = 1s;
    restart();
    create({.shard_count = 4});
    const std::vector<PutEntry> entries(500, PutEntry{"", "k", ""});
    const auto load = [&] {
        for (int i = 0; i < 5; ++i) ASSERT_TRUE(engine_->put_records(rides, entries, {}));
        clock_.advance(1s);
        ASSERT_TRUE(engine_->run_retention());
    };
    load();
    EXPECT_EQ(open_shards(), 4U);
    ASSERT_TRUE(engine_->set_mode(rides, true, {}));
    load();
    EXPECT_EQ(open_shards(), 8U);
}

TEST_F(SettingsTest, warm_throughput_needs_the_accounts_commitment) {
    create({.is_on_demand = true});
    EXPECT_EQ(engine_->set_warm_throughput(rides, 12).error().code, ErrorCode::Validation);
    const AccountSettings on = *engine_->set_commitment("123456789012", "us-east-1", true);
    EXPECT_TRUE(on.is_committed(clock_.now()));
    EXPECT_EQ(*engine_->set_warm_throughput(rides, 12), 4U);
    EXPECT_EQ(open_shards(), 12U);
    EXPECT_EQ(engine_->set_warm_throughput(rides, 10'241).error().code, ErrorCode::LimitExceeded);
    EXPECT_EQ(engine_->consumers_max(*engine_->stream(rides)), 50U);
    restart();
    EXPECT_EQ(engine_->stream(rides)->warm_mibps, 12);
    clock_.advance(1h);
    const AccountSettings ending = *engine_->set_commitment("123456789012", "us-east-1", false);
    EXPECT_EQ(ending.ended, on.earliest_end());
    EXPECT_TRUE(ending.is_committed(clock_.now()));
    clock_.advance(23h);
    EXPECT_FALSE(engine_->account_settings("123456789012", "us-east-1").is_committed(clock_.now()));
    ASSERT_TRUE(engine_->set_mode(rides, false, {}));
    EXPECT_EQ(engine_->set_warm_throughput(rides, 12).error().code, ErrorCode::Validation);
}

TEST_F(SettingsTest, a_mode_is_switched_twice_a_day) {
    limit();
    create();
    ASSERT_TRUE(engine_->set_mode(rides, true, {}));
    ASSERT_TRUE(engine_->set_mode(rides, true, {}));
    ASSERT_TRUE(engine_->set_mode(rides, false, {}));
    EXPECT_EQ(engine_->set_mode(rides, true, {}).error().code, ErrorCode::LimitExceeded);
    clock_.advance(24h);
    EXPECT_TRUE(engine_->set_mode(rides, true, {}));
}

TEST(StreamMetaFormat, what_version_1_wrote_still_opens) {
    const auto meta = decode_stream_meta(
        R"({"version":1,"account":"123456789012","region":"us-east-1","name":"old",)"
        R"("incarnation":"7","streamId":"abcdefghijklmnopqrst-abc","created":1700000000000,)"
        R"("change":"ACTIVE","changed":1700000000000,"settles":1700000000000,)"
        R"("retentionHours":48,"onDemand":false,"recordKibMax":1024,"kmsKeyId":"",)"
        R"("tags":{"a":"b"},"shardMetrics":["IncomingBytes"],"topology":{"next":1,"shards":[)"
        R"({"index":0,"first":"0","last":"340282366920938463463374607431768211455",)"
        R"("parent":null,"adjacent":null,"created":1700000000000}]}})");
    ASSERT_TRUE(meta);
    EXPECT_EQ(meta->name.name, "old");
    EXPECT_EQ(meta->incarnation, 7U);
    EXPECT_EQ(meta->retention_hours, 48);
    EXPECT_EQ(meta->tags.at("a"), "b");
    EXPECT_TRUE(meta->keys.empty());
    EXPECT_TRUE(meta->consumers.empty());
    EXPECT_EQ(meta->topology->open_count(), 1U);
    EXPECT_FALSE(decode_stream_meta(R"({"version":3})"));
}

}  // namespace
}  // namespace wr::kinesis
