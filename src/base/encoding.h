#pragma once
// Text forms of bytes: hex, base64, percent-encoding.

#include <optional>
#include <string>
#include <string_view>

namespace wr::base {

std::string hex_encode(std::string_view bytes);  // lower case
std::optional<std::string> hex_decode(std::string_view text);

std::string base64_encode(std::string_view bytes);
void base64_append(std::string& out, std::string_view bytes);
constexpr size_t base64_size(size_t bytes) {
    return (bytes + 2) / 3 * 4;
}
/// Writes base64_size() characters. @return behind the last
char* base64_write(char* to, std::string_view bytes);
/// Strict: padding required, no white space, no other alphabet.
std::optional<std::string> base64_decode(std::string_view text);
/// The same into a string of the caller's; false leaves it unspecified.
bool base64_decode_into(std::string_view text, std::string& out);

/// RFC 3986 unreserved characters stay; `keep` lists further ones (S3 paths keep "/").
std::string percent_encode(std::string_view text, std::string_view keep = "");
/// False for a bad escape. `plus_is_space` for form bodies only.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

bool is_valid_utf8(std::string_view text);

}  // namespace wr::base
