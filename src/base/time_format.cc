// Calendar arithmetic through <chrono>, text through strftime in the C locale.
#include "base/time_format.h"

#include <array>
#include <ctime>

namespace wr::base {
namespace {

using std::chrono::milliseconds;

std::tm to_tm(Timestamp time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return parts;
}

int millis_of(Timestamp time) {
    return static_cast<int>((time - std::chrono::floor<std::chrono::seconds>(time)).count());
}

std::string with_millis(Timestamp time, const char* format, const char* tail) {
    const int ms = millis_of(time);
    std::string text = format_time(time, format);
    text += '.';
    text += static_cast<char>('0' + ms / 100);
    text += static_cast<char>('0' + ms / 10 % 10);
    text += static_cast<char>('0' + ms % 10);
    text += tail;
    return text;
}

/// Reads fixed-width fields from the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::optional<int> digits(size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int value = 0;
        for (size_t i = 0; i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    bool next_is_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

private:
    std::string_view rest_;
};

std::optional<Timestamp> compose(int year, int month, int day, int hour, int minute, int second) {
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::time_point_cast<milliseconds>(std::chrono::sys_days{date}) +
           std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

/// Z, +hh:mm, +hhmm or nothing; empty when malformed.
std::optional<milliseconds> scan_zone(Scanner& scanner) {
    if (scanner.done() || scanner.take('Z') || scanner.take('z')) return milliseconds{0};
    const bool plus = scanner.take('+');
    if (!plus && !scanner.take('-')) return std::nullopt;
    const auto hours = scanner.digits(2);
    scanner.take(':');
    const auto minutes = scanner.digits(2);
    if (!hours || !minutes) return std::nullopt;
    const milliseconds offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return plus ? offset : -offset;
}

}  // namespace

std::string format_time(Timestamp time, const char* format) {
    const std::tm parts = to_tm(time);
    std::array<char, 256> buffer{};
    return {buffer.data(), std::strftime(buffer.data(), buffer.size(), format, &parts)};
}

std::string format_iso8601_ms(Timestamp time) {
    return with_millis(time, "%Y-%m-%dT%H:%M:%S", "Z");
}
std::string format_iso8601(Timestamp time) {
    return format_time(time, "%Y-%m-%dT%H:%M:%SZ");
}
std::string format_basic(Timestamp time) {
    return format_time(time, "%Y%m%dT%H%M%SZ");
}
std::string format_http_date(Timestamp time) {
    return format_time(time, "%a, %d %b %Y %H:%M:%S GMT");
}
std::string format_sql_timestamp(Timestamp time) {
    return with_millis(time, "%Y-%m-%d %H:%M:%S", "");
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
    Scanner scanner(text);
    const auto year = scanner.digits(4);
    if (!year || !scanner.take('-')) return std::nullopt;
    const auto month = scanner.digits(2);
    if (!month || !scanner.take('-')) return std::nullopt;
    const auto day = scanner.digits(2);
    if (!day) return std::nullopt;
    if (scanner.done()) return compose(*year, *month, *day, 0, 0, 0);
    if (!scanner.take('T') && !scanner.take(' ')) return std::nullopt;
    const auto hour = scanner.digits(2);
    if (!hour || !scanner.take(':')) return std::nullopt;
    const auto minute = scanner.digits(2);
    if (!minute) return std::nullopt;
    int second = 0;
    int millis = 0;
    if (scanner.take(':')) {
        const auto seconds = scanner.digits(2);
        if (!seconds) return std::nullopt;
        second = *seconds;
        if (scanner.take('.')) {
            int scale = 100;
            while (scanner.next_is_digit()) {
                millis += *scanner.digits(1) * scale;
                scale /= 10;
            }
        }
    }
    const auto zone = scan_zone(scanner);
    if (!zone || !scanner.done()) return std::nullopt;
    const auto time = compose(*year, *month, *day, *hour, *minute, second);
    if (!time) return std::nullopt;
    return *time + milliseconds{millis} - *zone;
}

std::optional<Timestamp> parse_basic(std::string_view text) {
    Scanner scanner(text);
    const auto year = scanner.digits(4);
    const auto month = scanner.digits(2);
    const auto day = scanner.digits(2);
    if (!year || !month || !day || !scanner.take('T')) return std::nullopt;
    const auto hour = scanner.digits(2);
    const auto minute = scanner.digits(2);
    const auto second = scanner.digits(2);
    if (!hour || !minute || !second || !scanner.take('Z') || !scanner.done()) return std::nullopt;
    return compose(*year, *month, *day, *hour, *minute, *second);
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return Timestamp{std::chrono::seconds{::timegm(&parts)}};
}

}  // namespace wr::base
