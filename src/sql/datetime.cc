// Calendar arithmetic through <chrono>; digits by hand, because every output row writes them.
#include "sql/datetime.h"

#include <chrono>

namespace wr::sql {
namespace {

void append_digits(std::string& out, int64_t value, int width) {
    char digits[20];
    for (int i = width - 1; i >= 0; --i) {
        digits[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits, static_cast<size_t>(width));
}

/// Reads decimal fields off the front of a text.
class Fields {
public:
    explicit Fields(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool digits(size_t min, size_t max, int64_t& value) {
        size_t count = 0;
        value = 0;
        while (count < max && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9')
            value = value * 10 + (rest_[count++] - '0');
        rest_.remove_prefix(count);
        return count >= min;
    }
    /// One to nine digits after a point, cut to milliseconds.
    bool fraction(int64_t& ms) {
        ms = 0;
        int64_t scale = 100;
        size_t count = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            ms += (rest_.front() - '0') * scale;
            scale /= 10;
            rest_.remove_prefix(1);
            ++count;
        }
        return count >= 1 && count <= 9;
    }

private:
    std::string_view rest_;
};

bool scan_date(Fields& fields, CivilTime& civil) {
    int64_t month = 0;
    int64_t day = 0;
    if (!fields.digits(4, 4, civil.year) || !fields.take('-') || !fields.digits(1, 2, month) ||
        !fields.take('-') || !fields.digits(1, 2, day))
        return false;
    civil.month = static_cast<unsigned>(month);
    civil.day = static_cast<unsigned>(day);
    return true;
}

bool scan_time(Fields& fields, CivilTime& civil) {
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    if (!fields.digits(1, 2, hour) || !fields.take(':') || !fields.digits(1, 2, minute) ||
        !fields.take(':') || !fields.digits(1, 2, second))
        return false;
    civil.hour = static_cast<int>(hour);
    civil.minute = static_cast<int>(minute);
    civil.second = static_cast<int>(second);
    return true;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

CivilTime civil_from_ms(int64_t ms) {
    using namespace std::chrono;
    const int64_t days_count = floor_to_multiple(ms, day_ms) / day_ms;
    const year_month_day date{sys_days{days{static_cast<int>(days_count)}}};
    const int64_t in_day = ms - days_count * day_ms;
    CivilTime civil;
    civil.year = int{date.year()};
    civil.month = unsigned{date.month()};
    civil.day = unsigned{date.day()};
    civil.hour = static_cast<int>(in_day / 3'600'000);
    civil.minute = static_cast<int>(in_day / 60'000 % 60);
    civil.second = static_cast<int>(in_day / 1'000 % 60);
    civil.millisecond = static_cast<int>(in_day % 1'000);
    return civil;
}

std::optional<int64_t> ms_from_civil(const CivilTime& civil) {
    using namespace std::chrono;
    if (civil.year < 1 || civil.year > 9999) return std::nullopt;
    const year_month_day date{
        year{static_cast<int>(civil.year)}, month{civil.month}, day{civil.day}};
    if (!date.ok() || civil.hour < 0 || civil.hour > 23 || civil.minute < 0 || civil.minute > 59 ||
        civil.second < 0 || civil.second > 59)
        return std::nullopt;
    const int64_t days_count = sys_days{date}.time_since_epoch().count();
    return days_count * day_ms + civil.hour * 3'600'000LL + civil.minute * 60'000LL +
           civil.second * 1'000LL + civil.millisecond;
}

int64_t floor_to_multiple(int64_t value, int64_t width) {
    const int64_t rest = value % width;
    return value - (rest < 0 ? rest + width : rest);
}

int64_t floor_to_months(int64_t ms, int64_t months) {
    const CivilTime civil = civil_from_ms(ms);
    const int64_t index =
        floor_to_multiple((civil.year - 1970) * 12 + static_cast<int64_t>(civil.month) - 1, months);
    const int64_t year = floor_to_multiple(index, 12) / 12;
    CivilTime start;
    start.year = 1970 + year;
    start.month = static_cast<unsigned>(index - year * 12 + 1);
    return ms_from_civil(start).value_or(ms);
}

int64_t floor_to_unit(int64_t ms, TimeUnit unit) {
    if (unit == TimeUnit::Year) return floor_to_months(ms, 12);
    if (unit == TimeUnit::Month) return floor_to_months(ms, 1);
    return floor_to_multiple(ms, time_unit_ms(unit));
}

int64_t ceil_to_unit(int64_t ms, TimeUnit unit) {
    const int64_t low = floor_to_unit(ms, unit);
    if (low == ms) return ms;
    if (unit == TimeUnit::Year) return floor_to_unit(low + 366 * day_ms, unit);
    if (unit == TimeUnit::Month) return floor_to_unit(low + 31 * day_ms, unit);
    return low + time_unit_ms(unit);
}

void append_date(std::string& out, int64_t ms) {
    const CivilTime civil = civil_from_ms(ms);
    append_digits(out, civil.year < 0 ? 0 : civil.year, 4);
    out += '-';
    append_digits(out, civil.month, 2);
    out += '-';
    append_digits(out, civil.day, 2);
}

void append_time(std::string& out, int64_t ms) {
    const CivilTime civil = civil_from_ms(ms);
    append_digits(out, civil.hour, 2);
    out += ':';
    append_digits(out, civil.minute, 2);
    out += ':';
    append_digits(out, civil.second, 2);
}

void append_timestamp(std::string& out, int64_t ms) {
    append_date(out, ms);
    out += ' ';
    append_time(out, ms);
    out += '.';
    append_digits(out, civil_from_ms(ms).millisecond, 3);
}

std::optional<int64_t> parse_timestamp(std::string_view text, bool allow_fraction) {
    Fields fields(trimmed(text));
    CivilTime civil;
    if (!scan_date(fields, civil) || !fields.take(' ') || !scan_time(fields, civil))
        return std::nullopt;
    if (allow_fraction && fields.take('.')) {
        int64_t ms = 0;
        if (!fields.fraction(ms)) return std::nullopt;
        civil.millisecond = static_cast<int>(ms);
    }
    return fields.done() ? ms_from_civil(civil) : std::nullopt;
}

std::optional<int64_t> parse_date(std::string_view text) {
    Fields fields(trimmed(text));
    CivilTime civil;
    if (!scan_date(fields, civil) || !fields.done()) return std::nullopt;
    return ms_from_civil(civil);
}

std::optional<int64_t> parse_time(std::string_view text) {
    Fields fields(trimmed(text));
    CivilTime civil;
    if (!scan_time(fields, civil)) return std::nullopt;
    int64_t ms = 0;
    if (fields.take('.') && !fields.fraction(ms)) return std::nullopt;
    civil.millisecond = static_cast<int>(ms);
    return fields.done() ? ms_from_civil(civil) : std::nullopt;
}

std::optional<int64_t> parse_interval(std::string_view text, TimeUnit unit, TimeUnit unit_to) {
    text = trimmed(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    Fields fields(text);
    int64_t total = 0;
    for (int at = static_cast<int>(unit); at <= static_cast<int>(unit_to); ++at) {
        const auto field = static_cast<TimeUnit>(at);
        const bool first = field == unit;
        if (!first && !fields.take(field == TimeUnit::Hour ? ' ' : ':')) return std::nullopt;
        int64_t value = 0;
        if (!fields.digits(1, first ? 10 : 2, value)) return std::nullopt;
        if (!first && value > (field == TimeUnit::Hour ? 23 : 59)) return std::nullopt;
        total += value * time_unit_ms(field);
    }
    if (unit_to == TimeUnit::Second && fields.take('.')) {
        int64_t ms = 0;
        if (!fields.fraction(ms)) return std::nullopt;
        total += ms;
    }
    if (!fields.done()) return std::nullopt;
    return negative ? -total : total;
}

std::string format_interval(int64_t ms, TimeUnit unit, TimeUnit unit_to) {
    std::string out = ms < 0 ? "-" : "";
    int64_t rest = ms < 0 ? -ms : ms;
    for (int at = static_cast<int>(unit); at <= static_cast<int>(unit_to); ++at) {
        const auto field = static_cast<TimeUnit>(at);
        const int64_t value = rest / time_unit_ms(field);
        rest -= value * time_unit_ms(field);
        if (field == unit) {
            out += std::to_string(value);
        } else {
            out += field == TimeUnit::Hour ? ' ' : ':';
            append_digits(out, value, 2);
        }
    }
    if (unit_to == TimeUnit::Second && rest > 0) {
        out += '.';
        append_digits(out, rest, 3);
    }
    return out;
}

}  // namespace wr::sql
