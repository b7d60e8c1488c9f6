// Simulated power cuts and failing calls: what was acknowledged is there, in order, whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <optional>
#include <random>
#include <thread>

#include "io/faulty_file_system.h"
#include "log/log.h"
#include "log/recovery.h"
#include "log/writer.h"

namespace wr::log {
namespace {

struct Written {
    uint64_t topic;
    Position position;
    std::string payload;
    bool operator==(const Written&) const = default;
};

/// One log through several power cuts, on one thread, so that a seed replays exactly.
class Life {
public:
    Life(uint64_t seed, double ignored_syncs) : engine_(seed) {
        if (ignored_syncs > 0) fs_.ignore_syncs(ignored_syncs, seed);
    }

    /// The first broken promise, if any.
    std::optional<std::string> run(int cuts) {
        for (int i = 0; i < cuts; ++i) {
            // The cut may also hit recovery itself.
            fs_.fail_call(1 + engine_() % 90, io::Fault::PowerOff);
            if (auto broken = work(); broken) return broken;
            fs_.power_cut(engine_());
        }
        std::vector<Written> found;
        const auto tail = open(found);
        return tail ? check(found) : "recovery says " + tail.error().message;
    }

private:
    std::optional<std::string> work() {
        std::vector<Written> found;
        auto tail = open(found);
        // With power still on, an error is a wrong alarm: nothing was damaged.
        if (!tail && tail.error().code != base::ErrorCode::Io)
            return "recovery says " + tail.error().message;
        if (!tail) return std::nullopt;
        if (auto broken = check(found)) return broken;
        SegmentWriter writer(fs_, options_, *std::move(tail));
        if (!writer.start()) return std::nullopt;
        entries_.assign(found.begin(), found.end());
        acknowledged_ = entries_.size();
        while (step(writer)) {
        }
        return std::nullopt;
    }

    Result<Tail> open(std::vector<Written>& found) {
        WR_TRY_VOID(fs_.make_directories(options_.directory));
        return recover(
            fs_, options_.directory, [&](uint64_t topic, Position at, std::string_view payload) {
                found.push_back({topic, at, std::string(payload)});
            });
    }

    std::optional<std::string> check(const std::vector<Written>& found) const {
        // Trimmed segments may still be there or not: find where the found ones start.
        size_t start = 0;
        while (start < entries_.size() && entries_[start].position.segment < trimmed_before_ &&
               (found.empty() || entries_[start].position != found.front().position))
            ++start;
        if (start + found.size() < acknowledged_)
            return "acknowledged " + std::to_string(acknowledged_) + ", found only " +
                   std::to_string(start + found.size());
        if (start + found.size() > entries_.size()) return "entries that nobody wrote";
        for (size_t i = 0; i < found.size(); ++i)
            if (found[i] != entries_[start + i])
                return "entry " + std::to_string(i) + " is not the one that was written";
        return std::nullopt;
    }

    /// One group commit, sometimes a trim. False when the power is off.
    bool step(SegmentWriter& writer) {
        const uint64_t batch = 1 + engine_() % 5;
        for (uint64_t i = 0; i < batch; ++i) {
            const std::string payload(engine_() % 700, static_cast<char>(engine_()));
            const uint64_t topic = engine_() % 3;
            if (!writer.fits(payload.size()) && !writer.flush()) return false;
            const auto position = writer.add(topic, payload);
            if (!position) return false;
            entries_.push_back({topic, *position, payload});
        }
        if (!writer.flush() || !writer.sync()) return false;
        acknowledged_ = entries_.size();
        if (engine_() % 16 == 0 && writer.end().segment > 2) {
            trimmed_before_ = writer.end().segment - 1;
            if (!writer.drop_before(trimmed_before_)) return false;
        }
        return engine_() % 32 != 0 || static_cast<bool>(writer.save_watermark());
    }

    std::mt19937_64 engine_;
    io::FaultyFileSystem fs_;
    const LogOptions options_{.directory = "/d/log", .segment_bytes = 4096};
    std::deque<Written> entries_;
    size_t acknowledged_ = 0;
    uint64_t trimmed_before_ = 0;
};

constexpr int cuts_per_life = 5;

uint64_t count_from(const char* variable, uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(PowerCutTest, acknowledged_entries_survive_every_cut_as_a_prefix) {
    const uint64_t cuts = count_from("WR_POWER_CUTS", 2000);
    const uint64_t first_seed = count_from("WR_SEED", 1);
    std::cout << cuts << " power cuts, seeds from " << first_seed << "\n";
    for (uint64_t i = 0; i < cuts / cuts_per_life; ++i) {
        const auto broken = Life(first_seed + i, 0).run(cuts_per_life);
        ASSERT_FALSE(broken) << "WR_SEED=" << first_seed + i << ": " << *broken;
    }
}

TEST(PowerCutTest, planted_missing_sync_is_caught) {
    int caught = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed)
        if (Life(seed, 0.05).run(cuts_per_life)) ++caught;
    std::cout << caught << " of 200 lives with 5 % of syncs skipped broke a promise\n";
    EXPECT_GE(caught, 20);
}

TEST(PowerCutTest, group_commit_thread_keeps_the_promise_too) {
    for (uint64_t seed = 1; seed <= 100; ++seed) {
        std::mt19937_64 engine(seed);
        io::FaultyFileSystem fs;
        const LogOptions options{.directory = "/d/log", .segment_bytes = 8192};
        std::vector<std::string> sent;
        std::vector<bool> acknowledged(500, false);
        {
            auto log = Log::open(fs, options, [](auto, auto, auto) {});
            ASSERT_TRUE(log);
            fs.fail_call(1 + engine() % 60, io::Fault::PowerOff);
            for (size_t i = 0; i < acknowledged.size(); ++i) {
                sent.push_back(std::to_string(i) + std::string(engine() % 300, 'x'));
                (*log)->append_async(1, sent.back(), [&acknowledged, i](Result<Position> result) {
                    if (result) acknowledged[i] = true;
                });
                if (engine() % 20 == 0) std::this_thread::yield();
            }
        }
        fs.power_cut(engine());
        std::vector<std::string> found;
        const auto log = Log::open(fs, options, [&](auto, auto, std::string_view payload) {
            found.emplace_back(payload);
        });
        ASSERT_TRUE(log) << "seed " << seed << ": " << log.error().message;
        ASSERT_LE(found.size(), sent.size());
        for (size_t i = 0; i < sent.size(); ++i) {
            if (i < found.size()) {
                ASSERT_EQ(found[i], sent[i]) << "seed " << seed;
            } else {
                ASSERT_FALSE(acknowledged[i]) << "seed " << seed << " lost entry " << i;
            }
        }
    }
}

/// Appends until something fails; what was acknowledged must be there after a restart.
void fail_one_call(uint64_t k, io::Fault fault) {
    SCOPED_TRACE("call " + std::to_string(k) + " fails as " +
                 std::to_string(static_cast<int>(fault)));
    io::FaultyFileSystem fs;
    const LogOptions options{.directory = "/d/log", .segment_bytes = 2048};
    std::vector<std::string> acknowledged;
    std::vector<std::string> refused;
    fs.fail_call(k, fault);
    {
        auto log = Log::open(fs, options, [](auto, auto, auto) {});
        for (int i = 0; log && i < 40; ++i) {
            const std::string payload = std::to_string(i) + std::string(150, 'x');
            const auto position = (*log)->append(1, payload);
            if (position)
                acknowledged.push_back(payload);
            else if (position.error().code == base::ErrorCode::NoSpace)
                refused.push_back(payload);
            else
                ASSERT_TRUE((*log)->failed());
            if (i == 25) (void)(*log)->trim((*log)->end());
        }
    }
    fs.power_cut(k);
    std::vector<std::string> found;
    const auto log = Log::open(
        fs, options, [&](auto, auto, std::string_view payload) { found.emplace_back(payload); });
    ASSERT_TRUE(log) << log.error().message;
    for (const auto& payload : found)
        ASSERT_EQ(std::count(refused.begin(), refused.end(), payload), 0) << "refused, yet there";
    // A trim may have taken the front.
    size_t start = 0;
    while (start < acknowledged.size() && (found.empty() || acknowledged[start] != found[0]))
        ++start;
    if (acknowledged.size() <= 25) {
        ASSERT_TRUE(start == 0 || acknowledged.empty());
    }
    ASSERT_GE(found.size() + start, acknowledged.size());
    for (size_t i = start; i < acknowledged.size(); ++i)
        ASSERT_EQ(found[i - start], acknowledged[i]);
}

TEST(FailingCallTest, no_single_failed_call_loses_what_was_acknowledged) {
    for (uint64_t k = 1; k <= 250; ++k)
        for (const io::Fault fault : {io::Fault::Io, io::Fault::NoSpace, io::Fault::Short}) {
            fail_one_call(k, fault);
            if (testing::Test::HasFatalFailure()) return;
        }
}

}  // namespace
}  // namespace wr::log
