// Random numbers from the operating system or from a seed.
#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"

namespace wr::base {

uint64_t Random::next() {
    uint64_t value = 0;
    fill(&value, sizeof value);
    return value;
}

uint64_t Random::below(uint64_t bound) {
    WR_ASSERT(bound > 0);
    // Rejection keeps the result uniform for bounds that do not divide 2^64.
    const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
}

double Random::unit() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

std::string Random::text(size_t length, std::string_view alphabet) {
    std::string result(length, '\0');
    for (char& c : result) c = alphabet[below(alphabet.size())];
    return result;
}

std::string Random::uuid() {
    std::array<uint8_t, 16> bytes{};
    fill(bytes.data(), bytes.size());
    bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
    static constexpr char digits[] = "0123456789abcdef";
    std::string result;
    result.reserve(36);
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) result += '-';
        result += digits[bytes[i] >> 4];
        result += digits[bytes[i] & 15];
    }
    return result;
}

void SystemRandom::fill(void* bytes, size_t size) {
    auto* out = static_cast<char*>(bytes);
    while (size > 0) {
        const ssize_t got = ::getrandom(out, size, 0);
        if (got < 0 && errno == EINTR) continue;
        WR_ASSERT(got > 0);
        out += got;
        size -= static_cast<size_t>(got);
    }
}

void SeededRandom::fill(void* bytes, size_t size) {
    MutexLock lock(mutex_);
    auto* out = static_cast<char*>(bytes);
    while (size > 0) {
        const uint64_t value = engine_();
        const size_t n = std::min(size, sizeof value);
        std::memcpy(out, &value, n);
        out += n;
        size -= n;
    }
}

}  // namespace wr::base
