#pragma once
// Scalars as text: headers, query strings, form bodies and XML.

#include <array>
#include <string>
#include <string_view>

#include "wire/shape.h"

namespace wr::wire {

/// The format that holds: the member's, else the shape's, else `otherwise`.
TimestampFormat timestamp_format(const Member* member,
                                 const Shape& shape,
                                 TimestampFormat otherwise);

/// False when the text is no value of the shape's kind. Blobs are base64.
bool parse_scalar(const Shape& shape, TimestampFormat format, std::string_view text, void* out);
std::string format_scalar(const Shape& shape, TimestampFormat format, const void* value);

/// Seconds with milliseconds, as JSON prints timestamps: 1700000000.123. Allocates nothing: a page
/// of records has ten thousand of them.
class UnixSeconds {
public:
    explicit UnixSeconds(base::Timestamp time);
    std::string_view text() const { return {digits_.data(), size_}; }

private:
    std::array<char, 32> digits_;
    size_t size_;
};
/// Nearest millisecond; out-of-range values are clamped.
base::Timestamp from_unix_seconds(double seconds);

}  // namespace wr::wire
