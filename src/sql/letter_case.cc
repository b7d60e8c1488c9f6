// Case by ranges of code points: all of them are two bytes long in both cases.
#include "sql/letter_case.h"

#include <cstdint>

namespace wr::sql {
namespace {

using Letter = uint32_t;

bool between(Letter letter, Letter first, Letter last) {
    return letter >= first && letter <= last;
}

/// Pairs that stand next to each other, the upper case first at even or at odd numbers.
bool is_paired(Letter letter, bool& upper_is_even) {
    upper_is_even = between(letter, 0x100, 0x12F) || between(letter, 0x132, 0x137) ||
                    between(letter, 0x14A, 0x177) || between(letter, 0x460, 0x481) ||
                    between(letter, 0x48A, 0x4BF) || between(letter, 0x4D0, 0x52F);
    return upper_is_even || between(letter, 0x139, 0x148) || between(letter, 0x179, 0x17E) ||
           between(letter, 0x4C1, 0x4CE);
}

struct Odd {
    Letter upper;
    Letter lower;
};
constexpr Odd odd_ones[] = {{0x178, 0xFF},
                            {0x386, 0x3AC},
                            {0x388, 0x3AD},
                            {0x389, 0x3AE},
                            {0x38A, 0x3AF},
                            {0x38C, 0x3CC},
                            {0x38E, 0x3CD},
                            {0x38F, 0x3CE}};

Letter upper_of(Letter letter) {
    if (between(letter, 'a', 'z')) return letter - 0x20;
    if (letter < 0x80) return letter;
    if (between(letter, 0xE0, 0xFE) && letter != 0xF7) return letter - 0x20;
    if (between(letter, 0x3B1, 0x3C9) && letter != 0x3C2) return letter - 0x20;
    if (between(letter, 0x430, 0x44F)) return letter - 0x20;
    if (between(letter, 0x450, 0x45F)) return letter - 0x50;
    for (const Odd& odd : odd_ones)
        if (letter == odd.lower) return odd.upper;
    bool upper_is_even = false;
    if (!is_paired(letter, upper_is_even)) return letter;
    return (letter % 2 == 0) == upper_is_even ? letter : letter - 1;
}

Letter lower_of(Letter letter) {
    if (between(letter, 'A', 'Z')) return letter + 0x20;
    if (letter < 0x80) return letter;
    if (between(letter, 0xC0, 0xDE) && letter != 0xD7) return letter + 0x20;
    if (between(letter, 0x391, 0x3A9) && letter != 0x3A2) return letter + 0x20;
    if (between(letter, 0x410, 0x42F)) return letter + 0x20;
    if (between(letter, 0x400, 0x40F)) return letter + 0x50;
    for (const Odd& odd : odd_ones)
        if (letter == odd.upper) return odd.lower;
    bool upper_is_even = false;
    if (!is_paired(letter, upper_is_even)) return letter;
    return (letter % 2 == 0) == upper_is_even ? letter + 1 : letter;
}

/// Calls `change` for each letter of one or two bytes and writes what it returns.
template <typename Change>
void for_each_letter(std::string& text, const Change& change) {
    for (size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            text[i] = static_cast<char>(change(first));
            continue;
        }
        const bool two = first >= 0xC2 && first <= 0xDF && i + 1 < text.size();
        if (!two) {
            // Longer characters keep their bytes; they are letters as far as words go.
            (void)change(0xFFFF);
            while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80)
                ++i;
            continue;
        }
        const Letter letter =
            (Letter{first} & 0x1F) << 6 | (static_cast<unsigned char>(text[i + 1]) & 0x3F);
        const Letter changed = change(letter);
        text[i] = static_cast<char>(0xC0 | changed >> 6);
        text[++i] = static_cast<char>(0x80 | (changed & 0x3F));
    }
}

}  // namespace

void to_upper(std::string& text) {
    for_each_letter(text, upper_of);
}

void to_lower(std::string& text) {
    for_each_letter(text, lower_of);
}

void to_initial_capitals(std::string& text) {
    bool inside = false;
    for_each_letter(text, [&inside](Letter letter) {
        const Letter changed = inside ? lower_of(letter) : upper_of(letter);
        inside = between(letter, 'a', 'z') || between(letter, 'A', 'Z') ||
                 between(letter, '0', '9') || letter >= 0x80;
        return changed;
    });
}

}  // namespace wr::sql
