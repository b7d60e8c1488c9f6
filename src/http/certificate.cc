// X.509 through OpenSSL: an authority and what it signs.
#include "http/certificate.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Extension = std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)>;

/// Clocks of clients may be a little behind.
constexpr auto valid_before_now = 1h;
constexpr int serial_bytes = 16;

base::Failure<base::Error> failed(const std::string& what) {
    ERR_clear_error();
    return fail(ErrorCode::Unavailable, "certificate: " + what);
}

std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<size_t>(size)};
}

Result<TlsIdentity> to_pem(X509* certificate, EVP_PKEY* key) {
    const Bio first(BIO_new(BIO_s_mem()), BIO_free);
    const Bio second(BIO_new(BIO_s_mem()), BIO_free);
    if (PEM_write_bio_X509(first.get(), certificate) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
            1) {
        return failed("writing PEM");
    }
    return TlsIdentity{text_of(first.get()), text_of(second.get())};
}

bool set_serial(X509* certificate) {
    unsigned char bytes[serial_bytes];
    if (RAND_bytes(bytes, serial_bytes) != 1) return false;
    bytes[0] &= 0x7F;  // a serial number is positive
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        BN_bin2bn(bytes, serial_bytes, nullptr), BN_free);
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_validity(X509* certificate, base::Timestamp now, std::chrono::hours life) {
    const auto seconds = [](base::Timestamp time) {
        return static_cast<time_t>(
            std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    };
    return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - valid_before_now)) &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + life));
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()),
                              X509_EXTENSION_free);
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_subject(X509* certificate, const std::string& common_name) {
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto add = [&](const char* field, const std::string& value) {
        return X509_NAME_add_entry_by_txt(name,
                                          field,
                                          MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(value.data()),
                                          static_cast<int>(value.size()),
                                          -1,
                                          0) == 1;
    };
    return add("O", "Wild Rydes") && add("CN", common_name);
}

bool is_address(const std::string& host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
           inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

std::string alternative_names(const std::vector<std::string>& hosts) {
    std::string text;
    for (const std::string& host : hosts) {
        if (!text.empty()) text += ',';
        text += (is_address(host) ? "IP:" : "DNS:") + host;
    }
    return text;
}

/// What every certificate here has; neither issuer nor signature yet.
bool fill(X509* certificate,
          EVP_PKEY* key,
          const std::string& name,
          base::Timestamp now,
          std::chrono::hours life) {
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_validity(certificate, now, life) && set_subject(certificate, name) &&
           X509_set_pubkey(certificate, key) == 1;
}

bool sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
    return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
           X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

}  // namespace

Result<TlsIdentity> make_authority(const std::string& name,
                                   base::Timestamp now,
                                   std::chrono::hours life) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate(X509_new(), X509_free);
    X509* made = certificate.get();
    if (!key || made == nullptr || !fill(made, key.get(), name, now, life) ||
        !add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
        !add_extension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign") ||
        !add_extension(made, made, NID_subject_key_identifier, "hash") ||
        !sign(made, made, key.get())) {
        return failed("making the authority");
    }
    return to_pem(made, key.get());
}

Result<TlsIdentity> issue_certificate(const TlsIdentity& authority,
                                      const CertificateRequest& request) {
    const Bio certificate_text(BIO_new_mem_buf(authority.certificate.data(),
                                               static_cast<int>(authority.certificate.size())),
                               BIO_free);
    const Bio key_text(
        BIO_new_mem_buf(authority.key.data(), static_cast<int>(authority.key.size())), BIO_free);
    const Certificate issuer(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr),
                             X509_free);
    const Key issuer_key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, const_cast<char*>("")),
        EVP_PKEY_free);
    if (!issuer || !issuer_key) {
        ERR_clear_error();
        return fail(ErrorCode::InvalidArgument, "the authority's certificate or key is not PEM");
    }
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate(X509_new(), X509_free);
    X509* made = certificate.get();
    const std::string names = alternative_names(request.hosts);
    if (!key || made == nullptr ||
        !fill(made, key.get(), request.hosts.at(0), request.now, request.life) ||
        !add_extension(made, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(made, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
        !add_extension(made, issuer.get(), NID_ext_key_usage, "serverAuth") ||
        !add_extension(made, issuer.get(), NID_subject_key_identifier, "hash") ||
        !add_extension(made, issuer.get(), NID_authority_key_identifier, "keyid:always") ||
        !add_extension(made, issuer.get(), NID_subject_alt_name, names) ||
        !sign(made, issuer.get(), issuer_key.get())) {
        return failed("signing for " + names);
    }
    WR_TRY(TlsIdentity identity, to_pem(made, key.get()));
    identity.certificate += authority.certificate;
    return identity;
}

}  // namespace wr::http
