// Base64 both ways, 32 digits at a time where the processor has AVX2: records come and go in it.
#include <array>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "base/encoding.h"

namespace wr::base {
namespace {

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint32_t no_digit = 0xff000000;

/// The six bits of a digit, in place for each position of a group of four.
struct DecodeTables {
    std::array<std::array<uint32_t, 256>, 4> at{};
    constexpr DecodeTables() {
        for (auto& table : at)
            for (auto& entry : table) entry = no_digit;
        for (uint32_t value = 0; value < 64; ++value)
            for (uint32_t place = 0; place < 4; ++place)
                at[place][static_cast<uint8_t>(base64_digits[value])] = value << (18 - 6 * place);
    }
};
constexpr DecodeTables tables;

void put_group(uint32_t group, char* to) {
    to[0] = static_cast<char>(group >> 16);
    to[1] = static_cast<char>(group >> 8);
    to[2] = static_cast<char>(group);
}

#if defined(__AVX2__)
constexpr size_t block_digits = 32;
constexpr size_t block_bytes = 24;
constexpr size_t block_store_bytes = 32;

__m256i in_range(__m256i text, char first, char last) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(text, _mm256_set1_epi8(static_cast<char>(first - 1))),
                            _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(last + 1)), text));
}

/// 32 digits to 24 bytes; writes 32. False when one of them is no digit.
bool decode_block(const char* from, char* to) {
    const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const __m256i upper = in_range(text, 'A', 'Z');
    const __m256i lower = in_range(text, 'a', 'z');
    const __m256i number = in_range(text, '0', '9');
    const __m256i plus = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('+'));
    const __m256i slash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('/'));
    const __m256i letters = _mm256_or_si256(upper, lower);
    const __m256i others = _mm256_or_si256(number, _mm256_or_si256(plus, slash));
    if (_mm256_movemask_epi8(_mm256_or_si256(letters, others)) != -1) return false;
    __m256i shift = _mm256_and_si256(upper, _mm256_set1_epi8(-'A'));
    shift = _mm256_or_si256(shift, _mm256_and_si256(lower, _mm256_set1_epi8(26 - 'a')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(number, _mm256_set1_epi8(52 - '0')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(plus, _mm256_set1_epi8(62 - '+')));
    shift = _mm256_or_si256(shift, _mm256_and_si256(slash, _mm256_set1_epi8(63 - '/')));
    const __m256i sixes = _mm256_add_epi8(text, shift);
    // Neighbours join twice: 6 + 6 bits, then 12 + 12 in each 32-bit lane.
    const __m256i twelves = _mm256_maddubs_epi16(sixes, _mm256_set1_epi32(0x01400140));
    const __m256i groups = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    const __m256i packed = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(groups, order),
                                                       _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), packed);
    return true;
}

/// 24 bytes to 32 digits; reads 28.
void encode_block(const uint8_t* from, char* to) {
    const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 12));
    // Each group of three bytes a b c becomes a 32-bit lane of the 16-bit words ab and bc.
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const __m256i words = _mm256_shuffle_epi8(_mm256_set_m128i(high, low), order);
    // From ab the bits 15-10 and 9-4, from bc the bits 11-6 and 5-0: a multiplication shifts each
    // 16-bit word by a distance of its own.
    const __m256i outer = _mm256_and_si256(words, _mm256_set1_epi32(0x0fc0fc00));
    const __m256i inner = _mm256_and_si256(words, _mm256_set1_epi32(0x003f03f0));
    const __m256i sixes = _mm256_or_si256(_mm256_mulhi_epu16(outer, _mm256_set1_epi32(0x04000040)),
                                          _mm256_mullo_epi16(inner, _mm256_set1_epi32(0x01000010)));
    // Each run of digits lies at its own distance from its values: 0 is the run of small letters,
    // 1 to 10 one digit each, 11 and 12 the signs, 13 the capitals.
    const __m256i is_capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), sixes);
    const __m256i run = _mm256_or_si256(_mm256_subs_epu8(sixes, _mm256_set1_epi8(51)),
                                        _mm256_and_si256(is_capital, _mm256_set1_epi8(13)));
    constexpr char small = 'a' - 26;
    constexpr char number = '0' - 52;
    const __m256i distances = _mm256_broadcastsi128_si256(_mm_setr_epi8(small,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        number,
                                                                        '+' - 62,
                                                                        '/' - 63,
                                                                        'A',
                                                                        0,
                                                                        0));
    const __m256i digits = _mm256_add_epi8(sixes, _mm256_shuffle_epi8(distances, run));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), digits);
}
#endif

/// Whole groups without padding. `to` has room for 3 bytes per 4 digits.
bool decode_groups(std::string_view digits, char* to) {
    const char* from = digits.data();
    const char* const end = from + digits.size();
#if defined(__AVX2__)
    // A block is stored whole, so the last ones go the narrow way.
    constexpr size_t tail_digits = block_digits + (block_store_bytes - block_bytes + 2) / 3 * 4;
    while (static_cast<size_t>(end - from) >= tail_digits) {
        if (!decode_block(from, to)) return false;
        from += block_digits;
        to += block_bytes;
    }
#endif
    for (; from < end; from += 4, to += 3) {
        const uint32_t group = tables.at[0][static_cast<uint8_t>(from[0])] |
                               tables.at[1][static_cast<uint8_t>(from[1])] |
                               tables.at[2][static_cast<uint8_t>(from[2])] |
                               tables.at[3][static_cast<uint8_t>(from[3])];
        if (group >= no_digit) return false;
        put_group(group, to);
    }
    return true;
}

}  // namespace

void base64_append(std::string& out, std::string_view bytes) {
    const size_t start = out.size();
    out.resize(start + base64_size(bytes.size()));
    base64_write(out.data() + start, bytes);
}

char* base64_write(char* to, std::string_view bytes) {
    const auto* from = reinterpret_cast<const uint8_t*>(bytes.data());
    size_t i = 0;
#if defined(__AVX2__)
    constexpr size_t block_read_bytes = 28;
    for (; i + block_read_bytes <= bytes.size(); i += block_bytes, to += block_digits)
        encode_block(from + i, to);
#endif
    for (; i + 3 <= bytes.size(); i += 3) {
        const uint32_t group = uint32_t{from[i]} << 16 | uint32_t{from[i + 1]} << 8 | from[i + 2];
        *to++ = base64_digits[group >> 18];
        *to++ = base64_digits[group >> 12 & 63];
        *to++ = base64_digits[group >> 6 & 63];
        *to++ = base64_digits[group & 63];
    }
    if (i == bytes.size()) return to;
    const bool two = i + 2 == bytes.size();
    const uint32_t group = uint32_t{from[i]} << 16 | (two ? uint32_t{from[i + 1]} << 8 : 0);
    *to++ = base64_digits[group >> 18];
    *to++ = base64_digits[group >> 12 & 63];
    *to++ = two ? base64_digits[group >> 6 & 63] : '=';
    *to++ = '=';
    return to;
}

std::string base64_encode(std::string_view bytes) {
    std::string out;
    base64_append(out, bytes);
    return out;
}

bool base64_decode_into(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % 4 != 0) return false;
    if (text.empty()) return true;
    size_t padding = 0;
    if (text.back() == '=') padding = text[text.size() - 2] == '=' ? 2 : 1;
    const std::string_view whole = text.substr(0, text.size() - (padding > 0 ? 4 : 0));
    out.resize(text.size() / 4 * 3 - padding);
    if (!decode_groups(whole, out.data())) return false;
    if (padding == 0) return true;
    // Padding stands for zero bits, which are cut off again.
    char last[4] = {'A', 'A', 'A', 'A'};
    std::memcpy(last, text.data() + whole.size(), 4 - padding);
    char bytes[3];
    if (!decode_groups({last, 4}, bytes)) return false;
    std::memcpy(out.data() + whole.size() / 4 * 3, bytes, 3 - padding);
    return true;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string out;
    if (!base64_decode_into(text, out)) return std::nullopt;
    return out;
}

}  // namespace wr::base
