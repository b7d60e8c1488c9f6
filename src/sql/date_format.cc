// Java's SimpleDateFormat: y M d H h m s S a E, z as a name or offset, quoted text.
#include <array>
#include <cctype>
#include <vector>

#include "sql/datetime.h"

namespace wr::sql {
namespace {

constexpr std::array<std::string_view, 12> months = {"January",
                                                     "February",
                                                     "March",
                                                     "April",
                                                     "May",
                                                     "June",
                                                     "July",
                                                     "August",
                                                     "September",
                                                     "October",
                                                     "November",
                                                     "December"};
constexpr std::array<std::string_view, 7> weekdays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct Piece {
    char letter = 0;  ///< 0: literal text
    size_t count = 0;
    std::string text;
};

/// Runs of one letter, or literal text; quotes are resolved.
std::vector<Piece> split(std::string_view format) {
    std::vector<Piece> pieces;
    const auto literal = [&](char c) {
        if (pieces.empty() || pieces.back().letter != 0) pieces.push_back({});
        pieces.back().text += c;
    };
    bool quoted = false;
    for (size_t i = 0; i < format.size(); ++i) {
        const char c = format[i];
        if (c == '\'') {
            if (i + 1 < format.size() && format[i + 1] == '\'') {
                literal(c);
                ++i;
            } else {
                quoted = !quoted;
            }
        } else if (quoted || !is_letter(c)) {
            literal(c);
        } else if (!pieces.empty() && pieces.back().letter == c && i > 0 && format[i - 1] == c) {
            ++pieces.back().count;
        } else {
            pieces.push_back({c, 1, {}});
        }
    }
    return pieces;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    for (size_t i = 0; i < prefix.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(text[i])) !=
            std::tolower(static_cast<unsigned char>(prefix[i])))
            return false;
    return true;
}

template <size_t N>
std::optional<unsigned> take_name(std::string_view& text,
                                  const std::array<std::string_view, N>& names) {
    for (const bool whole : {true, false}) {
        for (unsigned i = 0; i < N; ++i) {
            const auto name = whole ? names[i] : names[i].substr(0, 3);
            if (!starts_with_ignoring_case(text, name)) continue;
            text.remove_prefix(name.size());
            return i;
        }
    }
    return std::nullopt;
}

struct Parsed {
    CivilTime civil;
    int64_t offset_ms = 0;
    std::optional<bool> afternoon;
    bool short_year = false;  ///< two digits for yy: the century follows from the present
};

/// Z, UTC, GMT, +hhmm, +hh:mm; other zone names are not known.
bool take_zone(std::string_view& text, Parsed& parsed) {
    for (const std::string_view name : {"UTC", "GMT", "Z"}) {
        if (!starts_with_ignoring_case(text, name)) continue;
        text.remove_prefix(name.size());
        return true;
    }
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return false;
    const size_t gap = text[3] == ':' ? 1 : 0;
    if (text.size() < 5 + gap) return false;
    for (const size_t at : {size_t{1}, size_t{2}, 3 + gap, 4 + gap})
        if (!is_digit(text[at])) return false;
    const int64_t minutes = ((text[1] - '0') * 10 + text[2] - '0') * 60 +
                            (text[3 + gap] - '0') * 10 + text[4 + gap] - '0';
    parsed.offset_ms = (text[0] == '-' ? -minutes : minutes) * 60'000;
    text.remove_prefix(5 + gap);
    return true;
}

bool store(const Piece& piece, int64_t value, size_t digits, Parsed& parsed) {
    CivilTime& civil = parsed.civil;
    switch (piece.letter) {
        case 'y':
            civil.year = value;
            parsed.short_year = piece.count <= 2 && digits == 2;
            return true;
        case 'M':
            civil.month = static_cast<unsigned>(value);
            return true;
        case 'd':
            civil.day = static_cast<unsigned>(value);
            return true;
        case 'H':
        case 'h':
        case 'K':
            civil.hour = static_cast<int>(value);
            return true;
        case 'k':
            civil.hour = static_cast<int>(value % 24);
            return true;
        case 'm':
            civil.minute = static_cast<int>(value);
            return true;
        case 's':
            civil.second = static_cast<int>(value);
            return true;
        case 'S':
            for (; digits > 3; --digits) value /= 10;
            civil.millisecond = static_cast<int>(value);
            return true;
        default:
            return false;
    }
}

bool take_piece(const Piece& piece, bool next_is_field, std::string_view& text, Parsed& parsed) {
    if (piece.letter == 0) {
        if (!text.starts_with(piece.text)) return false;
        text.remove_prefix(piece.text.size());
        return true;
    }
    if (piece.letter == 'M' && piece.count >= 3) {
        const auto month = take_name(text, months);
        if (month) parsed.civil.month = *month + 1;
        return month.has_value();
    }
    if (piece.letter == 'E') return take_name(text, weekdays).has_value();
    if (piece.letter == 'z' || piece.letter == 'Z' || piece.letter == 'X')
        return take_zone(text, parsed);
    if (piece.letter == 'a') {
        if (!starts_with_ignoring_case(text, "AM") && !starts_with_ignoring_case(text, "PM"))
            return false;
        parsed.afternoon = text[0] == 'P' || text[0] == 'p';
        text.remove_prefix(2);
        return true;
    }
    // Adjacent fields have the width of their letters; otherwise digits run to the next other
    // character.
    const size_t max = next_is_field ? piece.count : 9;
    size_t digits = 0;
    int64_t value = 0;
    while (digits < max && digits < text.size() && is_digit(text[digits]))
        value = value * 10 + (text[digits++] - '0');
    text.remove_prefix(digits);
    return digits > 0 && store(piece, value, digits, parsed);
}

/// Where the hundred years of a short year begin.
CivilTime eighty_years_before(int64_t now_ms) {
    CivilTime civil = civil_from_ms(now_ms);
    civil.year -= 80;
    // The 29th of February has no counterpart in every year.
    if (!ms_from_civil(civil)) civil.day = 28;
    return civil;
}

void append_padded(std::string& out, int64_t value, size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

bool append_piece(const Piece& piece, const CivilTime& civil, int64_t ms, std::string& out) {
    switch (piece.letter) {
        case 0:
            out += piece.text;
            return true;
        case 'y':
            append_padded(out, piece.count == 2 ? civil.year % 100 : civil.year, piece.count);
            return true;
        case 'M':
            if (piece.count >= 3)
                out += piece.count == 3 ? months[civil.month - 1].substr(0, 3)
                                        : months[civil.month - 1];
            else
                append_padded(out, civil.month, piece.count);
            return true;
        case 'd':
            append_padded(out, civil.day, piece.count);
            return true;
        case 'H':
            append_padded(out, civil.hour, piece.count);
            return true;
        case 'k':
            append_padded(out, civil.hour == 0 ? 24 : civil.hour, piece.count);
            return true;
        case 'K':
            append_padded(out, civil.hour % 12, piece.count);
            return true;
        case 'h':
            append_padded(out, civil.hour % 12 == 0 ? 12 : civil.hour % 12, piece.count);
            return true;
        case 'm':
            append_padded(out, civil.minute, piece.count);
            return true;
        case 's':
            append_padded(out, civil.second, piece.count);
            return true;
        case 'S':
            append_padded(out, civil.millisecond, piece.count);
            return true;
        case 'a':
            out += civil.hour < 12 ? "AM" : "PM";
            return true;
        case 'E': {
            const int64_t days = floor_to_multiple(ms, day_ms) / day_ms;
            const auto name = weekdays[static_cast<size_t>(((days + 4) % 7 + 7) % 7)];
            out += piece.count <= 3 ? name.substr(0, 3) : name;
            return true;
        }
        case 'z':
            out += "UTC";
            return true;
        case 'Z':
            out += "+0000";
            return true;
        case 'X':
            out += "Z";
            return true;
        default:
            return false;
    }
}

}  // namespace

std::optional<int64_t> parse_with_format(std::string_view format,
                                         std::string_view text,
                                         int64_t now_ms) {
    const auto pieces = split(format);
    Parsed parsed;
    for (size_t i = 0; i < pieces.size(); ++i) {
        const bool next_is_field = i + 1 < pieces.size() && pieces[i + 1].letter != 0;
        if (!take_piece(pieces[i], next_is_field, text, parsed)) return std::nullopt;
    }
    if (parsed.afternoon) parsed.civil.hour = parsed.civil.hour % 12 + (*parsed.afternoon ? 12 : 0);
    const CivilTime earliest = eighty_years_before(now_ms);
    if (parsed.short_year) {
        parsed.civil.year += earliest.year - earliest.year % 100;
        if (parsed.civil.year < earliest.year) parsed.civil.year += 100;
    }
    auto ms = ms_from_civil(parsed.civil);
    if (parsed.short_year && ms && *ms < ms_from_civil(earliest).value_or(*ms)) {
        parsed.civil.year += 100;
        ms = ms_from_civil(parsed.civil);
    }
    if (!ms) return std::nullopt;
    return *ms - parsed.offset_ms;
}

std::optional<std::string> format_with_format(std::string_view format, int64_t ms) {
    std::string out;
    const CivilTime civil = civil_from_ms(ms);
    for (const auto& piece : split(format))
        if (!append_piece(piece, civil, ms, out)) return std::nullopt;
    return out;
}

}  // namespace wr::sql
