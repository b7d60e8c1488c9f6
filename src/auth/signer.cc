// Signs requests as the AWS SDKs do.
#include "auth/signer.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/time_format.h"

namespace wr::auth {
namespace {

/// Proxies and libraries change these on the way.
constexpr std::array<std::string_view, 6> never_signed = {
    "authorization", "user-agent", "connection", "expect", "transfer-encoding", "x-amzn-trace-id"};

std::vector<std::string> headers_to_sign(const http::Headers& headers) {
    std::vector<std::string> names;
    for (const auto& header : headers.all()) {
        std::string name = to_lower(header.name);
        if (std::find(never_signed.begin(), never_signed.end(), name) == never_signed.end())
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

PathStyle path_style(const SigningTarget& target) {
    return target.service == "s3" ? PathStyle::Raw : PathStyle::Normalised;
}

Scope scope_of(const SigningTarget& target, std::string_view amz_date) {
    return {std::string(amz_date.substr(0, 8)), target.region, target.service};
}

}  // namespace

void sign(http::Request& request,
          const SigningCredentials& credentials,
          const SigningTarget& target,
          base::Timestamp now) {
    const std::string amz_date = base::format_basic(now);
    const std::string hash = base::sha256_hex(request.body);
    request.headers.remove("authorization");
    request.headers.remove("x-amz-security-token");
    request.headers.set("X-Amz-Date", amz_date);
    if (!credentials.session_token.empty())
        request.headers.set("X-Amz-Security-Token", credentials.session_token);
    if (target.service == "s3") request.headers.set("X-Amz-Content-Sha256", hash);

    const Scope scope = scope_of(target, amz_date);
    const auto names = headers_to_sign(request.headers);
    const auto canonical = canonical_request(request, path_style(target), names, hash);
    const auto key = signing_key(credentials.secret_access_key, scope);
    const auto mac = signature(key, string_to_sign(amz_date, scope, canonical));
    request.headers.set("Authorization",
                        std::string(sigv4_algorithm) + " Credential=" + credentials.access_key_id +
                            '/' + scope.text() + ", SignedHeaders=" + join(names, ";") +
                            ", Signature=" + mac);
}

void presign(http::Request& request,
             const SigningCredentials& credentials,
             const SigningTarget& target,
             base::Timestamp now,
             std::chrono::seconds lifetime) {
    const std::string amz_date = base::format_basic(now);
    const Scope scope = scope_of(target, amz_date);
    std::string& url = request.target;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=";
    url += base::percent_encode(credentials.access_key_id + '/' + scope.text());
    url += "&X-Amz-Date=" + amz_date;
    url += "&X-Amz-Expires=" + std::to_string(lifetime.count());
    url += "&X-Amz-SignedHeaders=host";
    if (!credentials.session_token.empty())
        url += "&X-Amz-Security-Token=" + base::percent_encode(credentials.session_token);
    const std::string payload =
        target.service == "s3" ? std::string(unsigned_payload) : base::sha256_hex(request.body);
    const auto canonical = canonical_request(request, path_style(target), {"host"}, payload);
    const auto key = signing_key(credentials.secret_access_key, scope);
    url += "&X-Amz-Signature=" + signature(key, string_to_sign(amz_date, scope, canonical));
}

}  // namespace wr::auth
