// Stores on disk and in memory: batches, order, scopes, restarts, damage.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "kv/store.h"

namespace wr::kv {
namespace {

class StoreTest : public testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "wr-kv-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        reopen();
    }
    void TearDown() override {
        store_.reset();
        std::filesystem::remove_all(root_);
    }
    void reopen() {
        store_.reset();
        auto opened = open_store({.path = root_ + "/kv", .in_memory = GetParam()});
        ASSERT_TRUE(opened) << opened.error().message;
        store_ = *std::move(opened);
    }
    std::vector<std::string> keys(const Store& store, std::string_view prefix) {
        std::vector<std::string> found;
        EXPECT_TRUE(store.scan(prefix, [&](std::string_view key, std::string_view) {
            found.emplace_back(key);
            return true;
        }));
        return found;
    }
    std::string root_;
    std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, batch_applies_in_order_and_later_writes_win) {
    ASSERT_TRUE(store_->put("gone", "x"));
    Batch batch;
    batch.put("a", "1");
    batch.put("a", "2");
    batch.remove("gone");
    ASSERT_TRUE(store_->commit(batch));
    EXPECT_EQ(*store_->get("a"), "2");
    EXPECT_EQ(*store_->get("gone"), std::nullopt);
}

TEST_P(StoreTest, scopes_see_only_their_keys_without_the_prefix) {
    auto scope = store_->scoped("x/")->scoped("y/");
    ASSERT_TRUE(scope->put("k", "v"));
    ASSERT_TRUE(store_->put("x/z", "other"));
    ASSERT_TRUE(store_->put("x0", "after"));
    EXPECT_EQ(*store_->get("x/y/k"), "v");
    EXPECT_EQ(keys(*scope, ""), std::vector<std::string>{"k"});
    auto iterator = scope->iterate();
    iterator->seek_to_last();
    ASSERT_TRUE(iterator->valid());
    EXPECT_EQ(iterator->key(), "k");
    iterator->next();
    EXPECT_FALSE(iterator->valid());
    iterator->seek_for_prev("zzz");
    ASSERT_TRUE(iterator->valid());
    iterator->prev();
    EXPECT_FALSE(iterator->valid());
    EXPECT_TRUE(iterator->status());
}

TEST_P(StoreTest, scope_of_bytes_ff_has_no_upper_neighbour_but_still_ends) {
    auto scope = store_->scoped("\xff\xff");
    ASSERT_TRUE(scope->put("k", "v"));
    ASSERT_TRUE(store_->put("\xfe", "before"));
    EXPECT_EQ(keys(*scope, ""), std::vector<std::string>{"k"});
}

TEST_P(StoreTest, scan_is_in_byte_order_and_stops_when_told) {
    for (const char* key : {"p/b", "p/a", "p/\xff", "q", "o"}) ASSERT_TRUE(store_->put(key, ""));
    EXPECT_EQ(keys(*store_, "p/"), (std::vector<std::string>{"p/a", "p/b", "p/\xff"}));
    int seen = 0;
    ASSERT_TRUE(store_->scan("", [&](auto, auto) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
}

TEST_P(StoreTest, iterator_is_a_view_of_its_moment) {
    ASSERT_TRUE(store_->put("a", "1"));
    auto iterator = store_->iterate();
    ASSERT_TRUE(store_->put("b", "2"));
    iterator->seek_to_last();
    EXPECT_EQ(iterator->key(), "a");
}

INSTANTIATE_TEST_SUITE_P(all, StoreTest, testing::Bool());

class DiskStoreTest : public StoreTest {};

TEST_P(DiskStoreTest, committed_writes_are_there_after_reopening) {
    ASSERT_TRUE(store_->put("a", std::string(100'000, 'x')));
    reopen();
    EXPECT_EQ((*store_->get("a"))->size(), 100'000u);
}

TEST_P(DiskStoreTest, damage_before_the_last_write_is_refused_not_skipped) {
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(store_->put("key" + std::to_string(i), std::string(1000, 'v')));
    store_.reset();
    std::string wal;
    for (const auto& entry : std::filesystem::directory_iterator(root_ + "/kv"))
        if (entry.path().extension() == ".log" && entry.file_size() > 1000) wal = entry.path();
    ASSERT_FALSE(wal.empty());
    std::fstream file(wal, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.put('!');
    file.close();
    const auto opened = open_store({.path = root_ + "/kv"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::Corruption);
}

TEST_P(DiskStoreTest, a_backup_holds_what_was_there_and_nothing_later) {
    ASSERT_TRUE(store_->put("a", std::string(100'000, 'x')));
    ASSERT_TRUE(store_->flush());
    ASSERT_TRUE(store_->put("b", "not in a file of its own yet"));
    ASSERT_TRUE(store_->back_up(root_ + "/backup"));
    ASSERT_TRUE(store_->put("c", "later"));
    ASSERT_TRUE(store_->remove("a"));
    EXPECT_FALSE(store_->back_up(root_ + "/backup"));
    const auto copy = open_store({.path = root_ + "/backup"});
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_EQ(keys(**copy, ""), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ((*(*copy)->get("a"))->size(), 100'000u);
    ASSERT_TRUE((*copy)->put("d", "a life of its own"));
    EXPECT_FALSE((*store_->get("d")).has_value());
}

TEST_P(DiskStoreTest, a_flipped_byte_of_a_file_is_found_by_reading_all_of_them) {
    ASSERT_TRUE(store_->put("a", std::string(100'000, 'x')));
    ASSERT_TRUE(store_->flush());
    store_.reset();
    std::string table;
    for (const auto& entry : std::filesystem::directory_iterator(root_ + "/kv"))
        if (entry.path().extension() == ".sst") table = entry.path();
    ASSERT_FALSE(table.empty());
    const StoreOptions options{.path = root_ + "/kv", .read_only = true};
    {
        const auto intact = open_store(options);
        ASSERT_TRUE(intact) << intact.error().message;
        EXPECT_TRUE((*intact)->verify());
        EXPECT_FALSE((*intact)->put("b", "refused"));
    }
    std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(50'000);
    file.put('!');
    file.close();
    const auto opened = open_store(options);
    const auto verified =
        opened ? (*opened)->verify() : base::Result<void>(base::fail(opened.error()));
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, base::ErrorCode::Corruption);
    EXPECT_NE(verified.error().message.find(std::filesystem::path(table).filename()),
              std::string::npos)
        << verified.error().message;
}

TEST_P(DiskStoreTest, path_that_is_a_file_is_an_error) {
    std::ofstream(root_ + "/file") << "x";
    EXPECT_FALSE(open_store({.path = root_ + "/file"}));
}

TEST_P(DiskStoreTest, empty_store_opens_within_a_few_milliseconds) {
    const auto start = std::chrono::steady_clock::now();
    auto opened = open_store({.path = root_ + "/fresh"});
    const auto took = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(opened);
    std::cout << "open took " << std::chrono::duration_cast<std::chrono::microseconds>(took).count()
              << " us\n";
    EXPECT_LT(took, std::chrono::milliseconds(500));
}

INSTANTIATE_TEST_SUITE_P(disk, DiskStoreTest, testing::Values(false));

TEST(KeyTest, numbers_sort_as_bytes) {
    EXPECT_LT(encode_u64(255), encode_u64(256));
    EXPECT_EQ(decode_u64(encode_u64(0x0123456789abcdef)), 0x0123456789abcdefu);
}

TEST(KeyTest, parts_come_back_and_sort_part_by_part) {
    const std::string with_zero("a\0b", 3);
    std::string key;
    append_key_part(key, with_zero);
    append_key_part(key, "");
    append_key_part(key, "c");
    std::string_view rest = key;
    EXPECT_EQ(take_key_part(rest), with_zero);
    EXPECT_EQ(take_key_part(rest), "");
    EXPECT_EQ(take_key_part(rest), "c");
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(take_key_part(rest), std::nullopt);

    std::string shorter;
    append_key_part(shorter, "a");
    append_key_part(shorter, "zzz");
    std::string longer;
    append_key_part(longer, with_zero);
    append_key_part(longer, "a");
    EXPECT_LT(shorter, longer);
}

}  // namespace
}  // namespace wr::kv
