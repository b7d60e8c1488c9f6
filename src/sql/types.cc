// Names, bounds and representations of the SQL types.
#include "sql/types.h"

#include <array>
#include <limits>

#include "base/assert.h"

namespace wr::sql {

std::string Type::to_text() const {
    const auto sized = [this](const char* name) {
        return std::string(name) + "(" + std::to_string(length) + ")";
    };
    switch (kind) {
        case TypeKind::Null:
            return "NULL";
        case TypeKind::Boolean:
            return "BOOLEAN";
        case TypeKind::TinyInt:
            return "TINYINT";
        case TypeKind::SmallInt:
            return "SMALLINT";
        case TypeKind::Integer:
            return "INTEGER";
        case TypeKind::BigInt:
            return "BIGINT";
        case TypeKind::Decimal:
            return "DECIMAL(" + std::to_string(length) + ", " + std::to_string(scale) + ")";
        case TypeKind::Real:
            return "REAL";
        case TypeKind::Double:
            return "DOUBLE";
        case TypeKind::Char:
            return sized("CHAR");
        case TypeKind::VarChar:
            return sized("VARCHAR");
        case TypeKind::Binary:
            return sized("BINARY");
        case TypeKind::VarBinary:
            return sized("VARBINARY");
        case TypeKind::Date:
            return "DATE";
        case TypeKind::Time:
            return "TIME";
        case TypeKind::Timestamp:
            return "TIMESTAMP";
        case TypeKind::Interval:
        case TypeKind::IntervalMonths:
            break;
    }
    std::string text = std::string("INTERVAL ") + time_unit_name(unit);
    if (unit_to != unit) text += std::string(" TO ") + time_unit_name(unit_to);
    return text;
}

int64_t power_of_ten(int32_t digits) {
    WR_ASSERT(digits >= 0 && digits <= 18);
    int64_t value = 1;
    while (digits-- > 0) value *= 10;
    return value;
}

Type as_decimal(const Type& exact) {
    switch (exact.kind) {
        case TypeKind::Decimal:
            return exact;
        case TypeKind::TinyInt:
            return make_type(TypeKind::Decimal, 3);
        case TypeKind::SmallInt:
            return make_type(TypeKind::Decimal, 5);
        case TypeKind::Integer:
            return make_type(TypeKind::Decimal, 10);
        default:
            return make_type(TypeKind::Decimal, decimal_digits_max);
    }
}

namespace {
constexpr std::array<const char*, 6> unit_names = {
    "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::array<int64_t, 6> unit_ms = {0, 0, 86'400'000, 3'600'000, 60'000, 1'000};
}  // namespace

const char* time_unit_name(TimeUnit unit) {
    return unit_names[static_cast<size_t>(unit)];
}
int64_t time_unit_ms(TimeUnit unit) {
    return unit_ms[static_cast<size_t>(unit)];
}

std::optional<TimeUnit> time_unit_from_name(std::string_view upper_case_name) {
    for (size_t i = 0; i < unit_names.size(); ++i)
        if (upper_case_name == unit_names[i]) return static_cast<TimeUnit>(i);
    return std::nullopt;
}

}  // namespace wr::sql
