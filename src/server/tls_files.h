#pragma once
// Where the server's certificate comes from: files of one's own, or the data directory's authority.
//
//   tls/authority.pem   certificate and key of the local authority, mode 0600, made once
//   tls/ca.pem          its certificate, for clients; there only while it is the one in use

#include <memory>
#include <string>

#include "base/clock.h"
#include "http/tls.h"
#include "server/data_directory.h"

namespace wr::server {

constexpr const char* tls_trust_file = "tls/ca.pem";

/// Empty when the options ask for no TLS. A certificate of the local authority is made anew at
/// every start, with a key that is never stored.
///
/// @error what a person should do about it
base::Result<std::shared_ptr<const http::TlsContext>> open_tls(io::FileSystem& disk,
                                                               const DataDirectory& directory,
                                                               const base::Clock& clock,
                                                               const Options& options);

}  // namespace wr::server
