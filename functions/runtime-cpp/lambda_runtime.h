#pragma once
// A client of the Lambda Runtime API for functions in C++: one header, no library.
//
//     int main() {
//         return lambda_runtime::run([](const lambda_runtime::Event& event) {
//             return lambda_runtime::Answer::success(event.payload);
//         });
//     }
//
// Link statically, name the program `bootstrap`, zip it, and create the function with a `provided`
// runtime: it runs here and on AWS.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace lambda_runtime {

struct Event {
    std::string payload;  ///< JSON
    std::string request_id;
    std::string function_arn;
    int64_t deadline_ms = 0;  ///< since 1970
};

struct Answer {
    bool is_error = false;
    std::string payload;  ///< JSON

    static Answer success(std::string json) { return {false, std::move(json)}; }
    /// `message` must need no escaping in JSON.
    static Answer failure(const std::string& type, const std::string& message) {
        return {true, R"({"errorType":")" + type + R"(","errorMessage":")" + message + "\"}"};
    }
};

namespace detail {

struct Response {
    int status = 0;
    std::string head;
    std::string body;

    std::string header(std::string_view name) const {
        for (size_t at = head.find("\r\n"); at != std::string::npos;
             at = head.find("\r\n", at + 2)) {
            const size_t start = at + 2;
            if (head.size() - start <= name.size() || head[start + name.size()] != ':') continue;
            bool is_same = true;
            for (size_t i = 0; i < name.size(); ++i) {
                is_same &= (head[start + i] | 0x20) == (name[i] | 0x20);
            }
            if (!is_same) continue;
            size_t value = start + name.size() + 1;
            while (value < head.size() && head[value] == ' ') ++value;
            return head.substr(value, head.find("\r\n", value) - value);
        }
        return {};
    }
};

class Connection {
public:
    Connection(std::string host, std::string port)
        : host_(std::move(host)), port_(std::move(port)) {}
    ~Connection() { close_socket(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool call(const std::string& method,
              const std::string& path,
              const std::string& body,
              const std::string& more_headers,
              Response& response) {
        std::string request = method + " /2018-06-01/runtime" + path +
                              " HTTP/1.1\r\nHost: " + host_ + "\r\n" + more_headers;
        if (method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        request += "\r\n" + body;
        // A kept connection may have been closed: once more on a new one.
        for (int attempt = 0; attempt < 2; ++attempt) {
            if (socket_ < 0 && !open_socket()) return false;
            if (send_all(request) && receive(response)) return true;
            close_socket();
        }
        return false;
    }

private:
    bool open_socket() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(std::atoi(port_.c_str())));
        // Always an address, never a name: a static program needs no resolver.
        if (inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1) return false;
        socket_ = socket(AF_INET, SOCK_STREAM, 0);
        const bool is_open =
            connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
        if (!is_open) close_socket();
        return is_open;
    }
    void close_socket() {
        if (socket_ >= 0) close(socket_);
        socket_ = -1;
    }
    bool send_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<size_t>(count));
        }
        return true;
    }
    bool receive(Response& response) {
        std::string bytes;
        size_t end = std::string::npos;
        char buffer[16 * 1024];
        size_t wanted = SIZE_MAX;
        while (bytes.size() < wanted) {
            const ssize_t count = recv(socket_, buffer, sizeof(buffer), 0);
            if (count <= 0) return false;
            bytes.append(buffer, static_cast<size_t>(count));
            if (end != std::string::npos) continue;
            end = bytes.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            response.head = bytes.substr(0, end + 2);
            const std::string length = response.header("content-length");
            wanted = end + 4 + (length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10));
        }
        response.status = std::atoi(response.head.c_str() + 9);
        response.body = bytes.substr(end + 4);
        return true;
    }

    const std::string host_;
    const std::string port_;
    int socket_ = -1;
};

}  // namespace detail

/// Serves events until the sandbox ends. Returns only when the Runtime API cannot be used.
template <typename Handler>
int run(const Handler& handler) {
    const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
    if (!api) {
        std::fprintf(stderr,
                     "AWS_LAMBDA_RUNTIME_API is not set: this program runs inside Lambda\n");
        return 1;
    }
    const std::string address = api;
    const size_t colon = address.rfind(':');
    detail::Connection connection(address.substr(0, colon),
                                  colon == std::string::npos ? "80" : address.substr(colon + 1));
    for (;;) {
        detail::Response next;
        if (!connection.call("GET", "/invocation/next", "", "", next) || next.status != 200)
            return 1;
        Event event;
        event.payload = std::move(next.body);
        event.request_id = next.header("lambda-runtime-aws-request-id");
        event.function_arn = next.header("lambda-runtime-invoked-function-arn");
        event.deadline_ms =
            std::strtoll(next.header("lambda-runtime-deadline-ms").c_str(), nullptr, 10);
        const Answer answer = handler(event);
        std::fflush(stdout);
        const std::string path =
            "/invocation/" + event.request_id + (answer.is_error ? "/error" : "/response");
        const std::string headers =
            answer.is_error ? "Lambda-Runtime-Function-Error-Type: Unhandled\r\n" : "";
        detail::Response ignored;
        if (!connection.call("POST", path, answer.payload, headers, ignored)) return 1;
    }
}

}  // namespace lambda_runtime
