// Canonical path, query and headers; signing keys.
#include "auth/canonical.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/hash.h"

namespace wr::auth {
namespace {

/// Decoded and encoded again, so that each segment has one spelling; an encoded slash stays
/// encoded, because it is part of a name, not a separator.
std::string encode_segments(std::string_view path) {
    std::string out;
    bool first = true;
    for (const auto segment : split(path, '/')) {
        if (!first) out += '/';
        first = false;
        const auto decoded = base::percent_decode(segment);
        out += base::percent_encode(decoded ? std::string_view(*decoded) : segment);
    }
    return out;
}

std::string remove_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const auto segment : split(path, '/')) {
        if (segment.empty() || segment == ".") continue;
        if (segment != "..") {
            kept.push_back(segment);
        } else if (!kept.empty()) {
            kept.pop_back();
        }
    }
    std::string out;
    for (const auto segment : kept) {
        out += '/';
        out += segment;
    }
    if (out.empty() || path.back() == '/') out += '/';
    return out;
}

/// A plus stays a plus: the signature must not say whether it means a blank.
std::string recode_query_part(std::string_view part) {
    const auto decoded = base::percent_decode(part);
    if (!decoded) return base::percent_encode(part, "+");
    if (part.find('+') == std::string_view::npos) return base::percent_encode(*decoded);
    std::string out;
    bool first = true;
    for (const auto piece : split(part, '+')) {
        if (!first) out += '+';
        first = false;
        const auto plain = base::percent_decode(piece);
        out += base::percent_encode(plain ? std::string_view(*plain) : piece);
    }
    return out;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void append_collapsed(std::string& out, std::string_view value) {
    bool pending = false;
    bool any = false;
    for (const char c : value) {
        if (is_blank(c)) {
            pending = any;
            continue;
        }
        if (pending) out += ' ';
        pending = false;
        any = true;
        out += c;
    }
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        if (&part != &parts.front()) out += separator;
        out += part;
    }
    return out;
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

std::string canonical_path(std::string_view raw_path, PathStyle style) {
    if (raw_path.empty()) return "/";
    switch (style) {
        case PathStyle::Raw:
            return encode_segments(raw_path);
        case PathStyle::Normalised:
            return base::percent_encode(remove_dot_segments(raw_path), "/");
    }
    return {};
}

std::string canonical_query(std::string_view raw_query, std::string_view except) {
    if (raw_query.empty()) return {};
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const auto part : split(raw_query, '&')) {
        if (part.empty()) continue;
        const size_t equals = part.find('=');
        std::string name = recode_query_part(part.substr(0, equals));
        if (!except.empty() && name == except) continue;
        const auto value =
            equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
        parameters.emplace_back(std::move(name), recode_query_part(value));
    }
    std::sort(parameters.begin(), parameters.end());
    std::string out;
    for (const auto& [name, value] : parameters) {
        if (!out.empty()) out += '&';
        out += name;
        out += '=';
        out += value;
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view raw_query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    if (raw_query.empty()) return parameters;
    const auto decode = [](std::string_view part) {
        return base::percent_decode(part).value_or(std::string(part));
    };
    for (const auto part : split(raw_query, '&')) {
        if (part.empty()) continue;
        const size_t equals = part.find('=');
        parameters.emplace_back(
            decode(part.substr(0, equals)),
            equals == std::string_view::npos ? std::string() : decode(part.substr(equals + 1)));
    }
    return parameters;
}

std::string canonical_header_value(const http::Headers& headers, std::string_view name) {
    std::string out;
    bool first = true;
    for (const auto& header : headers.all()) {
        if (!http::equals_ignoring_case(header.name, name)) continue;
        if (!first) out += ',';
        first = false;
        append_collapsed(out, header.value);
    }
    return out;
}

std::string canonical_request(const http::Request& request,
                              PathStyle style,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash) {
    std::string out = request.method;
    out += '\n';
    out += canonical_path(request.path(), style);
    out += '\n';
    out += canonical_query(request.query(), "X-Amz-Signature");
    out += '\n';
    for (const auto& name : signed_headers) {
        out += name;
        out += ':';
        out += canonical_header_value(request.headers, name == authority_header ? "host" : name);
        out += '\n';
    }
    out += '\n';
    out += join(signed_headers, ";");
    out += '\n';
    out += payload_hash;
    return out;
}

std::string string_to_sign(std::string_view amz_date,
                           const Scope& scope,
                           std::string_view canonical) {
    std::string out(sigv4_algorithm);
    out += '\n';
    out += amz_date;
    out += '\n';
    out += scope.text();
    out += '\n';
    out += base::sha256_hex(canonical);
    return out;
}

std::string signing_key(std::string_view secret, const Scope& scope) {
    const auto date = base::hmac_sha256("AWS4" + std::string(secret), scope.date);
    const auto region = base::hmac_sha256(base::as_bytes(date), scope.region);
    const auto service = base::hmac_sha256(base::as_bytes(region), scope.service);
    const auto key = base::hmac_sha256(base::as_bytes(service), "aws4_request");
    return std::string(base::as_bytes(key));
}

std::string signature(std::string_view key, std::string_view text) {
    const auto digest = base::hmac_sha256(key, text);
    return base::hex_encode(base::as_bytes(digest));
}

}  // namespace wr::auth
