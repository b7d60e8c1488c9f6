// Hostile expressions: parsed, evaluated and applied, never a crash, never an item that cannot be
// stored.
//
// Input: the first byte chooses the grammar, the rest is the expression.
#include <cstdlib>
#include <string_view>

#include "services/dynamodb/engine/expression_parser.h"
#include "services/dynamodb/engine/item_codec.h"
#include "services/dynamodb/engine/item_rules.h"
#include "services/dynamodb/engine/key_condition.h"
#include "services/dynamodb/engine/update.h"

namespace {

using namespace wr::dynamodb;

Item sample() {
    const Value one = number_value(Decimal::from_integer(1));
    return {{"a", one},
            {"b", string_value("text")},
            {"l", Value{List{one, Value{Item{{"x", one}}}, one}}},
            {"m", Value{Item{{"k", string_value("v")}, {"s", Value{StringSet{"x", "y"}}}}}},
            {"s", Value{StringSet{"x"}}}};
}

const std::optional<std::map<std::string, std::string>>& names() {
    static const std::optional<std::map<std::string, std::string>> all =
        std::map<std::string, std::string>{{"#a", "a"}, {"#l", "l"}, {"#m", "m"}};
    return all;
}

const std::optional<Item>& values() {
    static const std::optional<Item> all = Item{{":n", number_value(Decimal::from_integer(2))},
                                                {":b", string_value("te")},
                                                {":t", string_value("S")},
                                                {":l", Value{List{Value{true}}}},
                                                {":s", Value{StringSet{"x", "z"}}}};
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    Placeholders placeholders(names(), values());
    if (data[0] % 3 == 0) {
        const auto update = parse_update(text, placeholders);
        if (!update) return 0;
        const auto after = apply_update(*update, sample());
        if (!after) return 0;
        const auto back = decode_item(encode_item(*after));
        if (!back || *back != *after) std::abort();
    } else if (data[0] % 3 == 1) {
        const auto condition = parse_condition(text, "FilterExpression", placeholders);
        if (!condition) return 0;
        Condition negated;
        negated.kind = Condition::Kind::Not;
        negated.children.push_back(*condition);
        if (evaluate(*condition, sample()) == evaluate(negated, sample())) std::abort();
        (void)to_key_conditions(*condition);
    } else if (const auto paths = parse_projection(text, placeholders)) {
        const Item kept = project(sample(), *paths);
        if (size_bytes(kept) > size_bytes(sample())) std::abort();
    }
    return 0;
}
