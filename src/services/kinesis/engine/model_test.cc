// Random operations against a model in memory: puts, reads, resharding, trimming, restarts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "services/kinesis/engine/engine.h"
#include "services/kinesis/engine/fake_log_test.h"

namespace wr::kinesis {
namespace {

using namespace std::chrono_literals;

const StreamName name{"123456789012", "us-east-1", "model"};

/// What the stream must hold: by shard, in order.
struct ModelRecord {
    std::string sequence_number;
    std::string data;
    base::Timestamp arrival;
};
using Model = std::map<std::string, std::vector<ModelRecord>>;

class History {
public:
    explicit History(uint64_t seed) : random_(seed) {
        boot({});
        CreateOptions options;
        options.shard_count = static_cast<uint32_t>(1 + random_.below(4));
        WR_ASSERT(engine_->create_stream(name, options).has_value());
    }

    void step() {
        switch (random_.below(13)) {
            case 0:
                restart();
                break;
            case 1:
                split();
                break;
            case 2:
                merge();
                break;
            case 3:
                resize();
                break;
            case 4:
                clock_.advance(std::chrono::hours{random_.below(10)});
                break;
            case 5:
                trim();
                break;
            case 6:
                check();
                break;
            case 7:
                toggle_encryption();
                break;
            default:
                put();
                break;
        }
    }

    void check() {
        trim();  // both sides then hold the same
        const StreamInfo info = *engine_->describe(name);
        for (const ShardInfo& shard : info.shards) {
            const std::vector<ModelRecord>& expected = model_[shard.id];
            ReadFrom from;
            size_t seen = 0;
            for (int reads = 0;; ++reads) {
                ASSERT_LT(reads, 10'000);
                auto result = engine_->read(name, shard.id, from, 1 + random_.below(7), 1'000'000);
                ASSERT_TRUE(result) << result.error().message;
                for (const Record& record : result->records) {
                    ASSERT_LT(seen, expected.size()) << shard.id;
                    ASSERT_EQ(record.sequence_number, expected[seen].sequence_number);
                    ASSERT_EQ(record.data, expected[seen].data);
                    ++seen;
                }
                ASSERT_EQ(result->next.has_value(),
                          !shard.ending_sequence_number || seen < expected.size());
                if (result->records.empty() || !result->next) break;
                from = *result->next;
            }
            ASSERT_EQ(seen, expected.size()) << shard.id;
        }
    }

private:
    void boot(LogEntries entries) {
        EngineOptions options;
        options.master_key = std::string(32, 'm');
        engine_ = *Engine::open(*store_, clock_, random_, options);
        log_ = std::make_unique<FakeLog>(std::move(entries));
        for (const auto& [position, entry] : log_->entries()) {
            engine_->replay(entry.first, position, entry.second);
        }
        WR_ASSERT(engine_->finish_recovery(*log_).has_value());
        trim_model();
    }

    void restart() {
        LogEntries entries = log_->entries();
        engine_.reset();
        boot(std::move(entries));
    }

    void put() {
        std::vector<std::string> data(1 + random_.below(6));
        std::vector<std::string> keys(data.size());
        std::vector<PutEntry> entries;
        for (size_t i = 0; i < data.size(); ++i) {
            data[i] = std::to_string(next_data_++);
            keys[i] = std::to_string(random_.below(1'000));
            entries.push_back({data[i], keys[i], ""});
        }
        if (random_.below(20) == 0) {
            log_->fail_with(base::Error{base::ErrorCode::NoSpace, "full"});
            ASSERT_FALSE(engine_->put_records(name, entries, {}));
            log_->fail_with(std::nullopt);
            return;
        }
        auto outcomes = engine_->put_records(name, entries, {});
        ASSERT_TRUE(outcomes);
        for (size_t i = 0; i < data.size(); ++i) {
            const PutOutcome& outcome = (*outcomes)[i];
            std::vector<ModelRecord>& shard = model_[outcome.shard_id];
            if (!shard.empty()) {
                ASSERT_LT(shard.back().sequence_number, outcome.sequence_number);
            }
            // Order per key holds across shards, as numbers of children are larger.
            std::string& last = last_by_key_[keys[i]];
            ASSERT_LT(last, outcome.sequence_number);
            last = outcome.sequence_number;
            shard.push_back({outcome.sequence_number, data[i], clock_.now()});
        }
        clock_.advance(std::chrono::milliseconds{random_.below(2'000)});
    }

    std::vector<ShardInfo> open_shards() {
        std::vector<ShardInfo> open;
        StreamInfo info = *engine_->describe(name);
        for (ShardInfo& shard : info.shards) {
            if (!shard.ending_sequence_number) open.push_back(std::move(shard));
        }
        return open;
    }

    void split() {
        const std::vector<ShardInfo> open = open_shards();
        if (open.size() > 12) return;
        const ShardInfo& shard = open[random_.below(open.size())];
        const Uint128 first = *parse_uint128(shard.starting_hash_key);
        const Uint128 last = *parse_uint128(shard.ending_hash_key);
        if (last - first < 10) return;
        ASSERT_TRUE(
            engine_->split_shard(name, shard.id, format_uint128(first + (last - first) / 3)));
    }

    void merge() {
        const std::vector<ShardInfo> open = open_shards();
        for (const ShardInfo& a : open) {
            for (const ShardInfo& b : open) {
                const Uint128 end = *parse_uint128(a.ending_hash_key);
                if (end == uint128_max || format_uint128(end + 1) != b.starting_hash_key) continue;
                ASSERT_TRUE(engine_->merge_shards(name, a.id, b.id));
                return;
            }
        }
    }

    void resize() {
        const size_t open = open_shards().size();
        const uint64_t target = std::max<uint64_t>(1, (open + 1) / 2 + random_.below(open + 1));
        if (target > 16) return;
        ASSERT_TRUE(engine_->update_shard_count(name, static_cast<uint32_t>(target)));
    }

    void toggle_encryption() {
        const std::string key = "alias/aws/kinesis";
        const bool is_on = !engine_->stream(name)->kms_key_id.empty();
        ASSERT_TRUE(is_on ? engine_->stop_encryption(name, key)
                          : engine_->start_encryption(name, key));
    }

    void trim() {
        auto horizon = engine_->run_retention();
        ASSERT_TRUE(horizon);
        ASSERT_TRUE(log_->trim(*horizon));
        trim_model();
    }

    void trim_model() {
        for (auto& [shard, records] : model_) {
            std::erase_if(records, [&](const ModelRecord& record) {
                return record.arrival < clock_.now() - 24h;
            });
        }
    }

    base::SeededRandom random_;
    base::ManualClock clock_;
    std::unique_ptr<kv::Store> store_ =
        *kv::open_store({.path = "/kinesis-model-test", .in_memory = true});
    std::unique_ptr<FakeLog> log_;
    std::unique_ptr<Engine> engine_;
    Model model_;
    std::map<std::string, std::string> last_by_key_;
    uint64_t next_data_ = 0;
};

TEST(KinesisModel, random_histories_read_as_the_model_says) {
    const char* count_text = std::getenv("WR_MODEL_RUNS");
    const int runs = count_text != nullptr ? std::atoi(count_text) : 40;
    const char* seed_text = std::getenv("WR_MODEL_SEED");
    const uint64_t first = seed_text != nullptr ? std::strtoull(seed_text, nullptr, 10) : 1;
    for (uint64_t seed = first; seed < first + static_cast<uint64_t>(runs); ++seed) {
        SCOPED_TRACE("WR_MODEL_SEED=" + std::to_string(seed));
        History history(seed);
        for (int i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) history.step();
        if (!testing::Test::HasFatalFailure()) history.check();
        if (testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace wr::kinesis
