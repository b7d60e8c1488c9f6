#pragma once
// Conversions between types: CAST, assignment to a stream's columns, and coercion of input fields.

#include <string>
#include <string_view>

#include "sql/batch.h"
#include "sql/types.h"

namespace wr::sql {

/// How DOUBLE and DECIMAL become whole numbers. The manual says "rounds" and is silent about ties.
enum class Rounding { HalfAwayFromZero };

/// What CAST allows (explicit) and what an INSERT converts by itself (assignable).
bool can_cast(const Type& from, const Type& to);
bool can_assign(const Type& from, const Type& to);

/// False with `error` set when the value does not fit or does not parse; NULL stays NULL.
/// Character targets: text is cut to the length, CHAR is padded, other values that are too long are
/// errors.
bool cast_value(const Datum& value,
                const Type& from,
                const Type& to,
                Arena& arena,
                Datum& out,
                std::string& error);

/// The text of a value, as CAST AS VARCHAR gives it.
void append_value_text(std::string& out, const Datum& value, const Type& type);

/// Text of a record's field to a column: laxer than CAST (ISO 8601 moments, silent cut of VARCHAR).
bool coerce_text(std::string_view text, const Type& to, Arena& arena, Datum& out);
/// A JSON number, by its characters. Exact: 123.4 is no INTEGER.
bool coerce_number(std::string_view digits, const Type& to, Arena& arena, Datum& out);
bool coerce_boolean(bool value, const Type& to, Arena& arena, Datum& out);

/// At most `characters` characters of UTF-8.
std::string_view cut_utf8(std::string_view text, size_t characters);
size_t count_utf8(std::string_view text);

/// Numbers as characters: scaled by 10^scale, rounded half away from zero. False when not a number
/// or out of int64; `exact` tells whether digits were lost.
bool parse_decimal(std::string_view text, int32_t scale, int64_t& unscaled, bool& exact);
void append_decimal(std::string& out, int64_t unscaled, int32_t scale);

__extension__ typedef __int128 Wide;
/// numerator / denominator, rounded half away from zero; denominator > 0.
Wide divide_rounded(Wide numerator, Wide denominator);
bool fits_int64(Wide value);
/// Changes the scale of an exact value. False on overflow.
bool rescale(int64_t value, int32_t from_scale, int32_t to_scale, int64_t& out);

}  // namespace wr::sql
