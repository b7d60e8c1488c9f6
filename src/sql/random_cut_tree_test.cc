// The forest's trees: what goes in comes out, and what stands apart scores high.
#include "sql/random_cut_tree.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wr::sql {
namespace {

double score_of(const RandomCutTree& tree, const std::vector<double>& point) {
    auto descent = tree.start();
    while (!descent.ended) tree.descend(descent, point.data());
    return descent.score;
}

std::vector<double> point_number(int i) {
    return {std::sin(i * 0.7) + (i % 2 == 0 ? 5 : -5), std::cos(i * 1.3)};
}

TEST(RandomCutTree, points_leave_as_they_came_also_equal_ones) {
    PointStore points(2);
    RandomCutTree tree(points);
    CutRandom random(7);
    std::vector<uint32_t> held;
    for (int i = 0; i < 300; ++i) {
        const uint32_t added = points.add(point_number(i % 100));
        points.hold(added);
        held.push_back(tree.insert(added, random));
        points.hold(held.back());
        points.release(added);
    }
    EXPECT_EQ(tree.mass(), 300U);
    for (size_t i = 0; i < held.size(); ++i) {
        // Every third first, so that trees are cut in all places.
        const size_t at = (i * 7) % held.size();
        tree.remove(held[at]);
        points.release(held[at]);
        ASSERT_EQ(tree.mass(), 299U - i);
    }
    EXPECT_EQ(score_of(tree, {0, 0}), 0);
}

TEST(RandomCutTree, a_point_apart_scores_higher_than_those_within) {
    PointStore points(2);
    CutRandom random(42);
    double within = 0;
    double apart = 0;
    for (int t = 0; t < 50; ++t) {
        RandomCutTree tree(points);
        for (int i = 0; i < 256; ++i) {
            const uint32_t added = points.add(point_number(i));
            points.hold(added);
            tree.insert(added, random);
        }
        within += score_of(tree, {5.1, 0.1}) / 50;
        apart += score_of(tree, {40, -30}) / 50;
    }
    EXPECT_LT(within, 1.3);
    EXPECT_GT(apart, 3.0);
}

TEST(RandomCutTree, the_parts_of_a_score_add_up_to_it_and_name_the_dimension) {
    PointStore points(2);
    CutRandom random(42);
    RandomCutTree tree(points);
    for (int i = 0; i < 256; ++i) {
        const uint32_t added = points.add(point_number(i));
        points.hold(added);
        tree.insert(added, random);
    }
    for (const std::vector<double>& point :
         {std::vector<double>{5, -40}, std::vector<double>{60, 0.2}, point_number(3)}) {
        std::vector<double> low(2);
        std::vector<double> high(2);
        tree.attribute(point, low, high);
        EXPECT_NEAR(low[0] + low[1] + high[0] + high[1], score_of(tree, point), 1e-9);
        if (point[1] == -40) {
            EXPECT_GT(low[1], 5 * (high[1] + low[0] + high[0]));
        }
        if (point[0] == 60) {
            EXPECT_GT(high[0], 5 * (low[0] + low[1] + high[1]));
        }
    }
}

TEST(RandomCutTree, a_loaded_tree_is_the_one_that_was_saved) {
    PointStore points(2);
    RandomCutTree tree(points);
    CutRandom random(1);
    for (int i = 0; i < 100; ++i) {
        const uint32_t added = points.add(point_number(i % 90));
        points.hold(added);
        tree.insert(added, random);
    }
    StateWriter out;
    points.save(out);
    tree.save(out);
    const std::string bytes = out.take();
    PointStore loaded_points(2);
    RandomCutTree loaded(loaded_points);
    StateReader in(bytes);
    loaded_points.load(in);
    loaded.load(in);
    ASSERT_TRUE(in.ok() && in.done());
    for (int i = 0; i < 200; ++i)
        ASSERT_EQ(score_of(loaded, point_number(i)), score_of(tree, point_number(i)));
}

}  // namespace
}  // namespace wr::sql
