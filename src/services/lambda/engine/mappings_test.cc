// Event source mappings: order, retries, splits, checkpoints.
#include "services/lambda/engine/mappings.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "base/encoding.h"
#include "services/lambda/engine/test_support.h"

namespace wr::lambda {
namespace {

using namespace std::chrono_literals;

constexpr const char* shard_0 = "shardId-000000000000";
constexpr const char* shard_1 = "shardId-000000000001";

/// What the function was given: one list of data per call.
using Call = std::vector<std::string>;

struct World {
    World() {
        kv::StoreOptions options;
        options.path = scratch.path() + "/kv";
        options.in_memory = true;
        store = std::move(kv::open_store(options)).value();
        kinesis.add_shard(shard_0);
        make();
    }
    ~World() { mappings->stop(); }

    void make() {
        if (mappings) mappings->stop();
        RunnerContext context;
        context.kinesis = &kinesis;
        context.clock = &clock;
        context.poll_period = 10ms;
        context.discovery_period = 30ms;
        context.retry_delay_first = 5ms;
        context.retry_delay_max = 20ms;
        context.role_of = [](const FunctionName&) { return std::string("arn:role"); };
        context.invoke = [this](const FunctionName&, const std::string& payload) {
            return invoke(payload);
        };
        mappings = std::make_unique<Mappings>(store->scoped("m/"), context, random, 0ms);
        mappings->start();
    }

    base::Result<InvokeOutcome, Error> invoke(const std::string& payload) {
        const base::Json event = *base::parse_json(payload);
        Call call;
        std::vector<std::string> numbers;
        for (const base::Json& record : event["Records"].as_array()) {
            call.push_back(*base::base64_decode(record["kinesis"]["data"].as_string()));
            numbers.push_back(record["kinesis"]["sequenceNumber"].as_string());
        }
        base::MutexLock lock(mutex);
        last_event = event;
        calls.push_back(call);
        return function(call, numbers);
    }

    EngineResult<Mapping> create(const std::function<void(Mapping&)>& set = [](Mapping&) {}) {
        Mapping mapping;
        mapping.function = {"000000000000", "us-east-1", "fn", {}};
        mapping.stream = {"000000000000", "us-east-1", "stream"};
        set(mapping);
        return mappings->create(mapping);
    }

    /// The data of all calls, in order, once `condition` holds or patience ends.
    std::vector<Call> wait_for(const std::function<bool(const std::vector<Call>&)>& condition) {
        for (int i = 0; i < 500; ++i) {
            {
                base::MutexLock lock(mutex);
                if (condition(calls)) return calls;
            }
            std::this_thread::sleep_for(10ms);
        }
        base::MutexLock lock(mutex);
        return calls;
    }
    std::vector<Call> wait_for_calls(size_t count) {
        return wait_for([&](const std::vector<Call>& all) { return all.size() >= count; });
    }
    void settle() { std::this_thread::sleep_for(150ms); }
    size_t call_count() {
        base::MutexLock lock(mutex);
        return calls.size();
    }

    testing::ScratchDirectory scratch;
    base::SystemClock clock;
    base::SystemRandom random;
    std::unique_ptr<kv::Store> store;
    testing::FakeKinesis kinesis{clock};
    base::Mutex mutex;
    std::vector<Call> calls;
    base::Json last_event;
    std::function<base::Result<InvokeOutcome, Error>(const Call&, const std::vector<std::string>&)>
        function = [](const Call&, const auto&) { return InvokeOutcome{}; };
    std::unique_ptr<Mappings> mappings;
};

InvokeOutcome failed() {
    InvokeOutcome outcome;
    outcome.function_error = "Unhandled";
    return outcome;
}

Call joined(const std::vector<Call>& calls) {
    Call all;
    for (const Call& call : calls) all.insert(all.end(), call.begin(), call.end());
    return all;
}

TEST(Mappings, records_of_a_shard_arrive_in_order_in_batches) {
    World world;
    Call expected;
    for (int i = 0; i < 95; ++i) {
        expected.push_back(std::to_string(i));
        world.kinesis.put(shard_0, expected.back());
    }
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.batch_size = 10; }));
    const auto calls = world.wait_for([](const auto& all) { return joined(all).size() >= 95; });
    EXPECT_EQ(joined(calls), expected);
    for (const Call& call : calls) EXPECT_LE(call.size(), 10u);
    const base::Json& record = world.last_event["Records"].as_array().back();
    EXPECT_EQ(record["eventSource"].as_string(), "aws:kinesis");
    EXPECT_EQ(record["eventID"].as_string(),
              std::string(shard_0) + ":" + testing::FakeKinesis::sequence(95));
    EXPECT_EQ(record["eventSourceARN"].as_string(),
              "arn:aws:kinesis:us-east-1:000000000000:stream/stream");
    EXPECT_EQ(record["invokeIdentityArn"].as_string(), "arn:role");
}

TEST(Mappings, latest_begins_where_the_stream_was_at_creation) {
    World world;
    world.kinesis.put(shard_0, "old");
    ASSERT_TRUE(world.create(
        [](Mapping& mapping) { mapping.starting_position = StartingPosition::Latest; }));
    world.kinesis.put(shard_0, "new");
    EXPECT_EQ(joined(world.wait_for_calls(1)), Call{"new"});
}

TEST(Mappings, a_failing_batch_holds_its_shard_until_it_succeeds) {
    World world;
    int failures = 4;
    world.function = [&](const Call&, const auto&) {
        return failures-- > 0 ? failed() : InvokeOutcome{};
    };
    for (const char* data : {"a", "b", "c"}) world.kinesis.put(shard_0, data);
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.batch_size = 1; }));
    EXPECT_EQ(joined(world.wait_for_calls(7)), (Call{"a", "a", "a", "a", "a", "b", "c"}));
}

TEST(Mappings, a_batch_is_given_up_after_its_attempts) {
    World world;
    world.function = [](const Call& call, const auto&) {
        return call[0] == "poison" ? failed() : InvokeOutcome{};
    };
    world.kinesis.put(shard_0, "poison");
    world.kinesis.put(shard_0, "good");
    ASSERT_TRUE(world.create([](Mapping& mapping) {
        mapping.batch_size = 1;
        mapping.retry_attempts_max = 2;
    }));
    EXPECT_EQ(joined(world.wait_for_calls(4)), (Call{"poison", "poison", "poison", "good"}));
}

TEST(Mappings, throttles_are_no_attempts) {
    World world;
    int throttles = 5;
    world.function = [&](const Call&, const auto&) -> base::Result<InvokeOutcome, Error> {
        if (throttles-- > 0) return base::fail(Error{ErrorCode::TooManyRequests, "Rate Exceeded."});
        return InvokeOutcome{};
    };
    world.kinesis.put(shard_0, "a");
    world.kinesis.put(shard_0, "b");
    ASSERT_TRUE(world.create([](Mapping& mapping) {
        mapping.batch_size = 1;
        mapping.retry_attempts_max = 0;
    }));
    EXPECT_EQ(joined(world.wait_for_calls(7)), (Call{"a", "a", "a", "a", "a", "a", "b"}));
}

TEST(Mappings, bisecting_isolates_the_poisonous_record) {
    World world;
    world.function = [](const Call& call, const auto&) {
        return std::find(call.begin(), call.end(), "poison") != call.end() ? failed()
                                                                           : InvokeOutcome{};
    };
    for (const char* data : {"a", "b", "c", "poison", "e", "f"}) world.kinesis.put(shard_0, data);
    ASSERT_TRUE(world.create([](Mapping& mapping) {
        mapping.bisects = true;
        mapping.retry_attempts_max = 1;
    }));
    const auto calls = world.wait_for([](const auto& all) {
        return !all.empty() && all.back() != Call{"poison"} && !all.back().empty() &&
               all.back().back() == "f" && all.size() > 3;
    });
    Call good;
    int alone = 0;
    for (const Call& call : calls) {
        if (call == Call{"poison"}) ++alone;
        if (std::find(call.begin(), call.end(), "poison") == call.end()) {
            good.insert(good.end(), call.begin(), call.end());
        }
    }
    EXPECT_EQ(good, (Call{"a", "b", "c", "e", "f"})) << "every other record exactly once, in order";
    EXPECT_EQ(alone, 2) << "one attempt and one retry";
}

TEST(Mappings, reported_failures_move_the_checkpoint_to_the_lowest) {
    World world;
    bool is_first = true;
    world.function = [&](const Call&, const std::vector<std::string>& numbers) {
        InvokeOutcome outcome;
        if (std::exchange(is_first, false)) {
            outcome.payload = R"({"batchItemFailures":[{"itemIdentifier":")" + numbers[3] +
                              R"("},{"itemIdentifier":")" + numbers[2] + R"("}]})";
        } else {
            outcome.payload = R"({"batchItemFailures":null})";
        }
        return outcome;
    };
    for (const char* data : {"a", "b", "c", "d"}) world.kinesis.put(shard_0, data);
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.reports_item_failures = true; }));
    const auto calls = world.wait_for_calls(2);
    EXPECT_EQ(joined(calls), (Call{"a", "b", "c", "d", "c", "d"}));
}

TEST(Mappings, an_identifier_that_means_nothing_fails_the_whole_batch) {
    World world;
    bool is_first = true;
    world.function = [&](const Call&, const auto&) {
        InvokeOutcome outcome;
        outcome.payload = std::exchange(is_first, false)
                              ? R"({"batchItemFailures":[{"itemIdentifier":""}]})"
                              : R"({"batchItemFailures":[]})";
        return outcome;
    };
    for (const char* data : {"a", "b"}) world.kinesis.put(shard_0, data);
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.reports_item_failures = true; }));
    EXPECT_EQ(joined(world.wait_for_calls(2)), (Call{"a", "b", "a", "b"}));
}

TEST(Mappings, a_restart_goes_on_after_the_last_acknowledged_batch) {
    World world;
    for (int i = 0; i < 20; ++i) world.kinesis.put(shard_0, std::to_string(i));
    world.function = [](const Call& call, const auto&) {
        return call[0] == "10" ? failed() : InvokeOutcome{};
    };
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.batch_size = 5; }));
    world.wait_for_calls(4);
    world.mappings->stop();
    {
        base::MutexLock lock(world.mutex);
        world.calls.clear();
    }
    world.function = [](const Call&, const auto&) { return InvokeOutcome{}; };
    world.make();
    const auto calls = world.wait_for([](const auto& all) { return joined(all).size() >= 10; });
    world.settle();
    const auto all = joined(calls);
    ASSERT_EQ(all.size(), 10u);
    EXPECT_EQ(all.front(), "10");
    EXPECT_EQ(all.back(), "19");
    EXPECT_EQ(world.call_count(), 2u);
}

TEST(Mappings, children_wait_until_their_parent_is_read_to_its_end) {
    World world;
    std::atomic<bool> may_pass = false;
    world.function = [&](const Call& call, const auto&) {
        return call[0] == "parent" && !may_pass ? failed() : InvokeOutcome{};
    };
    world.kinesis.put(shard_0, "parent");
    ASSERT_TRUE(world.create());
    world.wait_for_calls(2);
    world.kinesis.add_shard(shard_1, shard_0);
    world.kinesis.put(shard_1, "child");
    world.kinesis.close_shard(shard_0);
    world.settle();
    EXPECT_EQ(joined(world.wait_for_calls(1)).back(), "parent");
    may_pass = true;
    const auto calls =
        world.wait_for([](const auto& all) { return joined(all).back() == "child"; });
    EXPECT_EQ(joined(calls).back(), "child");
}

TEST(Mappings, records_beyond_their_age_are_skipped) {
    World world;
    world.kinesis.put(shard_0, "old");
    std::this_thread::sleep_for(1100ms);
    world.kinesis.put(shard_0, "young");
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.record_age_seconds_max = 1; }));
    EXPECT_EQ(joined(world.wait_for_calls(1)), Call{"young"});
}

TEST(Mappings, a_batching_window_gathers_records) {
    World world;
    ASSERT_TRUE(world.create([](Mapping& mapping) { mapping.batching_window_seconds = 1; }));
    for (int i = 0; i < 5; ++i) {
        world.kinesis.put(shard_0, std::to_string(i));
        std::this_thread::sleep_for(50ms);
    }
    const auto calls = world.wait_for_calls(1);
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].size(), 5u);
}

TEST(Mappings, a_disabled_mapping_rests_and_goes_on_when_enabled) {
    World world;
    const auto mapping = world.create();
    ASSERT_TRUE(mapping);
    world.kinesis.put(shard_0, "a");
    world.wait_for_calls(1);
    MappingChanges changes;
    changes.is_enabled = false;
    const auto disabled = world.mappings->update("000000000000", "us-east-1", mapping->id, changes);
    ASSERT_TRUE(disabled);
    EXPECT_EQ(disabled->state(world.clock.now()), "Disabled");
    world.kinesis.put(shard_0, "b");
    world.settle();
    EXPECT_EQ(world.call_count(), 1u);
    changes.is_enabled = true;
    ASSERT_TRUE(world.mappings->update("000000000000", "us-east-1", mapping->id, changes));
    EXPECT_EQ(joined(world.wait_for_calls(2)), (Call{"a", "b"}));
    ASSERT_TRUE(world.mappings->remove("000000000000", "us-east-1", mapping->id));
    EXPECT_FALSE(world.mappings->get("000000000000", "us-east-1", mapping->id));
    world.kinesis.put(shard_0, "c");
    world.settle();
    EXPECT_EQ(world.call_count(), 2u);
}

TEST(Mappings, the_same_mapping_twice_and_unknown_streams_are_refused) {
    World world;
    ASSERT_TRUE(world.create());
    const auto again = world.create();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().failure, Failure::ResourceConflict);
    const auto unknown = world.create([](Mapping& mapping) { mapping.stream.name = "none"; });
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message,
              "Stream not found: arn:aws:kinesis:us-east-1:000000000000:stream/none");
}

}  // namespace
}  // namespace wr::lambda
