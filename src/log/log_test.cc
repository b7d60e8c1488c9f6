// The log as its users see it: append, read, reopen, trim, full disks, failing disks.
#include "log/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "io/faulty_file_system.h"

namespace wr::log {
namespace {

struct Replayed {
    uint64_t topic;
    Position position;
    std::string payload;
    bool operator==(const Replayed&) const = default;
};

class LogTest : public testing::Test {
protected:
    Result<std::unique_ptr<Log>> try_open() {
        replayed_.clear();
        return Log::open(fs_, options_, [this](uint64_t topic, Position at, std::string_view p) {
            replayed_.push_back({topic, at, std::string(p)});
        });
    }
    std::unique_ptr<Log> open() {
        auto log = try_open();
        EXPECT_TRUE(log) << log.error().message;
        return log ? *std::move(log) : nullptr;
    }
    io::FaultyFileSystem fs_;
    LogOptions options_{.directory = "/data/log", .segment_bytes = 4096};
    std::vector<Replayed> replayed_;
};

TEST_F(LogTest, appended_entries_are_read_back_and_replayed_in_order) {
    std::vector<Replayed> appended;
    {
        auto log = open();
        for (uint64_t i = 0; i < 200; ++i) {
            const std::string payload(i * 7 % 300, static_cast<char>('a' + i % 26));
            const auto position = log->append(i % 3, payload);
            ASSERT_TRUE(position);
            appended.push_back({i % 3, *position, payload});
            const auto entry = log->read(*position);
            ASSERT_TRUE(entry);
            EXPECT_EQ(entry->payload.view(), payload);
            EXPECT_EQ(entry->topic, i % 3);
        }
        EXPECT_GT(log->end().segment, 5u);
    }
    auto log = open();
    EXPECT_EQ(replayed_, appended);
    for (const auto& entry : appended)
        EXPECT_EQ(log->read(entry.position)->payload.view(), entry.payload);
}

TEST_F(LogTest, entry_larger_than_a_segment_gets_one_of_its_own_size) {
    const std::string large(100'000, 'x');
    auto log = open();
    const auto position = log->append(1, large);
    ASSERT_TRUE(log->append(1, "small"));
    ASSERT_TRUE(position);
    EXPECT_EQ(log->read(*position)->payload.view(), large);
    log.reset();
    open();
    ASSERT_EQ(replayed_.size(), 2u);
    EXPECT_EQ(replayed_[0].payload, large);
}

TEST_F(LogTest, concurrent_appends_share_syncs_and_keep_each_callers_order) {
    auto log = open();
    std::vector<std::thread> threads;
    for (uint64_t topic = 0; topic < 4; ++topic)
        threads.emplace_back([&log, topic] {
            for (int i = 0; i < 100; ++i) ASSERT_TRUE(log->append(topic, std::to_string(i)));
        });
    for (auto& thread : threads) thread.join();
    log.reset();
    open();
    std::vector<int> next(4, 0);
    ASSERT_EQ(replayed_.size(), 400u);
    for (const auto& entry : replayed_)
        EXPECT_EQ(entry.payload, std::to_string(next[entry.topic]++));
}

TEST_F(LogTest, callers_that_write_themselves_are_all_answered_in_the_order_of_the_log) {
    options_.durability = Durability::Os;
    constexpr int each = 2'000;
    std::atomic<int> answered = 0;
    std::vector<Position> order;  // answers come one at a time
    {
        auto log = open();
        std::atomic<bool> is_over = false;
        std::thread trimmer([&] {
            while (!is_over) ASSERT_TRUE(log->trim(log->begin()));
        });
        std::vector<std::thread> threads;
        for (uint64_t topic = 0; topic < 4; ++topic)
            threads.emplace_back([&, topic] {
                const auto done = [&](Result<Position> position) {
                    ASSERT_TRUE(position);
                    order.push_back(*position);
                    ++answered;
                };
                for (int i = 0; i < each; ++i) {
                    // Some of a topic's entries go to the log's thread, which may stand anywhere.
                    const bool is_callers = topic < 2 || i % 16 != 0;
                    log->append_async(topic,
                                      std::to_string(i),
                                      done,
                                      is_callers ? Writer::Caller : Writer::LogThread);
                    if (is_callers) log->write_waiting();
                }
            });
        for (auto& thread : threads) thread.join();
        is_over = true;
        trimmer.join();
        // Not by stop(), which would also write what waits.
        for (int i = 0; i < 6'000 && answered < 4 * each; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        EXPECT_EQ(answered, 4 * each);
    }
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    open();
    std::vector<int> next(4, 0);
    ASSERT_EQ(replayed_.size(), 4u * each);
    for (const auto& entry : replayed_)
        EXPECT_EQ(entry.payload, std::to_string(next[entry.topic]++));
}

TEST_F(LogTest, trim_removes_whole_segments_and_survives_reopening) {
    std::vector<Position> positions;
    {
        auto log = open();
        for (int i = 0; i < 100; ++i) positions.push_back(*log->append(1, std::string(200, 'x')));
        ASSERT_TRUE(log->trim(positions[60]));
        EXPECT_EQ(log->begin().segment, positions[60].segment);
        EXPECT_EQ(log->read(positions[0]).error().code, base::ErrorCode::NotFound);
        EXPECT_TRUE(log->read(positions[60]));
        EXPECT_FALSE(*fs_.exists("/data/log/0000000000000001.log"));
    }
    auto log = open();
    EXPECT_EQ(replayed_.front().position.segment, positions[60].segment);
    EXPECT_EQ(replayed_.back().position, positions.back());
    EXPECT_EQ(log->read(positions[0]).error().code, base::ErrorCode::NotFound);
}

TEST_F(LogTest, positions_never_come_back_after_everything_was_trimmed) {
    Position before;
    {
        auto log = open();
        for (int i = 0; i < 50; ++i) before = *log->append(1, std::string(500, 'x'));
        ASSERT_TRUE(log->trim(log->end()));
    }
    auto log = open();
    EXPECT_GT(*log->append(1, "y"), before);
}

TEST_F(LogTest, reading_where_nothing_was_appended_is_an_error) {
    auto log = open();
    EXPECT_EQ(log->read(log->end()).error().code, base::ErrorCode::InvalidArgument);
    const Position position = *log->append(1, "abcdefgh");
    EXPECT_EQ(log->read({position.segment, position.offset + 8}).error().code,
              base::ErrorCode::Corruption);
}

TEST_F(LogTest, stopped_log_refuses_appends_and_keeps_reading) {
    auto log = open();
    const Position position = *log->append(1, "a");
    log->stop();
    log->stop();
    EXPECT_EQ(log->append(1, "b").error().code, base::ErrorCode::Unavailable);
    EXPECT_EQ(log->read(position)->payload.view(), "a");
}

TEST_F(LogTest, oversized_entry_is_refused_alone) {
    auto log = open();
    EXPECT_EQ(log->append(1, std::string(65ULL * 1024 * 1024, 'x')).error().code,
              base::ErrorCode::InvalidArgument);
    EXPECT_TRUE(log->append(1, "fits"));
}

TEST_F(LogTest, failed_sync_refuses_every_later_append) {
    auto log = open();
    ASSERT_TRUE(log->append(1, "a"));
    fs_.fail_call(2, io::Fault::Io);  // the write, then the sync
    EXPECT_EQ(log->append(1, "b").error().code, base::ErrorCode::Io);
    EXPECT_TRUE(log->failed());
    EXPECT_EQ(log->append(1, "c").error().code, base::ErrorCode::Unavailable);
    EXPECT_EQ(log->trim(log->end()).error().code, base::ErrorCode::Unavailable);
}

TEST_F(LogTest, full_disk_refuses_without_loss_and_recovers_when_space_returns) {
    auto log = open();
    std::vector<std::string> kept;
    bool refused = false;
    for (int i = 0; i < 60; ++i) {
        const std::string payload(400, static_cast<char>('a' + i % 26));
        if (i % 20 == 19) fs_.fail_call(1, io::Fault::NoSpace);
        const auto position = log->append(1, payload);
        fs_.clear_faults();
        if (position) kept.push_back(payload);
        refused |= !position && position.error().code == base::ErrorCode::NoSpace;
        if (log->failed()) break;
    }
    EXPECT_TRUE(refused);
    log.reset();
    fs_.power_cut(0);
    open();
    ASSERT_GE(replayed_.size(), kept.size());
    for (size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(replayed_[i].payload, kept[i]);
}

TEST_F(LogTest, full_disk_at_a_new_segment_keeps_the_log_writable) {
    auto log = open();
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(log->append(1, std::string(400, 'x')));
    fs_.fail_call(3, io::Fault::NoSpace);  // open, truncate, allocate
    EXPECT_EQ(log->append(1, std::string(400, 'y')).error().code, base::ErrorCode::NoSpace);
    EXPECT_FALSE(log->failed());
    EXPECT_TRUE(log->append(1, std::string(400, 'z')));
    log.reset();
    open();
    EXPECT_EQ(replayed_.size(), 10u);
    EXPECT_EQ(replayed_.back().payload[0], 'z');
}

TEST_F(LogTest, interval_durability_acknowledges_before_and_syncs_after) {
    options_.durability = Durability::Interval;
    options_.sync_interval = std::chrono::milliseconds(1);
    auto log = open();
    const uint64_t before = fs_.calls();
    ASSERT_TRUE(log->append(1, "a"));
    for (int i = 0; i < 1000 && fs_.calls() < before + 2; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_GE(fs_.calls(), before + 2);
    fs_.fail_call(1, io::Fault::PowerOff);
    log.reset();
    fs_.power_cut(1);
    open();
    EXPECT_EQ(replayed_.size(), 1u);
}

TEST_F(LogTest, os_durability_never_syncs_while_running) {
    options_.durability = Durability::Os;
    auto log = open();
    const uint64_t before = fs_.calls();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(log->append(1, "a"));
    EXPECT_EQ(fs_.calls(), before + 10);
}

TEST(LogOnDiskTest, works_on_the_operating_systems_files_and_in_memory) {
    for (const bool on_disk : {true, false}) {
        auto fs = on_disk ? io::make_posix_file_system() : io::make_memory_file_system();
        std::string directory = testing::TempDir() + "/wr-log-XXXXXX";
        if (on_disk) {
            ASSERT_NE(::mkdtemp(directory.data()), nullptr);
        }
        LogOptions options{.directory = directory + "/log", .segment_bytes = 64 * 1024};
        std::vector<std::string> replayed;
        const auto replay = [&](uint64_t, Position, std::string_view payload) {
            replayed.emplace_back(payload);
        };
        {
            auto log = Log::open(*fs, options, replay);
            ASSERT_TRUE(log) << log.error().message;
            for (int i = 0; i < 50; ++i)
                ASSERT_TRUE((*log)->append(1, std::string(5000, static_cast<char>('a' + i % 26))));
        }
        ASSERT_TRUE(Log::open(*fs, options, replay));
        EXPECT_EQ(replayed.size(), 50u);
        if (on_disk) std::filesystem::remove_all(directory);
    }
}

}  // namespace
}  // namespace wr::log
