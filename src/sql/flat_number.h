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

constexpr auto powers_of_five = [] {
    std::array<uint64_t, FlatNumber::places_max + 1> powers{1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 5;
    return powers;
}();
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

/// Takes digits from `at` to at most `end`; adds them to the number when it is wanted.
template <bool wanted>
const char* take_digits(const char* at, const char* end, FlatNumber& number) {
    constexpr size_t word_bytes = sizeof(uint64_t);
    const char* const start = at;
    uint64_t digits = number.digits;
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
    number.digits = digits;
    number.digit_count += static_cast<size_t>(at - start);
    return at;
}

inline double FlatNumber::to_double() const {
    __extension__ typedef unsigned __int128 Product;
    if (digits == 0) return negative ? -0.0 : 0.0;
    const int shift = std::countl_zero(digits);
    const int divisor_shift = std::countl_zero(flat::powers_of_five[places]);
    const uint64_t divisor = flat::powers_of_five[places] << divisor_shift;
    // Both have their highest bit, so that the quotient has 63 or 64: what is cut off behind them
    // only tells a tie from more than a tie.
    const Product scaled = Product{digits << shift} << 63;
    const auto quotient = static_cast<uint64_t>(scaled / divisor);
    const bool rest = static_cast<uint64_t>(scaled) != quotient * divisor;
    const int exponent = divisor_shift - shift - 63 - static_cast<int>(places);
    const auto power = std::bit_cast<double>(static_cast<uint64_t>(1023 + exponent) << 52);
    const double result = static_cast<double>(quotient | (rest ? 1U : 0U)) * power;
    return negative ? -result : result;
}

}  // namespace wr::sql
