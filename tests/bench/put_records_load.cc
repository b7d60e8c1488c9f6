// Sends signed PutRecords over kept-alive connections, one request in flight on each, and prints
// what it measured as JSON.
//
//   put_records_load HOST PORT ACCESS_KEY SECRET REGION STREAM CONNECTIONS SECONDS
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "put_records_requests.h"

namespace wr::bench {
namespace {

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "put_records_load: %s\n", what.c_str());
    std::exit(1);
}

std::string signed_request(const std::string& host,
                           const std::string& body,
                           const auth::SigningCredentials& credentials,
                           const std::string& region) {
    http::Request request;
    request.method = "POST";
    request.target = "/";
    request.headers.set("Host", host);
    request.headers.set("Content-Type", "application/x-amz-json-1.1");
    request.headers.set("X-Amz-Target", "Kinesis_20131202.PutRecords");
    request.headers.set("Content-Length", std::to_string(body.size()));
    request.body = body;
    auth::sign(request, credentials, {"kinesis", region}, base::SystemClock().now());
    std::string bytes = "POST / HTTP/1.1\r\n";
    for (const auto& header : request.headers.all())
        bytes += header.name + ": " + header.value + "\r\n";
    return bytes + "\r\n" + body;
}

class Connection {
public:
    Connection(const std::string& host, int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            give_up("cannot connect");
        const int on = 1;
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        buffer_.resize(1 << 20);
    }
    ~Connection() { close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Anything but a 200 in which every record was taken ends the program.
    void exchange(const std::string& request) {
        for (size_t sent = 0; sent < request.size();) {
            const ssize_t n = send(socket_, request.data() + sent, request.size() - sent, 0);
            if (n <= 0) give_up("the connection broke");
            sent += static_cast<size_t>(n);
        }
        size_t size = 0;
        size_t wanted = SIZE_MAX;
        while (size < wanted) {
            const ssize_t n = recv(socket_, buffer_.data() + size, buffer_.size() - size, 0);
            if (n <= 0) give_up("the connection broke");
            size += static_cast<size_t>(n);
            const std::string_view seen(buffer_.data(), size);
            const size_t head = seen.find("\r\n\r\n");
            if (wanted != SIZE_MAX || head == std::string_view::npos) continue;
            const size_t length = seen.find("Content-Length: ");
            if (length > head) give_up("no Content-Length");
            wanted = head + 4 + std::strtoul(buffer_.data() + length + 16, nullptr, 10);
        }
        const std::string_view answer(buffer_.data(), size);
        if (!answer.starts_with("HTTP/1.1 200") ||
            answer.find("\"FailedRecordCount\":0") == std::string_view::npos)
            give_up(std::string(answer.substr(0, 600)));
    }

private:
    int socket_;
    std::string buffer_;
};

struct Measured {
    std::vector<double> milliseconds;
};

int run(int argc, char** argv) {
    if (argc != 9) give_up("HOST PORT ACCESS_KEY SECRET REGION STREAM CONNECTIONS SECONDS");
    const std::string host = argv[1];
    const int port = std::atoi(argv[2]);
    PutRecordsShape shape;
    shape.stream = argv[6];
    std::vector<std::string> requests;
    for (const auto& body : put_records_bodies(shape))
        requests.push_back(
            signed_request(host + ":" + argv[2], body, {argv[3], argv[4], ""}, argv[5]));
    std::vector<Measured> measured(static_cast<size_t>(std::atoi(argv[7])));
    const base::SystemClock clock;
    const auto started = clock.monotonic();
    const auto until = started + std::chrono::seconds(std::atoi(argv[8]));
    std::vector<std::thread> threads;
    for (size_t i = 0; i < measured.size(); ++i) {
        threads.emplace_back([&, i] {
            Connection connection(host, port);
            for (size_t at = i; clock.monotonic() < until; ++at) {
                const auto sent = clock.monotonic();
                connection.exchange(requests[at % requests.size()]);
                measured[i].milliseconds.push_back(
                    std::chrono::duration<double, std::milli>(clock.monotonic() - sent).count());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const double seconds = std::chrono::duration<double>(clock.monotonic() - started).count();
    std::vector<double> all;
    for (const auto& one : measured)
        all.insert(all.end(), one.milliseconds.begin(), one.milliseconds.end());
    std::sort(all.begin(), all.end());
    if (all.empty()) give_up("no request was answered");
    std::printf(R"({"requests": %zu, "seconds": %.3f, "p50_ms": %.3f, "p99_ms": %.3f})"
                "\n",
                all.size(),
                seconds,
                all[all.size() / 2],
                all[all.size() * 99 / 100]);
    return 0;
}

}  // namespace
}  // namespace wr::bench

int main(int argc, char** argv) {
    return wr::bench::run(argc, argv);
}
