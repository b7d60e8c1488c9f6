// Numbers by their digits are what std::from_chars says they are.
#include "sql/flat_number.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <random>
#include <string>

namespace wr::sql {
namespace {

/// The way FlatJson takes a number without an exponent.
FlatNumber take(const std::string& text) {
    FlatNumber number;
    const char* at = text.data();
    const char* const end = at + text.size();
    number.negative = *at == '-';
    if (number.negative) ++at;
    const char* const first = at;
    at = take_digits<true>(at, end, number.digits);
    number.digit_count = static_cast<size_t>(at - first);
    if (at != end && *at == '.') {
        const char* const point = ++at;
        at = take_digits<true>(at, end, number.digits);
        number.places = static_cast<size_t>(at - point);
        number.digit_count += number.places;
    }
    EXPECT_EQ(at, end) << text;
    return number;
}

void expect_nearest(const std::string& text) {
    double nearest = 0;
    std::from_chars(text.data(), text.data() + text.size(), nearest);
    const FlatNumber number = take(text);
    ASSERT_TRUE(number.exact()) << text;
    const double given = number.to_double();
    EXPECT_EQ(given, nearest) << text;
    EXPECT_EQ(std::signbit(given), std::signbit(nearest)) << text;
}

TEST(FlatNumber, a_decimal_becomes_the_nearest_double) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 200'000; ++round) {
        const size_t count = 1 + random() % FlatNumber::digits_max;
        const size_t whole = 1 + random() % count;
        std::string text = random() % 4 == 0 ? "-" : "";
        for (size_t i = 0; i < count; ++i) {
            if (i == whole) text += '.';
            text += static_cast<char>('0' + random() % 10);
        }
        expect_nearest(text);
    }
}

TEST(FlatNumber, ties_go_to_the_even_double) {
    for (uint64_t base : {uint64_t{1} << 53, uint64_t{1} << 60, uint64_t{1} << 63}) {
        const uint64_t step = base >> 53;
        for (uint64_t i = 0; i < 64; ++i)
            for (const uint64_t off : {uint64_t{0}, uint64_t{1}, step, 2 * step})
                expect_nearest(std::to_string(base + i * step + off));
    }
    // 1 + 2^-53 is the middle between two doubles; with one more digit it is not.
    expect_nearest("1.000000000000000111");
    expect_nearest("9007199254740993.0");
    expect_nearest("9007199254740993.001");
    expect_nearest("-0.0");
    expect_nearest("0.500000000000000000");
}

TEST(FlatNumber, more_digits_than_a_word_holds_are_counted_only) {
    EXPECT_TRUE(take("9999999999999999999").exact());
    EXPECT_FALSE(take("99999999999999999999").exact());
    EXPECT_TRUE(take("9223372036854775807").whole());
    EXPECT_FALSE(take("9223372036854775808").whole());
    EXPECT_FALSE(take("1.0").whole());
    EXPECT_EQ(take("-12345678901").to_integer(), -12345678901);
}

}  // namespace
}  // namespace wr::sql
