// Sends prepared HTTP requests over kept-alive connections, one in flight on each, and prints what
// it measured as JSON.
//
//   http_load FILE HOST PORT CONNECTIONS SECONDS EXPECTED [REQUESTS_PER_S]
//
// FILE holds requests one after another, each behind its size (8 bytes, little-endian). An answer
// that is no 200 or lacks the text EXPECTED ends the program. With a rate, requests have a time to
// be sent at, and latency counts from there: a slow answer is seen by all that wait behind it.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace wr::bench {
namespace {

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "http_load: %s\n", what.c_str());
    std::exit(1);
}

std::vector<std::string> read_requests(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> requests;
    for (size_t at = 0; at + 8 <= bytes.size();) {
        uint64_t size = 0;
        std::memcpy(&size, bytes.data() + at, 8);
        requests.push_back(bytes.substr(at + 8, size));
        at += 8 + size;
    }
    if (requests.empty()) give_up(std::string("no requests in ") + path);
    return requests;
}

class Connection {
public:
    Connection(const std::string& host, int port) {
        address_.sin_family = AF_INET;
        address_.sin_port = htons(static_cast<uint16_t>(port));
        inet_pton(AF_INET, host.c_str(), &address_.sin_addr);
        buffer_.resize(16 << 20);
        open();
    }
    ~Connection() { close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The answer, head and body; valid until the next exchange.
    std::string_view exchange(const std::string& request) {
        if (ends_) {
            close(socket_);
            open();
        }
        for (size_t sent = 0; sent < request.size();) {
            const ssize_t n = send(socket_, request.data() + sent, request.size() - sent, 0);
            if (n <= 0) give_up("the connection broke");
            sent += static_cast<size_t>(n);
        }
        size_t size = 0;
        while (!is_whole({buffer_.data(), size})) {
            const ssize_t n = recv(socket_, buffer_.data() + size, buffer_.size() - size, 0);
            if (n <= 0) give_up("the connection broke");
            size += static_cast<size_t>(n);
        }
        wanted_ = 0;
        return {buffer_.data(), size};
    }

private:
    void open() {
        socket_ = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(socket_, reinterpret_cast<sockaddr*>(&address_), sizeof address_) != 0)
            give_up("cannot connect");
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ends_ = false;
    }

    bool is_whole(std::string_view seen) {
        if (wanted_ > 0) return seen.size() >= wanted_;
        const size_t head = seen.find("\r\n\r\n");
        if (head == std::string_view::npos) return false;
        std::string lower(seen.substr(0, head));
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        // Not every server keeps connections; those pay for new ones.
        ends_ = lower.find("\r\nconnection: close") != std::string::npos;
        if (lower.find("transfer-encoding: chunked") != std::string::npos)
            return seen.ends_with("\r\n0\r\n\r\n");
        const size_t length = lower.find("content-length: ");
        if (length == std::string::npos) give_up("no Content-Length");
        wanted_ = head + 4 + std::strtoul(lower.c_str() + length + 16, nullptr, 10);
        return seen.size() >= wanted_;
    }

    sockaddr_in address_{};
    int socket_ = -1;
    bool ends_ = false;
    std::string buffer_;
    size_t wanted_ = 0;
};

struct Plan {
    std::vector<std::string> requests;
    std::string host;
    int port = 0;
    size_t connections = 1;
    std::chrono::seconds duration{1};
    std::string expected;
    double rate = 0;  ///< requests per second over all connections; 0: as fast as they are answered
};

struct Measured {
    std::vector<double> milliseconds;
    size_t bytes_in = 0;
};

void drive(const Plan& plan, size_t number, base::MonotonicTime started, Measured& measured) {
    const base::SystemClock clock;
    Connection connection(plan.host, plan.port);
    const std::chrono::duration<double> gap(
        plan.rate > 0 ? static_cast<double>(plan.connections) / plan.rate : 0);
    const auto first =
        started + std::chrono::duration_cast<std::chrono::nanoseconds>(
                      gap * (static_cast<double>(number) / static_cast<double>(plan.connections)));
    for (size_t i = 0;; ++i) {
        auto due = clock.monotonic();
        if (plan.rate > 0) {
            due = first + std::chrono::duration_cast<std::chrono::nanoseconds>(
                              gap * static_cast<double>(i));
            std::this_thread::sleep_until(due);
        }
        if (due >= started + plan.duration) return;
        const auto answer = connection.exchange(
            plan.requests[(number + i * plan.connections) % plan.requests.size()]);
        if (!answer.starts_with("HTTP/1.1 200") ||
            answer.find(plan.expected) == std::string_view::npos)
            give_up(std::string(answer.substr(0, 600)));
        measured.bytes_in += answer.size();
        measured.milliseconds.push_back(
            std::chrono::duration<double, std::milli>(clock.monotonic() - due).count());
    }
}

int run(int argc, char** argv) {
    if (argc != 7 && argc != 8)
        give_up("FILE HOST PORT CONNECTIONS SECONDS EXPECTED [REQUESTS_PER_S]");
    const Plan plan{.requests = read_requests(argv[1]),
                    .host = argv[2],
                    .port = std::atoi(argv[3]),
                    .connections = std::strtoul(argv[4], nullptr, 10),
                    .duration = std::chrono::seconds(std::atoi(argv[5])),
                    .expected = argv[6],
                    .rate = argc == 8 ? std::atof(argv[7]) : 0};
    std::vector<Measured> measured(plan.connections);
    const base::SystemClock clock;
    const auto started = clock.monotonic();
    std::vector<std::thread> threads;
    for (size_t i = 0; i < plan.connections; ++i)
        threads.emplace_back([&, i] { drive(plan, i, started, measured[i]); });
    for (auto& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(clock.monotonic() - started).count();
    std::vector<double> all;
    size_t bytes = 0;
    for (const auto& one : measured) {
        all.insert(all.end(), one.milliseconds.begin(), one.milliseconds.end());
        bytes += one.bytes_in;
    }
    std::sort(all.begin(), all.end());
    if (all.empty()) give_up("no request was answered");
    std::printf(
        R"({"requests": %zu, "seconds": %.3f, "bytes_in": %zu, "p50_ms": %.3f, "p99_ms": %.3f})"
        "\n",
        all.size(),
        seconds,
        bytes,
        all[all.size() / 2],
        all[all.size() * 99 / 100]);
    return 0;
}

}  // namespace
}  // namespace wr::bench

int main(int argc, char** argv) {
    return wr::bench::run(argc, argv);
}
