#pragma once
// FlatNumber: a JSON number by its digits, eight at a time, and the double nearest to it.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace wr::sql {

/// Of a number that the grammar allows.
struct FlatNumber {
    static constexpr size_t digits_max = 19;
    static constexpr size_t places_max = 27;

    bool negative = false;
    bool has_exponent = false;
    size_t digit_count = 0;  ///< those of an exponent do not count
    size_t places = 0;       ///< digits behind the point
    uint64_t digits = 0;     ///< all of them as one number; only when exact()

    /// Whether the number is `digits` / 10^`places`.
    bool exact() const { return !has_exponent && digit_count <= digits_max; }
    /// Rounded to nearest, ties to even. Only when exact() and places <= places_max.
    double to_double() const;
    /// Whether it is a whole number that fits into int64_t.
    bool whole() const { return exact() && places == 0 && digits <= INT64_MAX; }
    int64_t to_integer() const {
        const auto value = static_cast<int64_t>(digits);
        return negative ? -value : value;
    }
};

namespace flat {

__extension__ typedef unsigned __int128 Product;

/// A power of five, shifted until it has its highest bit, and what takes the place of dividing by
/// it: (2^128 - 1) / `value` - 2^64 (Moeller, Granlund: Improved division by invariant integers).
struct Divisor {
    uint64_t value;
    uint64_t reciprocal;
    int shift;
};
constexpr auto divisors = [] {
    std::array<Divisor, FlatNumber::places_max + 1> all{};
    uint64_t power = 1;
    for (Divisor& one : all) {
        one.shift = std::countl_zero(power);
        one.value = power << one.shift;
        one.reciprocal = static_cast<uint64_t>(~Product{0} / one.value);
        power *= 5;
    }
    return all;
}();

struct Quotient {
    uint64_t whole;
    uint64_t rest;
};

/// The upper half of `number` is less than the divisor.
inline Quotient divide(Product number, const Divisor& by) {
    const auto upper = static_cast<uint64_t>(number >> 64);
    const auto lower = static_cast<uint64_t>(number);
    const Product guess = Product{upper} * by.reciprocal + number;
    auto whole = static_cast<uint64_t>(guess >> 64) + 1;
    uint64_t rest = lower - whole * by.value;
    if (rest > static_cast<uint64_t>(guess)) {
        --whole;
        rest += by.value;
    }
    if (rest >= by.value) {
        ++whole;
        rest -= by.value;
    }
    return {whole, rest};
}

constexpr auto powers_of_ten = [] {
    std::array<uint64_t, FlatNumber::digits_max + 1> powers{1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// The first `count` (0 to 8) of eight characters, all of them digits, as a number.
inline uint64_t number_of(uint64_t characters, size_t count) {
    if (count == 0) return 0;
    uint64_t word = (characters - 0x3030303030303030) << (64 - 8 * count);
    word = word * 10 + (word >> 8);
    return ((word & 0x000000FF000000FF) * 0x000F424000000064 +
            (word >> 16 & 0x000000FF000000FF) * 0x0000271000000001) >>
           32;
}

/// How many of eight characters are digits before the first that is none.
inline size_t digits_in(uint64_t characters) {
    const uint64_t values = characters ^ 0x3030303030303030;
    // A carry may mark characters behind the first that is no digit, never before it.
    const uint64_t marks = ((values + 0x7676767676767676) | values) & 0x8080808080808080;
    return static_cast<size_t>(std::countr_zero(marks)) / 8;
}

}  // namespace flat

/// Takes digits from `at` to at most `end`; appends them to the number when it is wanted.
template <bool wanted>
const char* take_digits(const char* at, const char* end, uint64_t& number) {
    constexpr size_t word_bytes = sizeof(uint64_t);
    uint64_t digits = number;
    while (static_cast<size_t>(end - at) >= word_bytes) {
        uint64_t characters = 0;
        std::memcpy(&characters, at, word_bytes);
        const size_t count = flat::digits_in(characters);
        if constexpr (wanted)
            digits = digits * flat::powers_of_ten[count] + flat::number_of(characters, count);
        at += count;
        if (count < word_bytes) break;
    }
    for (; at != end && *at >= '0' && *at <= '9'; ++at)
        if constexpr (wanted) digits = digits * 10 + static_cast<uint64_t>(*at - '0');
    number = digits;
    return at;
}

inline double FlatNumber::to_double() const {
    if (digits == 0) return negative ? -0.0 : 0.0;
    const int shift = std::countl_zero(digits);
    const flat::Divisor& divisor = flat::divisors[places];
    // Both have their highest bit, so that the quotient has 63 or 64: what is cut off behind them
    // only tells a tie from more than a tie.
    const flat::Quotient scaled = flat::divide(flat::Product{digits << shift} << 63, divisor);
    const int exponent = divisor.shift - shift - 63 - static_cast<int>(places);
    const auto power = std::bit_cast<double>(static_cast<uint64_t>(1023 + exponent) << 52);
    const double result = static_cast<double>(scaled.whole | (scaled.rest != 0 ? 1U : 0U)) * power;
    return negative ? -result : result;
}

}  // namespace wr::sql
