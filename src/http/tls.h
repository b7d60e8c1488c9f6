#pragma once
// TLS of the server: its certificate, and what clients may agree on.

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

struct ssl_ctx_st;

namespace wr::http {

/// Certificate (with the chain behind it) and private key, as PEM.
struct TlsIdentity {
    std::string certificate;
    std::string key;
};

/// TLS 1.2 and 1.3 with forward secrecy; ALPN h2 and http/1.1. @threads any
class TlsContext {
public:
    /// @error InvalidArgument  not PEM, or the key is not the certificate's
    static base::Result<std::shared_ptr<const TlsContext>> create(const TlsIdentity& identity);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    ssl_ctx_st* native() const { return context_; }
    base::Timestamp expires() const { return expires_; }
    /// `host` if the certificate is good for it, else a name that it is good for; `host` again
    /// when there is none.
    std::string name_for(const std::string& host) const;

private:
    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

    ssl_ctx_st* const context_;
    base::Timestamp expires_;
};

}  // namespace wr::http
