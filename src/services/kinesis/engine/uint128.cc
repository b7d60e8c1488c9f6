// Decimal text of 128-bit numbers.
#include "services/kinesis/engine/uint128.h"

#include <algorithm>

namespace wr::kinesis {

std::optional<Uint128> parse_uint128(std::string_view decimal) {
    constexpr size_t digits_max = 39;
    if (decimal.empty() || decimal.size() > digits_max) return std::nullopt;
    if (decimal.size() > 1 && decimal.front() == '0') return std::nullopt;
    Uint128 value = 0;
    for (const char c : decimal) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<unsigned>(c - '0');
        if (value > (uint128_max - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::string format_uint128(Uint128 value) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

}  // namespace wr::kinesis
