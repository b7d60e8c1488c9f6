// Where the webhook may send, and what it does when nobody answers.
#include "fleet/webhook.h"

#include <gtest/gtest.h>

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> allowed = {"hooks.example.com", "127.0.0.1:9000", "[::1]:9000"};

TEST(WebhookAddress, only_hosts_that_the_operator_named_are_asked) {
    const auto plain = parse_webhook_url("https://hooks.example.com/a?b=c", allowed);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->origin, "https://hooks.example.com:443");
    EXPECT_EQ(plain->target, "/a?b=c");
    EXPECT_TRUE(parse_webhook_url("HTTP://HOOKS.EXAMPLE.COM", allowed));
    EXPECT_TRUE(parse_webhook_url("http://127.0.0.1:9000/x", allowed));
    EXPECT_TRUE(parse_webhook_url("http://[::1]:9000/x", allowed));
    for (const char* url : {"http://169.254.169.254/latest/meta-data/",
                            "http://127.0.0.1/x",
                            "http://127.0.0.1:4566/x",
                            "http://localhost:9000/x",
                            "http://127.1:9000/x",
                            "http://2130706433:9000/x",
                            "https://hooks.example.com:8443/",
                            "https://hooks.example.com.evil.org/",
                            "https://evil.org/hooks.example.com",
                            "https://hooks.example.com@evil.org/",
                            "https://evil.org#hooks.example.com",
                            "https://evil.org\\@hooks.example.com/",
                            "https://user:password@hooks.example.com/",
                            "https://hooks.example.com/a#b",
                            "https://hooks.example.com/a b",
                            "https://hooks.example.com/a\r\nHost: evil.org",
                            "ftp://hooks.example.com/",
                            "file:///etc/passwd",
                            "//hooks.example.com/",
                            "https://",
                            ""})
        EXPECT_FALSE(parse_webhook_url(url, allowed)) << url;
    EXPECT_FALSE(parse_webhook_url("https://hooks.example.com/", {}));
}

class WebhookTest : public testing::Test {
protected:
    WebhookTest()
        : hook_(clock_,
                {.allowed = allowed, .batch_max = 2, .waiting_max = 5},
                [this](const WebhookAddress& address, const std::string& body) {
                    bodies_.push_back(*base::parse_json(body));
                    EXPECT_EQ(address.target, "/in");
                    return outcome_;
                }) {
        EXPECT_TRUE(hook_.configure("https://hooks.example.com/in", true));
    }
    void add(const std::string& subject, bool goes_out = true) {
        AlertEvent event;
        event.rule = {"low", AlertKind::VitalsBelow, "HealthPoints", 100, true, goes_out};
        event.alert.subject = subject;
        hook_.add({event});
    }
    /// Lets time pass until nothing is due.
    void run(std::chrono::seconds time) {
        for (auto passed = 0s; passed < time; passed += 1s) {
            hook_.step();
            clock_.advance(1s);
        }
    }

    base::ManualClock clock_;
    base::Result<int> outcome_ = 200;
    std::vector<base::Json> bodies_;
    Webhook hook_;
};

TEST_F(WebhookTest, alerts_go_out_in_batches_not_faster_than_allowed) {
    for (const char* name : {"a", "b", "c"}) add(name);
    add("quiet", false);
    hook_.step();
    hook_.step();
    ASSERT_EQ(bodies_.size(), 1U);
    EXPECT_EQ(bodies_[0]["events"].as_array().size(), 2U);
    EXPECT_EQ(bodies_[0]["events"].as_array()[0]["subject"].as_string(), "a");
    EXPECT_EQ(bodies_[0]["events"].as_array()[0]["title"].as_string(), "Health points below 100");
    run(2s);
    EXPECT_EQ(bodies_.size(), 2U);
    EXPECT_EQ(hook_.status().sent, 3U);
    EXPECT_EQ(hook_.status().waiting, 0U);
}

TEST_F(WebhookTest, a_failure_is_tried_again_ever_later_and_then_given_up) {
    outcome_ = 503;
    add("a");
    run(30s);
    EXPECT_EQ(bodies_.size(), 5U);
    EXPECT_EQ(hook_.status().failed, 1U);
    EXPECT_EQ(hook_.status().last_outcome, "answered 503");
    outcome_ = 204;
    add("b");
    run(2s);
    EXPECT_EQ(hook_.status().sent, 1U);
}

TEST_F(WebhookTest, an_answer_that_redirects_is_a_failure) {
    outcome_ = 302;
    add("a");
    hook_.step();
    EXPECT_EQ(hook_.status().sent, 0U);
    EXPECT_EQ(hook_.status().waiting, 1U);
}

TEST_F(WebhookTest, while_nobody_answers_the_oldest_are_dropped) {
    outcome_ = base::fail(base::ErrorCode::TimedOut, "no answer");
    for (int i = 0; i < 9; ++i) add(std::to_string(i));
    EXPECT_EQ(hook_.status().waiting, 5U);
    EXPECT_EQ(hook_.status().dropped, 4U);
    hook_.step();
    EXPECT_EQ(bodies_[0]["events"].as_array()[0]["subject"].as_string(), "4");
    EXPECT_EQ(hook_.status().last_outcome, "no answer");
}

TEST_F(WebhookTest, switched_off_it_sends_nothing_and_forgets_what_waited) {
    add("a");
    EXPECT_TRUE(hook_.configure("https://hooks.example.com/in", false));
    add("b");
    run(3s);
    EXPECT_TRUE(bodies_.empty());
    EXPECT_FALSE(hook_.configure("https://evil.org/in", true));
    EXPECT_EQ(hook_.status().url, "https://hooks.example.com/in");
}

}  // namespace
}  // namespace wr::fleet
