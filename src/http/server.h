#pragma once
// HTTP/1.1 and HTTP/2 server, with and without TLS: strict, limits of base/limits.h, graceful
// drain.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "http/message.h"
#include "http/taken_socket.h"

namespace wr::http {

class TlsContext;

struct ServerOptions {
    std::string address = "127.0.0.1";  ///< or unix:/path for a Unix socket
    uint16_t port = 0;                  ///< 0: any free one
    size_t threads = 2;                 ///< one event loop each
    std::string spool_directory;        ///< for bodies too large for memory; empty: the system's
    std::chrono::milliseconds header_timeout = limits::http_header_timeout;
    std::chrono::milliseconds idle_timeout = limits::http_idle_timeout;
    std::chrono::milliseconds body_grace = limits::http_body_grace;  ///< before the rate counts
    /// TLS on the same port: a connection's first byte tells. Empty: clear text alone.
    std::shared_ptr<const TlsContext> tls{};
    bool allows_clear_text = true;  ///< beside TLS
    size_t connections_max = limits::http_connections_max;
    size_t connections_per_address_max = limits::http_connections_per_address_max;
    TakeOver take_over{};  ///< of connections that a handler answered with 101
};

/// @threads  start, port and stop from any thread.
class Server {
public:
    static base::Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                                       Handler handler);
    virtual ~Server() = default;
    virtual uint16_t port() const = 0;
    virtual size_t connections() const = 0;
    /// Stops accepting, closes idle connections, waits for requests in flight up to `timeout`,
    /// closes the rest.
    virtual void drain(std::chrono::milliseconds timeout) = 0;
};

}  // namespace wr::http
