#pragma once
// One connection of the server: a state machine on its loop's thread.

#include <atomic>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "http/body_buffer.h"
#include "http/channel.h"
#include "http/event_loop.h"
#include "http/message.h"
#include "http/parser.h"
#include "http/server.h"

namespace wr::http {

class Connection;
class ChunkWriter;
class Http2Session;

/// What the connections of one loop share. Lives as long as its loop runs.
struct Worker {
    std::shared_ptr<EventLoop> loop;
    const ServerOptions* options = nullptr;
    const Handler* handler = nullptr;
    /// Told on the loop's thread when a connection has closed.
    std::function<void(const std::string& peer_address)> on_closed;
    std::unordered_set<std::shared_ptr<Connection>> connections;
    base::SystemClock clock;
    base::MonotonicTime now;                ///< of the last tick: precise enough for time limits
    std::string date;                       ///< of the last tick
    std::atomic<bool> is_draining = false;  ///< set from any thread; answers say so from then on

    void tick();
    void drain();
    void close_all();
};

class Connection final : public Watcher, public std::enable_shared_from_this<Connection> {
public:
    Connection(Worker& worker, std::unique_ptr<Descriptor> descriptor, std::string peer_address);
    ~Connection() override;
    void start();
    void check_time();
    void drain();
    void close();
    /// More of the body that `writer` makes, framed; the last piece ends it.
    void append_stream(const ChunkWriter& writer, std::string_view bytes, bool is_last);
    /// The answer to the request in hand; ignored when the connection has closed meanwhile.
    void deliver(Response response);
    /// The same with HTTP/2, which has many requests in hand.
    void deliver(int32_t stream, Response response);
    void append_stream(int32_t stream, std::string_view bytes, bool is_last);

    void ready_to_read() override;
    void ready_to_write() override;

private:
    /// Opening: before the first byte, and while TLS is agreed on. Idle: between requests.
    /// Lingering: answered and shut, reading until the client notices. Http2 has no other phases.
    enum class Phase {
        Opening,
        Idle,
        Head,
        Body,
        Handling,
        Writing,
        Streaming,
        Lingering,
        Http2,
        Closed
    };

    void run();
    bool step();
    void enter(Phase phase);
    bool open();
    bool choose_channel();
    bool wait_for_input();
    Io fill_input();
    bool begins_http_2();
    bool read_head();
    void begin_request();
    bool read_body();
    Io read_sized_body();
    Io read_chunked_body();
    void finish_body();
    void call_handler();
    void reject(int status, std::string_view reason);
    void begin_response();
    bool write();
    void begin_stream();
    bool write_stream();
    bool wait_for_room();
    void notice_end_of_client();
    Io write_memory();
    Io write_file();
    void finish_response();
    void hand_over();
    void linger();
    void begin_http_2();
    bool run_http_2();
    bool write_http_2();
    void read_http_2();
    void call_handlers_of_http_2();
    void check_time_of_http_2();
    std::string_view input() const {
        return {input_.data() + input_begin_, input_end_ - input_begin_};
    }

    Worker& worker_;
    const std::shared_ptr<EventLoop> loop_;
    const std::unique_ptr<Descriptor> descriptor_;
    const std::string peer_address_;
    std::unique_ptr<Channel> channel_;
    Phase phase_ = Phase::Opening;
    base::MonotonicTime since_;  ///< when the phase began, or when writing last moved
    bool is_running_ = false;
    bool is_reading_ = false;
    bool is_tls_ = false;
    bool is_refused_ = false;  ///< in clear, where that is not allowed
    bool is_first_request_ = true;

    std::vector<char> input_;
    size_t input_begin_ = 0;
    size_t input_end_ = 0;
    RequestHead head_;
    std::shared_ptr<Request> request_;
    BodyBuffer body_;
    ChunkedDecoder chunks_;
    uint64_t body_size_ = 0;
    bool is_chunked_ = false;
    bool keep_alive_ = true;
    bool is_http_1_0_ = false;
    bool is_head_request_ = false;
    bool must_linger_ = false;

    bool has_response_ = false;
    Response response_;
    std::string upgrade_ticket_;  ///< the body of an answer with status 101
    std::string output_;
    size_t output_sent_ = 0;
    size_t response_sent_ = 0;
    uint64_t file_sent_ = 0;
    size_t lingered_bytes_ = 0;

    std::shared_ptr<ChunkWriter> stream_;  ///< of the response that is being made
    bool is_stream_ended_ = false;
    bool is_waiting_for_room_ = false;

    std::unique_ptr<Http2Session> http_2_;
};

}  // namespace wr::http
