#pragma once
// FlatJson: walks an object of scalars whose keys are known beforehand, without a parser.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wr::sql {

enum class JsonScalar : uint8_t { Null, Boolean, Number, String };

/// Every step is false for whatever else stands there, valid or not: that is a parser's business.
/// The text must be followed by a zero and by `room_bytes` more bytes that may be read.
class FlatJson {
public:
    static constexpr size_t room_bytes = 48;

    explicit FlatJson(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    bool opens() { return take('{'); }
    /// `quoted` is the key with its closing quote, without escapes, at most `room_bytes` long.
    bool key(std::string_view quoted) {
        skip_blanks();
        if (*at_ != '"' || std::memcmp(at_ + 1, quoted.data(), quoted.size()) != 0) return false;
        at_ += 1 + quoted.size();
        return take(':');
    }
    /// The characters of the value; of a string those inside the quotes, which are ASCII and stand
    /// for themselves.
    bool value(JsonScalar& kind, std::string_view& characters) {
        skip_blanks();
        switch (*at_) {
            case '"':
                kind = JsonScalar::String;
                return string(characters);
            case 'n':
                kind = JsonScalar::Null;
                return word("null", characters);
            case 't':
                kind = JsonScalar::Boolean;
                return word("true", characters);
            case 'f':
                kind = JsonScalar::Boolean;
                return word("false", characters);
            default:
                kind = JsonScalar::Number;
                return number(characters);
        }
    }
    bool comma() { return take(','); }
    /// The closing bracket, and nothing behind it.
    bool ends() {
        if (!take('}')) return false;
        skip_blanks();
        return at_ == end_;
    }

private:
    void skip_blanks() {
        while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
    }

    bool take(char wanted) {
        skip_blanks();
        if (*at_ != wanted) return false;
        ++at_;
        return true;
    }

    bool word(std::string_view wanted, std::string_view& characters) {
        if (std::memcmp(at_, wanted.data(), wanted.size()) != 0) return false;
        characters = wanted;
        at_ += wanted.size();
        return true;
    }

    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    bool digits() {
        const char* const start = at_;
        while (is_digit(*at_)) ++at_;
        return at_ != start;
    }

    /// JSON's grammar to the letter: what only resembles a number is judged in one place, the
    /// parser's, whatever the records before it looked like.
    bool number(std::string_view& characters) {
        const char* const start = at_;
        if (*at_ == '-') ++at_;
        if (*at_ == '0' && is_digit(at_[1])) return false;
        if (!digits()) return false;
        if (*at_ == '.') {
            ++at_;
            if (!digits()) return false;
        }
        if (*at_ == 'e' || *at_ == 'E') {
            ++at_;
            if (*at_ == '+' || *at_ == '-') ++at_;
            if (!digits()) return false;
        }
        characters = {start, static_cast<size_t>(at_ - start)};
        return true;
    }

    /// Eight characters at a time up to the first that does not stand for itself.
    bool string(std::string_view& characters) {
        constexpr uint64_t ones = 0x0101010101010101;
        constexpr uint64_t highs = 0x8080808080808080;
        const char* const start = ++at_;
        while (true) {
            uint64_t word = 0;
            std::memcpy(&word, at_, sizeof word);
            const auto zeros = [](uint64_t bytes) { return (bytes - ones) & ~bytes; };
            const uint64_t control = (word - ones * 0x20) & ~word;
            const uint64_t special =
                (word | control | zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'))) & highs;
            if (special == 0) {
                at_ += sizeof word;
                continue;
            }
            // A borrow may mark bytes above the first special one, never below it.
            at_ += first_byte(special);
            if (*at_ != '"') return false;
            characters = {start, static_cast<size_t>(at_ - start)};
            ++at_;
            return true;
        }
    }

    static size_t first_byte(uint64_t marks) {
        return static_cast<size_t>(std::countr_zero(marks)) / 8;
    }

    const char* at_;
    const char* const end_;
};

}  // namespace wr::sql
