// JSON text without a document in between.
#include "base/json_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/encoding.h"

namespace wr::base {
namespace {

void append_escaped(std::string& out, std::string_view value) {
    static constexpr char digits[] = "0123456789abcdef";
    size_t start = 0;
    for (size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(value, start, i - start);
        start = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            default:
                out += "\\u00";
                out += digits[c >> 4];
                out += digits[c & 15];
        }
    }
    out.append(value, start, value.size() - start);
}

/// True when every byte is printable ASCII that stands for itself: most names, ids and numbers.
/// Eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr uint64_t ones = 0x0101010101010101;
    constexpr uint64_t highs = 0x8080808080808080;
    const auto has_zero = [](uint64_t word) { return (word - ones) & ~word & highs; };
    uint64_t special = 0;
    const auto look = [&](const char* at) {
        uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        special |= (word & highs) | ((word - ones * 0x20) & ~word & highs) |
                   has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'));
    };
    constexpr size_t step = sizeof(uint64_t);
    if (text.size() < step) {
        char padded[step] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
        std::copy(text.begin(), text.end(), padded);
        look(padded);
        return special == 0;
    }
    for (size_t i = 0; i + step < text.size(); i += step) look(text.data() + i);
    look(text.data() + text.size() - step);  // some of it twice, when the size is odd
    return special == 0;
}

/// Length of the valid UTF-8 sequence at `at`, or 0.
size_t sequence_length(std::string_view text, size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80       ? 1
                          : lead >> 5 == 6  ? 2
                          : lead >> 4 == 14 ? 3
                          : lead >> 3 == 30 ? 4
                                            : 0;
    if (length == 0 || at + length > text.size()) return 0;
    return is_valid_utf8(text.substr(at, length)) ? length : 0;
}

std::string replace_invalid(std::string_view value) {
    std::string out;
    for (size_t i = 0; i < value.size();) {
        const size_t length = sequence_length(value, i);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++i;
        } else {
            out.append(value, i, length);
            i += length;
        }
    }
    return out;
}

constexpr size_t number_bytes_max = 24;

char* append(char* at, std::string_view text) {
    return std::copy(text.begin(), text.end(), at);
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
    out += '"';
    if (is_plain(value)) {
        out.append(value);
    } else if (is_valid_utf8(value)) {
        append_escaped(out, value);
    } else {
        append_escaped(out, replace_invalid(value));
    }
    out += '"';
}

char* write_json_string(char* to, std::string_view value) {
    if (!is_plain(value)) {
        std::string quoted;
        append_json_string(quoted, value);
        return append(to, quoted);
    }
    *to++ = '"';
    to = append(to, value);
    *to++ = '"';
    return to;
}

void append_json_number(std::string& out, double value) {
    if (value == 0 && std::signbit(value)) {
        out += "-0.0";  // "-0" would be read as an integer, which has no sign at zero.
        return;
    }
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
    // Digits alone would be read as an integer, and this one has no room in 64 bits.
    constexpr double integer_limit = 9'223'372'036'854'775'808.0;
    const bool is_large = value >= integer_limit || value < -integer_limit;
    if (is_large && std::string_view(buffer, end).find_first_of(".e") == std::string_view::npos)
        out += ".0";
}

std::string JsonWriter::take() {
    out_.resize(size_);
    return std::move(out_);
}

char* JsonWriter::room(size_t bytes) {
    constexpr size_t first_bytes = 256;
    constexpr size_t step_bytes = 4096;
    // A string can only grow by bytes that it has cleared: a page at a time stays in the cache.
    if (out_.size() - size_ < bytes)
        out_.resize(size_ + std::max(bytes, std::clamp(size_, first_bytes, step_bytes)));
    return out_.data() + size_;
}

/// Room for a value of `bytes`, behind the comma that it may need.
char* JsonWriter::separate(size_t bytes) {
    char* at = room(bytes + 1);
    if (needs_comma_) *at++ = ',';
    needs_comma_ = true;
    return at;
}

void JsonWriter::put(char token) {
    char* const at = room(1);
    *at = token;
    written(at + 1);
}

void JsonWriter::begin_object() {
    char* const at = separate(1);
    *at = '{';
    written(at + 1);
    needs_comma_ = false;
}
void JsonWriter::end_object() {
    put('}');
    needs_comma_ = true;
}
void JsonWriter::begin_array() {
    char* const at = separate(1);
    *at = '[';
    written(at + 1);
    needs_comma_ = false;
}
void JsonWriter::end_array() {
    put(']');
    needs_comma_ = true;
}
void JsonWriter::key(std::string_view name) {
    string(name);
    put(':');
    needs_comma_ = false;
}
void JsonWriter::plain_key(std::string_view name) {
    char* at = separate(name.size() + 3);
    *at++ = '"';
    at = append(at, name);
    *at++ = '"';
    *at++ = ':';
    written(at);
    needs_comma_ = false;
}
void JsonWriter::string(std::string_view value) {
    if (!is_plain(value)) {
        std::string quoted;
        append_json_string(quoted, value);
        raw(quoted);
        return;
    }
    written(write_json_string(separate(value.size() + 2), value));
}
void JsonWriter::base64(std::string_view bytes) {
    char* at = separate(base64_size(bytes.size()) + 2);
    *at++ = '"';
    at = base64_write(at, bytes);
    *at++ = '"';
    written(at);
}
void JsonWriter::integer(int64_t value) {
    char* const at = separate(number_bytes_max);
    written(std::to_chars(at, at + number_bytes_max, value).ptr);
}
void JsonWriter::unsigned_integer(uint64_t value) {
    char* const at = separate(number_bytes_max);
    written(std::to_chars(at, at + number_bytes_max, value).ptr);
}
void JsonWriter::number(double value) {
    std::string text;
    append_json_number(text, value);
    raw(text);
}
void JsonWriter::boolean(bool value) {
    raw(value ? "true" : "false");
}
void JsonWriter::null() {
    raw("null");
}
void JsonWriter::raw(std::string_view json) {
    written(append(separate(json.size()), json));
}

}  // namespace wr::base
