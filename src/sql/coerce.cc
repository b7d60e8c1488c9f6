// Input fields to columns: what a record's JSON or CSV may hold for each type.
#include <cmath>

#include "base/encoding.h"
#include "base/time_format.h"
#include "sql/cast.h"
#include "sql/datetime.h"

namespace wr::sql {
namespace {

bool is_true(std::string_view text) {
    return text.size() == 4 && (text[0] | 0x20) == 't' && (text[1] | 0x20) == 'r' &&
           (text[2] | 0x20) == 'u' && (text[3] | 0x20) == 'e';
}

bool store_text(std::string_view text, const Type& to, Arena& arena, Datum& out) {
    std::string error;
    const Type from = make_type(TypeKind::VarChar, character_length_max);
    return cast_value(datum_of(text), from, to, arena, out, error);
}

bool moment_of(std::string_view text, const Type& to, Datum& out) {
    if (to.kind == TypeKind::Time) {
        const auto time = parse_time(text);
        if (time) out = datum_of(*time);
        return time.has_value();
    }
    const auto moment = base::parse_iso8601(text);
    if (!moment) return false;
    int64_t ms = moment->time_since_epoch().count();
    if (to.kind == TypeKind::Date) ms = floor_to_multiple(ms, day_ms);
    out = datum_of(ms);
    return true;
}

}  // namespace

bool coerce_number(std::string_view digits, const Type& to, Arena& arena, Datum& out) {
    out = {};
    std::string error;
    if (to.is_approximate()) {
        const Type from = make_type(TypeKind::VarChar, character_length_max);
        return cast_value(datum_of(digits), from, to, arena, out, error);
    }
    if (to.is_exact()) {
        int64_t unscaled = 0;
        bool exact = true;
        if (!parse_decimal(digits, to.scale, unscaled, exact)) return false;
        // A DECIMAL column takes the nearest value; a whole number must be one.
        if (to.is_integer() && !exact) return false;
        Type from = make_type(TypeKind::Decimal, decimal_digits_max, to.scale);
        return cast_value(datum_of(unscaled), from, to, arena, out, error);
    }
    if (to.kind == TypeKind::Boolean) {
        Datum number;
        const Type from = make_type(TypeKind::VarChar, character_length_max);
        if (!cast_value(datum_of(digits), from, make_type(TypeKind::Double), arena, number, error))
            return false;
        out = datum_of(int64_t{number.d != 0});
        return true;
    }
    return to.is_character() && store_text(digits, to, arena, out);
}

bool coerce_boolean(bool value, const Type& to, Arena& arena, Datum& out) {
    out = {};
    if (to.kind == TypeKind::Boolean) {
        out = datum_of(int64_t{value});
        return true;
    }
    if (to.is_numeric()) {
        std::string error;
        return cast_value(
            datum_of(int64_t{value}), make_type(TypeKind::Integer), to, arena, out, error);
    }
    return to.is_character() && store_text(value ? "true" : "false", to, arena, out);
}

bool coerce_text(std::string_view text, const Type& to, Arena& arena, Datum& out) {
    out = {};
    if (to.is_character()) return store_text(text, to, arena, out);
    if (to.is_binary()) {
        const auto bytes = base::base64_decode(text);
        return bytes && store_text(arena.copy(*bytes), to, arena, out);
    }
    if (to.kind == TypeKind::Boolean) {
        out = datum_of(int64_t{is_true(text)});
        return true;
    }
    if (to.is_datetime()) return moment_of(text, to, out);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return coerce_number(text, to, arena, out);
}

}  // namespace wr::sql
