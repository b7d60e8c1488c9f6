// Frames in a file, and the texts that rows consist of.
#include "services/athena/engine/frames.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>

namespace wr::athena {
namespace {

constexpr size_t header_bytes = 5;

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(put));
    }
    return true;
}

template <typename T>
std::string number(T value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
    char buffer[64];
    const T size = std::fabs(value);
    const bool plain = size >= static_cast<T>(1e-3) && size < static_cast<T>(1e7);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, format);
    std::string text(buffer, written.ptr);
    if (plain) return text.find('.') == std::string::npos ? text + ".0" : text;
    // 1e+07 becomes 1.0E7.
    const size_t e = text.find('e');
    std::string mantissa = text.substr(0, e);
    if (mantissa.find('.') == std::string::npos) mantissa += ".0";
    const bool negative = text[e + 1] == '-';
    std::string exponent = text.substr(e + 2);
    exponent.erase(0, std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
    return mantissa + "E" + (negative ? "-" : "") + exponent;
}

}  // namespace

base::Result<void> write_frame(int descriptor, FrameTag tag, std::string_view payload) {
    char header[header_bytes] = {static_cast<char>(tag)};
    for (size_t i = 0; i < 4; ++i) header[1 + i] = static_cast<char>(payload.size() >> (8 * i));
    if (write_all(descriptor, {header, sizeof header}) && write_all(descriptor, payload)) return {};
    return base::fail(base::ErrorCode::Io, "results cannot be written");
}

base::Result<void> read_frames(const io::File& file,
                               const std::function<void(FrameTag, std::string_view)>& each) {
    std::string payload;
    for (uint64_t offset = 0;;) {
        char header[header_bytes];
        WR_TRY(const size_t got, file.read_at(offset, header, sizeof header));
        if (got == 0) return {};
        size_t size = 0;
        for (size_t i = 0; i < 4; ++i)
            size |= static_cast<size_t>(static_cast<uint8_t>(header[1 + i])) << (8 * i);
        if (got < sizeof header || size > frame_bytes_max)
            return base::fail(base::ErrorCode::Corruption, "a frame without sense");
        payload.resize(size);
        WR_TRY(const size_t have, file.read_at(offset + header_bytes, payload.data(), size));
        if (have < size) return base::fail(base::ErrorCode::Corruption, "a frame ends early");
        each(static_cast<FrameTag>(header[0]), payload);
        offset += header_bytes + size;
    }
}

void append_csv_field(std::string& out, std::string_view value) {
    out += '"';
    for (const char c : value) {
        out += c;
        if (c == '"') out += c;
    }
    out += '"';
}

std::string java_number(double value) {
    return number(value);
}
std::string java_number(float value) {
    return number(value);
}

}  // namespace wr::athena
