// Heads and numbers, most significant byte first.
#include "wire/cbor_writer.h"

#include <bit>

namespace wr::wire {

void CborWriter::long_head(uint8_t lead, uint64_t argument) {
    const int power = argument <= 0xff         ? 0
                      : argument <= 0xffff     ? 1
                      : argument <= 0xffffffff ? 2
                                               : 3;
    out_ += static_cast<char>(lead | (24 + power));
    for (int shift = (8 << power) - 8; shift >= 0; shift -= 8)
        out_ += static_cast<char>(argument >> shift);
}

void CborWriter::integer(int64_t value) {
    if (value >= 0)
        head(0, static_cast<uint64_t>(value));
    else
        head(1, static_cast<uint64_t>(-1 - value));
}

void CborWriter::real(double value) {
    out_ += static_cast<char>(0xfb);
    const auto bits = std::bit_cast<uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(bits >> shift);
}

void CborWriter::timestamp(base::Timestamp value) {
    const int64_t ms = value.time_since_epoch().count();
    head(6, 1);
    if (time_ == CborTime::Milliseconds)
        integer(ms);
    else
        real(static_cast<double>(ms) / 1'000);
}

}  // namespace wr::wire
