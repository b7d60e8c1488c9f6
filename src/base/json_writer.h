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
    /// One value of at most `bytes_max`: `write` puts it where it is told to and returns its end.
    template <typename Write>
    void value(size_t bytes_max, const Write& write) {
        written(write(separate(bytes_max)));
    }

    /// Makes room for text to come, so that a long document is not copied as it grows.
    void reserve(size_t bytes) { out_.reserve(size_ + bytes); }

    size_t size() const { return size_; }
    std::string_view text() const { return {out_.data(), size_}; }
    std::string take();

private:
    /// Where the next bytes go, at least `bytes` of them; written() says how many came.
    char* room(size_t bytes);
    void written(const char* end) { size_ = static_cast<size_t>(end - out_.data()); }
    void put(char token);
    char* separate(size_t bytes);

    std::string out_;  // longer than the text: its end is room
    size_t size_ = 0;
    bool needs_comma_ = false;
};

/// Quoted and escaped, appended to `out`.
void append_json_string(std::string& out, std::string_view value);
/// The same where there is room for json_string_size_max(). @return behind the last
char* write_json_string(char* to, std::string_view value);
constexpr size_t json_string_size_max(size_t bytes) {
    return bytes * 6 + 2;  // each byte as \u00xx
}
void append_json_number(std::string& out, double value);

}  // namespace wr::base
