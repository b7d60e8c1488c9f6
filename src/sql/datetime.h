#pragma once
// Calendar arithmetic on milliseconds since 1970 (UTC), and the text forms of moments and
// intervals.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/types.h"

namespace wr::sql {

constexpr int64_t day_ms = 86'400'000;

struct CivilTime {
    int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int millisecond = 0;
};

CivilTime civil_from_ms(int64_t ms);
/// Empty when a field is out of its range or the year is outside 1..9999.
std::optional<int64_t> ms_from_civil(const CivilTime& civil);

/// The start of the unit that `ms` lies in.
int64_t floor_to_unit(int64_t ms, TimeUnit unit);
/// The first start of a unit at or after `ms`.
int64_t ceil_to_unit(int64_t ms, TimeUnit unit);
/// Rounded down to a multiple of `width`, below zero too; width > 0.
int64_t floor_to_multiple(int64_t value, int64_t width);
/// Steps of whole months, counted from January 1970; months > 0.
int64_t floor_to_months(int64_t ms, int64_t months);

void append_timestamp(std::string& out, int64_t ms);  ///< 2018-03-18 03:14:00.000
void append_date(std::string& out, int64_t ms);       ///< 2018-03-18
void append_time(std::string& out, int64_t ms);       ///< 03:14:00

/// "yyyy-MM-dd HH:mm:ss", up to nine digits of fraction when allowed.
std::optional<int64_t> parse_timestamp(std::string_view text, bool allow_fraction);
std::optional<int64_t> parse_date(std::string_view text);
std::optional<int64_t> parse_time(std::string_view text);

/// The characters of an interval literal, such as "59:59.999" for MINUTE TO SECOND.
std::optional<int64_t> parse_interval(std::string_view text, TimeUnit unit, TimeUnit unit_to);
std::string format_interval(int64_t ms, TimeUnit unit, TimeUnit unit_to);

/// Java's SimpleDateFormat, the part that applications use. Missing fields take 1970-01-01
/// 00:00:00; a year of two digits lies between 80 years before `now_ms` and 20 years after.
std::optional<int64_t> parse_with_format(std::string_view format,
                                         std::string_view text,
                                         int64_t now_ms);
/// Empty when the format has letters without a meaning here.
std::optional<std::string> format_with_format(std::string_view format, int64_t ms);

}  // namespace wr::sql
