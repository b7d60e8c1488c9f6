#pragma once
// HTTP/1.1 client over kept-alive connections; blocking, for pools and command lines.

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace wr::http {

struct ClientOptions {
    std::string endpoint;      ///< http://host:port, https://host:port or unix:/path
    std::string trust_file{};  ///< PEM: authorities to believe beside the system's
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds request_timeout{60'000};
    uint64_t response_bytes_max = 64ULL * 1024 * 1024;
};

/// Thread-safe: each request takes an idle connection of its own.
class Client {
public:
    static std::unique_ptr<Client> create(ClientOptions options);
    virtual ~Client() = default;
    /// Adds Host and Content-Length. A request on a connection that the server had closed is sent
    /// once more.
    virtual base::Result<Response> send(const Request& request) = 0;
    virtual const std::string& host() const = 0;  ///< value of the Host header, for signing
};

}  // namespace wr::http
