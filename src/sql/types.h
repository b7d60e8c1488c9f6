#pragma once
// SQL types: what a column is declared as, and which of three representations its values have.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace wr::sql {

enum class TypeKind : uint8_t {
    Null,  ///< the type of a bare NULL; assignable to everything
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    Decimal,
    Real,
    Double,
    Char,
    VarChar,
    Binary,
    VarBinary,
    Date,
    Time,
    Timestamp,
    Interval,       ///< day-time, in milliseconds; an expression only, never a column
    IntervalMonths  ///< year-month, in months; only as the step of STEP
};

enum class TimeUnit : uint8_t { Year, Month, Day, Hour, Minute, Second };

/// How values are stored: numbers other than REAL and DOUBLE, truth values, moments and intervals
/// are integers (decimals unscaled, moments in milliseconds since 1970 UTC), text and bytes are
/// views.
enum class Storage : uint8_t { Integer, Double, Text };

struct Type {
    TypeKind kind = TypeKind::Null;
    int32_t length = 0;  ///< characters of CHAR and VARCHAR, bytes of BINARY, digits of DECIMAL
    int32_t scale = 0;   ///< DECIMAL
    TimeUnit unit = TimeUnit::Second;     ///< intervals: leading field
    TimeUnit unit_to = TimeUnit::Second;  ///< intervals: trailing field

    bool operator==(const Type&) const = default;

    Storage storage() const {
        if (is_approximate()) return Storage::Double;
        return is_character() || is_binary() ? Storage::Text : Storage::Integer;
    }
    bool is_integer() const { return kind >= TypeKind::TinyInt && kind <= TypeKind::BigInt; }
    bool is_exact() const { return is_integer() || kind == TypeKind::Decimal; }
    bool is_approximate() const { return kind == TypeKind::Real || kind == TypeKind::Double; }
    bool is_numeric() const { return is_exact() || is_approximate(); }
    bool is_character() const { return kind == TypeKind::Char || kind == TypeKind::VarChar; }
    bool is_binary() const { return kind == TypeKind::Binary || kind == TypeKind::VarBinary; }
    bool is_datetime() const { return kind >= TypeKind::Date && kind <= TypeKind::Timestamp; }
    bool is_interval() const { return kind == TypeKind::Interval; }
    bool is_null() const { return kind == TypeKind::Null; }

    /// "VARCHAR(16)", "DECIMAL(5, 2)".
    std::string to_text() const;
};

constexpr int32_t character_length_max = 65535;
constexpr int32_t decimal_digits_max = 19;  ///< 18 by the manual; published applications declare 19
constexpr int32_t decimal_digits_default = 18;

inline Type make_type(TypeKind kind, int32_t length = 0, int32_t scale = 0) {
    Type type;
    type.kind = kind;
    type.length = length;
    type.scale = scale;
    return type;
}

/// Bounds of an integer type.
constexpr int64_t integer_min(TypeKind kind) {
    switch (kind) {
        case TypeKind::TinyInt:
            return std::numeric_limits<int8_t>::min();
        case TypeKind::SmallInt:
            return std::numeric_limits<int16_t>::min();
        case TypeKind::Integer:
            return std::numeric_limits<int32_t>::min();
        default:
            return std::numeric_limits<int64_t>::min();
    }
}
constexpr int64_t integer_max(TypeKind kind) {
    switch (kind) {
        case TypeKind::TinyInt:
            return std::numeric_limits<int8_t>::max();
        case TypeKind::SmallInt:
            return std::numeric_limits<int16_t>::max();
        case TypeKind::Integer:
            return std::numeric_limits<int32_t>::max();
        default:
            return std::numeric_limits<int64_t>::max();
    }
}
/// 10^digits, digits in 0..18.
int64_t power_of_ten(int32_t digits);
/// Digits and scale of an exact type, as decimal arithmetic sees it.
Type as_decimal(const Type& exact);

const char* time_unit_name(TimeUnit unit);
std::optional<TimeUnit> time_unit_from_name(std::string_view upper_case_name);
/// Day to second; 0 for months and years.
int64_t time_unit_ms(TimeUnit unit);

}  // namespace wr::sql
