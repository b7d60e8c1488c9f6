// Parses the Authorization header or the signed query, strictly: no field twice, none missing.
#include "auth/claim.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

using wire::ApiError;
using wire::ApiResult;

constexpr std::array<std::string_view, 8> single_headers = {"Host",
                                                            "Authorization",
                                                            "X-Amz-Date",
                                                            "Date",
                                                            "X-Amz-Security-Token",
                                                            "X-Amz-Content-Sha256",
                                                            "X-Amz-Decoded-Content-Length",
                                                            "Content-Length"};

constexpr std::array<std::string_view, 6> query_fields = {"X-Amz-Algorithm",
                                                          "X-Amz-Credential",
                                                          "X-Amz-Date",
                                                          "X-Amz-Expires",
                                                          "X-Amz-SignedHeaders",
                                                          "X-Amz-Signature"};

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

ApiError s3_error(std::string code, std::string message) {
    ApiError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.status = 400;
    return error;
}

ApiError bad_query(Family family, std::string message) {
    if (family == Family::S3)
        return s3_error("AuthorizationQueryParametersError", std::move(message));
    return incomplete_signature(family, std::move(message));
}

/// Says what is missing in AWS's words, and of the header only its hash.
ApiError incomplete_header(Family family, const std::string& missing, std::string_view header) {
    if (family == Family::S3)
        return incomplete_signature(
            family,
            "The authorization header is malformed; the authorization header requires three "
            "components: Credential, SignedHeaders, and Signature.");
    const auto digest = base::sha256(header);
    return incomplete_signature(family,
                                missing +
                                    "(Hashed with SHA-256 and encoded with Base64) "
                                    "Authorization=" +
                                    base::base64_encode(base::as_bytes(digest)));
}

bool is_hex_signature(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// Lower-case, sorted, without repetition; empty when the list is not so.
std::optional<std::vector<std::string>> parse_signed_headers(std::string_view text) {
    std::vector<std::string> names;
    for (const auto name : split(text, ';')) {
        if (name.empty() || name != to_lower(name)) return std::nullopt;
        if (!names.empty() && !(names.back() < name)) return std::nullopt;
        names.emplace_back(name);
    }
    return names;
}

ApiResult<void> check_duplicates(const http::Request& request, Family family) {
    for (const auto name : single_headers) {
        if (request.headers.count(name) > 1) return base::fail(duplicate_field(family, name));
    }
    return {};
}

/// The query's authentication fields, by their exact names; two spellings of one are two fields.
ApiResult<std::map<std::string, std::string>> auth_fields(const http::Request& request,
                                                          Family family) {
    std::map<std::string, std::string> fields;
    std::map<std::string, int> seen;
    for (auto& [name, value] : query_parameters(request.query())) {
        const std::string lower = to_lower(name);
        if (!lower.starts_with("x-amz-")) continue;
        if (++seen[lower] > 1) return base::fail(duplicate_field(family, name));
        fields[name] = std::move(value);
    }
    return fields;
}

bool is_query_signed(const http::Request& request) {
    for (const auto& [name, value] : query_parameters(request.query())) {
        if (http::equals_ignoring_case(name, "X-Amz-Algorithm") ||
            http::equals_ignoring_case(name, "X-Amz-Credential") ||
            http::equals_ignoring_case(name, "X-Amz-Signature"))
            return true;
    }
    return false;
}

bool is_version_2_query(const http::Request& request) {
    bool key = false;
    bool signature = false;
    for (const auto& [name, value] : query_parameters(request.query())) {
        key = key || name == "AWSAccessKeyId";
        signature = signature || name == "Signature";
    }
    return key && signature;
}

/// X-Amz-Date, else Date.
ApiResult<void> read_date(const http::Request& request, Family family, Claim& claim) {
    const auto amz_date = request.headers.get("x-amz-date");
    std::optional<base::Timestamp> time;
    if (!amz_date.empty()) {
        time = base::parse_basic(amz_date);
    } else {
        std::string date(request.headers.get("date"));
        // Python's formatdate writes UTC so.
        if (date.ends_with(" -0000") || date.ends_with(" +0000"))
            date.replace(date.size() - 5, 5, "GMT");
        time = base::parse_http_date(date);
        if (!time) time = base::parse_basic(date);
    }
    if (!time) {
        if (family == Family::S3) {
            ApiError error = s3_error(
                "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
            error.status = 403;
            return base::fail(std::move(error));
        }
        return base::fail(incomplete_header(
            family,
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
            "header. ",
            request.headers.get("authorization")));
    }
    claim.signed_at = *time;
    claim.amz_date = base::format_basic(*time);
    return {};
}

ApiResult<std::map<std::string, std::string_view>> header_components(std::string_view header,
                                                                     Family family) {
    std::map<std::string, std::string_view> parts;
    for (const auto piece : split(header, ',')) {
        const auto part = trim(piece);
        const size_t equals = part.find('=');
        if (equals == std::string_view::npos)
            return base::fail(incomplete_header(
                family,
                "not a valid key=value pair (missing equal-sign) in Authorization header ",
                header));
        const std::string name(part.substr(0, equals));
        if (!parts.emplace(name, part.substr(equals + 1)).second)
            return base::fail(duplicate_field(family, name));
    }
    return parts;
}

ApiResult<Claim> parse_header(const http::Request& request, Family family) {
    const auto header = request.headers.get("authorization");
    const size_t blank = header.find(' ');
    const auto algorithm = header.substr(0, blank);
    if (algorithm != sigv4_algorithm) {
        if (family == Family::S3)
            return base::fail(s3_error("InvalidRequest",
                                       "The authorization mechanism you have provided is not "
                                       "supported. Please use AWS4-HMAC-SHA256."));
        return base::fail(incomplete_signature(
            family, "Unsupported AWS 'algorithm': '" + std::string(algorithm) + "'."));
    }
    const auto rest = blank == std::string_view::npos ? std::string_view() : header.substr(blank);
    WR_TRY(const auto parts, header_components(trim(rest), family));
    std::string missing;
    for (const auto* name : {"Credential", "Signature", "SignedHeaders"}) {
        const auto part = parts.find(name);
        if (part == parts.end() || part->second.empty())
            missing += "Authorization header requires '" + std::string(name) + "' parameter. ";
    }
    if (!missing.empty()) return base::fail(incomplete_header(family, missing, header));

    Claim claim;
    const auto credential = parse_credential(parts.at("Credential"));
    if (!credential)
        return base::fail(incomplete_header(
            family, "Credential must have exactly 5 slash-delimited elements. ", header));
    claim.access_key_id = credential->first;
    claim.scope = credential->second;
    const auto names = parse_signed_headers(parts.at("SignedHeaders"));
    claim.signature = parts.at("Signature");
    if (!names || !is_hex_signature(claim.signature))
        return base::fail(incomplete_header(
            family, "Authorization header has a malformed SignedHeaders or Signature. ", header));
    claim.signed_headers = *names;
    claim.session_token = request.headers.get("x-amz-security-token");
    WR_TRY_VOID(read_date(request, family, claim));
    return claim;
}

ApiResult<std::chrono::seconds> parse_lifetime(const std::string& text, Family family) {
    int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size())
        return base::fail(bad_query(family, "X-Amz-Expires should be a number"));
    if (seconds < 1) return base::fail(bad_query(family, "X-Amz-Expires must be non-negative"));
    if (seconds > presigned_lifetime_max.count())
        return base::fail(bad_query(family,
                                    "X-Amz-Expires must be less than a week (in seconds); that "
                                    "is, the given X-Amz-Expires must be less than 604800 "
                                    "seconds"));
    return std::chrono::seconds{seconds};
}

ApiResult<Claim> parse_query(const http::Request& request, Family family) {
    WR_TRY(const auto fields, auth_fields(request, family));
    for (const auto name : query_fields) {
        const auto field = fields.find(std::string(name));
        if (field == fields.end() || field->second.empty())
            return base::fail(
                bad_query(family,
                          "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                          "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                          "X-Amz-Expires parameters."));
    }
    if (fields.at("X-Amz-Algorithm") != sigv4_algorithm)
        return base::fail(bad_query(family, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
    Claim claim;
    claim.presigned = true;
    const auto credential = parse_credential(fields.at("X-Amz-Credential"));
    if (!credential)
        return base::fail(
            bad_query(family,
                      "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
                      "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
    claim.access_key_id = credential->first;
    claim.scope = credential->second;
    claim.amz_date = fields.at("X-Amz-Date");
    const auto time = base::parse_basic(claim.amz_date);
    if (!time)
        return base::fail(bad_query(
            family, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""));
    claim.signed_at = *time;
    WR_TRY(claim.lifetime, parse_lifetime(fields.at("X-Amz-Expires"), family));
    const auto names = parse_signed_headers(fields.at("X-Amz-SignedHeaders"));
    claim.signature = fields.at("X-Amz-Signature");
    if (!names || !is_hex_signature(claim.signature))
        return base::fail(bad_query(family, "X-Amz-SignedHeaders or X-Amz-Signature is malformed"));
    claim.signed_headers = *names;
    if (const auto token = fields.find("X-Amz-Security-Token"); token != fields.end())
        claim.session_token = token->second;
    if (const auto hash = fields.find("X-Amz-Content-Sha256"); hash != fields.end())
        claim.query_sha256 = hash->second;
    // One source of the token only, lest two layers believe two of them.
    if (request.headers.find("x-amz-security-token") != nullptr)
        return base::fail(duplicate_field(family, "X-Amz-Security-Token"));
    return claim;
}

}  // namespace

std::optional<std::pair<std::string, Scope>> parse_credential(std::string_view text) {
    const auto parts = split(text, '/');
    if (parts.size() < 5 || parts.back() != "aws4_request") return std::nullopt;
    const size_t count = parts.size();
    Scope scope{std::string(parts[count - 4]),
                std::string(parts[count - 3]),
                std::string(parts[count - 2])};
    const std::string key(text.substr(0, text.size() - scope.text().size() - 1));
    if (key.empty() || key.find('/') != std::string::npos) return std::nullopt;
    return std::make_pair(key, std::move(scope));
}

ApiResult<std::optional<Claim>> parse_claim(const http::Request& request, Family family) {
    WR_TRY_VOID(check_duplicates(request, family));
    const bool in_header = request.headers.find("authorization") != nullptr;
    const bool in_query = is_query_signed(request);
    const bool version_2 = family == Family::S3 && is_version_2_query(request);
    if (in_header && (in_query || version_2)) return base::fail(two_mechanisms(family));
    if (version_2)
        return base::fail(s3_error("InvalidRequest",
                                   "The authorization mechanism you have provided is not "
                                   "supported. Please use AWS4-HMAC-SHA256."));
    if (in_header) {
        WR_TRY(auto claim, parse_header(request, family));
        return std::optional<Claim>(std::move(claim));
    }
    if (in_query) {
        WR_TRY(auto claim, parse_query(request, family));
        return std::optional<Claim>(std::move(claim));
    }
    return std::optional<Claim>();
}

}  // namespace wr::auth
