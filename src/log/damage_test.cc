// Damage on disk: named with file and offset, never cut; a torn tail is cut, never named damage.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/hash.h"
#include "io/faulty_file_system.h"
#include "log/format.h"
#include "log/log.h"

namespace wr::log {
namespace {

class DamageTest : public testing::Test {
protected:
    void SetUp() override {
        auto log = open();
        ASSERT_TRUE(log);
        for (int i = 0; i < 30; ++i)
            positions_.push_back(
                *(*log)->append(1, std::string(300, static_cast<char>('a' + i % 26))));
    }
    Result<std::unique_ptr<Log>> open() {
        replayed_ = 0;
        return Log::open(fs_, options_, [this](auto, auto, auto) { ++replayed_; });
    }
    std::string path_of(Position position) const {
        return "/data/log/" + segment_name(position.segment);
    }
    void expect_corruption(const std::string& path, uint64_t offset) {
        const auto log = open();
        ASSERT_FALSE(log);
        EXPECT_EQ(log.error().code, base::ErrorCode::Corruption);
        EXPECT_TRUE(log.error().message.starts_with(path + " is damaged at offset " +
                                                    std::to_string(offset)))
            << log.error().message;
    }
    io::FaultyFileSystem fs_;
    LogOptions options_{.directory = "/data/log", .segment_bytes = 4096};
    std::vector<Position> positions_;
    size_t replayed_ = 0;
};

TEST_F(DamageTest, flipped_bit_in_a_full_segment_is_corruption_at_its_entry) {
    fs_.flip_bit(path_of(positions_[3]), positions_[3].offset + 100, 5);
    expect_corruption(path_of(positions_[3]), positions_[3].offset);
}

TEST_F(DamageTest, flipped_bit_below_the_watermark_of_the_last_segment_is_corruption) {
    const Position last = positions_.back();
    fs_.flip_bit(path_of(last), last.offset + 50, 0);
    expect_corruption(path_of(last), last.offset);
}

TEST_F(DamageTest, damage_changes_nothing_on_disk) {
    const Position last = positions_.back();
    fs_.flip_bit(path_of(last), last.offset + 50, 0);
    const std::string before = fs_.contents(path_of(last));
    EXPECT_FALSE(open());
    EXPECT_EQ(fs_.contents(path_of(last)), before);
    EXPECT_FALSE(open());
}

TEST_F(DamageTest, read_of_a_damaged_entry_is_corruption_and_others_still_read) {
    auto log = open();
    ASSERT_TRUE(log);
    fs_.flip_bit(path_of(positions_[5]), positions_[5].offset + 60, 1);
    const auto entry = (*log)->read(positions_[5]);
    ASSERT_FALSE(entry);
    EXPECT_EQ(entry.error().code, base::ErrorCode::Corruption);
    EXPECT_NE(entry.error().message.find(path_of(positions_[5])), std::string::npos);
    EXPECT_TRUE((*log)->read(positions_[6]));
}

TEST_F(DamageTest, missing_segment_is_corruption) {
    for (const size_t which : {size_t{12}, positions_.size() - 1, size_t{0}}) {
        const std::string path = path_of(positions_[which]);
        const std::string kept = fs_.contents(path);
        fs_.lose_file(path);
        expect_corruption(path, 0);
        ASSERT_TRUE(fs_.open(path, io::OpenMode::CreateNew));
        fs_.overwrite(path, 0, kept);
    }
    EXPECT_TRUE(open());
}

TEST_F(DamageTest, shortened_segment_is_corruption) {
    fs_.cut_file(path_of(positions_.back()), 2000);
    expect_corruption(path_of(positions_.back()), 2000);
}

TEST_F(DamageTest, missing_or_stale_state_is_corruption_not_an_empty_log) {
    const std::string state = fs_.contents("/data/log/STATE");
    fs_.lose_file("/data/log/STATE");
    EXPECT_EQ(open().error().code, base::ErrorCode::Corruption);
    State old;
    old.last_segment = 1;
    ASSERT_TRUE(fs_.open("/data/log/STATE", io::OpenMode::CreateNew));
    fs_.overwrite("/data/log/STATE", 0, encode_state(old));
    EXPECT_EQ(open().error().code, base::ErrorCode::Corruption);
    fs_.overwrite("/data/log/STATE", 0, state);
    EXPECT_TRUE(open());
}

TEST_F(DamageTest, swapped_segments_are_corruption) {
    const std::string first = path_of({1, 0});
    const std::string second = path_of({2, 0});
    const std::string kept = fs_.contents(first);
    fs_.overwrite(first, 0, fs_.contents(second));
    fs_.overwrite(second, 0, kept);
    expect_corruption(first, 0);
}

TEST_F(DamageTest, newer_format_is_refused_as_such) {
    std::string state = fs_.contents("/data/log/STATE");
    state[8] = 2;
    state.resize(state_bytes - 4);
    const uint32_t crc = base::crc32c(state);
    for (int i = 0; i < 4; ++i) state += static_cast<char>(crc >> (8 * i) & 255);
    fs_.overwrite("/data/log/STATE", 0, state);
    EXPECT_EQ(open().error().code, base::ErrorCode::Unsupported);
}

TEST_F(DamageTest, garbage_behind_the_last_entry_is_cut_and_appending_goes_on) {
    const Position last = positions_.back();
    const uint64_t end = last.offset + entry_bytes(300);
    fs_.overwrite(path_of(last), end, std::string(200, '\x5a'));
    auto log = open();
    ASSERT_TRUE(log) << log.error().message;
    EXPECT_EQ(replayed_, positions_.size());
    EXPECT_EQ((*log)->append(1, "x")->offset, end);
    log->reset();
    EXPECT_TRUE(open());
    EXPECT_EQ(replayed_, positions_.size() + 1);
}

TEST_F(DamageTest, any_flipped_bit_is_detected_or_harmless) {
    std::mt19937_64 engine(20261122);
    const auto names = *fs_.list("/data/log");
    for (int round = 0; round < 2000; ++round) {
        const std::string path = "/data/log/" + names[engine() % names.size()];
        const uint64_t offset = engine() % fs_.contents(path).size();
        const int bit = static_cast<int>(engine() % 8);
        const std::string before = fs_.contents(path);
        fs_.flip_bit(path, offset, bit);
        std::vector<std::string> payloads;
        {
            auto log = Log::open(fs_, options_, [&](auto, auto, std::string_view payload) {
                payloads.emplace_back(payload);
            });
            if (!log) {
                EXPECT_EQ(log.error().code, base::ErrorCode::Corruption) << log.error().message;
            } else {
                ASSERT_EQ(payloads.size(), positions_.size()) << path << " @" << offset;
            }
        }
        for (size_t i = 0; i < payloads.size(); ++i)
            ASSERT_EQ(payloads[i], std::string(300, static_cast<char>('a' + i % 26)));
        if (fs_.contents(path).size() >= before.size()) fs_.overwrite(path, 0, before);
    }
    EXPECT_TRUE(open());
}

}  // namespace
}  // namespace wr::log
