// Random operations on a table with indexes, against a std::map: same answers, same order.
#include <gtest/gtest.h>

#include "services/dynamodb/engine/engine.h"

namespace wr::dynamodb {
namespace {

using Key = std::pair<std::string, Decimal>;

class Model {
public:
    std::map<Key, Item> items;

    std::vector<Item> partition(const std::string& hash, bool forward) const {
        std::vector<Item> found;
        for (const auto& [key, item] : items) {
            if (key.first == hash) found.push_back(item);
        }
        if (!forward) std::reverse(found.begin(), found.end());
        return found;
    }

    std::multiset<std::string> with_group(const std::string& group) const {
        std::multiset<std::string> found;
        for (const auto& [key, item] : items) {
            const auto at = item.find("g");
            if (at != item.end() && *at->second.as<std::string>() == group) {
                found.insert(key.first + "/" + key.second.text());
            }
        }
        return found;
    }
};

class ModelRun {
public:
    explicit ModelRun(uint64_t seed) : random_(seed) {
        store_ = std::move(*kv::open_store({.path = "/model", .in_memory = true}));
        reopen();
        CreateTable request;
        request.name = table_;
        request.attributes = {{"h", Type::S}, {"r", Type::N}, {"g", Type::S}};
        request.key = {{"h", true}, {"r", false}};
        request.on_demand = true;
        request.global_indexes = {
            {{"by-g", {{"g", true}, {"r", false}}, "ALL", std::nullopt, std::nullopt}}};
        EXPECT_TRUE(engine_->tables().create(request));
    }

    void step() {
        switch (random_.below(8)) {
            case 0:
            case 1:
            case 2:
                return put();
            case 3:
                return remove();
            case 4:
                return increment();
            case 5:
                return transact();
            case 6:
                return query();
            default:
                if (random_.below(20) == 0) return reopen();
                return query_index();
        }
    }

    void scan_everything() {
        ScanRequest request;
        request.table = table_;
        std::map<Key, Item> seen;
        for (;;) {
            request.limit = 1 + random_.below(5);
            const auto page = engine_->reader().scan(request);
            ASSERT_TRUE(page);
            for (const Item& item : page->items) seen.emplace(key_of(item), item);
            if (!page->last_evaluated_key) break;
            request.exclusive_start_key = page->last_evaluated_key;
        }
        EXPECT_EQ(seen, model_.items);
    }

private:
    static Key key_of(const Item& item) {
        return {*item.at("h").as<std::string>(), *item.at("r").as<Decimal>()};
    }

    void reopen() {
        engine_.reset();
        engine_ = std::move(*Engine::open(*store_, clock_, random_, {}));
    }

    Item draw_key() {
        return {
            {"h", string_value(random_.text(1 + random_.below(2), "ab"))},
            {"r",
             number_value(Decimal::from_integer(static_cast<long long>(random_.below(20)) - 10))}};
    }

    Item draw_item() {
        Item item = draw_key();
        if (random_.below(2) == 0) item["g"] = string_value(random_.text(1, "xyz"));
        item["v"] = number_value(Decimal::from_integer(static_cast<long long>(random_.below(100))));
        return item;
    }

    WriteAction action(WriteAction::Kind kind, Item item) {
        WriteAction action;
        action.kind = kind;
        action.table = table_;
        action.item = std::move(item);
        return action;
    }

    void put() {
        const Item item = draw_item();
        WriteAction write = action(WriteAction::Kind::Put, item);
        const bool fresh_only = random_.below(3) == 0;
        if (fresh_only) write.condition_expression = "attribute_not_exists(h)";
        const bool refused = fresh_only && model_.items.contains(key_of(item));
        EXPECT_EQ(engine_->writer().write(write).has_value(), !refused);
        if (!refused) model_.items[key_of(item)] = item;
    }

    void remove() {
        const Item key = draw_key();
        const auto done = engine_->writer().write(action(WriteAction::Kind::Delete, key));
        ASSERT_TRUE(done);
        EXPECT_EQ(done->before.has_value(), model_.items.erase(key_of(key)) == 1);
    }

    void increment() {
        Item key = draw_key();
        WriteAction write = action(WriteAction::Kind::Update, key);
        write.update_expression = "ADD v :one REMOVE g";
        write.values = Item{{":one", number_value(Decimal::from_integer(1))}};
        ASSERT_TRUE(engine_->writer().write(write));
        Item& item = model_.items.try_emplace(key_of(key), key).first->second;
        const auto old = item.find("v");
        const Decimal before = old == item.end() ? Decimal{} : *old->second.as<Decimal>();
        item["v"] = number_value(std::get<Decimal>(before.plus(Decimal::from_integer(1))));
        item.erase("g");
    }

    void transact() {
        const Item first = draw_item();
        const Item second = draw_item();
        if (key_of(first) == key_of(second)) return;
        WriteAction guarded = action(WriteAction::Kind::Put, second);
        guarded.condition_expression = "attribute_exists(h)";
        const bool passes = model_.items.contains(key_of(second));
        const auto done = engine_->writer().transact(
            {action(WriteAction::Kind::Put, first), guarded}, std::nullopt);
        EXPECT_EQ(done.has_value(), passes);
        if (!passes) return;
        model_.items[key_of(first)] = first;
        model_.items[key_of(second)] = second;
    }

    void query() {
        const Item key = draw_key();
        QueryRequest request;
        request.table = table_;
        request.key_condition_expression = "h = :h";
        request.values = Item{{":h", key.at("h")}};
        request.forward = random_.below(2) == 0;
        std::vector<Item> found;
        for (;;) {
            if (random_.below(2) == 0) request.limit = 1 + random_.below(4);
            const auto page = engine_->reader().query(request);
            ASSERT_TRUE(page);
            found.insert(found.end(), page->items.begin(), page->items.end());
            if (!page->last_evaluated_key) break;
            request.exclusive_start_key = page->last_evaluated_key;
        }
        EXPECT_EQ(found, model_.partition(*key.at("h").as<std::string>(), request.forward));
    }

    void query_index() {
        const std::string group = random_.text(1, "xyz");
        QueryRequest request;
        request.table = table_;
        request.index = "by-g";
        request.key_condition_expression = "g = :g";
        request.values = Item{{":g", string_value(group)}};
        std::multiset<std::string> found;
        Decimal last;
        for (;;) {
            request.limit = 1 + random_.below(4);
            const auto page = engine_->reader().query(request);
            ASSERT_TRUE(page);
            for (const Item& item : page->items) {
                const Key key = key_of(item);
                if (!found.empty()) {
                    EXPECT_LE(last, key.second);
                }
                last = key.second;
                found.insert(key.first + "/" + key.second.text());
            }
            if (!page->last_evaluated_key) break;
            request.exclusive_start_key = page->last_evaluated_key;
        }
        EXPECT_EQ(found, model_.with_group(group));
    }

    const TableName table_{"123456789012", "us-east-1", "model"};
    base::ManualClock clock_;
    base::SeededRandom random_;
    std::unique_ptr<kv::Store> store_;
    std::unique_ptr<Engine> engine_;
    Model model_;
};

TEST(ModelTest, random_operations_agree_with_a_map) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        ModelRun run(seed);
        for (int i = 0; i < 400 && !testing::Test::HasFailure(); ++i) run.step();
        run.scan_everything();
    }
}

}  // namespace
}  // namespace wr::dynamodb
