#pragma once
// FlatJson: walks an object of scalars whose keys are known beforehand, without a parser.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "sql/flat_number.h"
#include "sql/json_scalar.h"

namespace wr::sql {

/// A value where it stands.
struct FlatValue {
    JsonScalar kind{};
    std::string_view characters;  ///< of a string those inside the quotes, all of them plain ASCII
    FlatNumber number;
};

/// Every step is false for whatever else stands there, valid or not: that is a parser's business.
/// Nothing outside the text is read.
class FlatJson {
public:
    explicit FlatJson(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    /// Exactly these characters.
    bool passes(std::string_view characters) {
        if (room() < characters.size() || !equal(at_, characters.data(), characters.size()))
            return false;
        at_ += characters.size();
        return true;
    }
    /// What stands before a value, however it is spaced: `opener`, which is a bracket or a comma,
    /// and the key. `quoted` is the key with its closing quote, without escapes. Stays where it is
    /// when that is not there.
    bool key(char opener, std::string_view quoted) {
        const char* const start = at_;
        if (take(opener) && take('"') && passes(quoted) && take(':')) {
            skip_blanks();
            return true;
        }
        at_ = start;
        return false;
    }
    /// What the value says is told only when it is `wanted`.
    template <bool wanted>
    bool value(FlatValue& out) {
        if (at_ == end_) return false;
        switch (*at_) {
            case '"':
                out.kind = JsonScalar::String;
                return string(out.characters);
            case 'n':
                out.kind = JsonScalar::Null;
                return word("null", out.characters);
            case 't':
                out.kind = JsonScalar::Boolean;
                return word("true", out.characters);
            case 'f':
                out.kind = JsonScalar::Boolean;
                return word("false", out.characters);
            default:
                out.kind = JsonScalar::Number;
                return number<wanted>(out);
        }
    }
    /// The closing bracket, and nothing behind it.
    bool ends() {
        if (!take('}')) return false;
        skip_blanks();
        return at_ == end_;
    }
    const char* at() const { return at_; }

private:
    static constexpr size_t word_bytes = sizeof(uint64_t);

    size_t room() const { return static_cast<size_t>(end_ - at_); }

    static uint64_t load(const char* from) {
        uint64_t word = 0;
        std::memcpy(&word, from, sizeof word);
        return word;
    }

    /// A call for so few bytes would take longer.
    static bool equal(const char* a, const char* b, size_t size) {
        if (size < word_bytes) return std::memcmp(a, b, size) == 0;
        for (size_t i = 0; i + word_bytes < size; i += word_bytes)
            if (load(a + i) != load(b + i)) return false;
        return load(a + size - word_bytes) == load(b + size - word_bytes);
    }

    void skip_blanks() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool take(char wanted) {
        skip_blanks();
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    bool word(std::string_view wanted, std::string_view& characters) {
        characters = wanted;
        return passes(wanted);
    }

    bool next_is(char a, char b) const { return at_ != end_ && (*at_ == a || *at_ == b); }

    /// JSON's grammar to the letter: what only resembles a number is judged in one place, the
    /// parser's, whatever the records before it looked like.
    template <bool wanted>
    bool number(FlatValue& out) {
        const char* const start = at_;
        const bool negative = *at_ == '-';
        const char* const first = negative ? ++at_ : at_;
        uint64_t digits = 0;
        at_ = take_digits<wanted>(at_, end_, digits);
        auto count = static_cast<size_t>(at_ - first);
        if (count == 0 || (*first == '0' && count > 1)) return false;
        size_t places = 0;
        if (next_is('.', '.')) {
            const char* const point = ++at_;
            at_ = take_digits<wanted>(at_, end_, digits);
            places = static_cast<size_t>(at_ - point);
            if (places == 0) return false;
            count += places;
        }
        const bool has_exponent = next_is('e', 'E');
        if (has_exponent && !exponent()) return false;
        out.characters = {start, static_cast<size_t>(at_ - start)};
        out.number.negative = negative;
        out.number.has_exponent = has_exponent;
        out.number.digit_count = count;
        out.number.places = places;
        out.number.digits = digits;
        return true;
    }

    bool exponent() {
        ++at_;
        if (next_is('+', '-')) ++at_;
        const char* const first = at_;
        uint64_t unused = 0;
        at_ = take_digits<false>(at_, end_, unused);
        return at_ != first;
    }

    /// Whether a character of a string stands for itself.
    static bool is_plain(char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 &&
               c != '"' && c != '\\';
    }

    /// Eight characters at a time up to the first that does not stand for itself.
    bool string(std::string_view& characters) {
        constexpr uint64_t ones = 0x0101010101010101;
        constexpr uint64_t highs = 0x8080808080808080;
        const char* const start = ++at_;
        while (room() >= word_bytes) {
            const uint64_t word = load(at_);
            const auto zeros = [](uint64_t bytes) { return (bytes - ones) & ~bytes; };
            const uint64_t control = (word - ones * 0x20) & ~word;
            const uint64_t special =
                (word | control | zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'))) & highs;
            // A borrow may mark bytes above the first special one, never below it.
            at_ += static_cast<size_t>(std::countr_zero(special)) / 8;
            if (special != 0) break;
        }
        while (at_ != end_ && is_plain(*at_)) ++at_;
        if (at_ == end_ || *at_ != '"') return false;
        characters = {start, static_cast<size_t>(at_ - start)};
        ++at_;
        return true;
    }

    const char* at_;
    const char* const end_;
};

}  // namespace wr::sql
