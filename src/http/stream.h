#pragma once
// A blocking byte stream of the client: a TCP or Unix socket, or TLS over one, with deadlines.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace wr::http {

struct Endpoint {
    bool is_tls = false;
    bool is_unix = false;
    std::string host;  ///< or the path of a Unix socket
    uint16_t port = 0;
    std::string host_header;  ///< with the port unless it is the scheme's
};

base::Result<Endpoint> parse_endpoint(const std::string& text);

class Stream {
public:
    /// @param trust_file  PEM: authorities to believe beside the system's; may be empty
    static base::Result<std::unique_ptr<Stream>> connect(const Endpoint& endpoint,
                                                         const std::string& trust_file,
                                                         base::MonotonicTime deadline,
                                                         const base::Clock& clock);
    virtual ~Stream() = default;
    /// Zero at the end of the stream.
    virtual base::Result<size_t> read(char* to, size_t size, base::MonotonicTime deadline) = 0;
    virtual base::Result<void> write(std::string_view bytes, base::MonotonicTime deadline) = 0;
    /// Whether a kept connection may be used again: nothing to read, not closed.
    virtual bool is_quiet() const = 0;
};

}  // namespace wr::http
