// What a check finds, and what it leaves alone; and copies of a log that is being written.
#include "log/check.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "io/faulty_file_system.h"
#include "log/format.h"
#include "log/log.h"

namespace wr::log {
namespace {

class CheckTest : public testing::Test {
protected:
    void SetUp() override {
        auto log = open();
        ASSERT_TRUE(log);
        for (int i = 0; i < 40; ++i)
            positions_.push_back(
                *(*log)->append(1, std::string(300, static_cast<char>('a' + i % 26))));
    }
    Result<std::unique_ptr<Log>> open(const std::string& directory = "/data/log") {
        LogOptions options = options_;
        options.directory = directory;
        replayed_.clear();
        return Log::open(fs_, options, [this](auto, auto, std::string_view payload) {
            replayed_.emplace_back(payload);
        });
    }
    std::string path_of(Position position) const {
        return "/data/log/" + segment_name(position.segment);
    }
    CheckReport report() {
        auto checked = check(fs_, "/data/log");
        EXPECT_TRUE(checked);
        return checked ? *std::move(checked) : CheckReport{};
    }

    io::FaultyFileSystem fs_;
    LogOptions options_{.directory = "/data/log", .segment_bytes = 4096};
    std::vector<Position> positions_;
    std::vector<std::string> replayed_;
};

TEST_F(CheckTest, an_intact_log_has_no_damage_and_all_its_entries) {
    const CheckReport found = report();
    EXPECT_TRUE(found.damages.empty());
    EXPECT_EQ(found.entries, 40U);
    EXPECT_EQ(found.segments, positions_.back().segment);
    EXPECT_EQ(found.bytes, found.segments * 4096);
    EXPECT_EQ(found.torn_bytes, 0U);
}

TEST_F(CheckTest, every_flipped_byte_of_an_entry_is_found_at_the_entry) {
    const Position at = positions_[5];
    const std::string path = path_of(at);
    for (uint64_t byte = 0; byte < entry_header_bytes + 300; byte += 7) {
        fs_.flip_bit(path, at.offset + byte, 3);
        const auto damages = report().damages;
        ASSERT_EQ(damages.size(), 1U) << byte;
        EXPECT_EQ(damages[0].path, path);
        EXPECT_EQ(damages[0].offset, at.offset) << byte;
        fs_.flip_bit(path, at.offset + byte, 3);
    }
    EXPECT_TRUE(report().damages.empty());
}

TEST_F(CheckTest, one_damage_does_not_hide_another) {
    ASSERT_EQ(positions_[2].segment, positions_[6].segment);
    ASSERT_NE(positions_[6].segment, positions_[20].segment);
    for (const size_t which : {size_t{2}, size_t{6}, size_t{20}})
        fs_.flip_bit(path_of(positions_[which]), positions_[which].offset + 60, 1);
    const auto damages = report().damages;
    ASSERT_EQ(damages.size(), 3U);
    EXPECT_EQ(damages[0].offset, positions_[2].offset);
    EXPECT_EQ(damages[1].offset, positions_[6].offset);
    EXPECT_EQ(damages[2].path, path_of(positions_[20]));
}

TEST_F(CheckTest, missing_and_shortened_files_and_bad_headers_are_named) {
    const std::string first = path_of(positions_[0]);
    fs_.flip_bit(first, 20, 0);
    const auto damages = report().damages;
    ASSERT_EQ(damages.size(), 1U);
    EXPECT_EQ(damages[0].path, first);
    fs_.flip_bit(first, 20, 0);
    fs_.lose_file(path_of(positions_[20]));
    ASSERT_EQ(report().damages.size(), 1U);
    EXPECT_EQ(report().damages[0].what, "the file is missing");
}

TEST_F(CheckTest, a_lost_state_is_damage_and_no_empty_log) {
    fs_.lose_file("/data/log/STATE");
    const auto damages = report().damages;
    ASSERT_EQ(damages.size(), positions_.back().segment);
    EXPECT_EQ(damages[0].path, "/data/log/STATE");
}

TEST_F(CheckTest, damage_of_the_last_entries_is_told_from_what_was_never_acknowledged) {
    const Position last = positions_.back();
    // Below the watermark of the orderly stop.
    fs_.flip_bit(path_of(last), last.offset + 50, 0);
    ASSERT_EQ(report().damages.size(), 1U);
    EXPECT_EQ(report().damages[0].offset, last.offset);
    fs_.flip_bit(path_of(last), last.offset + 50, 0);
    // Behind it: what a crash may leave of a write.
    auto file = fs_.open(path_of(last), io::OpenMode::ReadWrite);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write_at(last.offset + entry_bytes(300), "half an entry"));
    EXPECT_TRUE(report().damages.empty());
    EXPECT_EQ(report().torn_bytes, 13U);
}

TEST_F(CheckTest, a_check_changes_nothing) {
    fs_.flip_bit(path_of(positions_[3]), positions_[3].offset + 60, 1);
    const std::string before = fs_.contents(path_of(positions_[3]));
    report();
    EXPECT_EQ(fs_.contents(path_of(positions_[3])), before);
}

TEST_F(CheckTest, a_copy_of_a_log_that_is_written_holds_what_was_there_at_the_cut) {
    auto log = open();
    ASSERT_TRUE(log);
    std::atomic<bool> stops = false;
    std::atomic<int> appended = 40;
    std::thread writer([&] {
        while (!stops) {
            ASSERT_TRUE((*log)->append(1, "entry " + std::to_string(appended)));
            ++appended;
        }
    });
    for (int round = 0; round < 5; ++round) {
        const std::string to = "/backup" + std::to_string(round);
        ASSERT_TRUE(fs_.make_directories(to));
        int at_least = 0;
        int at_most = 0;
        ASSERT_TRUE((*log)->back_up(to, [&]() -> Result<void> {
            at_least = appended;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            // One may have been written and not yet counted.
            at_most = appended + 1;
            return {};
        }));
        const auto checked = check(fs_, to);
        ASSERT_TRUE(checked);
        EXPECT_TRUE(checked->damages.empty()) << checked->damages[0].what;
        EXPECT_GE(checked->entries, static_cast<uint64_t>(at_least));
        EXPECT_LE(checked->entries, static_cast<uint64_t>(at_most));
        EXPECT_EQ(checked->torn_bytes, 0U);
    }
    stops = true;
    writer.join();
    (*log)->stop();
    auto copy = open("/backup4");
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_TRUE(replayed_.back().starts_with("entry "));
    ASSERT_TRUE((*copy)->append(1, "goes on"));
    EXPECT_TRUE(check(fs_, "/data/log")->damages.empty());
}

TEST_F(CheckTest, nothing_is_trimmed_while_a_copy_is_made_and_a_failed_one_is_over) {
    auto log = open();
    ASSERT_TRUE(log);
    ASSERT_TRUE(fs_.make_directories("/backup"));
    const auto failed = (*log)->back_up("/backup", []() -> Result<void> {
        return base::fail(base::ErrorCode::NoSpace, "no room");
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, base::ErrorCode::NoSpace);
    ASSERT_TRUE((*log)->append(1, "still writes"));
    const Position before = (*log)->begin();
    ASSERT_TRUE((*log)->trim(positions_[20]));
    EXPECT_GT((*log)->begin(), before);
}

}  // namespace
}  // namespace wr::log
