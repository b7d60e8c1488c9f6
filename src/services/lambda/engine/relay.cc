// The relay of a sandbox: loopback ports to Unix sockets, one thread, nothing but system calls.
#include "services/lambda/engine/relay.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace wr::lambda {

namespace {

constexpr size_t pairs_max = 512;
constexpr size_t buffer_bytes = 64 * 1024;
constexpr int watch_period_ms = 100;

struct Listener {
    int descriptor = -1;
    std::string socket_path;
};

struct Options {
    std::vector<std::pair<uint16_t, std::string>> listen;
    unsigned long memory_bytes = 0;
    unsigned long processes = 0;
    char** program = nullptr;
};

/// One direction of a connection.
struct Flow {
    int from = -1;
    int to = -1;
    size_t begin = 0;
    size_t end = 0;
    bool has_ended = false;  ///< nothing more to read
    bool is_shut = false;    ///< the end was passed on
    std::array<char, buffer_bytes> buffer;

    bool wants_read() const { return !has_ended && begin == end; }
    bool wants_write() const { return begin < end; }

    /// False when the connection is broken.
    bool move() {
        if (wants_read()) {
            const ssize_t count = recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (count == 0) {
                has_ended = true;
            } else if (count > 0) {
                begin = 0;
                end = static_cast<size_t>(count);
            } else if (errno != EAGAIN && errno != EINTR) {
                return false;
            }
        }
        while (wants_write()) {
            const ssize_t count =
                send(to, buffer.data() + begin, end - begin, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return errno == EAGAIN;
            begin += static_cast<size_t>(count);
        }
        if (has_ended && !is_shut) {
            shutdown(to, SHUT_WR);
            is_shut = true;
        }
        return true;
    }
};

struct Pair {
    Pair(int inside, int outside) {
        there.from = back.to = inside;
        there.to = back.from = outside;
    }
    ~Pair() {
        close(there.from);
        close(there.to);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    bool is_done() const { return there.is_shut && back.is_shut; }

    Flow there;
    Flow back;
};

int listen_on_loopback(uint16_t port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int one = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(descriptor, 128) != 0) {
        return -1;
    }
    return descriptor;
}

int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return -1;
    memcpy(address.sun_path, path.data(), path.size());
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

struct Usage {
    unsigned long bytes = 0;
    unsigned long processes = 0;
};

/// Of every process in this pid namespace.
Usage measure() {
    Usage usage;
    DIR* directory = opendir("/proc");
    if (!directory) return usage;
    const auto page = static_cast<unsigned long>(sysconf(_SC_PAGESIZE));
    while (const dirent* entry = readdir(directory)) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        ++usage.processes;
        const std::string path = std::string("/proc/") + entry->d_name + "/statm";
        FILE* file = fopen(path.c_str(), "re");
        if (!file) continue;
        unsigned long size = 0;
        unsigned long resident = 0;
        unsigned long shared = 0;
        if (fscanf(file, "%lu %lu %lu", &size, &resident, &shared) == 3 && resident > shared) {
            // Shared pages are the interpreter's own, mapped from the host's files.
            usage.bytes += (resident - shared) * page;
        }
        fclose(file);
    }
    closedir(directory);
    return usage;
}

bool parse(int count, char** arguments, Options& options) {
    for (int i = 0; i < count; ++i) {
        const std::string name = arguments[i];
        if (name == "--") {
            options.program = arguments + i + 1;
            return i + 1 < count;
        }
        if (i + 1 == count) return false;
        const std::string value = arguments[++i];
        const size_t equals = value.find('=');
        if (name == "--listen" && equals != std::string::npos) {
            options.listen.emplace_back(static_cast<uint16_t>(strtoul(value.c_str(), nullptr, 10)),
                                        value.substr(equals + 1));
        } else if (name == "--memory-bytes") {
            options.memory_bytes = strtoul(value.c_str(), nullptr, 10);
        } else if (name == "--processes") {
            options.processes = strtoul(value.c_str(), nullptr, 10);
        } else {
            return false;
        }
    }
    return false;
}

void limit(decltype(RLIMIT_CORE) resource, rlim_t value) {
    const rlimit limits{value, value};
    setrlimit(resource, &limits);
}

pid_t start_program(const Options& options) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 1024);
    limit(RLIMIT_FSIZE, 512UL * 1024 * 1024);
    if (options.processes > 0) limit(RLIMIT_NPROC, options.processes);
    signal(SIGPIPE, SIG_DFL);
    execv(options.program[0], options.program);
    fprintf(stderr, "cannot start %s: %s\n", options.program[0], strerror(errno));
    _exit(127);
}

class Relay {
public:
    explicit Relay(const Options& options) : options_(options) {}

    bool listen() {
        for (const auto& [port, path] : options_.listen) {
            const int descriptor = listen_on_loopback(port);
            if (descriptor < 0) return false;
            listeners_.push_back({descriptor, path});
        }
        return true;
    }

    int serve(pid_t child) {
        for (;;) {
            int status = 0;
            const pid_t ended = waitpid(-1, &status, WNOHANG);
            if (ended == child) {
                return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }
            if (is_over_limit()) return relay_exit_over_limit;
            turn();
        }
    }

private:
    bool is_over_limit() {
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
        const long at = now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
        if (at - watched_at_ms_ < watch_period_ms) return false;
        watched_at_ms_ = at;
        const Usage usage = measure();
        return (options_.memory_bytes > 0 && usage.bytes > options_.memory_bytes) ||
               (options_.processes > 0 && usage.processes > options_.processes);
    }

    void turn() {
        std::vector<pollfd> polled;
        const bool may_accept = pairs_.size() < pairs_max;
        for (const Listener& listener : listeners_) {
            polled.push_back({may_accept ? listener.descriptor : -1, POLLIN, 0});
        }
        for (const auto& pair : pairs_) {
            short inside = 0;
            short outside = 0;
            if (pair->there.wants_read()) inside |= POLLIN;
            if (pair->there.wants_write()) outside |= POLLOUT;
            if (pair->back.wants_read()) outside |= POLLIN;
            if (pair->back.wants_write()) inside |= POLLOUT;
            polled.push_back({pair->there.from, inside, 0});
            polled.push_back({pair->there.to, outside, 0});
        }
        if (poll(polled.data(), polled.size(), watch_period_ms) <= 0) return;
        std::vector<std::unique_ptr<Pair>> kept;
        for (size_t i = 0; i < pairs_.size(); ++i) {
            const size_t at = listeners_.size() + 2 * i;
            bool is_alive = true;
            if (polled[at].revents || polled[at + 1].revents) {
                is_alive = pairs_[i]->there.move() && pairs_[i]->back.move();
            }
            if (is_alive && !pairs_[i]->is_done()) kept.push_back(std::move(pairs_[i]));
        }
        pairs_ = std::move(kept);
        for (size_t i = 0; i < listeners_.size(); ++i) {
            if (polled[i].revents & POLLIN) accept_on(listeners_[i]);
        }
    }

    void accept_on(const Listener& listener) {
        const int inside = accept4(listener.descriptor, nullptr, nullptr, SOCK_CLOEXEC);
        if (inside < 0) return;
        const int outside = connect_to(listener.socket_path);
        if (outside < 0) {
            close(inside);
            return;
        }
        pairs_.push_back(std::make_unique<Pair>(inside, outside));
    }

    const Options& options_;
    std::vector<Listener> listeners_;
    std::vector<std::unique_ptr<Pair>> pairs_;
    long watched_at_ms_ = 0;
};

}  // namespace

int run_relay(int count, char** arguments) {
    Options options;
    if (!parse(count, arguments, options)) {
        fprintf(stderr, "usage: lambda-relay --listen PORT=SOCKET ... -- PROGRAM ...\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    Relay relay(options);
    if (!relay.listen()) {
        fprintf(stderr, "the sandbox's loopback cannot be used: %s\n", strerror(errno));
        return 125;
    }
    const pid_t child = start_program(options);
    if (child < 0) return 125;
    return relay.serve(child);
}

}  // namespace wr::lambda
