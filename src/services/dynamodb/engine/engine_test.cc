// Tables, items, indexes, queries and transactions against a store in memory.
#include "services/dynamodb/engine/engine.h"

#include <gtest/gtest.h>

#include <thread>

#include "services/dynamodb/engine/item_rules.h"

namespace wr::dynamodb {
namespace {

using namespace std::chrono_literals;
using Kind = WriteAction::Kind;

Value number(long long value) {
    return number_value(Decimal::from_integer(value));
}
Value text(std::string value) {
    return string_value(std::move(value));
}

class EngineTest : public testing::Test {
protected:
    EngineTest() {
        auto store = kv::open_store({.path = "/dynamodb", .in_memory = true});
        WR_ASSERT(store.has_value());
        store_ = std::move(*store);
        start({});
    }

    void start(const EngineOptions& options) {
        engine_.reset();
        auto engine = Engine::open(*store_, clock_, random_, options);
        WR_ASSERT(engine.has_value());
        engine_ = std::move(*engine);
    }

    static TableName name(const std::string& table) { return {"123456789012", "us-east-1", table}; }

    /// Key (pk S, sk N), a local index on `l`, a global one on `g` that keeps keys and `extra`.
    CreateTable wide_table() {
        CreateTable request;
        request.name = name("wide");
        request.attributes = {{"pk", Type::S}, {"sk", Type::N}, {"l", Type::S}, {"g", Type::S}};
        request.key = {{"pk", true}, {"sk", false}};
        request.on_demand = true;
        request.local_indexes = {
            {{"by-l", {{"pk", true}, {"l", false}}, "KEYS_ONLY", std::nullopt, std::nullopt}}};
        request.global_indexes = {
            {{"by-g", {{"g", true}}, "INCLUDE", std::vector<std::string>{"extra"}, std::nullopt}}};
        return request;
    }

    void create_wide() {
        const auto created = engine_->tables().create(wide_table());
        ASSERT_TRUE(created) << created.error().message;
    }

    WriteAction action(Kind kind, Item item) {
        WriteAction action;
        action.kind = kind;
        action.table = name("wide");
        action.item = std::move(item);
        return action;
    }

    void put(Item item) {
        const auto done = engine_->writer().write(action(Kind::Put, std::move(item)));
        ASSERT_TRUE(done) << done.error().message;
    }

    std::optional<Item> get(const std::string& pk, long long sk) {
        GetItem request;
        request.table = name("wide");
        request.key = {{"pk", text(pk)}, {"sk", number(sk)}};
        auto outcome = engine_->reader().get(request);
        WR_ASSERT(outcome.has_value());
        return outcome->item;
    }

    QueryRequest query(const std::string& condition, Item values) {
        QueryRequest request;
        request.table = name("wide");
        request.key_condition_expression = condition;
        request.values = std::move(values);
        return request;
    }

    base::ManualClock clock_;
    base::SeededRandom random_{5};
    std::unique_ptr<kv::Store> store_;
    std::unique_ptr<Engine> engine_;
};

std::vector<std::string> sort_keys(const ReadOutcome& outcome) {
    std::vector<std::string> keys;
    for (const Item& item : outcome.items) keys.push_back(item.at("sk").as<Decimal>()->text());
    return keys;
}

TEST_F(EngineTest, tables_pass_through_their_states_and_survive_a_restart) {
    const EngineOptions slow{.state_change_delay = 1s};
    start(slow);
    create_wide();
    EXPECT_EQ(engine_->tables().describe(name("wide"))->state, TableState::Creating);
    EXPECT_EQ(engine_->tables().open(name("wide")).error().code, ErrorCode::ResourceNotFound);
    EXPECT_EQ(engine_->tables().remove(name("wide")).error().message,
              "Attempt to change a resource which is still in use: Table is being created: wide");
    EXPECT_EQ(engine_->tables().create(wide_table()).error().message, "Table already exists: wide");
    clock_.advance(1s);
    EXPECT_EQ(engine_->tables().describe(name("wide"))->state, TableState::Active);
    put({{"pk", text("a")}, {"sk", number(1)}});
    start(slow);
    EXPECT_TRUE(get("a", 1));
    EXPECT_EQ(engine_->tables().describe(name("wide"))->item_count, 1);
    EXPECT_EQ(engine_->tables().remove(name("wide"))->state, TableState::Deleting);
    clock_.advance(1s);
    EXPECT_EQ(engine_->tables().describe(name("wide")).error().message,
              "Requested resource not found: Table: wide not found");
    ASSERT_TRUE(engine_->maintain());
    create_wide();
    clock_.advance(1s);
    EXPECT_FALSE(get("a", 1));
}

TEST_F(EngineTest, deleting_a_table_removes_every_row_of_it) {
    create_wide();
    for (int i = 0; i < 20; ++i) {
        put({{"pk", text("a")}, {"sk", number(i)}, {"l", text("x")}, {"g", text("y")}});
    }
    ASSERT_TRUE(engine_->tables().remove(name("wide")));
    ASSERT_TRUE(engine_->maintain());
    size_t rows = 0;
    ASSERT_TRUE(store_->scan("i", [&](std::string_view, std::string_view) {
        ++rows;
        return true;
    }));
    EXPECT_EQ(rows, 0u);
}

TEST_F(EngineTest, keys_are_checked_in_awss_words) {
    create_wide();
    const auto put_error = [&](Item item) {
        const auto done = engine_->writer().write(action(Kind::Put, std::move(item)));
        return done ? "" : done.error().message;
    };
    EXPECT_EQ(put_error({{"pk", text("a")}}),
              "One or more parameter values were invalid: Missing the key sk in the item");
    EXPECT_EQ(put_error({{"pk", number(1)}, {"sk", number(1)}}),
              "One or more parameter values were invalid: Type mismatch for key pk expected: S "
              "actual: N");
    EXPECT_EQ(put_error({{"pk", text("")}, {"sk", number(1)}}),
              "One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty string value. Key: pk");
    EXPECT_EQ(put_error({{"pk", text("a")}, {"sk", number(1)}, {"g", number(1)}}),
              "One or more parameter values were invalid: Type mismatch for Index Key g Expected: "
              "S Actual: N IndexName: by-g");
    EXPECT_EQ(put_error({{"pk", text(std::string(2049, 'a'))}, {"sk", number(1)}}),
              "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
              "size limit of2048 bytes");
    EXPECT_EQ(
        put_error({{"pk", text("a")}, {"sk", number(1)}, {"x", text(std::string(409'600, 'x'))}}),
        "Item size has exceeded the maximum allowed size");
    const auto removed =
        engine_->writer().write(action(Kind::Delete, {{"pk", text("a")}, {"sk", text("1")}}));
    EXPECT_EQ(removed.error().message, "The provided key element does not match the schema");
}

TEST_F(EngineTest, failed_conditions_change_nothing_and_can_show_the_item) {
    create_wide();
    put({{"pk", text("a")}, {"sk", number(1)}, {"v", number(1)}});
    WriteAction change = action(Kind::Put, {{"pk", text("a")}, {"sk", number(1)}});
    change.condition_expression = "attribute_not_exists(pk)";
    change.return_item_on_failure = true;
    const auto failed = engine_->writer().write(change);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::ConditionalCheckFailed);
    EXPECT_EQ(failed.error().message, "The conditional request failed");
    ASSERT_TRUE(failed.error().item);
    EXPECT_EQ(failed.error().item->at("v"), number(1));
    EXPECT_EQ(get("a", 1)->at("v"), number(1));
}

TEST_F(EngineTest, updates_create_items_and_never_touch_keys) {
    create_wide();
    WriteAction update = action(Kind::Update, {{"pk", text("a")}, {"sk", number(1)}});
    update.update_expression = "ADD hits :one SET g = :g";
    update.values = Item{{":one", number(1)}, {":g", text("group")}};
    ASSERT_TRUE(engine_->writer().write(update));
    ASSERT_TRUE(engine_->writer().write(update));
    EXPECT_EQ(get("a", 1)->at("hits"), number(2));
    WriteAction removal = action(Kind::Update, {{"pk", text("a")}, {"sk", number(2)}});
    removal.update_expression = "REMOVE hits";
    ASSERT_TRUE(engine_->writer().write(removal));
    EXPECT_FALSE(get("a", 2));
    update.update_expression = "SET sk = :one";
    update.values = Item{{":one", number(1)}};
    EXPECT_EQ(engine_->writer().write(update).error().message,
              "One or more parameter values were invalid: Cannot update attribute sk. This "
              "attribute is part of the key");
}

TEST_F(EngineTest, queries_return_a_partition_in_numeric_order_page_by_page) {
    create_wide();
    for (const int sk : {10, 9, -3, 100, 0}) put({{"pk", text("a")}, {"sk", number(sk)}});
    put({{"pk", text("b")}, {"sk", number(5)}});
    QueryRequest request = query("pk = :p", {{":p", text("a")}});
    using Keys = std::vector<std::string>;
    EXPECT_EQ(sort_keys(*engine_->reader().query(request)), (Keys{"-3", "0", "9", "10", "100"}));
    request.forward = false;
    request.limit = 2;
    auto page = engine_->reader().query(request);
    EXPECT_EQ(sort_keys(*page), (Keys{"100", "10"}));
    request.exclusive_start_key = page->last_evaluated_key;
    EXPECT_EQ(sort_keys(*engine_->reader().query(request)), (Keys{"9", "0"}));
    request = query("pk = :p AND sk BETWEEN :a AND :b",
                    {{":p", text("a")}, {":a", number(0)}, {":b", number(10)}});
    EXPECT_EQ(sort_keys(*engine_->reader().query(request)), (Keys{"0", "9", "10"}));
    request = query("pk = :p AND sk > :a", {{":p", text("a")}, {":a", number(9)}});
    EXPECT_EQ(sort_keys(*engine_->reader().query(request)), (Keys{"10", "100"}));
    request = query("sk > :a", {{":a", number(9)}});
    EXPECT_EQ(engine_->reader().query(request).error().message,
              "Query condition missed key schema element: pk");
}

TEST_F(EngineTest, filters_count_what_was_scanned_and_refuse_keys) {
    create_wide();
    for (int i = 0; i < 6; ++i) put({{"pk", text("a")}, {"sk", number(i)}, {"v", number(i % 2)}});
    QueryRequest request = query("pk = :p", {{":p", text("a")}, {":v", number(1)}});
    request.filter_expression = "v = :v";
    request.select = Select::Count;
    const auto counted = engine_->reader().query(request);
    EXPECT_EQ(counted->count, 3u);
    EXPECT_EQ(counted->scanned_count, 6u);
    EXPECT_TRUE(counted->items.empty());
    request.filter_expression = "sk = :v";
    EXPECT_EQ(engine_->reader().query(request).error().message,
              "Filter Expression can only contain non-primary key attributes: Primary key "
              "attribute: sk");
}

TEST_F(EngineTest, indexes_follow_their_items) {
    create_wide();
    put({{"pk", text("a")},
         {"sk", number(1)},
         {"l", text("m")},
         {"g", text("red")},
         {"extra", number(7)},
         {"hidden", number(8)}});
    QueryRequest global = query("g = :g", {{":g", text("red")}});
    global.index = "by-g";
    auto found = engine_->reader().query(global);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->items.size(), 1u);
    EXPECT_TRUE(found->items[0].contains("extra"));
    EXPECT_FALSE(found->items[0].contains("hidden"));
    QueryRequest local =
        query("pk = :p AND begins_with(l, :l)", {{":p", text("a")}, {":l", text("m")}});
    local.index = "by-l";
    EXPECT_FALSE(engine_->reader().query(local)->items.at(0).contains("hidden"));
    local.select = Select::AllAttributes;  // a local index reads the rest from the table
    EXPECT_TRUE(engine_->reader().query(local)->items.at(0).contains("hidden"));
    put({{"pk", text("a")}, {"sk", number(1)}, {"g", text("blue")}});
    EXPECT_EQ(engine_->reader().query(global)->count, 0u);
    EXPECT_EQ(engine_->reader().query(local)->count, 0u);
    global.consistent = true;
    EXPECT_EQ(engine_->reader().query(global).error().message,
              "Consistent reads are not supported on global secondary indexes");
}

TEST_F(EngineTest, a_new_global_index_is_filled_and_a_removed_one_purged) {
    create_wide();
    put({{"pk", text("a")}, {"sk", number(1)}, {"late", text("x")}});
    put({{"pk", text("a")}, {"sk", number(2)}, {"late", number(5)}});  // does not fit: left out
    UpdateTable update;
    update.name = name("wide");
    update.attributes = {{"late", Type::S}};
    update.create_index = {"by-late", {{"late", true}}, "ALL", std::nullopt, std::nullopt};
    const auto updated = engine_->tables().update(update);
    ASSERT_TRUE(updated) << updated.error().message;
    put({{"pk", text("b")}, {"sk", number(1)}, {"late", text("x")}});
    QueryRequest request = query("late = :x", {{":x", text("x")}});
    request.index = "by-late";
    EXPECT_EQ(engine_->reader().query(request)->count, 2u);
    start({});
    EXPECT_EQ(engine_->reader().query(request)->count, 2u);
    UpdateTable removal;
    removal.name = name("wide");
    removal.delete_indexes = {"by-late"};
    ASSERT_TRUE(engine_->tables().update(removal));
    ASSERT_TRUE(engine_->maintain());
    EXPECT_EQ(engine_->reader().query(request).error().message,
              "The table does not have the specified index: by-late");
    EXPECT_TRUE(get("b", 1));
}

TEST_F(EngineTest, scan_segments_share_the_table_between_them) {
    create_wide();
    for (int i = 0; i < 60; ++i) {
        put({{"pk", text("p" + std::to_string(i))}, {"sk", number(i)}});
    }
    std::set<std::string> seen;
    for (size_t segment = 0; segment < 7; ++segment) {
        ScanRequest request;
        request.table = name("wide");
        request.total_segments = 7;
        request.segment = segment;
        request.limit = 4;
        for (;;) {
            const auto page = engine_->reader().scan(request);
            ASSERT_TRUE(page) << page.error().message;
            for (const std::string& key : sort_keys(*page)) {
                EXPECT_TRUE(seen.insert(key).second) << key << " came twice";
            }
            if (!page->last_evaluated_key) break;
            request.exclusive_start_key = page->last_evaluated_key;
        }
    }
    EXPECT_EQ(seen.size(), 60u);
}

TEST_F(EngineTest, pages_end_at_one_mebibyte) {
    create_wide();
    for (int i = 0; i < 5; ++i) {
        put({{"pk", text("a")}, {"sk", number(i)}, {"x", text(std::string(300'000, 'x'))}});
    }
    QueryRequest request = query("pk = :p", {{":p", text("a")}});
    const auto page = engine_->reader().query(request);
    EXPECT_EQ(page->items.size(), 4u);
    ASSERT_TRUE(page->last_evaluated_key);
    request.exclusive_start_key = page->last_evaluated_key;
    EXPECT_EQ(engine_->reader().query(request)->items.size(), 1u);
}

TEST_F(EngineTest, transactions_are_all_or_nothing_and_say_who_failed) {
    create_wide();
    put({{"pk", text("a")}, {"sk", number(1)}, {"v", number(1)}});
    WriteAction check = action(Kind::Check, {{"pk", text("a")}, {"sk", number(1)}});
    check.condition_expression = "v = :v";
    check.values = Item{{":v", number(2)}};
    const WriteAction other = action(Kind::Put, {{"pk", text("b")}, {"sk", number(1)}});
    const auto failed = engine_->writer().transact({other, check}, std::nullopt);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message,
              "Transaction cancelled, please refer cancellation reasons for specific reasons "
              "[None, ConditionalCheckFailed]");
    EXPECT_EQ(failed.error().reasons.at(1).code, "ConditionalCheckFailed");
    EXPECT_FALSE(get("b", 1));
    check.values = Item{{":v", number(1)}};
    ASSERT_TRUE(engine_->writer().transact({other, check}, std::nullopt));
    EXPECT_TRUE(get("b", 1));
    EXPECT_EQ(engine_->writer().transact({other, other}, std::nullopt).error().message,
              "Transaction request cannot include multiple operations on one item");
}

TEST_F(EngineTest, a_repeated_token_does_nothing_for_ten_minutes_even_after_a_restart) {
    create_wide();
    WriteAction add = action(Kind::Update, {{"pk", text("a")}, {"sk", number(1)}});
    add.update_expression = "ADD v :one";
    add.values = Item{{":one", number(1)}};
    const TransactionToken token{"123456789012", "us-east-1", "token"};
    ASSERT_TRUE(engine_->writer().transact({add}, token));
    start({});
    ASSERT_TRUE(engine_->writer().transact({add}, token));
    EXPECT_EQ(get("a", 1)->at("v"), number(1));
    WriteAction other = add;
    other.values = Item{{":one", number(2)}};
    EXPECT_EQ(engine_->writer().transact({other}, token).error().code,
              ErrorCode::IdempotentParameterMismatch);
    clock_.advance(10min);
    ASSERT_TRUE(engine_->maintain());
    ASSERT_TRUE(engine_->writer().transact({add}, token));
    EXPECT_EQ(get("a", 1)->at("v"), number(2));
}

TEST_F(EngineTest, concurrent_counters_lose_no_increment) {
    create_wide();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            WriteAction add = action(Kind::Update, {{"pk", text("a")}, {"sk", number(1)}});
            add.update_expression = "ADD v :one";
            add.values = Item{{":one", number(1)}};
            for (int i = 0; i < 250; ++i) EXPECT_TRUE(engine_->writer().write(add));
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(get("a", 1)->at("v"), number(1000));
    EXPECT_EQ(engine_->tables().describe(name("wide"))->item_count, 1);
}

TEST_F(EngineTest, expired_items_go_with_the_next_upkeep) {
    create_wide();
    ASSERT_TRUE(engine_->tables().set_time_to_live(name("wide"), "until", true));
    const long long now =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    put({{"pk", text("a")}, {"sk", number(1)}, {"until", number(now - 1)}});
    put({{"pk", text("a")}, {"sk", number(2)}, {"until", number(now + 60)}});
    put({{"pk", text("a")}, {"sk", number(3)}, {"until", number(1)}});  // far too old: kept
    ASSERT_TRUE(engine_->maintain());
    EXPECT_FALSE(get("a", 1));
    EXPECT_TRUE(get("a", 2));
    EXPECT_TRUE(get("a", 3));
}

TEST_F(EngineTest, counts_return_after_a_crash) {
    create_wide();
    put({{"pk", text("a")}, {"sk", number(1)}});
    put({{"pk", text("a")}, {"sk", number(2)}});
    auto second = Engine::open(*store_, clock_, random_, {});  // the first was never stopped
    ASSERT_TRUE(second);
    ASSERT_TRUE((*second)->maintain());
    EXPECT_EQ((*second)->tables().describe(name("wide"))->item_count, 2);
    EXPECT_GT((*second)->tables().describe(name("wide"))->size_bytes, 0);
}

TEST_F(EngineTest, table_definitions_are_checked_in_awss_words) {
    CreateTable request = wide_table();
    request.key = {{"nope", true}};
    EXPECT_EQ(
        engine_->tables().create(request).error().message,
        "One or more parameter values were invalid: Some index key attributes are not "
        "defined in AttributeDefinitions. Keys: [nope], AttributeDefinitions: [pk, sk, l, g]");
    request = wide_table();
    request.on_demand = false;
    EXPECT_EQ(engine_->tables().create(request).error().message,
              "One or more parameter values were invalid: ReadCapacityUnits and "
              "WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
    request = wide_table();
    request.local_indexes.reset();
    request.global_indexes.reset();
    EXPECT_EQ(engine_->tables().create(request).error().message,
              "One or more parameter values were invalid: Number of attributes in KeySchema does "
              "not exactly match number of attributes defined in AttributeDefinitions");
}

}  // namespace
}  // namespace wr::dynamodb
