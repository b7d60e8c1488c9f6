// Text to scalar and back, by the shape's kind.
#include "wire/scalars.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/time_format.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

template <typename T>
bool parse_number(std::string_view text, T* out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
    return error == std::errc() && end == text.data() + text.size();
}

bool parse_double(std::string_view text, double* out) {
    if (text == "NaN")
        *out = std::numeric_limits<double>::quiet_NaN();
    else if (text == "Infinity")
        *out = std::numeric_limits<double>::infinity();
    else if (text == "-Infinity")
        *out = -std::numeric_limits<double>::infinity();
    else
        return parse_number(text, out);
    return true;
}

bool parse_timestamp(TimestampFormat format, std::string_view text, base::Timestamp* out) {
    std::optional<base::Timestamp> time;
    double seconds = 0;
    if (format == TimestampFormat::Rfc822) time = base::parse_http_date(text);
    // Clients differ from the model here; AWS takes the other forms as well.
    if (!time) time = base::parse_iso8601(text);
    if (!time) time = base::parse_http_date(text);
    if (!time && parse_number(text, &seconds)) time = from_unix_seconds(seconds);
    if (!time) return false;
    *out = *time;
    return true;
}

std::string format_timestamp(TimestampFormat format, base::Timestamp time) {
    switch (format) {
        case TimestampFormat::Rfc822:
            return base::format_http_date(time);
        case TimestampFormat::UnixSeconds:
            return std::string(UnixSeconds(time).text());
        case TimestampFormat::Default:
        case TimestampFormat::Iso8601:
            return base::format_iso8601_ms(time);
    }
    return {};
}

}  // namespace

TimestampFormat timestamp_format(const Member* member,
                                 const Shape& shape,
                                 TimestampFormat otherwise) {
    if (member != nullptr && member->timestamp_format != TimestampFormat::Default)
        return member->timestamp_format;
    return shape.timestamp_format != TimestampFormat::Default ? shape.timestamp_format : otherwise;
}

base::Timestamp from_unix_seconds(double seconds) {
    constexpr double limit_ms = 9.0e15;
    const double ms = std::clamp(seconds * 1000.0, -limit_ms, limit_ms);
    return base::Timestamp{std::chrono::milliseconds{std::isnan(ms) ? 0 : std::llround(ms)}};
}

UnixSeconds::UnixSeconds(base::Timestamp time) {
    const int64_t ms = time.time_since_epoch().count();
    char* end = digits_.data();
    if (ms < 0) *end++ = '-';
    const uint64_t size = ms < 0 ? 0 - static_cast<uint64_t>(ms) : static_cast<uint64_t>(ms);
    end = std::to_chars(end, digits_.data() + digits_.size(), size / 1000).ptr;
    const uint64_t rest = size % 1000;
    if (rest != 0) {
        *end++ = '.';
        *end++ = static_cast<char>('0' + rest / 100);
        *end++ = static_cast<char>('0' + rest / 10 % 10);
        *end++ = static_cast<char>('0' + rest % 10);
    }
    size_ = static_cast<size_t>(end - digits_.data());
}

bool parse_scalar(const Shape& shape, TimestampFormat format, std::string_view text, void* out) {
    switch (shape.kind) {
        case Kind::String:
            *static_cast<std::string*>(out) = text;
            return true;
        case Kind::Blob: {
            auto bytes = base::base64_decode(text);
            if (bytes) *static_cast<std::string*>(out) = std::move(*bytes);
            return bytes.has_value();
        }
        case Kind::Boolean:
            *static_cast<bool*>(out) = text == "true" || text == "True" || text == "TRUE";
            return text == "true" || text == "false" || text == "True" || text == "False" ||
                   text == "TRUE" || text == "FALSE";
        case Kind::Integer:
        case Kind::Long:
            return parse_number(text, static_cast<int64_t*>(out));
        case Kind::Float:
        case Kind::Double:
            return parse_double(text, static_cast<double*>(out));
        case Kind::Timestamp:
            return parse_timestamp(format, text, static_cast<base::Timestamp*>(out));
        case Kind::Structure:
        case Kind::List:
        case Kind::Map:
        case Kind::Body:
            return false;
    }
    return false;
}

std::string format_scalar(const Shape& shape, TimestampFormat format, const void* value) {
    switch (shape.kind) {
        case Kind::String:
            return scalar<std::string>(value);
        case Kind::Blob:
            return base::base64_encode(scalar<std::string>(value));
        case Kind::Boolean:
            return scalar<bool>(value) ? "true" : "false";
        case Kind::Integer:
        case Kind::Long:
            return std::to_string(scalar<int64_t>(value));
        case Kind::Float:
        case Kind::Double: {
            std::string text;
            base::append_json_number(text, scalar<double>(value));
            return text;
        }
        case Kind::Timestamp:
            return format_timestamp(format, scalar<base::Timestamp>(value));
        case Kind::Structure:
        case Kind::List:
        case Kind::Map:
        case Kind::Body:
            return {};
    }
    return {};
}

}  // namespace wr::wire
