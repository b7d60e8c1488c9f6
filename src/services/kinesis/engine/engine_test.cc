// Tests of the engine as its callers see it, with restarts, over a log in memory.
#include "services/kinesis/engine/engine.h"

#include <gtest/gtest.h>

#include <thread>

#include "services/kinesis/engine/fake_log_test.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const StreamName rides{"123456789012", "us-east-1", "wildrydes"};

class EngineTest : public testing::Test {
protected:
    EngineTest() { boot({}); }

    void boot(LogEntries entries) {
        auto opened = Engine::open(*store_, clock_, random_, options_);
        ASSERT_TRUE(opened);
        engine_ = *std::move(opened);
        log_ = std::make_unique<FakeLog>(std::move(entries));
        for (const auto& [position, entry] : log_->entries()) {
            engine_->replay(entry.first, position, entry.second);
        }
        ASSERT_TRUE(engine_->finish_recovery(*log_));
    }
    void restart() {
        LogEntries entries = log_->entries();
        engine_.reset();
        boot(std::move(entries));
    }
    void create(uint32_t shards) {
        ASSERT_TRUE(engine_->create_stream(rides, {.shard_count = shards}));
    }
    std::vector<PutOutcome> put(const std::vector<PutEntry>& entries,
                                const std::optional<ProducerOrdinal>& producer = {}) {
        auto outcomes = engine_->put_records(rides, entries, producer);
        EXPECT_TRUE(outcomes) << outcomes.error().message;
        return outcomes ? *outcomes : std::vector<PutOutcome>{};
    }
    std::vector<std::string> read_all(const std::string& shard, const ReadFrom& from = {}) {
        auto result = engine_->read(rides, shard, from, 10'000, 10'000'000);
        EXPECT_TRUE(result);
        std::vector<std::string> data;
        for (const Record& record : result->records) data.push_back(record.data);
        return data;
    }
    void trim() {
        auto horizon = engine_->run_retention();
        ASSERT_TRUE(horizon);
        ASSERT_TRUE(log_->trim(*horizon));
    }

    const std::string first_shard_ = "shardId-000000000000";
    std::unique_ptr<kv::Store> store_ =
        *kv::open_store({.path = "/kinesis-engine-test", .in_memory = true});
    base::ManualClock clock_;
    base::SeededRandom random_{11};
    EngineOptions options_;
    std::unique_ptr<FakeLog> log_;
    std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, put_that_does_not_wait_tells_when_its_records_are_durable) {
    create(1);
    log_->hold_answers();
    const auto put = *engine_->begin_put(rides, {{"a", "k", ""}, {"b", "k", ""}});
    int calls = 0;
    EXPECT_TRUE(put->when_done([&] { ++calls; }));
    EXPECT_TRUE(read_all(first_shard_).empty()) << "read before it was durable";
    log_->release_answers();
    EXPECT_EQ(calls, 1);
    const auto outcomes = *put->outcomes();
    EXPECT_EQ(outcomes[1].shard_id, first_shard_);
    EXPECT_LT(outcomes[0].sequence_number, outcomes[1].sequence_number);
    EXPECT_EQ(read_all(first_shard_), (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE((*engine_->begin_put(rides, {{"c", "k", ""}}))->when_done([] { FAIL(); }));
}

TEST_F(EngineTest, put_that_does_not_wait_reports_a_log_that_failed) {
    create(1);
    log_->hold_answers();
    log_->fail_with(base::Error{base::ErrorCode::Io, "broken"});
    const auto put = *engine_->begin_put(rides, {{"a", "k", ""}});
    log_->release_answers();
    const auto outcomes = put->outcomes();
    ASSERT_FALSE(outcomes);
    EXPECT_EQ(outcomes.error().code, ErrorCode::InternalFailure);
    EXPECT_TRUE(read_all(first_shard_).empty());
}

TEST_F(EngineTest, records_are_read_in_the_order_of_their_numbers_also_after_a_restart) {
    create(1);
    const auto first = put({{"a", "k1", ""}, {"b", "k2", ""}});
    const auto second = put({{"c", "k1", ""}});
    EXPECT_LT(first[0].sequence_number, first[1].sequence_number);
    EXPECT_LT(first[1].sequence_number, second[0].sequence_number);
    for (int boot = 0; boot < 2; ++boot, restart()) {
        auto result = *engine_->read(rides, first_shard_, {}, 100, 1'000'000);
        ASSERT_EQ(result.records.size(), 3U);
        EXPECT_EQ(result.records[0].sequence_number, first[0].sequence_number);
        EXPECT_EQ(result.records[2].sequence_number, second[0].sequence_number);
        EXPECT_EQ(result.records[2].partition_key, "k1");
        EXPECT_EQ(result.behind_latest, 0ms);
    }
    EXPECT_LT(second[0].sequence_number, put({{"d", "k1", ""}})[0].sequence_number);
}

TEST_F(EngineTest, a_record_goes_to_the_shard_that_owns_its_hash) {
    create(2);
    const auto outcomes =
        put({{"low", "x", "0"}, {"high", "x", "340282366920938463463374607431768211455"}});
    EXPECT_EQ(outcomes[0].shard_id, "shardId-000000000000");
    EXPECT_EQ(outcomes[1].shard_id, "shardId-000000000001");
    EXPECT_EQ(read_all("shardId-000000000001"), std::vector<std::string>{"high"});
    const auto refused =
        engine_->put_records(rides, {{"", "x", "340282366920938463463374607431768211456"}}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
}

TEST_F(EngineTest, each_start_type_finds_its_place) {
    create(1);
    const auto outcomes = put({{"a", "k", ""}, {"b", "k", ""}});
    clock_.advance(10s);
    const base::Timestamp later = clock_.now();
    put({{"c", "k", ""}});
    using Data = std::vector<std::string>;
    const std::string a = outcomes[0].sequence_number;
    EXPECT_EQ(read_all(first_shard_, {StartType::TrimHorizon, "", {}}), (Data{"a", "b", "c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::AtSequenceNumber, a, {}}), (Data{"a", "b", "c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::AfterSequenceNumber, a, {}}), (Data{"b", "c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::AtTimestamp, "", later}), (Data{"c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::AtTimestamp, "", later - 5s}), (Data{"c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::AtTimestamp, "", later - 1h}),
              (Data{"a", "b", "c"}));
    EXPECT_EQ(read_all(first_shard_, {StartType::Latest, "", {}}), Data{});
    const auto at_latest = engine_->resolve(rides, first_shard_, {StartType::Latest, "", {}});
    put({{"d", "k", ""}});
    EXPECT_EQ(read_all(first_shard_, *at_latest), (Data{"d"}));
}

TEST_F(EngineTest, a_read_stops_at_its_bounds_and_goes_on_where_it_stopped) {
    create(1);
    for (int i = 0; i < 10; ++i) {
        put({{std::to_string(2 * i), "k", ""}, {std::to_string(2 * i + 1), "k", ""}});
    }
    ReadFrom from;
    for (int expected = 0; expected < 20;) {
        clock_.advance(1s);
        auto result = *engine_->read(rides, first_shard_, from, 3, 1'000'000);
        for (const Record& record : result.records) {
            EXPECT_EQ(record.data, std::to_string(expected++));
        }
        EXPECT_EQ(result.behind_latest > 0ms, expected < 20);
        ASSERT_TRUE(result.next);
        from = *result.next;
    }
    EXPECT_EQ((*engine_->read(rides, first_shard_, {}, 100, 1)).records.size(), 1U);
}

TEST_F(EngineTest, sequence_numbers_of_other_shards_and_streams_are_refused) {
    create(2);
    const auto outcome = put({{"a", "k", "0"}})[0];
    const auto other = engine_->resolve(
        rides, "shardId-000000000001", {StartType::AtSequenceNumber, outcome.sequence_number, {}});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().message,
              "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used "
              "in a call to a shard with shardId-000000000001");
    ASSERT_TRUE(engine_->delete_stream(rides));
    clock_.advance(5s);
    create(2);
    const auto stale = engine_->resolve(
        rides, first_shard_, {StartType::AtSequenceNumber, outcome.sequence_number, {}});
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::InvalidArgument);
}

TEST_F(EngineTest, iterators_live_five_minutes_and_survive_a_restart) {
    create(1);
    put({{"a", "k", ""}});
    const std::string iterator = *engine_->shard_iterator(rides, first_shard_, {});
    clock_.advance(299s);
    restart();
    auto opened = engine_->open_iterator(iterator);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened->stream->read(opened->cursor, 10, 1000)).records.size(), 1U);
    clock_.advance(2s);
    const auto expired = engine_->open_iterator(iterator);
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().code, ErrorCode::ExpiredIterator);
    EXPECT_EQ(expired.error().message,
              "Iterator expired. The iterator was created at time Tue Nov 14 22:13:20 UTC 2023 "
              "while right now it is Tue Nov 14 22:18:21 UTC 2023 which is further in the future "
              "than the tolerated delay of 300000 milliseconds.");
    EXPECT_EQ(engine_->open_iterator("AAAA").error().message, "Invalid ShardIterator.");
}

TEST_F(EngineTest, an_iterator_of_a_deleted_stream_does_not_read_its_successor) {
    create(1);
    const std::string iterator = *engine_->shard_iterator(rides, first_shard_, {});
    ASSERT_TRUE(engine_->delete_stream(rides));
    create(1);
    put({{"secret", "k", ""}});
    EXPECT_EQ(engine_->open_iterator(iterator).error().code, ErrorCode::ResourceNotFound);
    restart();
    EXPECT_EQ(read_all(first_shard_), std::vector<std::string>{"secret"});
}

TEST_F(EngineTest, every_record_of_a_parent_is_readable_and_its_children_follow) {
    create(1);
    const auto before = put({{"a", "k", ""}})[0];
    ASSERT_TRUE(engine_->split_shard(rides, first_shard_, "100"));
    const auto after = put({{"b", "k", "50"}, {"c", "k", "500"}});
    EXPECT_EQ(after[0].shard_id, "shardId-000000000001");
    EXPECT_EQ(after[1].shard_id, "shardId-000000000002");
    EXPECT_LT(before.sequence_number, after[0].sequence_number);
    for (int boot = 0; boot < 2; ++boot, restart()) {
        auto end = *engine_->read(rides, first_shard_, {}, 10, 1000);
        ASSERT_EQ(end.records.size(), 1U);
        EXPECT_FALSE(end.next);
        EXPECT_EQ(end.child_shard_ids,
                  (std::vector<std::string>{"shardId-000000000001", "shardId-000000000002"}));
    }
    ASSERT_TRUE(engine_->merge_shards(rides, "shardId-000000000001", "shardId-000000000002"));
    EXPECT_EQ(put({{"d", "k", ""}})[0].shard_id, "shardId-000000000003");
    const auto info = *engine_->describe(rides);
    EXPECT_EQ(info.shards[3].parent_id, "shardId-000000000001");
    EXPECT_EQ(info.shards[3].adjacent_parent_id, "shardId-000000000002");
    EXPECT_TRUE(info.shards[1].ending_sequence_number);
    EXPECT_EQ(engine_->split_shard(rides, first_shard_, "100").error().code,
              ErrorCode::ResourceInUse);
}

TEST_F(EngineTest, retention_trims_what_is_old_and_never_early_when_the_clock_leaps) {
    create(1);
    for (int i = 0; i < 20; ++i) put({{"old", "k", ""}});
    clock_.advance(23h);
    trim();
    EXPECT_EQ(read_all(first_shard_).size(), 20U);
    clock_.jump_wall(48h);
    trim();
    EXPECT_EQ(read_all(first_shard_).size(), 20U);
    clock_.jump_wall(-48h);
    const auto kept = put({{"new", "k", ""}})[0];
    clock_.advance(2h);
    trim();
    EXPECT_EQ(read_all(first_shard_), std::vector<std::string>{"new"});
    EXPECT_LT(log_->entries().size(), 21U);
    EXPECT_TRUE((*engine_->read(rides,
                                first_shard_,
                                {StartType::AtSequenceNumber,
                                 engine_->describe(rides)->shards[0].starting_sequence_number,
                                 {}},
                                10,
                                1000))
                    .records.size() == 1);
    clock_.advance(30h);
    trim();
    restart();
    EXPECT_TRUE(read_all(first_shard_).empty());
    EXPECT_LT(kept.sequence_number, put({{"next", "k", ""}})[0].sequence_number);
}

TEST_F(EngineTest, longer_retention_does_not_bring_back_what_was_trimmed) {
    create(1);
    put({{"old", "k", ""}});
    clock_.advance(25h);
    ASSERT_TRUE(engine_->run_retention());  // the log still holds the entry
    ASSERT_TRUE(engine_->set_retention(rides, 48, true));
    restart();
    EXPECT_TRUE(read_all(first_shard_).empty());
    EXPECT_EQ(engine_->set_retention(rides, 24, true).error().message,
              "Requested retention period (24 hours) for stream wildrydes can not be shorter than "
              "existing retention period (48 hours). Use DecreaseRetentionPeriod API.");
}

TEST_F(EngineTest, a_closed_shard_is_forgotten_once_its_records_are) {
    create(1);
    put({{"a", "k", ""}});
    ASSERT_TRUE(engine_->split_shard(rides, first_shard_, "100"));
    clock_.advance(25h);
    trim();
    EXPECT_EQ(engine_->describe(rides)->shards.size(), 2U);
    restart();
    EXPECT_EQ(engine_->describe(rides)->shards[0].id, "shardId-000000000001");
    EXPECT_EQ(put({{"b", "k", "500"}})[0].shard_id, "shardId-000000000002");
}

TEST_F(EngineTest, records_that_are_only_looked_at_are_those_that_are_read) {
    create(2);
    for (int i = 0; i < 40; ++i) put({{"a", std::to_string(i), ""}, {"b", "other", ""}});
    ReadFrom from;
    size_t count = 0;
    for (int page = 0; page < 8; ++page) {
        const auto copied = *engine_->read(rides, first_shard_, from, 9, 10'000'000);
        const auto seen =
            *engine_->read_views(rides, first_shard_, from, 9, 10'000'000, Numbered::All);
        ASSERT_EQ(seen.views.records.size(), copied.records.size());
        const auto ends =
            *engine_->read_views(rides, first_shard_, from, 9, 10'000'000, Numbered::FirstAndLast);
        ASSERT_EQ(ends.views.records.size(), copied.records.size());
        for (size_t i = 0; i < copied.records.size(); ++i) {
            const bool is_end = i == 0 || i + 1 == copied.records.size();
            EXPECT_EQ(ends.views.records[i].sequence_number,
                      is_end ? copied.records[i].sequence_number : "");
            EXPECT_EQ(ends.views.records[i].data, copied.records[i].data);
        }
        for (size_t i = 0; i < copied.records.size(); ++i, ++count) {
            const RecordView& view = seen.views.records[i];
            EXPECT_EQ(view.sequence_number, copied.records[i].sequence_number);
            EXPECT_EQ(view.partition_key, copied.records[i].partition_key);
            EXPECT_EQ(view.data, copied.records[i].data);
            EXPECT_EQ(view.arrival, copied.records[i].arrival);
        }
        ASSERT_EQ(seen.next->sequence_number, copied.next->sequence_number);
        from = *seen.next;
    }
    EXPECT_GE(count, 20U);
}

TEST_F(EngineTest, ordinals_seen_are_dropped_also_after_restart_and_trimming) {
    create(1);
    put({{"1", "k", ""}, {"2", "k", ""}}, ProducerOrdinal{"app", 1});
    const auto again = put({{"2", "k", ""}, {"3", "k", ""}}, ProducerOrdinal{"app", 2});
    EXPECT_TRUE(again[0].duplicate);
    EXPECT_FALSE(again[1].duplicate);
    restart();
    EXPECT_EQ(*engine_->last_ordinal(rides, "app"), 3U);
    EXPECT_EQ(*engine_->last_ordinal(rides, "other"), 0U);
    EXPECT_EQ(read_all(first_shard_), (std::vector<std::string>{"1", "2", "3"}));
    clock_.advance(25h);
    trim();
    boot({});
    EXPECT_EQ(*engine_->last_ordinal(rides, "app"), 3U);
}

TEST_F(EngineTest, a_failed_append_is_an_error_and_its_numbers_are_skipped) {
    create(1);
    put({{"a", "k", ""}});
    log_->fail_with(base::Error{base::ErrorCode::NoSpace, "full"});
    const auto failed = engine_->put_records(rides, {{"lost", "k", ""}}, ProducerOrdinal{"p", 1});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::InternalFailure);
    log_->fail_with(std::nullopt);
    EXPECT_FALSE(put({{"b", "k", ""}}, ProducerOrdinal{"p", 1})[0].duplicate);
    EXPECT_EQ(read_all(first_shard_), (std::vector<std::string>{"a", "b"}));
    const auto after_a = (*engine_->read(rides, first_shard_, {}, 1, 1000)).next;
    EXPECT_EQ(read_all(first_shard_, *after_a), std::vector<std::string>{"b"});
}

TEST_F(EngineTest, states_pass_through_creating_and_deleting) {
    options_.state_change_delay = 500ms;
    restart();
    create(1);
    EXPECT_EQ(engine_->describe(rides)->status, StreamStatus::Creating);
    EXPECT_EQ(engine_->put_records(rides, {{"a", "k", ""}}, {}).error().code,
              ErrorCode::ResourceInUse);
    clock_.advance(500ms);
    EXPECT_EQ(engine_->describe(rides)->status, StreamStatus::Active);
    EXPECT_EQ(engine_->create_stream(rides, {}).error().code, ErrorCode::ResourceInUse);
    ASSERT_TRUE(engine_->delete_stream(rides));
    EXPECT_EQ(engine_->describe(rides)->status, StreamStatus::Deleting);
    clock_.advance(500ms);
    EXPECT_EQ(engine_->describe(rides).error().code, ErrorCode::ResourceNotFound);
    create(2);
    restart();
    EXPECT_EQ(engine_->describe(rides)->shards.size(), 2U);
}

TEST_F(EngineTest, accounts_and_regions_do_not_see_each_other) {
    create(1);
    const StreamName elsewhere{"123456789012", "eu-west-1", "wildrydes"};
    const StreamName other{"210987654321", "us-east-1", "wildrydes"};
    EXPECT_FALSE(engine_->describe(elsewhere));
    EXPECT_FALSE(engine_->describe(other));
    EXPECT_TRUE(engine_->list_streams("210987654321", "us-east-1", "", 10).empty());
    EXPECT_EQ(engine_->list_streams("123456789012", "us-east-1", "", 10).size(), 1U);
}

TEST_F(EngineTest, limits_refuse_single_records_but_keep_a_producers_order) {
    options_.has_aws_limits = true;
    restart();
    create(1);
    const std::string big(600'000, 'x');
    const auto outcomes = put({{big, "k", ""}, {big, "k", ""}, {"small", "k", ""}});
    EXPECT_FALSE(outcomes[0].error);
    ASSERT_TRUE(outcomes[1].error);
    EXPECT_EQ(outcomes[1].error->message,
              "Rate exceeded for shard shardId-000000000000 in stream wildrydes under account "
              "123456789012.");
    EXPECT_FALSE(outcomes[2].error);
    clock_.advance(10s);
    const auto ordered =
        put({{big, "k", ""}, {big, "k", ""}, {"small", "k", ""}}, ProducerOrdinal{"p", 1});
    EXPECT_TRUE(ordered[1].error);
    EXPECT_TRUE(ordered[2].error);
    EXPECT_EQ(*engine_->last_ordinal(rides, "p"), 1U);
}

TEST_F(EngineTest, a_waiting_reader_wakes_for_records_and_at_the_end) {
    create(1);
    std::thread writer([&] { put({{"a", "k", ""}}); });
    const uint64_t seen = engine_->wait_for_records(rides, 0, 10s);
    writer.join();
    EXPECT_EQ(seen, 1U);
    EXPECT_EQ(engine_->wait_for_records(rides, seen, 1ms), seen);
    std::thread stopper([&] { engine_->stop(); });
    const auto begin = std::chrono::steady_clock::now();
    engine_->wait_for_records(rides, seen, 20s);
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(EngineTest, threads_that_write_at_once_lose_nothing) {
    create(4);
    constexpr int per_thread = 200;
    std::vector<std::thread> writers;
    for (int t = 0; t < 4; ++t) {
        writers.emplace_back([&, t] {
            for (int i = 0; i < per_thread; ++i) {
                const std::string key = std::to_string(t) + "-" + std::to_string(i);
                put({{key, key, ""}, {key, key + "b", ""}});
            }
        });
    }
    ASSERT_TRUE(engine_->split_shard(rides, first_shard_, "1000"));
    for (std::thread& writer : writers) writer.join();
    size_t count = 0;
    const StreamInfo info = *engine_->describe(rides);
    for (const ShardInfo& shard : info.shards) {
        const auto records = (*engine_->read(rides, shard.id, {}, 10'000, 10'000'000)).records;
        count += records.size();
        for (size_t i = 1; i < records.size(); ++i) {
            ASSERT_LT(records[i - 1].sequence_number, records[i].sequence_number);
        }
    }
    EXPECT_EQ(count, 4U * per_thread * 2);
}

}  // namespace
}  // namespace wr::kinesis
