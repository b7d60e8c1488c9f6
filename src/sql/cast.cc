// Conversions, one value at a time; columns of numbers have faster ways in evaluate.cc.
#include "sql/cast.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/json_writer.h"
#include "sql/datetime.h"

namespace wr::sql {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

bool parse_double(std::string_view text, double& value) {
    text = trimmed(text);
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    // from_chars reads "inf" and "nan", which are no SQL numbers.
    if (text.empty() || (text.back() != '.' && (text.back() < '0' || text.back() > '9')))
        return false;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

bool out_of_range(const Type& to, std::string& error) {
    error = "numeric value out of range for " + to.to_text();
    return false;
}

bool store_exact(int64_t unscaled, const Type& to, Datum& out, std::string& error) {
    if (to.is_integer()) {
        if (unscaled < integer_min(to.kind) || unscaled > integer_max(to.kind))
            return out_of_range(to, error);
    } else if (to.length <= 18) {
        const int64_t limit = power_of_ten(to.length);
        if (unscaled >= limit || unscaled <= -limit) return out_of_range(to, error);
    }
    out = datum_of(unscaled);
    return true;
}

bool number_to_number(
    const Datum& value, const Type& from, const Type& to, Datum& out, std::string& error) {
    if (to.is_approximate()) {
        double number = value.d;
        if (from.is_exact())
            number = static_cast<double>(value.i) / static_cast<double>(power_of_ten(from.scale));
        if (to.kind == TypeKind::Real) {
            number = static_cast<double>(static_cast<float>(number));
            if (!std::isfinite(number)) return out_of_range(to, error);
        }
        out = datum_of(number);
        return true;
    }
    int64_t unscaled = 0;
    if (from.is_exact()) {
        if (!rescale(value.i, from.scale, to.scale, unscaled)) return out_of_range(to, error);
    } else {
        const double scaled = value.d * static_cast<double>(power_of_ten(to.scale));
        // round() is half away from zero; 2^63 itself does not fit.
        const double rounded = std::round(scaled);
        if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0))
            return out_of_range(to, error);
        unscaled = static_cast<int64_t>(rounded);
    }
    return store_exact(unscaled, to, out, error);
}

bool bad_text(std::string_view text, const Type& to, std::string& error) {
    error = "'" + std::string(cut_utf8(text, 100)) + "' is not a valid " + to.to_text();
    return false;
}

bool store_moment(std::optional<int64_t> ms,
                  std::string_view text,
                  const Type& to,
                  Datum& out,
                  std::string& error) {
    if (!ms) return bad_text(text, to, error);
    out = datum_of(*ms);
    return true;
}

bool text_to_value(std::string_view text, const Type& to, Datum& out, std::string& error) {
    switch (to.kind) {
        case TypeKind::Boolean: {
            const auto word = trimmed(text);
            const bool truth = equals_ignoring_case(word, "true");
            if (!truth && !equals_ignoring_case(word, "false")) return bad_text(text, to, error);
            out = datum_of(int64_t{truth});
            return true;
        }
        case TypeKind::Date:
            return store_moment(parse_date(text), text, to, out, error);
        case TypeKind::Time:
            return store_moment(parse_time(text), text, to, out, error);
        case TypeKind::Timestamp:
            return store_moment(parse_timestamp(text, false), text, to, out, error);
        case TypeKind::Interval:
            return store_moment(parse_interval(text, to.unit, to.unit_to), text, to, out, error);
        default:
            break;
    }
    if (to.is_approximate()) {
        double number = 0;
        if (!parse_double(text, number)) return bad_text(text, to, error);
        return number_to_number(datum_of(number), make_type(TypeKind::Double), to, out, error);
    }
    int64_t unscaled = 0;
    bool exact = true;
    if (!parse_decimal(trimmed(text), to.scale, unscaled, exact)) return bad_text(text, to, error);
    return store_exact(unscaled, to, out, error);
}

/// Cuts or pads; blanks are the only thing CHAR adds.
Datum fit_text(std::string_view text, const Type& to, Arena& arena) {
    const auto length = static_cast<size_t>(to.length);
    const bool bytes = to.is_binary();
    if (text.size() > length) text = bytes ? text.substr(0, length) : cut_utf8(text, length);
    const bool padded = to.kind == TypeKind::Char || to.kind == TypeKind::Binary;
    const size_t have = bytes ? text.size() : padded ? count_utf8(text) : length;
    if (!padded || have >= length) return datum_of(text);
    std::string full(text);
    full.append(length - have, bytes ? '\0' : ' ');
    return datum_of(arena.copy(full));
}

bool moment_to_moment(const Datum& value, const Type& from, const Type& to, Datum& out) {
    int64_t ms = value.i;
    if (to.kind == TypeKind::Date) ms = floor_to_multiple(ms, day_ms);
    if (to.kind == TypeKind::Time) ms -= floor_to_multiple(ms, day_ms);
    (void)from;
    out = datum_of(ms);
    return true;
}

bool interval_to_number(
    const Datum& value, const Type& from, const Type& to, Datum& out, std::string& error) {
    const Wide scaled = Wide{value.i} * power_of_ten(to.scale);
    const int64_t unit = time_unit_ms(from.unit_to);
    const Wide count = to.is_integer() ? scaled / unit
                       : scaled < 0    ? -divide_rounded(-scaled, unit)
                                       : divide_rounded(scaled, unit);
    if (!fits_int64(count)) return out_of_range(to, error);
    return store_exact(static_cast<int64_t>(count), to, out, error);
}

}  // namespace

size_t count_utf8(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string_view cut_utf8(std::string_view text, size_t characters) {
    if (text.size() <= characters) return text;
    size_t count = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
        if (count++ == characters) return text.substr(0, i);
    }
    return text;
}

Wide divide_rounded(Wide numerator, Wide denominator) {
    const Wide half = denominator / 2;
    const bool odd = denominator % 2 != 0;
    const Wide quotient = numerator / denominator;
    Wide rest = numerator % denominator;
    const bool negative = rest < 0;
    if (negative) rest = -rest;
    if (rest > half || (rest == half && !odd)) return negative ? quotient - 1 : quotient + 1;
    return quotient;
}

bool fits_int64(Wide value) {
    return value >= std::numeric_limits<int64_t>::min() &&
           value <= std::numeric_limits<int64_t>::max();
}

bool rescale(int64_t value, int32_t from_scale, int32_t to_scale, int64_t& out) {
    if (from_scale == to_scale) {
        out = value;
        return true;
    }
    const Wide wide = to_scale > from_scale
                          ? Wide{value} * power_of_ten(to_scale - from_scale)
                          : divide_rounded(Wide{value}, power_of_ten(from_scale - to_scale));
    out = static_cast<int64_t>(wide);
    return fits_int64(wide);
}

bool parse_decimal(std::string_view text, int32_t scale, int64_t& unscaled, bool& exact) {
    size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
    std::string digits;
    int64_t point = 0;  // digits after the point
    bool seen_point = false;
    bool any = false;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
        if (text[at] == '.' && !seen_point) {
            seen_point = true;
        } else if (text[at] >= '0' && text[at] <= '9') {
            any = true;
            if (!digits.empty() || text[at] != '0') digits += text[at];
            if (seen_point) ++point;
        } else {
            return false;
        }
    }
    int exponent = 0;
    if (at < text.size()) {
        const size_t from = at + (at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1);
        const auto [end, status] =
            std::from_chars(text.data() + from, text.data() + text.size(), exponent);
        if (status != std::errc{} || end != text.data() + text.size()) return false;
        if (exponent > 1000 || exponent < -1000) return false;
    }
    if (!any) return false;
    // `shift` more zeros make the unscaled value; a negative shift drops digits.
    const int64_t shift = scale + exponent - point;
    exact = true;
    if (digits.empty()) {
        unscaled = 0;
        return true;
    }
    bool round_up = false;
    if (shift < 0) {
        const auto drop = static_cast<size_t>(-shift);
        const size_t keep = digits.size() > drop ? digits.size() - drop : 0;
        exact = digits.find_first_not_of('0', keep) == std::string::npos;
        round_up = drop <= digits.size() && digits[keep] >= '5';
        digits.resize(keep);
    } else {
        if (digits.size() + static_cast<size_t>(shift) > 19) return false;
        digits.append(static_cast<size_t>(shift), '0');
    }
    if (digits.size() > 19) return false;
    Wide value = round_up ? 1 : 0;
    Wide whole = 0;
    for (const char c : digits) whole = whole * 10 + (c - '0');
    value += whole;
    if (negative) value = -value;
    unscaled = static_cast<int64_t>(value);
    return fits_int64(value);
}

void append_decimal(std::string& out, int64_t unscaled, int32_t scale) {
    const std::string digits =
        unscaled < 0 ? std::to_string(unscaled).substr(1) : std::to_string(unscaled);
    if (unscaled < 0) out += '-';
    const auto places = static_cast<size_t>(scale);
    if (places == 0) {
        out += digits;
    } else if (digits.size() <= places) {
        out += "0.";
        out.append(places - digits.size(), '0');
        out += digits;
    } else {
        out.append(digits, 0, digits.size() - places);
        out += '.';
        out.append(digits, digits.size() - places);
    }
}

bool can_cast(const Type& from, const Type& to) {
    if (from.is_null() || to.is_null()) return true;
    if (from.is_character()) return !to.is_binary();
    if (from.is_numeric()) return to.is_numeric() || to.is_character();
    if (from.kind == TypeKind::Boolean) return to.kind == from.kind || to.is_character();
    if (from.is_binary()) return to.is_binary();
    if (from.is_interval()) return to.is_interval() || to.is_exact() || to.is_character();
    if (to.is_character()) return true;
    if (from.kind == TypeKind::Timestamp) return to.is_datetime();
    return to.kind == from.kind || to.kind == TypeKind::Timestamp;
}

bool can_assign(const Type& from, const Type& to) {
    if (from.is_null()) return true;
    if (from.is_numeric()) return to.is_numeric();
    if (from.is_character()) return to.is_character();
    if (from.is_binary()) return to.is_binary();
    if (from.kind == TypeKind::Date) return to.kind == from.kind || to.kind == TypeKind::Timestamp;
    return from.kind == to.kind;
}

void append_value_text(std::string& out, const Datum& value, const Type& type) {
    switch (type.kind) {
        case TypeKind::Null:
            return;
        case TypeKind::Boolean:
            out += value.i != 0 ? "TRUE" : "FALSE";
            return;
        case TypeKind::Decimal:
            append_decimal(out, value.i, type.scale);
            return;
        case TypeKind::Real: {
            char digits[32];
            const auto end = std::to_chars(digits, digits + 32, static_cast<float>(value.d)).ptr;
            out.append(digits, end);
            return;
        }
        case TypeKind::Double:
            base::append_json_number(out, value.d);
            return;
        case TypeKind::Date:
            append_date(out, value.i);
            return;
        case TypeKind::Time:
            append_time(out, value.i);
            return;
        case TypeKind::Timestamp:
            append_timestamp(out, value.i);
            // Whole seconds have no fraction in CAST, unlike in output records.
            if (value.i % 1000 == 0) out.resize(out.size() - 4);
            return;
        case TypeKind::Interval:
            out += format_interval(value.i, type.unit, type.unit_to);
            return;
        default:
            break;
    }
    if (type.storage() == Storage::Text) {
        out += value.s;
        return;
    }
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value.i).ptr);
}

bool cast_value(const Datum& value,
                const Type& from,
                const Type& to,
                Arena& arena,
                Datum& out,
                std::string& error) {
    out = {};
    if (value.null || from.is_null()) return true;
    if (from.is_numeric() && to.is_numeric()) return number_to_number(value, from, to, out, error);
    if (to.storage() == Storage::Text) {
        if (from.storage() == Storage::Text) {
            out = fit_text(value.s, to, arena);
            return true;
        }
        std::string text;
        append_value_text(text, value, from);
        if (text.size() > static_cast<size_t>(to.length)) {
            error = "'" + text + "' is too long for " + to.to_text();
            return false;
        }
        out = fit_text(arena.copy(text), to, arena);
        return true;
    }
    if (from.is_character()) return text_to_value(value.s, to, out, error);
    if (from.is_interval() && to.is_exact()) return interval_to_number(value, from, to, out, error);
    if (from.is_datetime() && to.is_datetime()) return moment_to_moment(value, from, to, out);
    out = value;
    return true;
}

}  // namespace wr::sql
