// The life of alerts.
#include "fleet/alert_book.h"

#include <gtest/gtest.h>

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp start{std::chrono::milliseconds{1'700'000'000'000}};

Reading reading(std::string_view name, double health, double magic = 150) {
    Reading made;
    made.name = name;
    made.health_points = health;
    made.magic_points = magic;
    return made;
}

AlertBook usual() {
    return AlertBook(default_alert_rules());
}

const Alert& only_alert(const std::vector<AlertGroup>& groups) {
    EXPECT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups.at(0).first.size(), 1U);
    return groups.at(0).first.at(0);
}

TEST(AlertBook, a_unicorn_has_one_alert_per_rule_however_often_it_is_low) {
    AlertBook book = usual();
    for (int i = 0; i < 10; ++i) book.look_at(reading("Binky", 90 - i), start + i * 1s);
    book.look_at(reading("Binky", 95, 80), start + 10s);
    EXPECT_EQ(book.open(), 2U);
    const auto groups = book.groups(100);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(title_of(groups[0].rule), "Health points below 100");
    EXPECT_EQ(groups[0].first[0].worst, 81);
    EXPECT_EQ(groups[0].first[0].value, 95);
    EXPECT_EQ(groups[0].first[0].opened, start);
    EXPECT_EQ(book.alerting(), std::vector<std::string>{"Binky"});
}

TEST(AlertBook, three_good_reports_in_a_row_resolve_and_fewer_do_not) {
    AlertBook book = usual();
    book.look_at(reading("Binky", 99), start);
    for (const double health : {101.0, 102.0, 99.5, 101.0, 101.0})
        book.look_at(reading("Binky", health), start + 1s);
    EXPECT_EQ(book.open(), 1U);
    book.look_at(reading("Binky", 101), start + 2s);
    EXPECT_EQ(book.open(), 0U);
    EXPECT_EQ(only_alert(book.groups(9)).state, AlertState::Resolved);
    book.look_at(reading("Binky", 50), start + 3s);
    EXPECT_EQ(only_alert(book.groups(9)).state, AlertState::Open);
    EXPECT_EQ(only_alert(book.groups(9)).opened, start + 3s);
}

TEST(AlertBook, an_acknowledged_alert_does_not_ring_again_until_it_was_resolved) {
    AlertBook book = usual();
    book.look_at(reading("Binky", 99), start);
    EXPECT_EQ(book.take_events().size(), 1U);
    EXPECT_EQ(book.acknowledge("low-health", "Binky", start), 1U);
    EXPECT_EQ(book.acknowledge("low-health", "Binky", start), 0U);
    book.look_at(reading("Binky", 20), start + 1s);
    EXPECT_EQ(book.open(), 0U);
    EXPECT_TRUE(book.take_events().empty());
    for (int i = 0; i < 3; ++i) book.look_at(reading("Binky", 120), start + 2s);
    book.look_at(reading("Binky", 20), start + 5s);
    EXPECT_EQ(book.open(), 1U);
    const auto events = book.take_events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].alert.state, AlertState::Resolved);
    EXPECT_EQ(events[1].alert.state, AlertState::Open);
}

TEST(AlertBook, one_group_or_everything_can_be_acknowledged_at_once) {
    AlertBook book = usual();
    for (const char* name : {"a", "b", "c"}) book.look_at(reading(name, 10, 10), start);
    EXPECT_EQ(book.acknowledge("low-magic", "", start), 3U);
    EXPECT_EQ(book.acknowledge("", "", start), 3U);
    EXPECT_EQ(book.acknowledge("no-such-rule", "", start), 0U);
}

TEST(AlertBook, silence_opens_and_only_reports_resolve_it) {
    AlertBook book({{"lost", AlertKind::SilentFor, "", 30, true, true}});
    book.look_at(AlertKind::SilentFor, "Binky", 29, start);
    EXPECT_EQ(book.open(), 0U);
    for (int i = 31; i < 40; ++i) book.look_at(AlertKind::SilentFor, "Binky", i, start);
    EXPECT_EQ(book.open(), 1U);
    for (int i = 0; i < 3; ++i) {
        book.look_at(AlertKind::SilentFor, "Binky", 2, start);
        EXPECT_EQ(book.open(), 1U);
        book.look_at(reading("Binky", 150), start);
    }
    EXPECT_EQ(book.open(), 0U);
}

TEST(AlertBook, parts_of_the_pipeline_have_alerts_of_their_own) {
    AlertBook book = usual();
    book.look_at(AlertKind::IteratorAge, "function f", 61, start);
    book.look_at(AlertKind::FunctionErrors, "function f", 1, start);
    book.look_at(AlertKind::DeliveryFailures, "delivery d", 0, start);
    EXPECT_EQ(book.open(), 2U);
    EXPECT_TRUE(book.alerting().empty());
}

TEST(AlertBook, ten_thousand_alerts_are_grouped_with_the_worst_first) {
    AlertBook book = usual();
    for (int i = 0; i < 10'000; ++i)
        book.look_at(reading("u" + std::to_string(i), i % 100 == 7 ? -500.0 - i : 99), start);
    const auto groups = book.groups(100);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].open, 10'000U);
    ASSERT_EQ(groups[0].first.size(), 100U);
    EXPECT_EQ(groups[0].first[0].subject, "u9907");
    EXPECT_EQ(book.alerting().size(), 10'000U);
}

TEST(AlertBook, more_alerts_than_there_is_room_for_are_refused_and_counted) {
    AlertBook book = usual();
    for (int i = 0; i < 50'010; ++i) book.look_at(reading("u" + std::to_string(i), 1), start);
    EXPECT_EQ(book.open(), 50'000U);
    EXPECT_EQ(book.refused(), 10U);
}

TEST(AlertBook, old_resolved_alerts_go_and_the_newest_thousand_stay) {
    AlertBook book = usual();
    for (int i = 0; i < 1'500; ++i) {
        const std::string name = "u" + std::to_string(i);
        book.look_at(reading(name, 1), start + i * 1s);
        for (int k = 0; k < 3; ++k) book.look_at(reading(name, 200), start + i * 1s);
    }
    book.tidy();
    EXPECT_EQ(book.groups(1)[0].resolved, 1'000U);
}

TEST(AlertBook, a_changed_rule_counts_at_once_and_a_rule_that_goes_takes_its_alerts_along) {
    AlertBook book = usual();
    book.look_at(reading("Binky", 99), start);
    auto rules = default_alert_rules();
    rules.erase(rules.begin());
    book.set_rules(rules);
    EXPECT_EQ(book.open(), 0U);
    rules.push_back({"faint", AlertKind::VitalsBelow, "HealthPoints", 50, true, true});
    book.set_rules(rules);
    book.look_at(reading("Binky", 60), start);
    EXPECT_EQ(book.open(), 0U);
    book.look_at(reading("Binky", 49), start);
    EXPECT_EQ(book.open(), 1U);
}

TEST(AlertBook, what_is_saved_is_there_again) {
    AlertBook book = usual();
    book.look_at(reading("Binky", 99), start);
    book.look_at(reading("<b>\"x\"\n", 42), start);
    book.acknowledge("low-health", "Binky", start + 1s);
    const auto text = book.save().dump();
    const auto loaded = AlertBook::load(*base::parse_json(text));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->rules(), book.rules());
    EXPECT_EQ(loaded->open(), 1U);
    EXPECT_EQ(loaded->save().dump().size(), text.size());
    EXPECT_FALSE(AlertBook::load(*base::parse_json(R"({"rules":[{"id":"X"}],"alerts":[]})")));
}

TEST(AlertRules, what_makes_no_sense_is_refused_with_its_name) {
    const AlertRule good{"a-1", AlertKind::VitalsBelow, "HealthPoints", 100, true, true};
    EXPECT_TRUE(check_alert_rules({good}));
    EXPECT_FALSE(check_alert_rules({good, good}));
    for (const auto& [id, kind, metric, threshold] :
         std::vector<std::tuple<std::string, AlertKind, std::string, double>>{
             {"A", AlertKind::VitalsBelow, "HealthPoints", 1},
             {"", AlertKind::VitalsBelow, "HealthPoints", 1},
             {"x", AlertKind::VitalsBelow, "Speed", 1},
             {"x", AlertKind::VitalsBelow, "HealthPoints", 1e9},
             {"x", AlertKind::SilentFor, "", 0},
             {"x", AlertKind::IteratorAge, "", 1e9}}) {
        const auto checked = check_alert_rules({{id, kind, metric, threshold, true, true}});
        ASSERT_FALSE(checked) << id;
        EXPECT_NE(checked.error().message.find(id), std::string::npos);
    }
    EXPECT_FALSE(check_alert_rules(std::vector<AlertRule>(alert_rules_max + 1, good)));
}

}  // namespace
}  // namespace wr::fleet
