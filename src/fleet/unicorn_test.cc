// Tests of the fleet's simulation.
#include "fleet/unicorn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/json.h"
#include "fleet/names.h"

namespace wr::fleet {
namespace {

const base::Timestamp noon{std::chrono::milliseconds{1'700'000'000'123}};

TEST(Unicorn, flies_straight_at_29_to_31_metres_a_second) {
    base::SeededRandom random(5);
    Unicorn unicorn({}, random);
    for (int second = 1; second <= 600; ++second) {
        unicorn.step();
        ASSERT_GE(unicorn.distance(), 29);
        ASSERT_LE(unicorn.distance(), 31);
        // A constant bearing: the distance from the start is the distance flown.
        ASSERT_NEAR(unicorn.metres_from_start(), 30.0 * second, 1.0 * second + 30);
    }
}

TEST(Unicorn, sends_the_readings_of_the_workshop) {
    base::SeededRandom random(5);
    Unicorn unicorn({}, random);
    unicorn.step();
    const std::string reading = unicorn.reading(noon);
    EXPECT_EQ(reading.back(), '\n');
    const auto json = base::parse_json(reading);
    ASSERT_TRUE(json);
    EXPECT_EQ((*json)["Name"].as_string(), "Shadowfax");
    EXPECT_EQ((*json)["StatusTime"].as_string(), "2023-11-14 22:13:20.123");
    EXPECT_DOUBLE_EQ((*json)["Latitude"].as_double(), unicorn.latitude());
    EXPECT_DOUBLE_EQ((*json)["Distance"].as_double(), unicorn.distance());
    EXPECT_TRUE((*json)["HealthPoints"].is_int());
    EXPECT_EQ((*json).as_object().size(), 7U);
}

TEST(Unicorn, vitals_wander_by_at_most_a_point_a_second) {
    base::SeededRandom random(6);
    Unicorn unicorn({}, random);
    for (int i = 0; i < 300; ++i) {
        const int before = unicorn.magic_points();
        unicorn.step();
        ASSERT_LE(std::abs(unicorn.magic_points() - before), 1);
        ASSERT_GT(unicorn.health_points(), 100);
    }
}

TEST(Unicorn, incidents_bring_a_vital_below_100_and_it_recovers) {
    base::SeededRandom random(7);
    UnicornOptions options;
    options.incidents_per_minute = 60;
    Unicorn unicorn(options, random);
    bool was_low = false;
    bool recovered = false;
    for (int i = 0; i < 200; ++i) {
        unicorn.step();
        const int lowest = std::min(unicorn.health_points(), unicorn.magic_points());
        was_low = was_low || lowest < 100;
        recovered = recovered || (was_low && lowest > 130);
    }
    EXPECT_TRUE(was_low);
    EXPECT_TRUE(recovered);
}

TEST(Unicorn, those_that_roam_stay_near) {
    for (const Movement movement : {Movement::Roam, Movement::City}) {
        base::SeededRandom random(8);
        UnicornOptions options;
        options.movement = movement;
        Unicorn unicorn(options, random);
        for (int i = 0; i < 20'000; ++i) unicorn.step();
        EXPECT_LT(unicorn.metres_from_start(), 12'000);
    }
}

TEST(Unicorn, the_same_seed_flies_the_same_way) {
    base::SeededRandom one(9);
    base::SeededRandom other(9);
    Unicorn a({}, one);
    Unicorn b({}, other);
    for (int i = 0; i < 50; ++i) {
        a.step();
        b.step();
    }
    EXPECT_EQ(a.reading(noon), b.reading(noon));
}

TEST(Names, a_fleet_of_thousands_has_distinct_names) {
    std::set<std::string> names;
    for (size_t i = 0; i < 10'000; ++i) names.insert(unicorn_name(i));
    EXPECT_EQ(names.size(), 10'000U);
    EXPECT_EQ(unicorn_name(0), "Shadowfax");
}

}  // namespace
}  // namespace wr::fleet
