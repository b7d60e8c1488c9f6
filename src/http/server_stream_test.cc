// Answers that are sent while they are made, over real sockets.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/mutex.h"
#include "http/client.h"
#include "http/server.h"

namespace wr::http {
namespace {

using namespace std::chrono_literals;

/// A server whose answers the test makes itself.
class StreamTest : public testing::Test {
protected:
    StreamTest() {
        auto started = Server::start({}, [this](auto, Respond respond) {
            Response response;
            response.headers.set("Content-Type", "application/octet-stream");
            response.stream_body = [this](std::shared_ptr<BodyWriter> writer) {
                if (first_) return first_(std::move(writer));
                const base::MutexLock lock(mutex_);
                writer_ = std::move(writer);
                begun_.notify_all();
            };
            respond(std::move(response));
        });
        EXPECT_TRUE(started);
        server_ = *std::move(started);
    }

    std::shared_ptr<BodyWriter> wait_for_writer() {
        const base::MutexLock lock(mutex_);
        while (!writer_) begun_.wait(mutex_);
        return std::exchange(writer_, nullptr);
    }
    int connect_raw() {
        const int number = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server_->port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(number, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        EXPECT_EQ(::send(number, request.data(), request.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(request.size()));
        return number;
    }

    base::Result<Response> get() {
        const auto client =
            Client::create({.endpoint = "http://127.0.0.1:" + std::to_string(server_->port())});
        Request request;
        request.method = "GET";
        request.target = "/";
        return client->send(request);
    }

    std::unique_ptr<Server> server_;
    std::function<void(std::shared_ptr<BodyWriter>)> first_;  ///< instead of keeping the writer
    base::Mutex mutex_;
    base::CondVar begun_;
    std::shared_ptr<BodyWriter> writer_ GUARDED_BY(mutex_);
};

TEST_F(StreamTest, pieces_written_over_time_arrive_as_one_body_and_the_connection_goes_on) {
    auto client =
        Client::create({.endpoint = "http://127.0.0.1:" + std::to_string(server_->port())});
    for (int round = 0; round < 2; ++round) {
        std::thread maker([&] {
            const auto writer = wait_for_writer();
            for (const std::string& piece : {std::string("one "), std::string(300'000, 'x')}) {
                EXPECT_TRUE(writer->write(piece));
                std::this_thread::sleep_for(5ms);
            }
            writer->end();
            EXPECT_FALSE(writer->write("after the end"));
        });
        Request request;
        request.method = "GET";
        request.target = "/";
        const auto response = client->send(request);
        maker.join();
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body, "one " + std::string(300'000, 'x'));
        EXPECT_EQ(server_->connections(), 1U);
    }
}

TEST_F(StreamTest, pieces_arrive_as_they_were_written_whichever_thread_writes_them) {
    for (int round = 0; round < 200; ++round) {
        base::Mutex mutex;
        base::CondVar changed;
        std::shared_ptr<BodyWriter> writer;
        // The first piece is written on the loop's thread, the second one at once on another.
        std::thread second([&] {
            const base::MutexLock lock(mutex);
            while (!writer) changed.wait(mutex);
            writer->write("second");
            writer->end();
        });
        first_ = [&](std::shared_ptr<BodyWriter> made) {
            made->write("first ");
            const base::MutexLock lock(mutex);
            writer = std::move(made);
            changed.notify_all();
            // The loop is busy while the other thread writes.
            changed.wait_for(mutex, 1ms);
        };
        const auto response = get();
        second.join();
        ASSERT_TRUE(response) << response.error().message;
        ASSERT_EQ(response->body, "first second");
    }
}

TEST_F(StreamTest, a_client_that_goes_is_noticed_by_who_writes) {
    const int client = connect_raw();
    const auto writer = wait_for_writer();
    EXPECT_TRUE(writer->write("hello"));
    ::close(client);
    for (int i = 0; i < 500 && writer->write("more"); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(writer->write("more"));
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(StreamTest, what_a_client_does_not_take_is_counted) {
    const int client = connect_raw();
    const auto writer = wait_for_writer();
    const std::string piece(1024 * 1024, 'x');
    for (int i = 0; i < 32; ++i) EXPECT_TRUE(writer->write(piece));
    std::this_thread::sleep_for(50ms);
    EXPECT_GT(writer->waiting_bytes(), 8U * piece.size());
    ::close(client);
}

TEST_F(StreamTest, a_drain_does_not_wait_for_a_body_without_an_end) {
    const int client = connect_raw();
    const auto writer = wait_for_writer();
    const auto begin = std::chrono::steady_clock::now();
    server_->drain(5s);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
    EXPECT_FALSE(writer->write("late"));
    ::close(client);
}

}  // namespace
}  // namespace wr::http
