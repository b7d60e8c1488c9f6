// WebSocket over real sockets: handshake, messages, slow clients, and what clients may not send.
#include "http/websocket.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <utility>

#include "http/server.h"
#include "http/websocket_frame.h"

namespace wr::http {
namespace {

using namespace std::chrono_literals;

constexpr size_t large_bytes = 1024 * 1024;

/// Sends large messages for as long as the client takes them, and notes what it hears.
class CountingTalk final : public WebSocketTalk {
public:
    explicit CountingTalk(std::atomic<int>& made, std::string& heard)
        : made_(made), heard_(heard) {}
    std::optional<WebSocketMessage> next(base::MonotonicTime) override {
        ++made_;
        return WebSocketMessage{true, std::string(large_bytes, 'x')};
    }
    void received(std::string_view text) override { heard_ += text; }

private:
    std::atomic<int>& made_;
    std::string& heard_;
};

class EchoTalk final : public WebSocketTalk {
public:
    std::optional<WebSocketMessage> next(base::MonotonicTime) override {
        return std::exchange(answer_, std::nullopt);
    }
    void received(std::string_view text) override {
        answer_ = WebSocketMessage{false, "you said " + std::string(text)};
    }

private:
    std::optional<WebSocketMessage> answer_;
};

class WebSocketTest : public testing::Test {
protected:
    WebSocketTest() {
        hub_ = WebSocketHub::create(clock_, {.clients_max = 2, .period = 5ms});
        ServerOptions options;
        options.take_over = [this](const std::string& ticket, TakenSocket socket) {
            EXPECT_TRUE(hub_->take(ticket, std::move(socket)));
        };
        auto started = Server::start(options, [this](auto request, Respond respond) {
            respond(hub_->accept(*request, make_talk_()));
        });
        EXPECT_TRUE(started);
        server_ = *std::move(started);
    }
    ~WebSocketTest() override {
        for (const int each : opened_) ::close(each);
    }

    int connect_raw() {
        const int number = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server_->port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(number, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        opened_.push_back(number);
        return number;
    }
    static void send_text(int number, const std::string& bytes) {
        EXPECT_EQ(::send(number, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    static std::string receive(int number, size_t size) {
        std::string all;
        std::string buffer(64 * 1024, '\0');
        while (all.size() < size) {
            pollfd entry{number, POLLIN, 0};
            if (poll(&entry, 1, 3'000) <= 0) return all + "<silence>";
            const ssize_t count =
                recv(number, buffer.data(), std::min(buffer.size(), size - all.size()), 0);
            if (count <= 0) return all + "<end>";
            all.append(buffer, 0, static_cast<size_t>(count));
        }
        return all;
    }
    static std::string receive_head(int number) {
        std::string head;
        while (!head.ends_with("\r\n\r\n")) {
            const std::string one = receive(number, 1);
            if (one.size() != 1) return head + one;
            head += one;
        }
        return head;
    }
    /// Connected, with the handshake done.
    int open() {
        const int number = connect_raw();
        send_text(number,
                  "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, "
                  "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        head_ = receive_head(number);
        return number;
    }
    static std::string masked(uint8_t first, const std::string& payload) {
        const std::string mask = "\x11\x22\x33\x44";
        std::string out{static_cast<char>(first), static_cast<char>(0x80 | payload.size())};
        out += mask;
        for (size_t i = 0; i < payload.size(); ++i)
            out += static_cast<char>(payload[i] ^ mask[i % 4]);
        return out;
    }

    base::SystemClock clock_;
    std::function<std::unique_ptr<WebSocketTalk>()> make_talk_ = [] {
        return std::make_unique<EchoTalk>();
    };
    std::unique_ptr<WebSocketHub> hub_;
    std::unique_ptr<Server> server_;
    std::vector<int> opened_;
    std::string head_;
};

TEST_F(WebSocketTest, the_handshake_proves_that_the_key_was_read) {
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    open();
    EXPECT_TRUE(head_.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head_;
    EXPECT_NE(head_.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
              std::string::npos);
    EXPECT_NE(head_.find("Connection: Upgrade\r\n"), std::string::npos);
    EXPECT_NE(head_.find("Upgrade: websocket\r\n"), std::string::npos);
    EXPECT_EQ(head_.find("Content-Length"), std::string::npos);
}

TEST_F(WebSocketTest, an_ordinary_request_is_told_to_upgrade) {
    const int number = connect_raw();
    send_text(number, "GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(receive_head(number).starts_with("HTTP/1.1 426 "));
}

TEST_F(WebSocketTest, text_goes_both_ways_and_pings_are_answered) {
    const int number = open();
    send_text(number, masked(0x81, "hello"));
    EXPECT_EQ(receive(number, 16), std::string("\x81\x0e") + "you said hello");
    send_text(number, masked(0x89, "p"));
    EXPECT_EQ(receive(number, 3), std::string("\x8a\x01") + "p");
    send_text(number, masked(0x88, ""));
    EXPECT_EQ(receive(number, 4), std::string("\x88\x02\x03\xe8"));
    EXPECT_EQ(receive(number, 1), "<end>");
}

TEST_F(WebSocketTest, a_client_that_does_not_read_costs_no_more_than_one_message) {
    std::atomic<int> made = 0;
    std::string heard;
    make_talk_ = [&] { return std::make_unique<CountingTalk>(made, heard); };
    const int number = open();
    std::this_thread::sleep_for(300ms);
    const int while_asleep = made;
    std::this_thread::sleep_for(300ms);
    // What the sockets' buffers hold, and one more: a queue would have grown by one each 5 ms.
    EXPECT_LE(made, 16);
    EXPECT_EQ(made, while_asleep);
    const size_t frame_bytes = large_bytes + 10;
    EXPECT_EQ(receive(number, 20 * frame_bytes).size(), 20 * frame_bytes);
    EXPECT_GE(made, 20);
    hub_->stop();
}

TEST_F(WebSocketTest, frames_that_are_unmasked_too_long_or_unknown_end_the_talk) {
    const std::string too_long = std::string("\x81\xfe\x20\x00", 4) + "mask";
    const std::vector<std::pair<std::string, std::string>> cases = {
        {std::string("\x81\x02hi"), "\x03\xea"},
        {too_long, "\x03\xf1"},
        {masked(0x83, "x"), "\x03\xea"},
        {masked(0x82, "x"), "\x03\xeb"},
        {masked(0x81, "\xff\xfe"), "\x03\xeb"},
    };
    for (const auto& [bytes, code] : cases) {
        const int number = open();
        send_text(number, bytes);
        EXPECT_EQ(receive(number, 4), "\x88\x02" + code);
        EXPECT_EQ(receive(number, 1), "<end>");
        for (int i = 0; i < 300 && hub_->clients() > 0; ++i) std::this_thread::sleep_for(10ms);
        EXPECT_EQ(hub_->clients(), 0U);
    }
}

TEST_F(WebSocketTest, more_clients_than_places_are_refused_and_a_place_is_given_back) {
    const int first = open();
    open();
    const int third = open();
    EXPECT_TRUE(head_.starts_with("HTTP/1.1 503 ")) << head_;
    ::shutdown(first, SHUT_RDWR);
    for (int i = 0; i < 300 && hub_->clients() > 1; ++i) std::this_thread::sleep_for(10ms);
    open();
    EXPECT_TRUE(head_.starts_with("HTTP/1.1 101 ")) << head_;
    EXPECT_GE(third, 0);
}

TEST_F(WebSocketTest, a_stop_says_goodbye_and_a_drain_does_not_wait_for_talks) {
    const int number = open();
    const auto begin = std::chrono::steady_clock::now();
    server_->drain(5s);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    hub_->stop();
    EXPECT_EQ(receive(number, 4), std::string("\x88\x02\x03\xe9"));
}

}  // namespace
}  // namespace wr::http
