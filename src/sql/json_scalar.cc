// The same for every way of reading a document.
#include "sql/json_scalar.h"

#include "sql/cast.h"

namespace wr::sql {

bool json_number(std::string_view digits, const Type& to, Arena& arena, Datum& out) {
    // Small whole numbers are what most fields hold.
    if (to.is_integer() && digits.size() <= 9 && !digits.empty()) {
        int64_t value = 0;
        const bool negative = digits[0] == '-';
        size_t at = negative ? 1 : 0;
        for (; at < digits.size() && digits[at] >= '0' && digits[at] <= '9'; ++at)
            value = value * 10 + (digits[at] - '0');
        if (at == digits.size() && at > (negative ? 1U : 0U)) {
            if (negative) value = -value;
            if (value < integer_min(to.kind) || value > integer_max(to.kind)) return false;
            out = datum_of(value);
            return true;
        }
    }
    return coerce_number(digits, to, arena, out);
}

bool plain_json_string(std::string_view characters, const Type& to, Arena& arena, Datum& out) {
    if (to.kind == TypeKind::VarChar && characters.size() <= static_cast<size_t>(to.length)) {
        out = datum_of(characters);
        return true;
    }
    return coerce_text(characters, to, arena, out);
}

bool convert_json(
    JsonScalar kind, std::string_view characters, const Type& to, Arena& arena, Datum& out) {
    out = {};
    switch (kind) {
        case JsonScalar::Null:
            return true;
        case JsonScalar::Boolean:
            return coerce_boolean(characters == "true", to, arena, out);
        case JsonScalar::Number:
            return json_number(characters, to, arena, out);
        case JsonScalar::String:
            return plain_json_string(characters, to, arena, out);
    }
    return false;
}

}  // namespace wr::sql
