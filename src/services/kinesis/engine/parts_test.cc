// Tests of the engine's parts: numbers, shards, entries, index, tokens, clocks.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/random.h"
#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/key_hash.h"
#include "services/kinesis/engine/retention_clock.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/shard_index.h"
#include "services/kinesis/engine/throttle.h"
#include "services/kinesis/engine/token.h"
#include "services/kinesis/engine/topology.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const base::Timestamp start{std::chrono::milliseconds{1'700'000'000'000}};

TEST(Uint128, decimal_text_reads_back_and_refuses_what_does_not_fit) {
    const std::string largest = "340282366920938463463374607431768211455";
    EXPECT_EQ(format_uint128(uint128_max), largest);
    EXPECT_EQ(parse_uint128(largest), uint128_max);
    EXPECT_EQ(parse_uint128("0"), Uint128{0});
    for (const char* bad :
         {"340282366920938463463374607431768211456", "", "01", "-1", "1a", " 1"}) {
        EXPECT_FALSE(parse_uint128(bad)) << bad;
    }
}

TEST(KeyHash, a_partition_key_hashes_to_its_md5) {
    // md5("foo") = acbd18db4cc2f85cedef654fccc4a4d8
    EXPECT_EQ(format_uint128(hash_partition_key("foo")), "229609063533823256041787889330700985560");
}

TEST(KeyHash, a_key_that_comes_again_has_the_hash_that_it_had) {
    base::SeededRandom random(11);
    const auto fresh = [](std::string_view key) {
        Uint128 hash = 0;
        for (const uint8_t byte : base::md5(key)) hash = (hash << 8) | byte;
        return hash;
    };
    // More keys than are remembered, short and long, in any order: they push each other out.
    for (int i = 0; i < 50'000; ++i) {
        const std::string key =
            "k" + std::to_string(random.next() % 9000) + std::string(random.next() % 64, 'x');
        ASSERT_EQ(hash_partition_key(key), fresh(key)) << key;
    }
}

TEST(Sequence, numbers_have_56_digits_and_read_back) {
    base::SeededRandom random(1);
    for (int i = 0; i < 1000; ++i) {
        const SequenceNumber number{1'700'000'000 + random.below(1'000'000),
                                    static_cast<uint32_t>(random.below(20'000)),
                                    random.next() >> 1,
                                    1'700'000'000 + random.below(1'000'000)};
        const std::string text = number.text();
        ASSERT_EQ(text.size(), 56U);
        ASSERT_EQ(parse_sequence_number(text), number);
    }
}

TEST(Sequence, the_layout_is_the_one_seen_on_aws) {
    // As AWS's documentation shows it for a record of shardId-000000000006.
    const auto number =
        parse_sequence_number("49590338271490256608559692538361571095921575989136588898");
    ASSERT_TRUE(number);
    EXPECT_EQ(number->shard_index, 6U);
    EXPECT_EQ(number->text(), "49590338271490256608559692538361571095921575989136588898");
}

TEST(Sequence, consecutive_texts_equal_those_made_one_by_one_and_grow) {
    SequenceNumber number{1'700'000'000, 17, 999, 1'700'000'321};
    SequenceText texts(number);
    std::string before;
    for (int i = 0; i < 5000; ++i, ++number.counter) {
        const std::string text = texts.text();
        texts.step();
        ASSERT_EQ(text, number.text());
        ASSERT_LT(before, text);
        before = text;
    }
}

TEST(Sequence, refuses_text_that_is_no_number_of_ours) {
    EXPECT_FALSE(parse_sequence_number("0"));
    EXPECT_FALSE(parse_sequence_number(std::string(56, '9')));
    EXPECT_FALSE(parse_sequence_number(std::string(55, '4') + "x"));
}

TEST(Topology, every_hash_is_routed_to_the_shard_whose_range_holds_it) {
    base::SeededRandom random(5);
    for (const uint32_t count : {1U, 2U, 3U, 7U, 1000U}) {
        Topology topology = Topology::equal(count, start);
        for (int change = 0; change < 20; ++change) {
            for (int i = 0; i < 200; ++i) {
                const Uint128 hash = Uint128{random.next()} << 64 | random.next();
                const ShardMeta* owner = topology.find(topology.route(hash));
                ASSERT_TRUE(owner != nullptr && owner->is_open());
                ASSERT_TRUE(owner->hash_first <= hash && hash <= owner->hash_last);
            }
            const uint32_t split = topology.route(Uint128{random.next()} << 64);
            const ShardMeta shard = *topology.find(split);
            if (shard.hash_last - shard.hash_first < 4) continue;
            topology.split(
                split, shard.hash_first + (shard.hash_last - shard.hash_first) / 3 + 1, 9, start);
            if (change % 3 == 0) topology.drop(split);
        }
        EXPECT_EQ(topology.route(0), topology.route(1));
        EXPECT_TRUE(topology.find(topology.route(uint128_max))->hash_last == uint128_max);
    }
}

TEST(Topology, equal_ranges_are_split_as_aws_splits_them) {
    const Topology three = Topology::equal(3, start);
    EXPECT_EQ(format_uint128(three.shards()[0].hash_last),
              "113427455640312821154458202477256070484");
    EXPECT_EQ(format_uint128(three.shards()[1].hash_first),
              "113427455640312821154458202477256070485");
    EXPECT_EQ(three.shards()[2].hash_last, uint128_max);
    const Topology four = Topology::equal(4, start);
    EXPECT_EQ(format_uint128(four.shards()[0].hash_last), "85070591730234615865843651857942052863");
    EXPECT_EQ(Topology::equal(1, start).route(uint128_max), 0U);
}

TEST(Topology, resize_leaves_equal_ranges_and_at_most_two_parents) {
    base::SeededRandom random(7);
    for (int round = 0; round < 50; ++round) {
        const auto from = static_cast<uint32_t>(1 + random.below(20));
        const auto to = static_cast<uint32_t>(1 + random.below(40));
        Topology topology = Topology::equal(from, start);
        topology.resize(to, NextCounter(from, 5), start + 10s);
        ASSERT_EQ(topology.open_count(), to);
        const Topology expected = Topology::equal(to, start);
        for (const ShardMeta& wanted : expected.shards()) {
            const ShardMeta* found = topology.find(topology.route(wanted.hash_first));
            ASSERT_EQ(found->hash_first, wanted.hash_first);
            ASSERT_EQ(found->hash_last, wanted.hash_last);
        }
        const auto copy = Topology::from_json(topology.to_json());
        ASSERT_TRUE(copy);
        ASSERT_EQ(copy->to_json().dump(), topology.to_json().dump());
    }
}

TEST(Entry, records_come_back_by_shard_in_order) {
    std::vector<EntrySection> sections{{.shard_index = 4}, {.shard_index = 2}};
    const std::vector<EntryInput> records{{"a", "1", 0}, {"b", "", 1}, {"c", "333", 0}};
    EntryBuilder builder(sections, records, "app", 9);
    builder.sections()[0].first_counter = 70;
    builder.sections()[1].first_counter = 80;
    builder.seal(start);
    const std::string payload = builder.take();
    const auto head = parse_entry_head(payload);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->arrival, start);
    EXPECT_EQ(head->producer, "app");
    EXPECT_EQ(head->last_ordinal, 9U);
    ASSERT_EQ(head->sections.size(), 2U);
    EXPECT_EQ(head->sections[0].first_counter, 70U);
    EntryReader reader(payload, head->sections[0]);
    EXPECT_EQ(reader.next()->data, "1");
    EXPECT_EQ(reader.next()->partition_key, "c");
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(EntryReader(payload, head->sections[1]).next()->data, "");
    for (size_t size = 0; size < payload.size(); ++size) {
        const auto cut = parse_entry_head(std::string_view(payload).substr(0, size));
        EXPECT_FALSE(cut) << size;
    }
}

TEST(ShardIndex, finds_the_entry_of_every_counter_across_chunks_and_trims) {
    ShardIndex index;
    base::SeededRandom random(3);
    std::vector<ShardIndex::Place> places;
    uint64_t counter = 1;
    base::Timestamp arrival = start;
    log::Position position;
    for (int i = 0; i < 3000; ++i) {
        const auto count = static_cast<uint32_t>(1 + random.below(5));
        index.append(counter, count, position, arrival);
        places.push_back({counter, position, arrival});
        counter += count;
        position.offset += 100;
        if (i % 700 == 0) position = {position.segment + 1, 0};
        arrival += i % 500 == 0 ? -3s : 20ms;  // the clock is set back now and then
    }
    for (size_t i = 0; i < places.size(); ++i) {
        const uint64_t end = i + 1 < places.size() ? places[i + 1].first_counter : counter;
        const auto found = index.find(end - 1);
        ASSERT_TRUE(found);
        ASSERT_EQ(found->first_counter, places[i].first_counter);
        ASSERT_EQ(found->position, places[i].position);
        ASSERT_EQ(found->arrival, places[i].arrival);
        const auto behind = index.find_behind(places[i].first_counter);
        ASSERT_EQ(behind.has_value(), i + 1 < places.size());
        if (behind) {
            ASSERT_EQ(behind->first_counter, places[i + 1].first_counter);
        }
    }
    EXPECT_FALSE(index.find(counter));
    EXPECT_TRUE(index.trim_before(places[1000].arrival));
    EXPECT_GE(index.front()->arrival, places[1000].arrival);
    EXPECT_TRUE(index.trim_before(arrival + 1h));
    EXPECT_TRUE(index.empty());
    EXPECT_EQ(index.first_counter(), counter);
}

TEST(TokenCodec, tokens_read_back_and_no_bit_may_change) {
    const TokenCodec codec(std::string(32, 'k'));
    const std::string text = codec.seal(IteratorToken{7, 3, 99, start});
    const auto token = codec.open_iterator(text);
    ASSERT_TRUE(token);
    EXPECT_EQ(token->incarnation, 7U);
    EXPECT_EQ(token->shard_index, 3U);
    EXPECT_EQ(token->counter, 99U);
    EXPECT_EQ(token->issued, start);
    for (size_t i = 0; i < text.size(); ++i) {
        std::string other = text;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(codec.open_iterator(other)) << i;
    }
    EXPECT_FALSE(TokenCodec(std::string(32, 'x')).open_iterator(text));
    EXPECT_FALSE(codec.open_page(text));
    const auto page = codec.open_page(codec.seal(PageToken{"scope", "after", start}));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->after, "after");
}

TEST(ShardThrottle, admits_a_thousand_records_or_a_mebibyte_each_second) {
    ShardThrottle throttle;
    base::ManualClock clock;
    int admitted = 0;
    while (throttle.admit_write(10, clock.monotonic())) ++admitted;
    EXPECT_EQ(admitted, 1000);
    clock.advance(100ms);
    for (admitted = 0; throttle.admit_write(10, clock.monotonic());) ++admitted;
    EXPECT_EQ(admitted, 100);
    clock.advance(2s);
    EXPECT_TRUE(throttle.admit_write(1024 * 1024, clock.monotonic()));
    EXPECT_FALSE(throttle.admit_write(1, clock.monotonic()));
}

TEST(ShardThrottle, a_large_read_is_waited_off) {
    ShardThrottle throttle;
    base::ManualClock clock;
    EXPECT_TRUE(throttle.admit_read(clock.monotonic()));
    throttle.charge_read(10 * 1024 * 1024);
    clock.advance(4900ms);
    EXPECT_FALSE(throttle.admit_read(clock.monotonic()));
    clock.advance(100ms);
    EXPECT_TRUE(throttle.admit_read(clock.monotonic()));
}

TEST(RetentionClock, never_runs_ahead_of_time_that_really_passed) {
    base::ManualClock clock;
    RetentionClock retention(clock, {});
    clock.advance(1h);
    const base::Timestamp before = retention.now(24h);
    clock.jump_wall(100h);
    EXPECT_EQ(retention.now(24h), before);
    clock.advance(1h);
    EXPECT_EQ(retention.now(24h), before + 1h);
    RetentionClock after_restart(clock, retention.leaps());
    EXPECT_EQ(after_restart.now(24h), before + 1h);
    clock.jump_wall(-100h);
    EXPECT_EQ(retention.now(24h), before + 1h);
    EXPECT_TRUE(retention.leaps().empty());
}

TEST(RetentionClock, catches_up_once_the_leap_is_older_than_any_retention) {
    base::ManualClock clock;
    RetentionClock retention(clock, {});
    clock.jump_wall(10h);
    retention.now(24h);
    clock.advance(25h);
    EXPECT_EQ(retention.now(24h), clock.now());
}

}  // namespace
}  // namespace wr::kinesis
