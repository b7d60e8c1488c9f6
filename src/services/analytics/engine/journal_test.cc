// What a journal forgets at a checkpoint, and what it keeps when it is told to.
#include "services/analytics/engine/journal.h"

#include <gtest/gtest.h>

namespace wr::analytics {
namespace {

constexpr uint64_t uid = 7;

JournalEntry entry_at(int64_t rowtime_ms) {
    JournalEntry entry;
    entry.rowtime = base::Timestamp{std::chrono::milliseconds{rowtime_ms}};
    return entry;
}

Checkpoint checkpoint_of(uint64_t run, uint64_t next_index, std::string engine) {
    Checkpoint checkpoint;
    checkpoint.run = run;
    checkpoint.next_index = next_index;
    checkpoint.engine = std::move(engine);
    return checkpoint;
}

/// A run of four entries with a checkpoint behind the third, then a restart.
std::unique_ptr<kv::Store> store_after_run(JournalKeeps keeps) {
    auto store = *kv::open_store({"/journal", true, kv::Durability::Os});
    Journal journal(*store, uid, keeps);
    EXPECT_TRUE(journal.save(checkpoint_of(1, 0, "empty"), {}));
    for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(journal.append(entry_at(i), {}));
    EXPECT_TRUE(journal.save(checkpoint_of(1, 3, "three"), {}));
    EXPECT_TRUE(journal.append(entry_at(3), {}));
    return store;
}

TEST(Journal, a_checkpoint_forgets_what_it_covers) {
    const auto store = store_after_run(JournalKeeps::SinceCheckpoint);
    Journal journal(*store, uid);
    const auto checkpoint = journal.load();
    ASSERT_TRUE(checkpoint && *checkpoint);
    EXPECT_EQ((*checkpoint)->engine, "three");
    EXPECT_EQ(journal.next_index(), 4U);
    EXPECT_FALSE(*journal.read(2));
    ASSERT_TRUE(*journal.read(3));
    EXPECT_FALSE(*journal.beginning());
}

TEST(Journal, a_kept_one_can_be_read_from_the_beginning_of_the_run) {
    const auto store = store_after_run(JournalKeeps::Everything);
    Journal journal(*store, uid, JournalKeeps::Everything);
    const auto checkpoint = journal.load();
    ASSERT_TRUE(checkpoint && *checkpoint);
    EXPECT_EQ((*checkpoint)->engine, "three");
    EXPECT_EQ(journal.next_index(), 4U);
    ASSERT_TRUE(journal.save(checkpoint_of(1, 4, "four"), {}));
    const auto beginning = journal.beginning();
    ASSERT_TRUE(beginning && *beginning);
    EXPECT_EQ((*beginning)->engine, "empty");
    EXPECT_EQ((*beginning)->next_index, 0U);
    for (uint64_t index = 0; index < 4; ++index) {
        const auto entry = journal.read(index);
        ASSERT_TRUE(entry && *entry) << index;
        EXPECT_EQ((*entry)->rowtime, entry_at(static_cast<int64_t>(index)).rowtime);
    }
}

TEST(Journal, another_run_begins_where_the_last_one_ended) {
    const auto store = store_after_run(JournalKeeps::Everything);
    Journal journal(*store, uid, JournalKeeps::Everything);
    ASSERT_TRUE(journal.load());
    ASSERT_TRUE(journal.save(checkpoint_of(2, 4, "empty again"), {}));
    const auto beginning = journal.beginning();
    ASSERT_TRUE(beginning && *beginning);
    EXPECT_EQ((*beginning)->run, 2U);
    EXPECT_EQ((*beginning)->next_index, 4U);
    EXPECT_EQ((*beginning)->engine, "empty again");
}

TEST(Journal, a_run_that_began_unkept_has_no_beginning) {
    const auto store = store_after_run(JournalKeeps::SinceCheckpoint);
    Journal journal(*store, uid, JournalKeeps::Everything);
    ASSERT_TRUE(journal.load());
    ASSERT_TRUE(journal.save(checkpoint_of(1, 4, "four"), {}));
    EXPECT_FALSE(*journal.beginning());
}

TEST(Journal, erased_ones_leave_nothing) {
    const auto store = store_after_run(JournalKeeps::Everything);
    ASSERT_TRUE(Journal(*store, uid).erase());
    size_t left = 0;
    ASSERT_TRUE(store->scan("", [&](std::string_view, std::string_view) {
        ++left;
        return true;
    }));
    EXPECT_EQ(left, 0U);
}

}  // namespace
}  // namespace wr::analytics
