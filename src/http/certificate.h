#pragma once
// A local certificate authority: its own certificate, and certificates for names of this machine.

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/tls.h"

namespace wr::http {

/// A new authority (ECDSA P-256), good for `life` from `now` on. `name` is its common name.
base::Result<TlsIdentity> make_authority(const std::string& name,
                                         base::Timestamp now,
                                         std::chrono::hours life);

struct CertificateRequest {
    std::vector<std::string> hosts;  ///< names or addresses; the first is the common name
    base::Timestamp now;
    std::chrono::hours life;
};

/// A certificate of a server with a key of its own, signed by `authority`, which follows it in the
/// chain.
///
/// @error InvalidArgument  the authority cannot be read
base::Result<TlsIdentity> issue_certificate(const TlsIdentity& authority,
                                            const CertificateRequest& request);

}  // namespace wr::http
