// Streams over a real log through simulated power cuts and failing calls, with resharding under
// way: what was acknowledged is there, once, in order, and shards are as acknowledged.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <utility>

#include "io/faulty_file_system.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const StreamName name{"123456789012", "us-east-1", "cut"};
const std::string log_directory = "/d/log";

/// The metadata's store on the same machine as the log: without power it commits nothing, and a
/// commit during which the power goes may have happened or not.
class PoweredStore final : public kv::Store {
public:
    PoweredStore(std::unique_ptr<kv::Store> store, io::FileSystem& power)
        : store_(std::move(store)), power_(power) {}

    kv::Result<std::optional<std::string>> get(std::string_view key) const override {
        return store_->get(key);
    }
    kv::Result<void> commit(const kv::Batch& batch) override {
        if (!has_power()) return base::fail(base::ErrorCode::Io, "no power");
        const bool is_early = ++commits_ % 2 == 0;
        if (is_early) WR_TRY_VOID(store_->commit(batch));
        if (!has_power()) return base::fail(base::ErrorCode::Io, "no power any more");
        return is_early ? kv::Result<void>{} : store_->commit(batch);
    }
    std::unique_ptr<kv::Iterator> iterate() const override { return store_->iterate(); }
    std::unique_ptr<kv::Store> scoped(std::string prefix) const override {
        return std::make_unique<PoweredStore>(store_->scoped(std::move(prefix)), power_);
    }

private:
    bool has_power() const { return power_.exists(log_directory).has_value(); }

    const std::unique_ptr<kv::Store> store_;
    io::FileSystem& power_;
    uint64_t commits_ = 0;
};

struct Written {
    std::string sequence_number;
    std::string data;
    base::Timestamp arrival;
};

/// What a shard is, apart from its records.
struct ShardShape {
    std::string first;
    std::string last;
    bool is_closed = false;
    bool operator==(const ShardShape&) const = default;
};
using Shape = std::map<std::string, ShardShape>;

/// One stream through several cuts, driven from one thread.
class Life {
public:
    Life(kv::Store& store, uint64_t seed)
        : random_(seed), store_(store.scoped("life/" + std::to_string(seed) + "/"), fs_) {}

    /// `cuts` power cuts at random calls, recovery included.
    void run_cuts(int cuts) {
        for (int i = 0; i < cuts && !testing::Test::HasFatalFailure(); ++i) {
            fs_.fail_call(1 + random_.below(120), io::Fault::PowerOff);
            work(1'000);
            fs_.power_cut(random_.next());
            fs_.clear_faults();
            if (!testing::Test::HasFatalFailure()) verify();
        }
    }

    /// The `nth` call fails as `fault`, however long it takes to come to it; then a restart on what
    /// is there.
    void run_fault(uint64_t nth, io::Fault fault) {
        fs_.fail_call(nth, fault);
        work(std::numeric_limits<int>::max(), nth);
        ASSERT_GE(fs_.calls(), nth) << "refused before anything had failed";
        fs_.clear_faults();
        if (!testing::Test::HasFatalFailure()) verify();
    }

    size_t acknowledged() const { return next_data_; }
    size_t reshards() const { return reshards_; }

private:
    bool boot() {
        engine_.reset();
        log_.reset();
        if (!fs_.make_directories(log_directory)) return false;
        EngineOptions options;
        options.master_key = std::string(32, 'm');
        auto engine = Engine::open(store_, clock_, random_, options);
        if (!engine) return false;
        engine_ = *std::move(engine);
        auto log = log::Log::open(fs_,
                                  {.directory = log_directory, .segment_bytes = 8192},
                                  [&](uint64_t topic, log::Position at, std::string_view bytes) {
                                      engine_->replay(topic, at, bytes);
                                  });
        if (!log) {
            EXPECT_NE(log.error().code, base::ErrorCode::Corruption) << log.error().message;
            return false;
        }
        log_ = *std::move(log);
        if (!engine_->finish_recovery(*log_)) return false;
        if (is_created_) return true;
        CreateOptions made;
        made.shard_count = 2;
        const auto created = engine_->create_stream(name, made);
        is_created_ = created || engine_->describe(name).has_value();
        if (is_created_) shape_ = shape();
        return is_created_;
    }

    /// Until the fault is met; then the last step's outcome is unknown. A fault that nobody was
    /// told of ends it at `calls_max`.
    void work(int steps, uint64_t calls_max = std::numeric_limits<uint64_t>::max()) {
        if (!boot()) return;
        for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
            if (!step() || fs_.calls() >= calls_max) return;
        }
    }

    bool step() {
        switch (random_.below(14)) {
            case 0:
                return split();
            case 1:
                return merge();
            case 2:
                return resize();
            case 3:
                return toggle_encryption();
            case 4:
                clock_.advance(std::chrono::hours{random_.below(7)});
                return trim();
            default:
                return put();
        }
    }

    bool put() {
        std::vector<std::string> data(1 + random_.below(5));
        std::vector<std::string> keys(data.size());
        std::vector<PutEntry> entries;
        for (size_t i = 0; i < data.size(); ++i) {
            data[i] = std::to_string(next_data_++) + std::string(random_.below(200), '.');
            keys[i] = std::to_string(random_.below(1'000));
            entries.push_back({data[i], keys[i], ""});
        }
        const auto outcomes = engine_->put_records(name, entries, {});
        if (!outcomes) {
            uncertain_ = data;
            return false;
        }
        for (size_t i = 0; i < data.size(); ++i) {
            const PutOutcome& outcome = (*outcomes)[i];
            // Numbers of children are larger, so that a key's order holds across shards.
            std::string& newest = newest_by_key_[keys[i]];
            EXPECT_LT(newest, outcome.sequence_number);
            newest = outcome.sequence_number;
            records_[outcome.shard_id].push_back({outcome.sequence_number, data[i], clock_.now()});
        }
        clock_.advance(std::chrono::milliseconds{random_.below(2'000)});
        return true;
    }

    Shape shape() {
        Shape found;
        const auto info = engine_->describe(name);
        if (!info) return found;
        for (const ShardInfo& shard : info->shards) {
            found[shard.id] = {shard.starting_hash_key,
                               shard.ending_hash_key,
                               shard.ending_sequence_number.has_value()};
        }
        return found;
    }

    std::vector<std::pair<std::string, ShardShape>> open_shards() const {
        std::vector<std::pair<std::string, ShardShape>> open;
        for (const auto& shard : shape_) {
            if (!shard.second.is_closed) open.push_back(shard);
        }
        return open;
    }

    /// Takes over what the change has made, or notes that it may have been made.
    template <typename Outcome>
    bool resharded(const Outcome& outcome) {
        if (!outcome) {
            is_shape_uncertain_ = true;
            return false;
        }
        ++reshards_;
        shape_ = shape();
        return true;
    }

    bool split() {
        const auto open = open_shards();
        if (open.size() > 10) return true;
        const auto& [shard, range] = open[random_.below(open.size())];
        const Uint128 first = *parse_uint128(range.first);
        const Uint128 last = *parse_uint128(range.last);
        if (last - first < 10) return true;
        return resharded(
            engine_->split_shard(name, shard, format_uint128(first + (last - first) / 3)));
    }

    bool merge() {
        const auto open = open_shards();
        for (const auto& [a, left] : open) {
            for (const auto& [b, right] : open) {
                const Uint128 end = *parse_uint128(left.last);
                if (end == uint128_max || format_uint128(end + 1) != right.first) continue;
                return resharded(engine_->merge_shards(name, a, b));
            }
        }
        return true;
    }

    bool resize() {
        const size_t open = open_shards().size();
        const uint64_t target = std::max<uint64_t>(1, (open + 1) / 2 + random_.below(open + 1));
        if (target > 12) return true;
        return resharded(engine_->update_shard_count(name, static_cast<uint32_t>(target)));
    }

    bool toggle_encryption() {
        const std::string key = "alias/aws/kinesis";
        const bool is_on = !engine_->stream(name)->kms_key_id.empty();
        return (is_on ? engine_->stop_encryption(name, key) : engine_->start_encryption(name, key))
            .has_value();
    }

    bool trim() {
        const auto horizon = engine_->run_retention();
        if (!horizon || !log_->trim(*horizon)) return false;
        for (auto& [shard, records] : records_) {
            std::erase_if(records, [&](const Written& record) {
                return record.arrival < clock_.now() - 24h;
            });
        }
        shape_ = shape();
        return true;
    }

    /// After a restart without faults everything acknowledged is there, and nothing else but what
    /// was under way.
    void verify() {
        const bool was_created = is_created_;
        ASSERT_TRUE(boot());
        const Shape before = shape_;
        ASSERT_TRUE(trim());
        const Shape found = std::exchange(shape_, before);
        if (was_created && !is_shape_uncertain_) verify_shape(found);
        shape_ = found;
        is_shape_uncertain_ = false;
        for (const auto& [shard, records] : records_) {
            ASSERT_TRUE(records.empty() || found.contains(shard)) << shard;
        }
        std::vector<std::string> extra;
        for (const auto& [shard, range] : found) verify_shard(shard, range, extra);
        // One entry of the log holds a whole request.
        std::sort(extra.begin(), extra.end());
        std::sort(uncertain_.begin(), uncertain_.end());
        if (!extra.empty()) {
            ASSERT_EQ(extra, uncertain_);
        }
        uncertain_.clear();
    }

    /// Closed shards go when their records have gone.
    void verify_shape(const Shape& found) const {
        for (const auto& [shard, range] : found) {
            ASSERT_TRUE(shape_.contains(shard)) << shard;
            ASSERT_TRUE(shape_.at(shard) == range) << shard;
        }
        for (const auto& [shard, range] : shape_) {
            ASSERT_TRUE(range.is_closed || found.contains(shard)) << shard;
        }
    }

    void verify_shard(const std::string& shard,
                      const ShardShape& range,
                      std::vector<std::string>& extra) {
        std::vector<Written>& expected = records_[shard];
        ReadFrom from;
        size_t seen = 0;
        for (int reads = 0;; ++reads) {
            ASSERT_LT(reads, 100'000);
            auto result = engine_->read(name, shard, from, 1 + random_.below(50), 1'000'000);
            ASSERT_TRUE(result) << result.error().message;
            for (const Record& record : result->records) {
                if (seen == expected.size()) {
                    expected.push_back({record.sequence_number, record.data, clock_.now()});
                    extra.push_back(record.data);
                }
                ASSERT_EQ(record.sequence_number, expected[seen].sequence_number) << shard;
                ASSERT_EQ(record.data, expected[seen].data) << shard;
                ++seen;
            }
            if (!result->next || (result->records.empty() && !range.is_closed)) break;
            from = *result->next;
        }
        ASSERT_EQ(seen, expected.size()) << shard;
    }

    base::SeededRandom random_;
    base::ManualClock clock_;
    io::FaultyFileSystem fs_;
    PoweredStore store_;
    std::unique_ptr<log::Log> log_;  // outlives the engine
    std::unique_ptr<Engine> engine_;
    bool is_created_ = false;
    std::map<std::string, std::vector<Written>> records_;
    Shape shape_;
    bool is_shape_uncertain_ = false;
    std::vector<std::string> uncertain_;
    std::map<std::string, std::string> newest_by_key_;
    size_t next_data_ = 0;
    size_t reshards_ = 0;
};

uint64_t count_from(const char* variable, uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class KinesisPowerTest : public testing::Test {
protected:
    const std::unique_ptr<kv::Store> store_ =
        *kv::open_store({.path = "/kinesis-power-test", .in_memory = true});
};

TEST_F(KinesisPowerTest, acknowledged_records_and_reshards_survive_every_power_cut) {
    constexpr int cuts_per_life = 5;
    const uint64_t cuts = count_from("WR_POWER_CUTS", 300);
    const uint64_t first = count_from("WR_SEED", 1);
    size_t acknowledged = 0;
    size_t reshards = 0;
    for (uint64_t seed = first; seed < first + cuts / cuts_per_life; ++seed) {
        SCOPED_TRACE("WR_SEED=" + std::to_string(seed));
        Life life(*store_, seed);
        life.run_cuts(cuts_per_life);
        if (HasFatalFailure() || HasNonfatalFailure()) return;
        acknowledged += life.acknowledged();
        reshards += life.reshards();
    }
    std::cout << cuts << " power cuts, seeds from " << first << ": " << acknowledged << " records, "
              << reshards << " reshards\n";
    EXPECT_GT(reshards, cuts / 10);
}

TEST_F(KinesisPowerTest, no_single_failed_call_loses_what_was_acknowledged) {
    const uint64_t calls = count_from("WR_FAILING_CALLS", 60);
    for (uint64_t k = count_from("WR_FAILING_FROM", 1); k <= calls; ++k) {
        for (const io::Fault fault : {io::Fault::Io, io::Fault::NoSpace, io::Fault::Short}) {
            SCOPED_TRACE("call " + std::to_string(k) + " fails as " +
                         std::to_string(static_cast<int>(fault)));
            Life life(*store_, 1'000'000 + 3 * k + static_cast<uint64_t>(fault));
            life.run_fault(k, fault);
            if (HasFatalFailure() || HasNonfatalFailure()) return;
        }
    }
}

}  // namespace
}  // namespace wr::kinesis
