// Blocking streams over non-blocking sockets, so that every step has a deadline; TLS by OpenSSL.
#include "http/stream.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

base::Failure<base::Error> system_failure(const std::string& what) {
    return fail(ErrorCode::Unavailable, what + ": " + strerror(errno));
}

Result<void> wait_ready(int descriptor,
                        short events,
                        base::MonotonicTime deadline,
                        const base::Clock& clock) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.monotonic()).count();
        if (left <= 0) return fail(ErrorCode::TimedOut, "the peer did not answer in time");
        pollfd entry{descriptor, events, 0};
        const int count = poll(&entry, 1, static_cast<int>(std::min<long>(left, 60'000)));
        if (count > 0) return {};
        if (count < 0 && errno != EINTR) return system_failure("poll");
    }
}

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int number() const { return descriptor_; }

private:
    int descriptor_;
};

Result<Socket> connect_one(int family,
                           const sockaddr* address,
                           socklen_t size,
                           base::MonotonicTime deadline,
                           const base::Clock& clock) {
    Socket socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.number() < 0) return system_failure("socket");
    if (::connect(socket.number(), address, size) != 0) {
        if (errno != EINPROGRESS) return system_failure("connect");
        WR_TRY_VOID(wait_ready(socket.number(), POLLOUT, deadline, clock));
        int error = 0;
        socklen_t error_size = sizeof(error);
        getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &error_size);
        if (error != 0) {
            errno = error;
            return system_failure("connect");
        }
    }
    const int one = 1;
    if (family != AF_UNIX) {
        setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    return socket;
}

Result<Socket> connect_socket(const Endpoint& endpoint,
                              base::MonotonicTime deadline,
                              const base::Clock& clock) {
    if (endpoint.is_unix) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (endpoint.host.size() >= sizeof(address.sun_path)) {
            return fail(ErrorCode::InvalidArgument, "path of a Unix socket too long");
        }
        memcpy(address.sun_path, endpoint.host.data(), endpoint.host.size());
        return connect_one(
            AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof(address), deadline, clock);
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(endpoint.port);
    if (getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0 || !found) {
        return fail(ErrorCode::Unavailable, "unknown host " + endpoint.host);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, freeaddrinfo);
    base::Error last{ErrorCode::Unavailable, "no address"};
    for (const addrinfo* each = found; each; each = each->ai_next) {
        auto socket =
            connect_one(each->ai_family, each->ai_addr, each->ai_addrlen, deadline, clock);
        if (socket) return socket;
        last = socket.error();
    }
    last.message = endpoint.host + ":" + port + ": " + last.message;
    return fail(std::move(last));
}

class PlainStream : public Stream {
public:
    PlainStream(Socket socket, const base::Clock& clock)
        : socket_(std::move(socket)), clock_(clock) {}

    Result<size_t> read(char* to, size_t size, base::MonotonicTime deadline) override {
        for (;;) {
            const ssize_t count = recv(socket_.number(), to, size, MSG_DONTWAIT);
            if (count >= 0) return static_cast<size_t>(count);
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) return system_failure("receiving");
            WR_TRY_VOID(wait_ready(socket_.number(), POLLIN, deadline, clock_));
        }
    }

    Result<void> write(std::string_view bytes, base::MonotonicTime deadline) override {
        while (!bytes.empty()) {
            const ssize_t count =
                send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count > 0) {
                bytes.remove_prefix(static_cast<size_t>(count));
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) return system_failure("sending");
            WR_TRY_VOID(wait_ready(socket_.number(), POLLOUT, deadline, clock_));
        }
        return {};
    }

    bool is_quiet() const override {
        pollfd entry{socket_.number(), POLLIN, 0};
        return poll(&entry, 1, 0) == 0;
    }

protected:
    const Socket socket_;
    const base::Clock& clock_;
};

using SslContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

base::Failure<base::Error> tls_failure(const std::string& what) {
    char text[256] = "connection lost";
    if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof(text));
    return fail(ErrorCode::Unavailable, "TLS " + what + ": " + text);
}

class TlsStream final : public PlainStream {
public:
    TlsStream(Socket socket, const base::Clock& clock)
        : PlainStream(std::move(socket), clock),
          context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
          ssl_(nullptr, SSL_free) {}

    Result<void> handshake(const std::string& host,
                           const std::string& trust_file,
                           base::MonotonicTime deadline) {
        if (!context_) return tls_failure("context");
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        if (SSL_CTX_set_default_verify_paths(context_.get()) != 1) return tls_failure("roots");
        if (!trust_file.empty() &&
            SSL_CTX_load_verify_locations(context_.get(), trust_file.c_str(), nullptr) != 1) {
            return tls_failure("reading " + trust_file);
        }
        ssl_.reset(SSL_new(context_.get()));
        if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.number()) != 1 ||
            SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1 ||
            SSL_set1_host(ssl_.get(), host.c_str()) != 1) {
            return tls_failure("setup");
        }
        return drive("handshake", deadline, [this] { return SSL_connect(ssl_.get()); });
    }

    Result<size_t> read(char* to, size_t size, base::MonotonicTime deadline) override {
        size_t count = 0;
        bool is_end = false;
        WR_TRY_VOID(drive("read", deadline, [&] {
            const int result = SSL_read_ex(ssl_.get(), to, size, &count);
            is_end = result == 0 && SSL_get_error(ssl_.get(), 0) == SSL_ERROR_ZERO_RETURN;
            return is_end ? 1 : result;
        }));
        return is_end ? 0 : count;
    }

    Result<void> write(std::string_view bytes, base::MonotonicTime deadline) override {
        while (!bytes.empty()) {
            size_t count = 0;
            WR_TRY_VOID(drive("write", deadline, [&] {
                return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
            }));
            bytes.remove_prefix(count);
        }
        return {};
    }

private:
    template <typename Step>
    Result<void> drive(const char* what, base::MonotonicTime deadline, const Step& step) {
        for (;;) {
            ERR_clear_error();
            const int result = step();
            if (result == 1) return {};
            const int reason = SSL_get_error(ssl_.get(), result);
            if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
                return tls_failure(what);
            }
            const short events = reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
            WR_TRY_VOID(wait_ready(socket_.number(), events, deadline, clock_));
        }
    }

    SslContext context_;
    Ssl ssl_;
};

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& text) {
    Endpoint endpoint;
    if (text.starts_with("unix:")) {
        endpoint.is_unix = true;
        endpoint.host = text.substr(5);
        endpoint.host_header = "localhost";
        return endpoint;
    }
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        endpoint.is_tls = true;
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return fail(ErrorCode::InvalidArgument,
                    "an endpoint begins with http://, https:// or unix: " + text);
    }
    rest = rest.substr(0, rest.find('/'));
    endpoint.host_header = rest;
    endpoint.port = endpoint.is_tls ? 443 : 80;
    const size_t bracket = rest.find(']');
    const size_t colon = rest.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view digits = rest.substr(colon + 1);
        const char* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, endpoint.port);
        if (parsed.ec != std::errc() || parsed.ptr != end || endpoint.port == 0) {
            return fail(ErrorCode::InvalidArgument, "bad port in endpoint " + text);
        }
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    if (rest.empty()) return fail(ErrorCode::InvalidArgument, "no host in endpoint " + text);
    endpoint.host = rest;
    return endpoint;
}

Result<std::unique_ptr<Stream>> Stream::connect(const Endpoint& endpoint,
                                                const std::string& trust_file,
                                                base::MonotonicTime deadline,
                                                const base::Clock& clock) {
    WR_TRY(Socket socket, connect_socket(endpoint, deadline, clock));
    if (!endpoint.is_tls) {
        return std::unique_ptr<Stream>(std::make_unique<PlainStream>(std::move(socket), clock));
    }
    auto stream = std::make_unique<TlsStream>(std::move(socket), clock);
    WR_TRY_VOID(stream->handshake(endpoint.host, trust_file, deadline));
    return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace wr::http
