// Rows leave in the order in which they came.
#include "services/analytics/engine/row_queue.h"

#include <gtest/gtest.h>

namespace wr::analytics {
namespace {

void add(RowQueue& queue, uint64_t ordinal, const std::string& row) {
    queue.add(ordinal, [&](std::string& text) { text += row; });
}

TEST(RowQueue, rows_leave_in_their_order_and_new_ones_follow) {
    RowQueue queue;
    EXPECT_TRUE(queue.empty());
    for (uint64_t i = 0; i < 5; ++i) add(queue, 7 + i, std::string(i, 'x'));
    queue.drop_first(2);
    add(queue, 20, "last");
    ASSERT_EQ(queue.size(), 4U);
    EXPECT_EQ(queue.text(0), "xx");
    EXPECT_EQ(queue.ordinal(0), 9U);
    EXPECT_EQ(queue.text(3), "last");
    EXPECT_EQ(queue.ordinal(3), 20U);
    queue.drop_first(4);
    EXPECT_TRUE(queue.empty());
    add(queue, 21, "again");
    ASSERT_EQ(queue.size(), 1U);
    EXPECT_EQ(queue.text(0), "again");
    EXPECT_EQ(queue.ordinal(0), 21U);
}

TEST(RowQueue, rows_without_text_are_rows_too) {
    RowQueue queue;
    add(queue, 0, "");
    EXPECT_FALSE(queue.empty());
    EXPECT_EQ(queue.text(0), "");
    queue.drop_first(1);
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace wr::analytics
