// The watch over a stream of records, good and hostile.
#include "fleet/fleet_watch.h"

#include <gtest/gtest.h>

#include <utility>

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

std::string record(const std::string& name, double health) {
    base::Json json;
    json.set("Name", name);
    json.set("StatusTime", "2017-06-05 09:17:08.189");
    json.set("Latitude", 40.75);
    json.set("Longitude", -73.98);
    json.set("Distance", 30.5);
    json.set("HealthPoints", health);
    json.set("MagicPoints", 150);
    return json.dump() + "\n";
}

class FleetWatchTest : public testing::Test {
protected:
    FleetWatchTest() : files_(io::make_memory_file_system()) {
        EXPECT_TRUE(files_->make_directories("/data"));
        open();
    }
    void open() {
        FleetWatchOptions options;
        options.file = "/data/alerts.json";
        options.webhook.allowed = {"hooks.example.com"};
        options.read_new = [this] { return std::exchange(records_, {}); };
        options.parts = [this] { return parts_; };
        watch_ = std::make_unique<FleetWatch>(
            *files_, clock_, options, [](const auto&, const auto&) { return 200; });
    }
    size_t open_alerts() const {
        size_t open = 0;
        watch_->look_at_alerts([&](const AlertBook& book) { open = book.open(); });
        return open;
    }
    void send(const std::string& data) {
        records_.push_back(data);
        watch_->read_once();
    }

    base::ManualClock clock_;
    std::unique_ptr<io::FileSystem> files_;
    std::vector<std::string> records_;
    std::vector<PartHealth> parts_;
    std::unique_ptr<FleetWatch> watch_;
};

TEST_F(FleetWatchTest, records_that_are_no_reading_are_counted_and_harm_nothing) {
    for (const std::string& bad : {std::string("not json"),
                                   std::string("{\"Name\":\"x\"}"),
                                   std::string("[]"),
                                   std::string(),
                                   std::string("{\"Name\":\"\",\"Latitude\":1,\"Longitude\":1}"),
                                   std::string("{\"Name\":5,\"Latitude\":1,\"Longitude\":1}"),
                                   std::string("{\"Name\":\"x\",\"Latitude\":91,\"Longitude\":1}"),
                                   std::string("{\"Name\":\"x\",\"Latitude\":\"1\"}"),
                                   std::string("{\"Name\":\"x\",\"Latitude\":1,\"Longitude\":1"),
                                   std::string("\xff\xfe\x00", 3),
                                   std::string(1'000'000, 'x'),
                                   record(std::string(300, 'n'), 1),
                                   std::string(5'000, '[')})
        send(bad);
    send(record("<img src=x onerror=alert(1)>", 90));
    watch_->fleet().look([](const LiveView& view) {
        EXPECT_EQ(view.unicorns.size(), 1U);
        EXPECT_EQ(view.records, 14U);
        EXPECT_EQ(view.unreadable, 13U);
        EXPECT_EQ(view.unicorns[0].metres_per_second, 30.5);
    });
    EXPECT_EQ(open_alerts(), 1U);
}

TEST_F(FleetWatchTest, rules_alerts_and_webhook_survive_a_restart) {
    auto rules = default_alert_rules();
    rules[0].threshold = 120;
    ASSERT_TRUE(watch_->set_rules(rules));
    ASSERT_TRUE(watch_->set_webhook("https://hooks.example.com/x", true));
    send(record("Binky", 110));
    EXPECT_EQ(watch_->acknowledge("", ""), 1U);
    clock_.advance(10s);
    watch_->look_once();
    open();
    EXPECT_EQ(open_alerts(), 0U);
    EXPECT_TRUE(watch_->webhook().is_enabled);
    send(record("Binky", 109));
    EXPECT_EQ(open_alerts(), 0U);
    send(record("Arion", 119));
    EXPECT_EQ(open_alerts(), 1U);
}

TEST_F(FleetWatchTest, a_file_that_cannot_be_read_is_left_as_it_is) {
    ASSERT_TRUE(io::write_file_atomically(*files_, "/data/alerts.json", "{broken"));
    open();
    ASSERT_TRUE(watch_->set_rules(default_alert_rules()));
    EXPECT_EQ(*io::read_file(*files_, "/data/alerts.json", 100), "{broken");
}

TEST_F(FleetWatchTest, silence_is_measured_by_the_clock_that_does_not_jump) {
    auto rules = default_alert_rules();
    for (auto& rule : rules) rule.enabled = true;
    ASSERT_TRUE(watch_->set_rules(rules));
    send(record("Binky", 150));
    clock_.jump_wall(24h);
    watch_->look_once();
    EXPECT_EQ(open_alerts(), 0U);
    clock_.jump_wall(-48h);
    clock_.advance(11s);
    watch_->look_once();
    EXPECT_EQ(open_alerts(), 1U);
    clock_.advance(20s);
    watch_->look_once();
    EXPECT_EQ(open_alerts(), 2U);
}

TEST_F(FleetWatchTest, who_is_silent_for_long_is_forgotten_and_indexes_begin_anew) {
    send(record("Binky", 150));
    clock_.advance(6min);
    send(record("Arion", 150));
    clock_.advance(5min);
    watch_->look_once();
    watch_->fleet().look([](const LiveView& view) {
        ASSERT_EQ(view.unicorns.size(), 1U);
        EXPECT_EQ(view.unicorns[0].name, "Arion");
        EXPECT_EQ(view.generation, 2U);
    });
}

TEST_F(FleetWatchTest, trouble_of_the_pipeline_opens_an_alert_and_its_end_resolves_it) {
    parts_ = {{AlertKind::FunctionErrors, "function f", 1}};
    watch_->look_once();
    EXPECT_EQ(open_alerts(), 1U);
    parts_[0].value = 0;
    for (int i = 0; i < 3; ++i) watch_->look_once();
    EXPECT_EQ(open_alerts(), 0U);
}

}  // namespace
}  // namespace wr::fleet
