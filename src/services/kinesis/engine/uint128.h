#pragma once
// 128-bit unsigned numbers and their decimal text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wr::kinesis {

__extension__ typedef unsigned __int128 Uint128;

constexpr Uint128 uint128_max = ~Uint128{0};

/// Digits only, no sign, no leading zeros but "0" itself; empty when it is something else or does
/// not fit.
std::optional<Uint128> parse_uint128(std::string_view decimal);
std::string format_uint128(Uint128 value);

}  // namespace wr::kinesis
