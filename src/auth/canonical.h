#pragma once
// The canonical request of Signature Version 4 and the keys derived for it: shared by both sides.
//
// Source: IAM User Guide, "Create a signed AWS API request".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace wr::auth {

constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
constexpr std::string_view streaming_signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
constexpr std::string_view streaming_signed_trailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
constexpr std::string_view streaming_unsigned_trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
constexpr std::string_view empty_sha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What clients of HTTP/2 sign instead of "host": the same value.
constexpr std::string_view authority_header = ":authority";

/// How a service wants the path of a request.
enum class PathStyle {
    Normalised,  ///< dot segments and empty segments removed, then encoded once more
    Raw,         ///< S3: as it stands, each segment in its one canonical encoding
};

std::string canonical_path(std::string_view raw_path, PathStyle style);
/// Sorted by name, then value; `except` is left out (X-Amz-Signature of a presigned URL).
std::string canonical_query(std::string_view raw_query, std::string_view except = {});
/// Name-value pairs in order of appearance, percent-decoded; a bad escape stays as it is.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view raw_query);

/// Lower case.
std::string to_lower(std::string_view text);
/// The header's values, trimmed, inner blanks collapsed, joined with commas.
std::string canonical_header_value(const http::Headers& headers, std::string_view name);

/// `signed_headers` are lower-case and sorted.
std::string canonical_request(const http::Request& request,
                              PathStyle style,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash);

struct Scope {
    std::string date;  ///< YYYYMMDD
    std::string region;
    std::string service;
    std::string text() const { return date + '/' + region + '/' + service + "/aws4_request"; }
};

std::string string_to_sign(std::string_view amz_date,
                           const Scope& scope,
                           std::string_view canonical);
/// 32 raw bytes.
std::string signing_key(std::string_view secret, const Scope& scope);
/// Lower-case hex.
std::string signature(std::string_view key, std::string_view text);

std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace wr::auth
