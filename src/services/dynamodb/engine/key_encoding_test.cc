// Encoded keys sort as their values, alone and one after the other.
#include "services/dynamodb/engine/key_encoding.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "services/dynamodb/engine/item_codec.h"

namespace wr::dynamodb {
namespace {

std::string draw_bytes(base::Random& random) {
    // Few letters, so that prefixes and zero bytes are common.
    return random.text(random.below(5), std::string_view("\0\x01\x7f\xff", 4));
}

TEST(KeyEncoding, pairs_sort_like_the_pairs_of_their_values) {
    base::SeededRandom random(3);
    for (int i = 0; i < 20'000; ++i) {
        const std::string a1 = draw_bytes(random);
        const std::string b1 = random.below(3) == 0 ? a1 : draw_bytes(random);
        const Decimal a2 = Decimal::from_integer(static_cast<long long>(random.below(50)) - 25);
        const Decimal b2 = Decimal::from_integer(static_cast<long long>(random.below(50)) - 25);
        std::string a;
        append_key(a, string_value(a1));
        append_key(a, number_value(a2));
        std::string b;
        append_key(b, string_value(b1));
        append_key(b, number_value(b2));
        ASSERT_EQ(std::pair(a1, a2) <=> std::pair(b1, b2), a <=> b);
    }
}

TEST(KeyEncoding, a_prefix_bounds_exactly_the_strings_that_start_with_it) {
    base::SeededRandom random(4);
    for (int i = 0; i < 20'000; ++i) {
        const std::string start = draw_bytes(random);
        const std::string whole =
            random.below(2) == 0 ? start + draw_bytes(random) : draw_bytes(random);
        std::string lower = "p";
        append_key_prefix(lower, string_value(start));
        const std::string upper = after_prefix(lower);
        std::string key = "p";
        append_key(key, string_value(whole));
        ASSERT_EQ(key >= lower && key < upper, whole.starts_with(start));
    }
}

TEST(ItemCodec, items_read_back_and_damage_is_noticed) {
    Item item;
    item["s"] = string_value("text");
    item["n"] = number_value(Decimal::from_integer(-42));
    item["b"] = binary_value(std::string("\0\xff", 2));
    item["set"] = Value{StringSet{"a", "b"}};
    item["numbers"] = Value{NumberSet{Decimal::from_integer(1), Decimal::from_integer(2)}};
    item["binaries"] = Value{BinarySet{{"x"}, {"y"}}};
    item["map"] = Value{Item{{"inner", Value{List{Value{true}, Value{Null{}}}}}}};
    const std::string bytes = encode_item(item);
    const auto decoded = decode_item(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, item);
    for (size_t cut = 0; cut < bytes.size(); ++cut) {
        EXPECT_FALSE(decode_item(std::string_view(bytes).substr(0, cut))) << cut;
    }
    EXPECT_FALSE(decode_item(bytes + "x"));
}

}  // namespace
}  // namespace wr::dynamodb
