// Sequence numbers between their fields and their decimal text.
#include "services/kinesis/engine/sequence.h"

#include <bit>
#include <cstring>

#include "services/kinesis/engine/uint128.h"

namespace wr::kinesis {
namespace {

constexpr uint64_t limb_base = 100'000'000;  // 10^8: seven of them are all digits
constexpr size_t limb_digits = 8;
constexpr uint64_t seconds_limit = uint64_t{1} << 36;

using Words = std::array<uint64_t, 3>;  // base 2^64, least significant first
using Limbs = std::array<uint64_t, 7>;

Words pack(const SequenceNumber& number) {
    const uint64_t arrival = number.arrival_seconds & (seconds_limit - 1);
    const uint64_t created = number.shard_created_seconds & (seconds_limit - 1);
    const uint64_t nibble = number.shard_index & 0xF;
    Words words{};
    words[0] = 2 | (uint64_t{number.shard_index} << 4) | (arrival << 36);
    words[1] = (arrival >> 28) | (number.counter << 16);
    words[2] = (number.counter >> 48) | (nibble << 16) | (created << 20) | (uint64_t{2} << 56);
    return words;
}

std::optional<SequenceNumber> unpack(const Words& words) {
    SequenceNumber number;
    number.shard_index = static_cast<uint32_t>(words[0] >> 4);
    number.arrival_seconds = ((words[0] >> 36) | (words[1] << 28)) & (seconds_limit - 1);
    number.counter = (words[1] >> 16) | (words[2] << 48);
    number.shard_created_seconds = (words[2] >> 20) & (seconds_limit - 1);
    if (pack(number) != words) return std::nullopt;
    return number;
}

/// The limbs of 2^32, of its square and so on.
constexpr std::array<Limbs, 6> weights_of_pieces() {
    std::array<Limbs, 6> weights{};
    Limbs power{1};
    for (Limbs& weight : weights) {
        weight = power;
        for (int doubled = 0; doubled < 32; ++doubled) {
            uint64_t carry = 0;
            for (uint64_t& limb : power) {
                limb = limb * 2 + carry;
                carry = limb / limb_base;
                limb %= limb_base;
            }
        }
    }
    return weights;
}

/// A sum of 32-bit pieces, each times the limbs of its weight: under 6 * 2^32 * 10^8 < 2^62 before
/// the carries, and no division by anything but a constant.
Limbs to_limbs(const Words& words) {
    static constexpr auto weights = weights_of_pieces();
    Limbs limbs{};
    for (size_t i = 0; i < weights.size(); ++i) {
        const uint64_t piece = (words[i / 2] >> (i % 2 * 32)) & UINT32_MAX;
        for (size_t j = 0; j < limbs.size(); ++j) limbs[j] += piece * weights[i][j];
    }
    uint64_t carry = 0;
    for (uint64_t& limb : limbs) {
        limb += carry;
        carry = limb / limb_base;
        limb %= limb_base;
    }
    return limbs;
}

/// The eight digits of `value` as eight characters, the first in the lowest byte: halves, quarters
/// and digits are each divided side by side in one word.
uint64_t eight_digits(uint64_t value) {
    const uint64_t high = value * 3'518'437'209 >> 45;  // value / 10'000
    const uint64_t halves = high | (value - high * 10'000) << 32;
    const uint64_t hundreds = ((halves * 10'486) >> 20) & 0x0000'007F'0000'007F;
    const uint64_t quarters = hundreds | (halves - hundreds * 100) << 16;
    const uint64_t tens = ((quarters * 103) >> 10) & 0x000F'000F'000F'000F;
    return (tens | (quarters - tens * 10) << 8) + 0x3030'3030'3030'3030;
}

/// Limbs `from` down to `to`, eight digits each.
char* print(const Limbs& limbs, size_t from, size_t to, char* at) {
    static_assert(std::endian::native == std::endian::little);
    for (size_t i = from + 1; i-- > to; at += limb_digits) {
        const uint64_t digits = eight_digits(limbs[i]);
        std::memcpy(at, &digits, sizeof digits);
    }
    return at;
}

}  // namespace

std::string SequenceNumber::text() const {
    std::string text(sequence_digits, '0');
    print(to_limbs(pack(*this)), std::tuple_size_v<Limbs> - 1, 0, text.data());
    return text;
}

std::optional<SequenceNumber> parse_sequence_number(std::string_view text) {
    if (text.size() != sequence_digits) return std::nullopt;
    Words words{};
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        Uint128 carry = static_cast<unsigned>(c - '0');
        for (uint64_t& word : words) {
            carry += Uint128{word} * 10;
            word = static_cast<uint64_t>(carry);
            carry >>= 64;
        }
    }
    return unpack(words);
}

SequenceText::SequenceText(const SequenceNumber& first) : limbs_(to_limbs(pack(first))) {
    print(limbs_, limbs_.size() - 1, low_limbs, high_.data());
}

char* SequenceText::write(char* to) const {
    std::memcpy(to, high_.data(), high_.size());
    return print(limbs_, low_limbs - 1, 0, to + high_.size());
}

std::string SequenceText::text() const {
    std::string text(sequence_digits, '0');
    write(text.data());
    return text;
}

void SequenceText::step() {
    static const Limbs one = to_limbs({0, uint64_t{1} << 16, 0});
    uint64_t carry = 0;
    const auto add = [&](size_t i, uint64_t value) {
        limbs_[i] += value + carry;
        carry = limbs_[i] >= limb_base ? 1 : 0;
        limbs_[i] -= carry * limb_base;
    };
    for (size_t i = 0; i < low_limbs; ++i) add(i, one[i]);
    if (carry == 0) return;
    for (size_t i = low_limbs; i < limbs_.size(); ++i) add(i, 0);
    print(limbs_, limbs_.size() - 1, low_limbs, high_.data());
}

}  // namespace wr::kinesis
