// The server: one listener, one event loop per thread, connections spread over them.
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <unordered_map>

#include "base/logging.h"
#include "base/mutex.h"
#include "base/time_format.h"
#include "http/connection.h"

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 250ms;
constexpr int accepts_per_turn = 64;
constexpr std::string_view unix_prefix = "unix:";

Result<int> system_failure(const std::string& what, int descriptor) {
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    const ErrorCode code = error == EADDRINUSE ? ErrorCode::AlreadyExists : ErrorCode::Io;
    return fail(code, what + ": " + strerror(error));
}

Result<int> listen_on_unix_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) {
        return fail(ErrorCode::InvalidArgument, "path of a Unix socket too long: " + path);
    }
    memcpy(address.sun_path, path.data(), path.size());
    struct stat entry {};
    // Only what an earlier run left behind is replaced, never another kind of file.
    if (lstat(path.c_str(), &entry) == 0 && S_ISSOCK(entry.st_mode)) unlink(path.c_str());
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return system_failure("socket", descriptor);
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(descriptor, SOMAXCONN) != 0) {
        return system_failure("listening on " + path, descriptor);
    }
    return descriptor;
}

Result<int> listen_on_tcp(const std::string& host, uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0 || !found) {
        return fail(ErrorCode::InvalidArgument, "unknown address " + host);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, freeaddrinfo);
    const int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return system_failure("socket", descriptor);
    const int one = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    // Accepted sockets inherit it.
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(descriptor, SOMAXCONN) != 0) {
        return system_failure("listening on " + host + ":" + std::to_string(port), descriptor);
    }
    return descriptor;
}

uint16_t local_port(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
    }
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    }
    return 0;
}

std::string address_text(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
        inet_ntop(
            AF_INET, &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr, text, sizeof(text));
    } else if (address.ss_family == AF_INET6) {
        inet_ntop(AF_INET6,
                  &reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr,
                  text,
                  sizeof(text));
    } else {
        return "unix";
    }
    return text;
}

/// How many connections there are, in all and from each address.
class Census {
public:
    explicit Census(const ServerOptions& options) : options_(options) {}

    bool admit(const std::string& address) {
        base::MutexLock lock(mutex_);
        if (total_ >= options_.connections_max) return false;
        size_t& here = by_address_[address];
        if (address != "unix" && here >= options_.connections_per_address_max) return false;
        ++here;
        ++total_;
        return true;
    }

    void leave(const std::string& address) {
        base::MutexLock lock(mutex_);
        --total_;
        const auto entry = by_address_.find(address);
        if (--entry->second == 0) by_address_.erase(entry);
        if (total_ == 0) nobody_.notify_all();
    }

    size_t total() const {
        base::MutexLock lock(mutex_);
        return total_;
    }

    void wait_for_nobody(base::MonotonicTime until, const base::Clock& clock) {
        base::MutexLock lock(mutex_);
        while (total_ > 0) {
            const auto left = until - clock.monotonic();
            if (left <= left.zero()) return;
            nobody_.wait_for(mutex_, left);
        }
    }

private:
    const ServerOptions& options_;
    mutable base::Mutex mutex_;
    base::CondVar nobody_;
    size_t total_ GUARDED_BY(mutex_) = 0;
    std::unordered_map<std::string, size_t> by_address_ GUARDED_BY(mutex_);
};

class ServerImpl final : public Server {
public:
    ServerImpl(ServerOptions options, Handler handler, uint16_t port)
        : options_(std::move(options)),
          handler_(std::move(handler)),
          port_(port),
          census_(options_) {}
    ~ServerImpl() override { drain(0ms); }

    void run(int listening);
    uint16_t port() const override { return port_; }
    size_t connections() const override { return census_.total(); }
    void drain(std::chrono::milliseconds timeout) override;

private:
    class Listener;
    void add(int descriptor, std::string address);

    const ServerOptions options_;
    const Handler handler_;
    const uint16_t port_;
    Census census_;
    base::SystemClock clock_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::shared_ptr<Listener> listener_;
    size_t next_worker_ = 0;
    base::Mutex drain_mutex_;
    bool is_drained_ GUARDED_BY(drain_mutex_) = false;
};

/// Accepts on the first worker's loop.
class ServerImpl::Listener final : public Watcher, public std::enable_shared_from_this<Listener> {
public:
    Listener(ServerImpl& server, std::unique_ptr<Descriptor> descriptor)
        : server_(server), descriptor_(std::move(descriptor)) {}

    void start() { descriptor_->wait_readable(shared_from_this()); }
    void tick() {
        if (!is_paused_) return;
        is_paused_ = false;
        ready_to_read();
    }
    void close() {
        is_closed_ = true;
        descriptor_->close();
    }

    void ready_to_write() override {}
    void ready_to_read() override {
        for (int turn = 0; turn < accepts_per_turn && !is_closed_; ++turn) {
            sockaddr_storage address{};
            socklen_t size = sizeof(address);
            const int accepted = accept4(descriptor_->number(),
                                         reinterpret_cast<sockaddr*>(&address),
                                         &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (accepted >= 0) {
                server_.add(accepted, address_text(address));
                continue;
            }
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                // Out of descriptors: waiting would only spin, so the next tick tries again.
                base::log_warn("http_accept_failed", {{"reason", strerror(errno)}});
                is_paused_ = true;
                return;
            }
            break;
        }
        if (!is_closed_) descriptor_->wait_readable(shared_from_this());
    }

private:
    ServerImpl& server_;
    const std::unique_ptr<Descriptor> descriptor_;
    bool is_paused_ = false;
    bool is_closed_ = false;
};

void ServerImpl::run(int listening) {
    const size_t count = std::max<size_t>(options_.threads, 1);
    for (size_t i = 0; i < count; ++i) {
        auto worker = std::make_unique<Worker>();
        worker->loop = EventLoop::create();
        worker->options = &options_;
        worker->handler = &handler_;
        worker->on_closed = [this](const std::string& address) { census_.leave(address); };
        worker->now = clock_.monotonic();
        worker->date = base::format_http_date(clock_.now());
        workers_.push_back(std::move(worker));
    }
    listener_ = std::make_shared<Listener>(*this, workers_[0]->loop->watch(listening));
    for (const auto& worker : workers_) {
        const bool accepts = worker == workers_[0];
        worker->loop->start(tick_period, [this, accepts, worker = worker.get()] {
            worker->tick();
            if (accepts) listener_->tick();
        });
    }
    workers_[0]->loop->post([listener = listener_] { listener->start(); });
}

void ServerImpl::add(int descriptor, std::string address) {
    if (!census_.admit(address)) {
        close(descriptor);
        return;
    }
    Worker* worker = workers_[next_worker_++ % workers_.size()].get();
    auto start = [worker, descriptor, address] {
        std::make_shared<Connection>(*worker, worker->loop->watch(descriptor), address)->start();
    };
    if (worker->loop->is_current_thread()) {
        start();
    } else if (!worker->loop->post(start)) {
        close(descriptor);
        census_.leave(address);
    }
}

void ServerImpl::drain(std::chrono::milliseconds timeout) {
    base::MutexLock lock(drain_mutex_);
    if (is_drained_) return;
    is_drained_ = true;
    for (const auto& worker : workers_) worker->is_draining = true;
    workers_[0]->loop->post([this] {
        listener_->close();
        // Only now, so that a connection accepted a moment ago is drained as well.
        for (const auto& worker : workers_) {
            worker->loop->post([worker = worker.get()] { worker->drain(); });
        }
    });
    census_.wait_for_nobody(clock_.monotonic() + timeout, clock_);
    for (const auto& worker : workers_) {
        worker->loop->post([worker = worker.get()] { worker->close_all(); });
    }
    census_.wait_for_nobody(clock_.monotonic() + 1s, clock_);
    for (const auto& worker : workers_) worker->loop->stop();
    for (const auto& worker : workers_) worker->connections.clear();
    if (options_.address.starts_with(unix_prefix)) {
        unlink(options_.address.c_str() + unix_prefix.size());
    }
}

}  // namespace

void Worker::tick() {
    now = clock.monotonic();
    date = base::format_http_date(clock.now());
    // A copy, because a connection whose time is over takes itself off the list.
    const std::vector<std::shared_ptr<Connection>> all(connections.begin(), connections.end());
    for (const auto& connection : all) connection->check_time();
}

void Worker::drain() {
    const std::vector<std::shared_ptr<Connection>> all(connections.begin(), connections.end());
    for (const auto& connection : all) connection->drain();
}

void Worker::close_all() {
    const std::vector<std::shared_ptr<Connection>> all(connections.begin(), connections.end());
    for (const auto& connection : all) connection->close();
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
    struct sigaction current {};
    // sendfile has no flag against it, and a client that goes away must not end the process.
    if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
        signal(SIGPIPE, SIG_IGN);
    }
    const bool is_unix = options.address.starts_with(unix_prefix);
    WR_TRY(const int listening,
           is_unix ? listen_on_unix_socket(options.address.substr(unix_prefix.size()))
                   : listen_on_tcp(options.address, options.port));
    auto server = std::make_unique<ServerImpl>(
        options, std::move(handler), is_unix ? uint16_t{0} : local_port(listening));
    server->run(listening);
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace wr::http
