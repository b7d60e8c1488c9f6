// The page's view of the alerts, and what it may not send.
#include "console/alerts_api.h"

#include <gtest/gtest.h>

#include <utility>

namespace wr::console {
namespace {

class AlertsApiTest : public testing::Test {
protected:
    AlertsApiTest()
        : files_(io::make_memory_file_system()),
          watch_(*files_,
                 clock_,
                 {.webhook = {.allowed = {"hooks.example.com"}},
                  .read_new = [this] { return std::exchange(records_, {}); }},
                 [](const auto&, const auto&) { return 200; }) {}
    void report(const std::string& name, int health) {
        records_.push_back("{\"Name\":\"" + name + "\",\"Latitude\":1,\"Longitude\":1," +
                           "\"HealthPoints\":" + std::to_string(health) + "}");
        watch_.read_once();
    }

    base::ManualClock clock_;
    std::unique_ptr<io::FileSystem> files_;
    std::vector<std::string> records_;
    fleet::FleetWatch watch_;
};

TEST_F(AlertsApiTest, the_answer_groups_by_rule_and_names_who_alarms_only_when_that_changed) {
    report("Binky", 41);
    report("Arion", 99);
    const auto answer = alerts_answer(watch_, 0, "Arion");
    EXPECT_EQ(answer.open, 2);
    ASSERT_EQ(answer.groups.size(), 1U);
    EXPECT_EQ(answer.groups[0].title, "Health points below 100");
    EXPECT_TRUE(answer.groups[0].about_unicorns);
    EXPECT_EQ(answer.groups[0].alerts[0].subject, "Binky");
    ASSERT_EQ(answer.selected.size(), 1U);
    EXPECT_EQ(answer.selected[0].alert.value, 99);
    ASSERT_TRUE(answer.alerting);
    EXPECT_EQ(*answer.alerting, (std::vector<std::string>{"Arion", "Binky"}));
    const auto version = static_cast<uint64_t>(answer.alerting_version);
    EXPECT_FALSE(alerts_answer(watch_, version, "").alerting);
    EXPECT_EQ(to_json(answer)["groups"].as_array()[0]["alerts"].as_array()[0]["state"].as_string(),
              "open");
}

TEST_F(AlertsApiTest, an_acknowledgement_counts_what_it_changed) {
    report("Binky", 41);
    const auto changed = acknowledge(watch_, R"({"rule":"","subject":"Binky"})");
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed, 1U);
    EXPECT_EQ(alerts_answer(watch_, 0, "").open, 0);
}

TEST_F(AlertsApiTest, bodies_that_are_wrong_are_refused_and_change_nothing) {
    for (const char* body : {"", "{", "[]", "{}", R"({"rule":1,"subject":""})"})
        EXPECT_FALSE(acknowledge(watch_, body)) << body;
    const std::string rest = R"(,"metric":"","threshold":1,"enabled":true,"webhook":true}]})";
    for (const std::string& body : {std::string("{}"),
                                    std::string(R"({"rules":{}})"),
                                    std::string(R"({"rules":[{"id":"a"}]})"),
                                    R"({"rules":[{"id":"a","kind":"nonsense")" + rest,
                                    R"({"rules":[{"id":"A B","kind":"silent-for")" + rest})
        EXPECT_FALSE(set_rules(watch_, body)) << body;
    EXPECT_EQ(alerts_answer(watch_, 0, "").rules.size(), fleet::default_alert_rules().size());
    EXPECT_FALSE(set_webhook(watch_, R"({"url":"http://127.0.0.1/","enabled":true})"));
    EXPECT_TRUE(set_webhook(watch_, R"({"url":"https://hooks.example.com/","enabled":true})"));
    EXPECT_TRUE(set_rules(watch_, R"({"rules":[]})"));
}

}  // namespace
}  // namespace wr::console
