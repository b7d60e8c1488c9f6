// Functions of moments and intervals.
#include <array>

#include "sql/datetime.h"
#include "sql/function.h"

namespace wr::sql {
namespace {

using Args = std::span<const BoundPtr>;

Type as_first(Args args) {
    return args[0]->type;
}
Type as_big(Args) {
    return make_type(TypeKind::BigInt);
}
Type as_second(Args) {
    return make_type(TypeKind::Decimal, 5, 3);
}
Type as_date(Args) {
    return make_type(TypeKind::Date);
}
Type as_time(Args) {
    return make_type(TypeKind::Time);
}
Type as_timestamp(Args) {
    return make_type(TypeKind::Timestamp);
}
Type as_text(Args) {
    return make_type(TypeKind::VarChar, 1024);
}

bool floor_to(const Call& call, Datum& out) {
    out = datum_of(floor_to_unit(call.args[0].i, call.expr.unit));
    return true;
}

bool ceil_to(const Call& call, Datum& out) {
    out = datum_of(ceil_to_unit(call.args[0].i, call.expr.unit));
    return true;
}

bool step(const Call& call, Datum& out) {
    const int64_t width = call.args[1].i;
    if (width <= 0) {
        call.error = "the step of STEP must be positive";
        return false;
    }
    const bool months = call.type_of(1).kind == TypeKind::IntervalMonths;
    out = datum_of(months ? floor_to_months(call.args[0].i, width)
                          : floor_to_multiple(call.args[0].i, width));
    return true;
}

bool extract(const Call& call, Datum& out) {
    const int64_t value = call.args[0].i;
    if (call.type_of(0).is_interval()) {
        const int64_t unit = time_unit_ms(call.expr.unit);
        if (unit == 0) {
            call.error = "an interval of days has no months";
            return false;
        }
        const int64_t within = call.expr.unit == TimeUnit::Day    ? value
                               : call.expr.unit == TimeUnit::Hour ? value % day_ms
                                                                  : value % (unit * 60);
        out = datum_of(within / unit);
        return true;
    }
    const CivilTime civil = civil_from_ms(value);
    switch (call.expr.unit) {
        case TimeUnit::Year:
            out = datum_of(civil.year);
            break;
        case TimeUnit::Month:
            out = datum_of(int64_t{civil.month});
            break;
        case TimeUnit::Day:
            out = datum_of(int64_t{civil.day});
            break;
        case TimeUnit::Hour:
            out = datum_of(int64_t{civil.hour});
            break;
        case TimeUnit::Minute:
            out = datum_of(int64_t{civil.minute});
            break;
        case TimeUnit::Second:
            out = datum_of(int64_t{civil.second});
            break;
    }
    return true;
}

/// Seconds with their fraction, as DECIMAL(5, 3).
bool extract_second(const Call& call, Datum& out) {
    out = datum_of(call.type_of(0).is_interval()
                       ? call.args[0].i % 60'000
                       : call.args[0].i - floor_to_multiple(call.args[0].i, 60'000));
    return true;
}

bool difference_ms(const Call& call, Datum& out) {
    out = datum_of(call.args[1].i - call.args[0].i);
    return true;
}

bool same_number(const Call& call, Datum& out) {
    out = datum_of(call.args[0].i);
    return true;
}

bool parse_moment(const Call& call, Datum& out) {
    const auto ms = parse_with_format(call.args[0].s, call.args[1].s, call.started_at);
    if (!ms) {
        call.error = "'" + std::string(call.args[1].s.substr(0, 100)) +
                     "' does not match the format '" + std::string(call.args[0].s.substr(0, 100)) +
                     "'";
        return false;
    }
    const TypeKind kind = call.expr.type.kind;
    const int64_t midnight = floor_to_multiple(*ms, day_ms);
    out = datum_of(kind == TypeKind::Date   ? midnight
                   : kind == TypeKind::Time ? *ms - midnight
                                            : *ms);
    return true;
}

bool format_moment(const Call& call, Datum& out) {
    const auto text = format_with_format(call.args[0].s, call.args[1].i);
    if (!text) {
        call.error = "the format '" + std::string(call.args[0].s.substr(0, 100)) + "' is not valid";
        return false;
    }
    out = call.text(*text);
    return true;
}

bool start_timestamp(const Call& call, Datum& out) {
    out = datum_of(call.started_at);
    return true;
}
bool start_date(const Call& call, Datum& out) {
    out = datum_of(floor_to_multiple(call.started_at, day_ms));
    return true;
}
bool start_time(const Call& call, Datum& out) {
    out = datum_of(call.started_at - floor_to_multiple(call.started_at, day_ms));
    return true;
}
bool row_timestamp(const Call& call, Datum& out) {
    out = datum_of(call.rowtime);
    return true;
}

constexpr std::array<Function, 20> table = {{
    {"FLOOR TO", "y", as_first, floor_to},
    {"CEIL TO", "y", as_first, ceil_to},
    {"STEP", "yv", as_first, step},
    {"EXTRACT", "y", as_big, extract},
    {"EXTRACT SECOND", "y", as_second, extract_second},
    {"TSDIFF", "tt", as_big, difference_ms},
    {"UNIX_TIMESTAMP", "t", as_big, same_number},
    {"TO_TIMESTAMP", "i", as_timestamp, same_number},
    {"CHAR_TO_DATE", "cc", as_date, parse_moment},
    {"CHAR_TO_TIME", "cc", as_time, parse_moment},
    {"CHAR_TO_TIMESTAMP", "cc", as_timestamp, parse_moment},
    {"DATE_TO_CHAR", "cx", as_text, format_moment},
    {"TIME_TO_CHAR", "cx", as_text, format_moment},
    {"TIMESTAMP_TO_CHAR", "cx", as_text, format_moment},
    {"CURRENT_TIMESTAMP", "", as_timestamp, start_timestamp},
    {"LOCALTIMESTAMP", "", as_timestamp, start_timestamp},
    {"CURRENT_DATE", "", as_date, start_date},
    {"CURRENT_TIME", "", as_time, start_time},
    {"LOCALTIME", "", as_time, start_time},
    {"CURRENT_ROW_TIMESTAMP", "", as_timestamp, row_timestamp},
}};

}  // namespace

std::span<const Function> time_functions() {
    return table;
}

}  // namespace wr::sql
