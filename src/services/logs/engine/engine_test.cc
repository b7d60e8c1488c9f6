// Log events in, out, searched, limited and forgotten in time.
#include "services/logs/engine/engine.h"

#include <gtest/gtest.h>

namespace wr::logs {
namespace {

using namespace std::chrono_literals;

const GroupName group{"000000000000", "us-east-1", "/aws/lambda/fn"};

struct World {
    explicit World(Limits limits = {}) {
        kv::StoreOptions options;
        options.path = ::testing::TempDir() + "logs";
        options.in_memory = true;
        store = std::move(kv::open_store(options)).value();
        engine = std::make_unique<Engine>(store->scoped("logs/"), clock, limits);
    }
    void append(const std::string& stream, const std::string& message) {
        engine->append({group.account, group.region, group.group, stream},
                       {{clock.now(), message}});
    }
    std::string found(const Filter& filter, size_t count_max = 100) {
        const auto events = engine->filter_events(group, filter, count_max);
        if (!events) return "error: " + events.error().message;
        std::string text;
        for (const auto& event : *events) text += event.message + ";";
        return text;
    }
    base::ManualClock clock;
    std::unique_ptr<kv::Store> store;
    std::unique_ptr<Engine> engine;
};

TEST(Logs, lines_of_services_make_their_group_and_stream) {
    World world;
    world.append("a", "one");
    world.append("a", "two");
    const auto groups = world.engine->groups(group.account, group.region, "/aws/");
    ASSERT_TRUE(groups);
    ASSERT_EQ(groups->size(), 1u);
    EXPECT_EQ((*groups)[0].name, group.group);
    EXPECT_EQ((*groups)[0].bytes, 2 * (3u + 26));
    const auto events = world.engine->get_events(group, "a", {}, {}, {}, true, 10);
    ASSERT_TRUE(events);
    ASSERT_EQ(events->size(), 2u);
    EXPECT_EQ((*events)[0].message, "one");
    EXPECT_EQ((*events)[1].message, "two");
    EXPECT_EQ(world.engine->groups("111111111111", group.region, "")->size(), 0u);
}

TEST(Logs, pages_go_forward_and_backward_without_gaps) {
    World world;
    for (int i = 0; i < 10; ++i) {
        world.append("a", std::to_string(i));
        if (i % 2) world.clock.advance(1ms);
    }
    std::string forward;
    std::optional<Position> after;
    for (;;) {
        const auto page = world.engine->get_events(group, "a", {}, after, {}, true, 3);
        ASSERT_TRUE(page);
        if (page->empty()) break;
        for (const auto& event : *page) forward += event.message;
        after = page->back().position;
    }
    EXPECT_EQ(forward, "0123456789");
    const auto last = world.engine->get_events(group, "a", {}, {}, {}, false, 3);
    EXPECT_EQ((*last)[0].message + (*last)[2].message, "79");
    const auto before =
        world.engine->get_events(group, "a", {}, {}, last->front().position, false, 3);
    EXPECT_EQ((*before)[0].message + (*before)[2].message, "46");
}

TEST(Logs, searches_merge_streams_by_time_and_understand_terms) {
    World world;
    world.append("b", "first ERROR here");
    world.clock.advance(1ms);
    world.append("a", "second fine");
    world.clock.advance(1ms);
    world.append("b", "third ERROR there");
    EXPECT_EQ(world.found({}), "first ERROR here;second fine;third ERROR there;");
    EXPECT_EQ(world.found({.pattern = "ERROR"}), "first ERROR here;third ERROR there;");
    EXPECT_EQ(world.found({.pattern = "ERROR -there"}), "first ERROR here;");
    EXPECT_EQ(world.found({.pattern = "?fine ?there"}), "second fine;third ERROR there;");
    EXPECT_EQ(world.found({.pattern = "\"ERROR there\""}), "third ERROR there;");
    EXPECT_EQ(world.found({.streams = {"a"}}), "second fine;");
    EXPECT_EQ(world.found({.stream_prefix = "b"}), "first ERROR here;third ERROR there;");
    EXPECT_EQ(world.found({.range = {.from = world.clock.now(), .until = {}}}),
              "third ERROR there;");
    EXPECT_EQ(world.found({.pattern = "{ $.x = 1 }"}), "error: Invalid filter pattern");
    const auto page = world.engine->filter_events(group, {}, 1);
    Filter next;
    next.after = page->back();
    EXPECT_EQ(world.found(next), "second fine;third ERROR there;");
}

TEST(Logs, streams_and_groups_stay_within_their_limits) {
    Limits limits;
    limits.stream_bytes_max = 1000;
    limits.streams_max = 3;
    World world(limits);
    for (int i = 0; i < 100; ++i) {
        world.append("a", "line " + std::to_string(i));
        world.clock.advance(1ms);
        (void)world.engine->streams(group, "");
    }
    const auto events = world.engine->get_events(group, "a", {}, {}, {}, true, 1000);
    EXPECT_LT(events->size(), 40u);
    EXPECT_EQ(events->back().message, "line 99");
    for (const char* name : {"b", "c", "d"}) {
        world.append(name, "x");
        world.clock.advance(1ms);
        (void)world.engine->streams(group, "");
    }
    const auto streams = world.engine->streams(group, "");
    ASSERT_EQ(streams->size(), 3u);
    EXPECT_EQ(streams->front().name, "b") << "the oldest stream must go";
    EXPECT_FALSE(world.engine->get_events(group, "a", {}, {}, {}, true, 10));
}

TEST(Logs, events_are_forgotten_after_their_groups_retention) {
    World world;
    world.append("a", "old");
    (void)world.engine->streams(group, "");
    ASSERT_TRUE(world.engine->set_retention(group, 1));
    world.clock.advance(23h);
    world.append("a", "young");
    (void)world.engine->streams(group, "");
    world.clock.advance(2h);
    world.engine->sweep();
    EXPECT_EQ(world.found({}), "young;");
}

TEST(Logs, missing_and_repeated_names_are_refused) {
    World world;
    ASSERT_TRUE(world.engine->create_group(group));
    EXPECT_EQ(world.engine->create_group(group).error().code, ErrorCode::ResourceAlreadyExists);
    ASSERT_TRUE(world.engine->create_stream(group, "a"));
    EXPECT_EQ(world.engine->create_stream(group, "a").error().code,
              ErrorCode::ResourceAlreadyExists);
    EXPECT_EQ(world.engine->put_events(group, "b", {}).error().code, ErrorCode::ResourceNotFound);
    ASSERT_TRUE(world.engine->put_events(group, "a", {{world.clock.now(), "x"}}));
    ASSERT_TRUE(world.engine->delete_stream(group, "a"));
    EXPECT_EQ(world.found({}), "");
    ASSERT_TRUE(world.engine->delete_group(group));
    EXPECT_EQ(world.engine->streams(group, "").error().code, ErrorCode::ResourceNotFound);
}

TEST(Logs, lines_survive_a_restart) {
    World world;
    world.append("a", "kept");
    world.engine.reset();
    world.engine = std::make_unique<Engine>(world.store->scoped("logs/"), world.clock);
    EXPECT_EQ(world.found({}), "kept;");
}

}  // namespace
}  // namespace wr::logs
