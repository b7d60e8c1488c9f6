#pragma once
// Sequence numbers: 56 decimal digits that carry the shard, a counter and the time of arrival.
//
// Bits from the top: 2 (4 bits), shard's creation in seconds (36), low nibble of the shard's index
// (4), counter (64), zero (8), arrival in seconds (36), shard's index (32), version 2 (4). The
// counter stands above the arrival, so numbers of a shard grow with the counter whatever the clock
// does. Layout: mhart/kinesalite, db/index.js, as observed on AWS.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wr::kinesis {

constexpr size_t sequence_digits = 56;

struct SequenceNumber {
    uint64_t shard_created_seconds = 0;
    uint32_t shard_index = 0;
    uint64_t counter = 0;
    uint64_t arrival_seconds = 0;

    std::string text() const;
    bool operator==(const SequenceNumber&) const = default;
};

/// Empty when `text` is no number that `text()` could have made.
std::optional<SequenceNumber> parse_sequence_number(std::string_view text);

/// Texts of consecutive counters, an addition each instead of a division.
class SequenceText {
public:
    explicit SequenceText(const SequenceNumber& first);
    /// Prints the current number: sequence_digits characters. @return behind the last
    char* write(char* to) const;
    std::string text() const;
    /// Moves to the next counter.
    void step();

private:
    // What a step changes but for a carry out of it: a counter is 2^80, less than 10^32.
    static constexpr size_t low_limbs = 4;

    std::array<uint64_t, 7> limbs_{};  // base 10^8, least significant first
    std::array<char, 24> high_{};      // the limbs above, printed
};

}  // namespace wr::kinesis
