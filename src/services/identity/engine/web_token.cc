// RS256 over OpenSSL. The algorithm is fixed: what the token's header says is compared, not obeyed.
#include "services/identity/engine/web_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time_format.h"

namespace wr::identity {
namespace {

using base::Json;

constexpr auto secret_name = "web token key";
constexpr unsigned key_bits = 2048;
constexpr size_t token_bytes_max = 20'000;

std::string to_url(std::string text) {
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}
std::string encode(std::string_view bytes) {
    return to_url(base::base64_encode(bytes));
}
std::optional<std::string> decode(std::string_view text) {
    std::string standard(text);
    for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
    standard.append((4 - standard.size() % 4) % 4, '=');
    return base::base64_decode(standard);
}

int64_t seconds(base::Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
base::Timestamp from_seconds(const Json& json) {
    return base::Timestamp{std::chrono::seconds{json.as_int()}};
}

struct FreePkey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Pkey = std::unique_ptr<EVP_PKEY, FreePkey>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;
using Bio = std::unique_ptr<BIO, FreeBio>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_pem(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio ||
        PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<size_t>(size)};
}

Pkey from_pem(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Pkey(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

base::Failure<EngineError> invalid_token() {
    return fault(Fault::InvalidIdentityToken,
                 "The ID Token provided is not a valid JWT. (You may see this error if you sent "
                 "an Access Token)");
}

}  // namespace

struct WebTokens::Key {
    Pkey pkey;
    std::string id;
};

WebTokens::WebTokens(Records& records, const Sealer& sealer, const base::Clock& clock)
    : records_(records), sealer_(sealer), clock_(clock) {}
WebTokens::~WebTokens() = default;

Outcome<std::shared_ptr<const WebTokens::Key>> WebTokens::load_or_make() {
    auto key = std::make_shared<Key>();
    WR_TRY(const auto stored, records_.secret(secret_name));
    std::string pem;
    if (stored) pem = sealer_.open(*stored, secret_name).value_or("");
    if (!pem.empty()) {
        key->pkey = from_pem(pem);
    } else {
        key->pkey = Pkey(EVP_RSA_gen(key_bits));
        pem = key->pkey ? to_pem(key->pkey.get()) : "";
        kv::Batch batch;
        Records::put_secret(batch, secret_name, sealer_.seal(pem, secret_name));
        const base::MutexLock lock(records_.mutex());
        WR_TRY_VOID(records_.commit_quietly(batch));
    }
    if (!key->pkey) return fault(Fault::Storage, "the key of identity tokens is unreadable");
    key->id = base::sha256_hex(pem).substr(0, 16);
    return std::shared_ptr<const Key>(std::move(key));
}

Outcome<std::shared_ptr<const WebTokens::Key>> WebTokens::key() {
    const base::MutexLock lock(mutex_);
    if (!key_) {
        WR_TRY(key_, load_or_make());
    }
    return key_;
}

Outcome<std::string> WebTokens::sign(const WebClaims& claims) {
    WR_TRY(const auto key, this->key());
    Json header{Json::Object{}};
    header.set("kid", key->id);
    header.set("typ", "JWS");
    header.set("alg", "RS256");
    Json payload{Json::Object{}};
    payload.set("sub", claims.subject);
    payload.set("aud", claims.audience);
    Json::Array means;
    for (const auto& text : claims.means) means.emplace_back(text);
    payload.set("amr", std::move(means));
    payload.set("iss", "https://" + std::string(identity_provider));
    payload.set("exp", seconds(claims.expires));
    payload.set("iat", seconds(claims.issued));
    std::string token = encode(header.dump()) + '.' + encode(payload.dump());

    const Digest digest(EVP_MD_CTX_new());
    size_t size = 0;
    const bool sized =
        digest &&
        EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key->pkey.get()) == 1 &&
        EVP_DigestSign(digest.get(), nullptr, &size, bytes(token), token.size()) == 1;
    std::string mac(size, '\0');
    const bool is_signed = sized && EVP_DigestSign(digest.get(),
                                                   reinterpret_cast<unsigned char*>(mac.data()),
                                                   &size,
                                                   bytes(token),
                                                   token.size()) == 1;
    if (!is_signed) return fault(Fault::Storage, "signing an identity token failed");
    mac.resize(size);
    token += '.';
    token += encode(mac);
    return token;
}

Outcome<WebClaims> WebTokens::verify(std::string_view token) {
    const size_t first = token.find('.');
    const size_t second = token.rfind('.');
    if (first == std::string_view::npos || second == first || token.size() > token_bytes_max)
        return invalid_token();
    const auto header_text = decode(token.substr(0, first));
    const auto payload_text = decode(token.substr(first + 1, second - first - 1));
    const auto mac = decode(token.substr(second + 1));
    if (!header_text || !payload_text || !mac) return invalid_token();
    const auto header = base::parse_json(*header_text);
    const auto payload = base::parse_json(*payload_text);
    if (!header || !payload) return invalid_token();
    WR_TRY(const auto key, this->key());
    if ((*header)["alg"].as_string() != "RS256") return invalid_token();
    const std::string issuer = (*payload)["iss"].as_string();
    if (issuer != "https://" + std::string(identity_provider))
        return fault(Fault::InvalidIdentityToken,
                     "No OpenIDConnect provider found in your account for " + issuer);

    const Digest digest(EVP_MD_CTX_new());
    const auto body = token.substr(0, second);
    const bool genuine =
        digest &&
        EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key->pkey.get()) == 1 &&
        EVP_DigestVerify(digest.get(), bytes(*mac), mac->size(), bytes(body), body.size()) == 1;
    if (!genuine)
        return fault(Fault::InvalidIdentityToken,
                     "Couldn't retrieve verification key from your identity provider, please "
                     "reference AssumeRoleWithWebIdentity documentation for requirements");
    WebClaims claims;
    claims.subject = (*payload)["sub"].as_string();
    claims.audience = (*payload)["aud"].as_string();
    for (const auto& text : (*payload)["amr"].as_array()) claims.means.push_back(text.as_string());
    claims.issued = from_seconds((*payload)["iat"]);
    claims.expires = from_seconds((*payload)["exp"]);
    if (clock_.now() >= claims.expires)
        return fault(Fault::ExpiredIdentityToken,
                     "Token expired: current date/time " + std::to_string(seconds(clock_.now())) +
                         " must be before the expiration date/time " +
                         std::to_string(seconds(claims.expires)));
    return claims;
}

}  // namespace wr::identity
