// Decimals: texts, limits, arithmetic, and the order of their bytes.
#include "services/dynamodb/engine/decimal.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace wr::dynamodb {
namespace {

std::string canonical(std::string_view text) {
    const auto parsed = Decimal::parse(text);
    if (const auto* error = std::get_if<DecimalError>(&parsed)) {
        return decimal_error_text(*error, text);
    }
    return std::get<Decimal>(parsed).text();
}

Decimal number(std::string_view text) {
    return std::get<Decimal>(Decimal::parse(text));
}

TEST(Decimal, prints_plainly_whatever_way_it_was_written) {
    EXPECT_EQ(canonical("1"), "1");
    EXPECT_EQ(canonical("-0"), "0");
    EXPECT_EQ(canonical("+001.500"), "1.5");
    EXPECT_EQ(canonical(".5"), "0.5");
    EXPECT_EQ(canonical("5."), "5");
    EXPECT_EQ(canonical("1e3"), "1000");
    EXPECT_EQ(canonical("1.5E-3"), "0.0015");
    EXPECT_EQ(canonical("-123.456"), "-123.456");
    EXPECT_EQ(canonical("1E+20"), "100000000000000000000");
    EXPECT_EQ(canonical("0e999999999999999999999"), "0");
}

TEST(Decimal, refuses_what_is_no_number_or_out_of_range) {
    EXPECT_EQ(canonical(""), "The parameter cannot be converted to a numeric value");
    for (const char* text :
         {"abc", "1e", "1e+", "--1", "1.2.3", " 1", "1 ", "NaN", "Infinity", "."}) {
        EXPECT_EQ(canonical(text),
                  std::string("The parameter cannot be converted to a numeric value: ") + text);
    }
    EXPECT_EQ(canonical("9.9999999999999999999999999999999999999E+125").size(), 126u);
    EXPECT_EQ(canonical("1e126"),
              "Number overflow. Attempting to store a number with magnitude larger than supported "
              "range");
    EXPECT_EQ(canonical("1e-131"),
              "Number underflow. Attempting to store a number with magnitude smaller than "
              "supported range");
    EXPECT_EQ(canonical("1e-130").size(), 132u);
    EXPECT_EQ(canonical(std::string(38, '9')), std::string(38, '9'));
    EXPECT_EQ(canonical(std::string(39, '9')),
              "Attempting to store more than 38 significant digits in a Number");
}

TEST(Decimal, adds_and_subtracts_exactly) {
    const auto sum = [](const char* a, const char* b) {
        const auto result = number(a).plus(number(b));
        return std::holds_alternative<Decimal>(result) ? std::get<Decimal>(result).text() : "error";
    };
    EXPECT_EQ(sum("0.1", "0.2"), "0.3");
    EXPECT_EQ(sum("1", "-1"), "0");
    EXPECT_EQ(sum("-5", "3"), "-2");
    EXPECT_EQ(sum("3", "-5"), "-2");
    EXPECT_EQ(sum("999", "1"), "1000");
    EXPECT_EQ(sum("1e10", "1e-10"), "10000000000.0000000001");
    EXPECT_EQ(sum("1e100", "1"), "error");  // 101 digits
    EXPECT_EQ(sum("9e125", "9e125"), "error");
    EXPECT_EQ(std::get<Decimal>(number("10").minus(number("0.5"))).text(), "9.5");
    EXPECT_EQ(std::get<Decimal>(number("0").minus(number("7"))).text(), "-7");
}

TEST(Decimal, agrees_with_integers_over_random_sums) {
    base::SeededRandom random(1);
    for (int i = 0; i < 2'000; ++i) {
        const auto draw = [&] {
            const auto magnitude = static_cast<long long>(random.below(1'000'000'000));
            return random.below(2) == 0 ? magnitude : -magnitude;
        };
        const long long a = draw();
        const long long b = draw();
        const Decimal x = Decimal::from_integer(a);
        const Decimal y = Decimal::from_integer(b);
        EXPECT_EQ(std::get<Decimal>(x.plus(y)).text(), std::to_string(a + b));
        EXPECT_EQ(std::get<Decimal>(x.minus(y)).text(), std::to_string(a - b));
        EXPECT_EQ(x < y, a < b);
    }
}

TEST(Decimal, bytes_sort_as_numbers_do_and_read_back) {
    base::SeededRandom random(2);
    std::vector<Decimal> numbers = {Decimal{}};
    for (int i = 0; i < 300; ++i) {
        std::string text = random.below(2) == 0 ? "-" : "";
        text += random.text(1 + random.below(12), "0123456789");
        text += "e" + std::to_string(static_cast<int>(random.below(40)) - 20);
        numbers.push_back(number(text));
    }
    const auto bytes = [](const Decimal& value) {
        std::string out;
        value.append_ordered(out);
        return out;
    };
    for (const Decimal& a : numbers) {
        std::string with_tail = bytes(a) + "tail";
        std::string_view view = with_tail;
        EXPECT_EQ(Decimal::take_ordered(view), a);
        EXPECT_EQ(view, "tail");
        for (const Decimal& b : numbers) {
            ASSERT_EQ(a <=> b, bytes(a) <=> bytes(b)) << a.text() << " and " << b.text();
        }
    }
}

}  // namespace
}  // namespace wr::dynamodb
