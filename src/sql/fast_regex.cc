// Recursive descent: unions only inside parentheses, groups only outside of them.
#include "sql/fast_regex.h"

#include <re2/re2.h>

#include <utility>

namespace wr::sql {
namespace {

constexpr size_t nesting_max = 50;
constexpr int repetitions_max = 1000;

/// What a repetition applies to.
struct Atom {
    std::string text;
    std::optional<size_t> length;  ///< in characters, when it is always the same
};

struct NamedClass {
    std::string_view name;
    std::string_view text;
};

constexpr NamedClass named_classes[] = {{"Digit", "[0-9]"},
                                        {"Upper", "[A-Z]"},
                                        {"Lower", "[a-z]"},
                                        {"ASCII", "[\\x00-\\x7F]"},
                                        {"Alpha", "[A-Za-z]"},
                                        {"Alnum", "[A-Za-z0-9]"},
                                        {"Punct", "[[:punct:]]"},
                                        {"Blank", "[ \\t]"},
                                        {"Space", "[ \\t\\n\\f\\r\\v]"},
                                        {"Cntrl", "[\\x00-\\x1F\\x7F]"},
                                        {"XDigit", "[0-9a-fA-F]"},
                                        {"Print", "[[:graph:]]"},
                                        {"Graph", "[[:graph:]]"}};

class PatternReader {
public:
    explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

    std::optional<std::vector<FastSegment>> read() {
        std::vector<FastSegment> segments;
        size_t groups = 0;
        while (!rest_.empty() && error_.empty()) {
            if (rest_.front() == '|') return refuse("| stands only inside parentheses");
            if (accept('(')) {
                FastSegment segment;
                segment.group = groups++;
                group(segment);
                segments.push_back(std::move(segment));
                if (!rest_.empty() &&
                    std::string_view("*+?{").find(rest_.front()) != std::string_view::npos)
                    return refuse("a group cannot be repeated");
                continue;
            }
            if (segments.empty() || segments.back().group != no_group) segments.emplace_back();
            element(segments.back());
        }
        if (!error_.empty()) return std::nullopt;
        return segments;
    }

    const std::string& error() const { return error_; }

private:
    std::nullopt_t refuse(std::string error) {
        if (error_.empty()) error_ = std::move(error);
        return std::nullopt;
    }

    bool accept(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Up to the closing parenthesis; a union is one piece.
    void group(FastSegment& segment) {
        const std::string_view start = rest_;
        while (!rest_.empty() && rest_.front() != ')' && rest_.front() != '|' && error_.empty())
            element(segment);
        if (!rest_.empty() && rest_.front() == '|') {
            rest_ = start;
            segment.pieces.clear();
            const Atom all = alternatives(0);
            segment.pieces.push_back({all.text, all.length.has_value(), false});
        }
        if (!accept(')')) refuse("a parenthesis is not closed");
    }

    /// x{2,5} is two fixed ones and up to three more.
    void element(FastSegment& segment) {
        if (accept('@')) {
            segment.pieces.push_back({".*", false, true});
            return;
        }
        const Atom one = atom(0);
        const auto [least, most] = repetition();
        if (!error_.empty()) return;
        const int fixed = one.length ? least : 0;
        if (fixed > 0)
            segment.pieces.push_back(
                {fixed == 1 ? one.text : one.text + "{" + std::to_string(fixed) + "}",
                 true,
                 false});
        const int rest_least = least - fixed;
        if (most >= 0 && most == fixed) return;
        std::string text = one.text;
        if (rest_least != 1 || most != 1)
            text += quantifier(rest_least, most < 0 ? -1 : most - fixed);
        segment.pieces.push_back({text, false, rest_least != 1 || most != 1});
    }

    static std::string quantifier(int least, int most) {
        if (least == 0 && most < 0) return "*";
        return "{" + std::to_string(least) + "," + (most < 0 ? "" : std::to_string(most)) + "}";
    }

    /// At least and at most; below zero for no limit.
    std::pair<int, int> repetition() {
        if (accept('?')) return {0, 1};
        if (accept('*')) return {0, -1};
        if (accept('+')) return {1, -1};
        if (!accept('{')) return {1, 1};
        const int least = number();
        int most = least;
        if (accept(',')) most = !rest_.empty() && rest_.front() == '}' ? -1 : number();
        if (!accept('}') || (most >= 0 && most < least))
            refuse("a repetition is {n}, {n,} or {n,m}");
        return {least, most};
    }

    int number() {
        int value = 0;
        size_t digits = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' &&
               value <= repetitions_max) {
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
            ++digits;
        }
        if (digits == 0) refuse("a repetition is {n}, {n,} or {n,m}");
        if (value > repetitions_max) refuse("a repetition is at most 1000 times");
        return value;
    }

    Atom alternatives(size_t depth) {
        Atom all;
        if (depth > nesting_max) refuse("the pattern is nested too deeply");
        bool first = true;
        do {
            Atom one;
            one.length = 0;
            while (!rest_.empty() && rest_.front() != ')' && rest_.front() != '|' &&
                   error_.empty()) {
                const Atom next = atom(depth + 1);
                const auto [least, most] = repetition();
                one.text += next.text;
                if (least != 1 || most != 1) one.text += quantifier(least, most);
                if (one.length && next.length && least == most)
                    *one.length += *next.length * static_cast<size_t>(least);
                else
                    one.length.reset();
            }
            all.text += first ? one.text : "|" + one.text;
            if (first)
                all.length = one.length;
            else if (all.length != one.length)
                all.length.reset();
            first = false;
        } while (accept('|') && error_.empty());
        all.text = "(?:" + all.text + ")";
        return all;
    }

    Atom atom(size_t depth) {
        if (rest_.empty()) {
            refuse("something is missing at the end");
            return {};
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        switch (c) {
            case '.':
                return {".", 1};
            case '@':
                return {"(?:.*)", std::nullopt};
            case '[':
                return {bracket(), 1};
            case '<':
                return {named_class(), 1};
            case '"':
                return quoted();
            case '(': {
                Atom inner = alternatives(depth + 1);
                if (!accept(')')) refuse("a parenthesis is not closed");
                return inner;
            }
            case '\\':
                if (!rest_.empty()) return character();
                refuse("something is missing after the last \\");
                return {};
            case '&':
            case '#':
                refuse(std::string("the operator ") + c + " is not supported by this engine");
                return {};
            case ')':
            case '*':
            case '+':
            case '?':
            case '{':
                refuse(std::string("found ") + c + " where something to match was expected");
                return {};
            default:
                rest_ = {rest_.data() - 1, rest_.size() + 1};
                return character();
        }
    }

    /// One character of UTF-8 as it stands.
    Atom character() {
        size_t size = 1;
        while (size < rest_.size() && (static_cast<unsigned char>(rest_[size]) & 0xC0) == 0x80)
            ++size;
        const auto text = re2::RE2::QuoteMeta(re2::StringPiece(rest_.data(), size));
        rest_.remove_prefix(size);
        return {text, 1};
    }

    Atom quoted() {
        Atom all;
        all.length = 0;
        while (!rest_.empty() && rest_.front() != '"') {
            all.text += character().text;
            ++*all.length;
        }
        if (!accept('"')) refuse("a quote is not closed");
        all.text = "(?:" + all.text + ")";
        return all;
    }

    std::string bracket() {
        std::string text = accept('^') ? "[^" : "[";
        const size_t empty = text.size();
        while (!rest_.empty() && rest_.front() != ']') {
            if (text.size() > empty && accept('-')) {
                text += '-';
                continue;
            }
            accept('\\');
            if (!rest_.empty()) text += character().text;
        }
        if (!accept(']') || text.size() == empty) refuse("a bracket is not closed or empty");
        return text + "]";
    }

    std::string named_class() {
        const size_t end = rest_.find('>');
        const auto name = rest_.substr(0, end);
        for (const auto& [known, text] : named_classes) {
            if (end == std::string_view::npos || known != name) continue;
            rest_.remove_prefix(end + 1);
            return std::string(text);
        }
        refuse("<" + std::string(name.substr(0, 20)) + "> is no name of a class, such as <Alpha>");
        return "";
    }

    std::string_view rest_;
    std::string error_;
};

}  // namespace

std::optional<std::vector<FastSegment>> parse_fast_regex(std::string_view pattern,
                                                         std::string& error) {
    PatternReader reader(pattern);
    auto segments = reader.read();
    error = reader.error();
    return segments;
}

}  // namespace wr::sql
