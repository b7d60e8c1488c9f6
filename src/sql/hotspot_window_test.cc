// Dense regions: points join and leave them, and a loaded window goes on as the saved one.
#include "sql/hotspot_window.h"

#include <gtest/gtest.h>

namespace wr::sql {
namespace {

TEST(HotspotWindow, a_region_ends_when_its_points_have_left_the_window) {
    HotspotWindow window(1, 4, 1, 2);
    window.add({0});
    window.add({0.5});
    ASSERT_EQ(window.find().size(), 1U);
    window.add({10});
    window.add({20});
    ASSERT_EQ(window.find().size(), 1U);
    EXPECT_EQ(window.find()[0].most[0], 0.5);
    window.add({30});
    EXPECT_TRUE(window.find().empty());
    window.add({29.5});
    ASSERT_EQ(window.find().size(), 1U);
    EXPECT_EQ(window.find()[0].least[0], 29.5);
}

TEST(HotspotWindow, a_chain_of_dense_points_is_one_region) {
    HotspotWindow window(1, 100, 1, 3);
    for (int i = 0; i < 20; ++i) window.add({i * 0.9});
    const auto found = window.find();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].least[0], 0);
    EXPECT_EQ(found[0].most[0], 19 * 0.9);
}

TEST(HotspotWindow, a_point_between_two_regions_belongs_to_the_older_one) {
    HotspotWindow window(1, 100, 1, 4);
    // 0 and 2 are dense; 1 is near both and has only three within the radius.
    for (const double x : {0.0, -0.5, -0.6, 1.0, 2.0, 2.5, 2.6}) window.add({x});
    const auto found = window.find();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].least[0], -0.6);
    EXPECT_EQ(found[0].most[0], 1);
    EXPECT_DOUBLE_EQ(found[0].density, 2.5);
    EXPECT_EQ(found[1].least[0], 2);
    EXPECT_EQ(found[1].most[0], 2.6);
    EXPECT_DOUBLE_EQ(found[1].density, 3);
}

TEST(HotspotWindow, a_loaded_window_finds_what_the_saved_one_does) {
    HotspotWindow window(2, 50, 2, 4);
    HotspotWindow other(2, 50, 2, 4);
    for (int i = 0; i < 130; ++i) {
        window.add({i * 7919 % 13 * 0.9, i * 104729 % 17 * 0.8});
        if (i != 99) continue;
        StateWriter out;
        window.save(out);
        const std::string bytes = out.take();
        StateReader in(bytes);
        other.load(in);
        ASSERT_TRUE(in.ok() && in.done());
        for (int j = i + 1; j < 130; ++j) other.add({j * 7919 % 13 * 0.9, j * 104729 % 17 * 0.8});
    }
    const auto a = window.find();
    const auto b = other.find();
    ASSERT_EQ(a.size(), b.size());
    ASSERT_FALSE(a.empty());
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].density, b[i].density);
        EXPECT_EQ(a[i].least, b[i].least);
        EXPECT_EQ(a[i].most, b[i].most);
    }
}

}  // namespace
}  // namespace wr::sql
