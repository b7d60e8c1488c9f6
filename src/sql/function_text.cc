// Functions of text. Positions count characters of UTF-8 from 1.
#include <re2/re2.h>

#include <array>

#include "sql/cast.h"
#include "sql/function.h"
#include "sql/letter_case.h"

namespace wr::sql {
namespace {

using Args = std::span<const BoundPtr>;

/// No text is that long; sums of smaller numbers could overflow.
constexpr int64_t from_min = -(int64_t{1} << 62);

Type varchar(int64_t length) {
    return make_type(TypeKind::VarChar,
                     static_cast<int32_t>(
                         std::min<int64_t>(std::max<int64_t>(length, 1), character_length_max)));
}
Type as_first(Args args) {
    return varchar(args[0]->type.length);
}
Type as_last(Args args) {
    return varchar(args.back()->type.length);
}
Type as_sum(Args args) {
    return varchar(int64_t{args[0]->type.length} + args[1]->type.length);
}
Type as_bytes(Args args) {
    return make_type(TypeKind::VarBinary, args[0]->type.length);
}
Type as_longest(Args) {
    return varchar(character_length_max);
}
Type as_integer(Args) {
    return make_type(TypeKind::Integer);
}
Type as_boolean(Args) {
    return make_type(TypeKind::Boolean);
}

bool length(const Call& call, Datum& out) {
    out = datum_of(static_cast<int64_t>(count_utf8(call.args[0].s)));
    return true;
}

bool lower(const Call& call, Datum& out) {
    std::string text(call.args[0].s);
    to_lower(text);
    out = call.text(text);
    return true;
}

bool upper(const Call& call, Datum& out) {
    std::string text(call.args[0].s);
    to_upper(text);
    out = call.text(text);
    return true;
}

bool capitalise(const Call& call, Datum& out) {
    std::string text(call.args[0].s);
    to_initial_capitals(text);
    out = call.text(text);
    return true;
}

bool concatenate(const Call& call, Datum& out) {
    std::string text(call.args[0].s);
    text += call.args[1].s;
    out = call.text(text);
    return true;
}

bool position(const Call& call, Datum& out) {
    const size_t at = call.args[1].s.find(call.args[0].s);
    out = datum_of(at == std::string_view::npos
                       ? int64_t{0}
                       : static_cast<int64_t>(count_utf8(call.args[1].s.substr(0, at))) + 1);
    return true;
}

std::string_view drop_utf8(std::string_view text, size_t characters) {
    return text.substr(cut_utf8(text, characters).size());
}

/// A start before the first character shortens the result, as the standard wants.
bool part(const Call& call, std::string_view& result) {
    const int64_t from = std::max(call.args[1].i, from_min);
    int64_t count = character_length_max;
    if (call.args.size() > 2) {
        count = call.args[2].i;
        if (count < 0) {
            call.error = "the length of SUBSTRING is negative";
            return false;
        }
    }
    const int64_t skipped = from > 1 ? from - 1 : 0;
    if (from < 1) count = std::max<int64_t>(0, count + from - 1);
    const auto rest = drop_utf8(call.args[0].s, static_cast<size_t>(skipped));
    result = cut_utf8(rest, static_cast<size_t>(std::min<int64_t>(count, character_length_max)));
    return true;
}

bool substring(const Call& call, Datum& out) {
    std::string_view result;
    if (!part(call, result)) return false;
    out = datum_of(result);
    return true;
}

/// The form with commas gives NULL when it starts past the end.
bool substring_commas(const Call& call, Datum& out) {
    const auto size = static_cast<int64_t>(count_utf8(call.args[0].s));
    return call.args[1].i > size || substring(call, out);
}

/// As SUBSTRING, in bytes.
bool bytes_part(const Call& call, Datum& out) {
    const std::string_view bytes = call.args[0].s;
    const int64_t from = std::max(call.args[1].i, from_min);
    int64_t count = character_length_max;
    if (call.args.size() > 2) {
        count = call.args[2].i;
        if (count < 0) {
            call.error = "the length of SUBSTRING is negative";
            return false;
        }
    }
    if (from < 1) count = std::max<int64_t>(0, count + from - 1);
    const auto skipped = static_cast<size_t>(from > 1 ? from - 1 : 0);
    out = datum_of(bytes.substr(std::min(skipped, bytes.size()), static_cast<size_t>(count)));
    return true;
}

bool bytes_part_commas(const Call& call, Datum& out) {
    return call.args[1].i > static_cast<int64_t>(call.args[0].s.size()) || bytes_part(call, out);
}

enum Side { Leading = 1, Trailing = 2 };

bool trim(const Call& call, Datum& out, int sides) {
    std::string_view text = call.args.back().s;
    const std::string_view what = call.args.size() > 1 ? call.args[0].s : " ";
    if (count_utf8(what) != 1) {
        call.error = "TRIM takes one character";
        return false;
    }
    while ((sides & Leading) != 0 && text.starts_with(what)) text.remove_prefix(what.size());
    while ((sides & Trailing) != 0 && text.ends_with(what)) text.remove_suffix(what.size());
    out = datum_of(text);
    return true;
}

bool trim_both(const Call& call, Datum& out) {
    return trim(call, out, Leading | Trailing);
}
bool trim_leading(const Call& call, Datum& out) {
    return trim(call, out, Leading);
}
bool trim_trailing(const Call& call, Datum& out) {
    return trim(call, out, Trailing);
}

bool overlay(const Call& call, Datum& out) {
    const auto text = call.args[0].s;
    const int64_t from = call.args[2].i;
    const int64_t count =
        call.args.size() > 3 ? call.args[3].i : static_cast<int64_t>(count_utf8(call.args[1].s));
    if (from < 1 || count < 0) {
        call.error = "OVERLAY starts at 1 and has no negative length";
        return false;
    }
    const auto before = cut_utf8(text, static_cast<size_t>(from - 1));
    const auto rest = text.substr(before.size());
    std::string result(before);
    result += call.args[1].s;
    result += drop_utf8(rest, static_cast<size_t>(count));
    out = call.text(result);
    return true;
}

/// One step of the pattern: how many of its bytes it has, and what it matches.
struct LikeStep {
    size_t bytes = 1;
    bool any = false;   ///< _
    bool many = false;  ///< %
    std::string_view literal;
};

size_t utf8_size(std::string_view text) {
    size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    return size;
}

LikeStep like_step(std::string_view pattern, std::string_view escape) {
    LikeStep step;
    if (!escape.empty() && pattern.starts_with(escape) && pattern.size() > escape.size()) {
        const auto rest = pattern.substr(escape.size());
        step.literal = rest.substr(0, utf8_size(rest));
        step.bytes = escape.size() + step.literal.size();
        return step;
    }
    step.many = pattern[0] == '%';
    step.any = pattern[0] == '_';
    step.bytes = utf8_size(pattern);
    step.literal = pattern.substr(0, step.bytes);
    return step;
}

/// Only the last % is ever tried again, so the time is bounded by the product of the lengths.
bool like_matches(std::string_view text, std::string_view pattern, std::string_view escape) {
    size_t t = 0;
    size_t p = 0;
    size_t retry_pattern = std::string_view::npos;
    size_t retry_text = 0;
    while (t < text.size()) {
        if (p < pattern.size()) {
            const LikeStep step = like_step(pattern.substr(p), escape);
            if (step.many) {
                p += step.bytes;
                retry_pattern = p;
                retry_text = t;
                continue;
            }
            if (step.any || text.substr(t).starts_with(step.literal)) {
                t += step.any ? utf8_size(text.substr(t)) : step.literal.size();
                p += step.bytes;
                continue;
            }
        }
        if (retry_pattern == std::string_view::npos) return false;
        retry_text += utf8_size(text.substr(retry_text));
        t = retry_text;
        p = retry_pattern;
    }
    while (p < pattern.size()) {
        const LikeStep step = like_step(pattern.substr(p), escape);
        if (!step.many) return false;
        p += step.bytes;
    }
    return true;
}

bool like(const Call& call, Datum& out) {
    const auto escape = call.args.size() > 2 ? call.args[2].s : std::string_view{};
    if (call.args.size() > 2 && count_utf8(escape) != 1) {
        call.error = "ESCAPE takes one character";
        return false;
    }
    out = datum_of(int64_t{like_matches(call.args[0].s, call.args[1].s, escape)});
    return true;
}

/// REGEX_REPLACE(text, pattern, replacement, start, occurrence); occurrence 0 means all.
bool regex_replace(const Call& call, Datum& out) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 pattern(re2::StringPiece(call.args[1].s.data(), call.args[1].s.size()), options);
    if (!pattern.ok()) {
        call.error = "REGEX_REPLACE: " + pattern.error();
        return false;
    }
    const auto text = call.args[0].s;
    const int64_t start = call.args.size() > 3 ? call.args[3].i : 1;
    const int64_t occurrence = call.args.size() > 4 ? call.args[4].i : 0;
    if (start < 1 || occurrence < 0) {
        call.error = "REGEX_REPLACE starts at 1 and counts from 0";
        return false;
    }
    size_t at = cut_utf8(text, static_cast<size_t>(start - 1)).size();
    std::string result(text.substr(0, at));
    const re2::StringPiece whole(text.data(), text.size());
    re2::StringPiece found;
    for (int64_t n = 1; at <= text.size(); ++n) {
        if (!pattern.Match(whole, at, text.size(), re2::RE2::UNANCHORED, &found, 1)) break;
        const auto from = static_cast<size_t>(found.data() - text.data());
        const bool replaces = occurrence == 0 || n == occurrence;
        result += text.substr(at, from - at);
        result += replaces ? call.args[2].s : text.substr(from, found.size());
        at = from + found.size();
        if (found.empty()) {
            if (at < text.size()) result += text[at];
            ++at;
        }
        if (n == occurrence) break;
    }
    if (at < text.size()) result += text.substr(at);
    out = call.text(result);
    return true;
}

constexpr std::array<Function, 17> table = {{
    {"CHAR_LENGTH", "c", as_integer, length},
    {"CHARACTER_LENGTH", "c", as_integer, length},
    {"LOWER", "c", as_first, lower},
    {"UPPER", "c", as_first, upper},
    {"INITCAP", "c", as_first, capitalise},
    {"||", "cc", as_sum, concatenate},
    {"POSITION", "cc", as_integer, position},
    {"SUBSTRING", "ci?i", as_first, substring},
    {"SUBSTRING,", "ci?i", as_first, substring_commas},
    {"SUBSTRING BYTES", "bi?i", as_bytes, bytes_part},
    {"SUBSTRING, BYTES", "bi?i", as_bytes, bytes_part_commas},
    {"TRIM BOTH", "c?c", as_last, trim_both},
    {"TRIM LEADING", "c?c", as_last, trim_leading},
    {"TRIM TRAILING", "c?c", as_last, trim_trailing},
    {"OVERLAY", "cci?i", as_sum, overlay},
    {"LIKE", "cc?c", as_boolean, like},
    {"REGEX_REPLACE", "ccc?ii", as_longest, regex_replace},
}};

}  // namespace

std::span<const Function> text_functions() {
    return table;
}

}  // namespace wr::sql
