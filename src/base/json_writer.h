#pragma once
// JsonWriter: appends JSON tokens to a byte buffer; commas are its business, nesting is the
// caller's.

#include <cstdint>
#include <string>
#include <string_view>

namespace wr::base {

class JsonWriter {
public:
    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);
    /// A key that is known to be printable ASCII without quotes and backslashes.
    void plain_key(std::string_view name);
    /// Invalid UTF-8 is replaced by U+FFFD, so that the document stays valid.
    void string(std::string_view value);
    void base64(std::string_view bytes);
    void integer(int64_t value);
    void unsigned_integer(uint64_t value);
    /// Shortest text that reads back as the same double; null when not finite.
    void number(double value);
    void boolean(bool value);
    void null();
    /// `json` is copied as one value, unchecked.
    void raw(std::string_view json);

    /// Makes room for text to come, so that a long document is not copied as it grows.
    void reserve(size_t bytes) { out_.reserve(out_.size() + bytes); }

    const std::string& text() const { return out_; }
    std::string take() { return std::move(out_); }

private:
    void separate();
    std::string out_;
    bool needs_comma_ = false;
};

/// Quoted and escaped, appended to `out`.
void append_json_string(std::string& out, std::string_view value);
void append_json_number(std::string& out, double value);

}  // namespace wr::base
