// The server's TLS context: protocol versions, ciphers, ALPN, and what its certificate says.
#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <string_view>

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;

// Forward secrecy and authenticated encryption: also what RFC 9113 asks of HTTP/2.
constexpr const char* tls_1_2_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

base::Failure<base::Error> bad(const std::string& what) {
    char text[256] = "unknown reason";
    if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof(text));
    ERR_clear_error();
    return fail(ErrorCode::InvalidArgument, "TLS: " + what + ": " + text);
}

Bio memory(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

int choose_protocol(SSL* /*ssl*/,
                    const unsigned char** chosen,
                    unsigned char* chosen_size,
                    const unsigned char* offered,
                    unsigned offered_size,
                    void* /*context*/) {
    static constexpr unsigned char ours[] = "\x02h2\x08http/1.1";
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, ours, sizeof(ours) - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

Result<void> use_identity(SSL_CTX* context, const TlsIdentity& identity) {
    const Bio chain = memory(identity.certificate);
    const Certificate leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr), X509_free);
    if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return bad("certificate");
    while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
        // The context owns what it has taken.
        if (SSL_CTX_add0_chain_cert(context, next) != 1) {
            X509_free(next);
            return bad("certificate chain");
        }
    }
    ERR_clear_error();
    const Bio key_text = memory(identity.key);
    // An empty passphrase: a key that needs one is refused instead of asked about.
    const Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, const_cast<char*>("")),
                  EVP_PKEY_free);
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return bad("private key");
    if (SSL_CTX_check_private_key(context) != 1) return bad("the key is not the certificate's");
    return {};
}

bool is_good_for(X509* certificate, const std::string& host) {
    return X509_check_ip_asc(certificate, host.c_str(), 0) == 1 ||
           X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

}  // namespace

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::create(const TlsIdentity& identity) {
    ERR_clear_error();
    const std::shared_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
    SSL_CTX* context = made->context_;
    if (context == nullptr) return bad("context");
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, tls_1_2_ciphers) != 1) {
        return bad("settings");
    }
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    WR_TRY_VOID(use_identity(context, identity));
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(context)), &end) != 1) {
        return bad("validity");
    }
    made->expires_ = base::Timestamp(std::chrono::seconds(timegm(&end)));
    return std::shared_ptr<const TlsContext>(made);
}

std::string TlsContext::name_for(const std::string& host) const {
    X509* certificate = SSL_CTX_get0_certificate(context_);
    if (is_good_for(certificate, host)) return host;
    if (is_good_for(certificate, "localhost")) return "localhost";
    const Names names(static_cast<GENERAL_NAMES*>(
                          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
                      GENERAL_NAMES_free);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS) continue;
        std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
        if (!text.starts_with("*")) return text;
    }
    return host;
}

}  // namespace wr::http
