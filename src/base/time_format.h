#pragma once
// Text forms of wall time, always UTC.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace wr::base {

std::string format_iso8601_ms(Timestamp time);     ///< 2026-11-22T22:35:38.123Z
std::string format_iso8601(Timestamp time);        ///< 2026-11-22T22:35:38Z
std::string format_basic(Timestamp time);          ///< 20261122T223538Z, SigV4
std::string format_http_date(Timestamp time);      ///< Sun, 22 Nov 2026 22:35:38 GMT
std::string format_sql_timestamp(Timestamp time);  ///< 2026-11-22 22:35:38.123
/// strftime's format, for prefixes such as %Y/%m/%d/%H/.
std::string format_time(Timestamp time, const char* format);

/// RFC 3339 / ISO 8601: date, or date and time with T or blank, 0..9 fraction digits (cut to ms), Z
/// or an offset or nothing.
std::optional<Timestamp> parse_iso8601(std::string_view text);
std::optional<Timestamp> parse_basic(std::string_view text);
std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace wr::base
