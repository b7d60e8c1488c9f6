// Server and client end to end over real sockets.
#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/client.h"

namespace wr::http {
namespace {

using namespace std::chrono_literals;

/// A client that writes what it likes.
class RawClient {
public:
    explicit RawClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        is_connected_ =
            connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    }
    ~RawClient() { close(socket_); }
    bool is_connected() const { return is_connected_; }
    void send(const std::string& bytes) {
        ASSERT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// What arrives until the server closes or `bytes_max` are there.
    std::string receive(size_t bytes_max = SIZE_MAX, std::chrono::milliseconds patience = 5s) {
        std::string all;
        char buffer[4096];
        while (all.size() < bytes_max) {
            pollfd entry{socket_, POLLIN, 0};
            if (poll(&entry, 1, static_cast<int>(patience.count())) <= 0) return all + "<silence>";
            const ssize_t count =
                recv(socket_, buffer, std::min(sizeof(buffer), bytes_max - all.size()), 0);
            if (count < 0) return all + "<reset>";
            if (count == 0) return all;
            all.append(buffer, static_cast<size_t>(count));
        }
        return all;
    }

private:
    int socket_;
    bool is_connected_ = false;
};

size_t count_of(const std::string& text, const std::string& part) {
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

void echo(std::shared_ptr<const Request> request, Respond respond) {
    Response response;
    response.headers.add("X-Method", request->method);
    response.headers.add("X-Target", request->target);
    response.body = request->body;
    respond(std::move(response));
}

/// Answers with a response that is made on the loop, out of what another thread has left.
void answer_later(std::shared_ptr<const Request> request, Respond respond) {
    respond({.make = [request] {
        Response response;
        response.body = "made for " + request->target;
        return response;
    }});
}

std::unique_ptr<Server> start(Handler handler, ServerOptions options = {}) {
    auto server = Server::start(options, std::move(handler));
    EXPECT_TRUE(server) << server.error().message;
    return std::move(server).value();
}

std::unique_ptr<Client> client_of(const Server& server) {
    return Client::create({.endpoint = "http://127.0.0.1:" + std::to_string(server.port())});
}

Request post(std::string_view body) {
    Request request;
    request.method = "POST";
    request.target = "/";
    request.body = body;
    return request;
}

TEST(Server, bodies_of_every_size_come_back_whole) {
    auto server = start(echo);
    auto client = client_of(*server);
    for (size_t size : {0u, 1u, 500u, 16'000u, 1'000'000u, 3'000'000u, 20'000'000u}) {
        std::string body(size, 'x');
        for (size_t i = 0; i < size; i += 97) body[i] = static_cast<char>(i);
        const auto response = client->send(post(body));
        ASSERT_TRUE(response) << size << " " << response.error().message;
        EXPECT_EQ(response->status, 200);
        EXPECT_TRUE(response->body == body) << size;
    }
    EXPECT_EQ(server->connections(), 1u) << "the client did not keep its connection";
}

TEST(Server, responses_are_made_on_the_loop_also_for_pipelined_requests) {
    auto server = start(answer_later);
    RawClient client(server->port());
    client.send(
        "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\nConnection: "
        "close\r\n\r\n");
    const std::string answers = client.receive();
    const size_t one = answers.find("made for /one");
    ASSERT_NE(one, std::string::npos) << answers;
    EXPECT_NE(answers.find("made for /two", one), std::string::npos) << answers;
}

TEST(Server, bodies_are_followed_by_zeros_that_may_be_read) {
    std::atomic<int> wrong = 0;
    auto server = start([&](std::shared_ptr<const Request> request, Respond respond) {
        for (size_t i = 0; i < body_padding_bytes; ++i) {
            if (request->body.data()[request->body.size() + i] != 0) ++wrong;
        }
        respond({});
    });
    auto client = client_of(*server);
    for (size_t size : {0u, 5u, 100'000u, 17u * 1024 * 1024}) {
        ASSERT_TRUE(client->send(post(std::string(size, 'x'))));
    }
    EXPECT_EQ(wrong, 0);
}

TEST(Server, chunked_bodies_are_joined_even_when_they_spill_to_a_file) {
    std::atomic<size_t> size = 0;
    std::atomic<bool> is_right = false;
    auto server = start([&](std::shared_ptr<const Request> request, Respond respond) {
        size = request->body.size();
        is_right = request->body.find_first_not_of('z') == std::string_view::npos;
        respond({});
    });
    RawClient raw(server->port());
    raw.send(
        "PUT /k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    const std::string piece = "100000\r\n" + std::string(0x100000, 'z') + "\r\n";
    for (int i = 0; i < 18; ++i) raw.send(piece);
    raw.send("0\r\n\r\n");
    const std::string answer = raw.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_EQ(size, 18u * 0x100000);
    EXPECT_TRUE(is_right);
}

TEST(Server, pipelined_requests_are_answered_in_order) {
    auto server = start([](std::shared_ptr<const Request> request, Respond respond) {
        // The first answer comes late and from another thread.
        std::thread([request, respond] {
            if (request->target == "/0") std::this_thread::sleep_for(50ms);
            Response response;
            response.body = "<" + request->target + ">";
            respond(std::move(response));
        }).detach();
    });
    RawClient raw(server->port());
    std::string all;
    for (int i = 0; i < 20; ++i) {
        all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n" +
               (i == 19 ? "Connection: close\r\n" : "") + "\r\nabc";
    }
    raw.send(all);
    const std::string answers = raw.receive();
    size_t at = 0;
    for (int i = 0; i < 20; ++i) {
        at = answers.find("</" + std::to_string(i) + ">", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_EQ(count_of(answers, "HTTP/1.1 200 OK"), 20u);
}

TEST(Server, a_head_that_could_be_read_two_ways_is_answered_400_and_closed) {
    std::atomic<int> calls = 0;
    auto server = start([&](auto, Respond respond) {
        ++calls;
        respond({});
    });
    RawClient raw(server->port());
    raw.send(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = raw.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
    EXPECT_EQ(count_of(answer, "HTTP/1.1"), 1u);
    EXPECT_EQ(calls, 0);
}

TEST(Server, head_requests_get_a_length_and_no_body) {
    auto server = start([](auto, Respond respond) {
        Response response;
        response.head_size_bytes = 12345;
        respond(std::move(response));
    });
    auto client = client_of(*server);
    Request request;
    request.method = "HEAD";
    request.target = "/";
    for (int i = 0; i < 2; ++i) {
        const auto response = client->send(request);
        ASSERT_TRUE(response);
        EXPECT_EQ(response->head_size_bytes, 12345u);
        EXPECT_EQ(response->body, "");
    }
}

TEST(Server, a_client_that_expects_100_is_told_to_go_on) {
    auto server = start(echo);
    RawClient raw(server->port());
    raw.send(
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
        "Connection: close\r\n\r\n");
    EXPECT_EQ(raw.receive(25), "HTTP/1.1 100 Continue\r\n\r\n");
    raw.send("ok");
    const std::string answer = raw.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nok")) << answer;
}

TEST(Server, a_body_beyond_the_limit_is_refused_before_it_is_sent) {
    auto server = start(echo);
    RawClient raw(server->port());
    raw.send(
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000000\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_TRUE(raw.receive(20).starts_with("HTTP/1.1 413"));
}

TEST(Server, a_slow_head_is_given_up) {
    ServerOptions options;
    options.header_timeout = 300ms;
    auto server = start(echo, options);
    RawClient raw(server->port());
    raw.send("GET / HT");
    EXPECT_TRUE(raw.receive().starts_with("HTTP/1.1 408"));
}

TEST(Server, a_body_that_trickles_is_given_up) {
    ServerOptions options;
    options.body_grace = 300ms;
    auto server = start(echo, options);
    RawClient raw(server->port());
    raw.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc");
    EXPECT_TRUE(raw.receive().starts_with("HTTP/1.1 408"));
}

TEST(Server, an_idle_connection_is_closed_and_the_client_connects_again) {
    ServerOptions options;
    options.idle_timeout = 300ms;
    auto server = start(echo, options);
    auto client = client_of(*server);
    ASSERT_TRUE(client->send(post("a")));
    std::this_thread::sleep_for(900ms);
    EXPECT_EQ(server->connections(), 0u);
    const auto again = client->send(post("b"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->body, "b");
}

TEST(Server, connections_beyond_the_limit_of_an_address_are_closed) {
    ServerOptions options;
    options.connections_per_address_max = 2;
    auto server = start(echo, options);
    RawClient first(server->port());
    RawClient second(server->port());
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(first.receive(12).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(second.receive(12).starts_with("HTTP/1.1 200"));
    RawClient third(server->port());
    EXPECT_EQ(third.receive(), "");
}

TEST(Server, files_are_sent_from_their_offset) {
    std::string path = ::testing::TempDir() + "http-file-XXXXXX";
    close(mkstemp(path.data()));
    std::string content(3'000'000, 'f');
    for (size_t i = 0; i < content.size(); i += 7) content[i] = static_cast<char>(i >> 8);
    std::ofstream(path, std::ios::binary) << content;
    struct PathFile : io::File {
        explicit PathFile(const std::string& name, bool has_descriptor)
            : file(fopen(name.c_str(), "rb")), shows(has_descriptor) {}
        ~PathFile() override { fclose(file); }
        base::Result<size_t> read_at(uint64_t offset, void* to, size_t size) const override {
            return static_cast<size_t>(pread(fileno(file), to, size, static_cast<off_t>(offset)));
        }
        base::Result<void> write_at(uint64_t, std::string_view) override { return {}; }
        base::Result<void> sync() override { return {}; }
        base::Result<void> allocate(uint64_t) override { return {}; }
        base::Result<void> truncate(uint64_t) override { return {}; }
        base::Result<uint64_t> size() const override { return uint64_t{3'000'000}; }
        int descriptor() const override { return shows ? fileno(file) : -1; }
        FILE* file;
        bool shows;
    };
    auto server = start([&](std::shared_ptr<const Request> request, Respond respond) {
        Response response;
        auto file = std::make_shared<PathFile>(path, request->target == "/sendfile");
        response.file_body = FileBody{file, 1000, 2'000'000};
        respond(std::move(response));
    });
    auto client = client_of(*server);
    for (const char* target : {"/sendfile", "/read"}) {
        Request request;
        request.method = "GET";
        request.target = target;
        const auto response = client->send(request);
        ASSERT_TRUE(response);
        EXPECT_TRUE(response->body == content.substr(1000, 2'000'000)) << target;
    }
    unlink(path.c_str());
}

TEST(Server, a_drain_lets_requests_in_flight_finish_and_refuses_new_connections) {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<Respond> held;
    auto server = start([&](const auto& request, Respond respond) {
        if (request->target == "/at-once") return respond({});
        std::lock_guard lock(mutex);
        held = respond;
        arrived.notify_all();
    });
    auto client = client_of(*server);
    base::Result<Response> outcome = base::fail(base::ErrorCode::Io, "not yet");
    std::thread sender([&] { outcome = client->send(post("x")); });
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(arrived.wait_for(lock, 5s, [&] { return held.has_value(); }));
    }
    RawClient idle(server->port());
    // Answered once, so that it is certain to be accepted.
    idle.send("GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(idle.receive(8), "HTTP/1.1");
    while (idle.receive(1, 50ms).size() == 1) {
    }
    std::thread drainer([&] { server->drain(5s); });
    EXPECT_EQ(idle.receive(), "") << "an idle connection must be closed at once";
    EXPECT_FALSE(RawClient(server->port()).is_connected());
    Response response;
    response.body = "late but whole";
    (*held)(std::move(response));
    sender.join();
    drainer.join();
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->body, "late but whole");
    EXPECT_EQ(outcome->headers.get("connection"), "close");
}

TEST(Server, an_answer_after_the_server_is_gone_is_dropped) {
    std::optional<Respond> held;
    std::atomic<bool> has_arrived = false;
    auto server = start([&](auto, Respond respond) {
        held = respond;
        has_arrived = true;
    });
    RawClient raw(server->port());
    raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (!has_arrived) std::this_thread::sleep_for(1ms);
    server.reset();
    (*held)(Response());
    EXPECT_EQ(raw.receive(), "");
}

TEST(Server, a_handler_that_forgets_to_answer_answers_500) {
    auto server = start([](auto, Respond) {});
    const auto response = client_of(*server)->send(post("x"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
}

TEST(Server, values_cannot_add_lines_to_the_head) {
    auto server = start([](auto, Respond respond) {
        Response response;
        response.headers.add("X-Evil", "a\r\nSet-Cookie: b");
        respond(std::move(response));
    });
    const auto response = client_of(*server)->send(post("x"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.count("set-cookie"), 0u);
}

TEST(Server, unix_sockets_work_and_leave_no_file) {
    ServerOptions options;
    const std::string path = ::testing::TempDir() + "wr-http-" + std::to_string(getpid());
    options.address = "unix:" + path;
    auto server = start(echo, options);
    const auto response = Client::create({.endpoint = "unix:" + path})->send(post("hello"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello");
    server.reset();
    EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(Client, chunked_and_unframed_answers_are_read) {
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listening, 4), 0);
    getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
    std::thread peer([&] {
        for (const std::string& answer :
             {std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
                          "\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              std::string("HTTP/1.1 103 Early\r\nX: 1\r\n\r\nHTTP/1.0 200 OK\r\n\r\nto the end"),
              std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")}) {
            const int accepted = accept(listening, nullptr, nullptr);
            char buffer[1024];
            (void)!recv(accepted, buffer, sizeof(buffer), 0);
            (void)!send(accepted, answer.data(), answer.size(), MSG_NOSIGNAL);
            close(accepted);
        }
    });
    auto client =
        Client::create({.endpoint = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port))});
    const auto chunked = client->send(post("x"));
    ASSERT_TRUE(chunked) << chunked.error().message;
    EXPECT_EQ(chunked->body, "abcde");
    const auto unframed = client->send(post("x"));
    ASSERT_TRUE(unframed) << unframed.error().message;
    EXPECT_EQ(unframed->body, "to the end");
    EXPECT_FALSE(client->send(post("x"))) << "a cut answer must not look whole";
    peer.join();
    close(listening);
}

TEST(Client, errors_are_named) {
    EXPECT_EQ(Client::create({.endpoint = "ftp://x"})->send(post("")).error().code,
              base::ErrorCode::InvalidArgument);
    EXPECT_EQ(Client::create({.endpoint = "http://127.0.0.1:1"})->send(post("")).error().code,
              base::ErrorCode::Unavailable);
    auto server = start([](auto, Respond respond) {
        std::thread([respond] {
            std::this_thread::sleep_for(500ms);
            respond({});
        }).detach();
    });
    auto client = Client::create({.endpoint = "http://127.0.0.1:" + std::to_string(server->port()),
                                  .request_timeout = 100ms});
    EXPECT_EQ(client->send(post("")).error().code, base::ErrorCode::TimedOut);
    std::this_thread::sleep_for(600ms);
}

}  // namespace
}  // namespace wr::http
