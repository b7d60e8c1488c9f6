// A connection's life: head, body, handler, response, and again.
#include "http/connection.h"

#include <errno.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/limits.h"
#include "base/logging.h"
#include "http/chunk_writer.h"
#include "http/response_head.h"

namespace wr::http {

namespace {

using namespace std::chrono_literals;

constexpr size_t input_bytes_first = 16 * 1024;
constexpr size_t input_bytes_max =
    limits::http_request_line_bytes_max + limits::http_header_bytes_max + 4096;
constexpr size_t input_bytes_read_min = 2 * 1024;
constexpr size_t file_piece_bytes = 256 * 1024;
constexpr size_t linger_bytes_max = 4 * 1024 * 1024;
constexpr auto linger_time = 2s;
constexpr std::array<char, body_padding_bytes> no_body{};

/// Hands the answer to the connection's loop; says 500 for a handler that forgot to answer.
class Ticket {
public:
    Ticket(std::shared_ptr<Connection> connection, std::shared_ptr<EventLoop> loop)
        : connection_(std::move(connection)), loop_(std::move(loop)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { answer(Response{.status = 500}); }

    void answer(Response response) {
        if (is_answered_.exchange(true)) return;
        if (loop_->is_current_thread()) {
            connection_->deliver(std::move(response));
            return;
        }
        loop_->post([connection = connection_, response = std::move(response)]() mutable {
            connection->deliver(std::move(response));
        });
    }

private:
    const std::shared_ptr<Connection> connection_;
    const std::shared_ptr<EventLoop> loop_;
    std::atomic<bool> is_answered_ = false;
};

}  // namespace

Connection::Connection(Worker& worker,
                       std::unique_ptr<Descriptor> descriptor,
                       std::string peer_address)
    : worker_(worker),
      loop_(worker.loop),
      descriptor_(std::move(descriptor)),
      peer_address_(std::move(peer_address)),
      since_(worker.now),
      body_(worker.options->spool_directory) {}

void Connection::start() {
    worker_.connections.insert(shared_from_this());
    run();
}

void Connection::enter(Phase phase) {
    phase_ = phase;
    since_ = worker_.now;
}

void Connection::close() {
    if (phase_ == Phase::Closed) return;
    phase_ = Phase::Closed;
    if (stream_) stream_->close();
    descriptor_->close();
    const auto self = shared_from_this();
    worker_.connections.erase(self);
    request_.reset();
    worker_.on_closed(peer_address_);
}

void Connection::drain() {
    // A body without a known end does not hold up the server's.
    if ((phase_ == Phase::Idle || phase_ == Phase::Streaming) && !is_running_) close();
}

void Connection::check_time() {
    const auto age = worker_.now - since_;
    switch (phase_) {
        case Phase::Idle:
            if (age > worker_.options->idle_timeout) close();
            return;
        case Phase::Head:
            if (age <= worker_.options->header_timeout) return;
            reject(408, "the request's head took too long");
            return run();
        case Phase::Body: {
            if (age <= worker_.options->body_grace) return;
            const auto counted = age - worker_.options->body_grace;
            const auto seconds = std::chrono::duration<double>(counted).count();
            const double wanted = seconds * static_cast<double>(limits::http_body_rate_min);
            if (static_cast<double>(body_.size_bytes()) >= wanted) return;
            reject(408, "the request's body arrives too slowly");
            return run();
        }
        case Phase::Writing:
            if (age > worker_.options->idle_timeout) close();
            return;
        case Phase::Streaming:
            if (output_sent_ < output_.size() && age > worker_.options->idle_timeout) close();
            return;
        case Phase::Lingering:
            if (age > linger_time) close();
            return;
        case Phase::Handling:
        case Phase::Closed:
            return;
    }
}

void Connection::ready_to_read() {
    is_reading_ = false;
    if (phase_ == Phase::Lingering) return linger();
    if (phase_ == Phase::Streaming) return notice_end_of_client();
    if (phase_ == Phase::Idle || phase_ == Phase::Head) {
        const Io result = fill_input();
        if (result == Io::Failed) return close();
        if (result == Io::WouldBlock) {
            wait_for_input();
            return;
        }
    }
    run();
}

void Connection::ready_to_write() {
    is_waiting_for_room_ = false;
    run();
}

void Connection::deliver(Response response) {
    if (phase_ != Phase::Handling || has_response_) return;
    response_ = std::move(response);
    has_response_ = true;
    run();
}

/// Goes on until something has to be waited for.
void Connection::run() {
    if (is_running_) return;
    is_running_ = true;
    const auto self = shared_from_this();
    while (step()) {
    }
    is_running_ = false;
}

bool Connection::step() {
    switch (phase_) {
        case Phase::Idle:
        case Phase::Head:
            return read_head();
        case Phase::Body:
            return read_body();
        case Phase::Handling:
            if (!has_response_) return false;
            begin_response();
            return true;
        case Phase::Writing:
            return write();
        case Phase::Streaming:
            return write_stream();
        case Phase::Lingering:
        case Phase::Closed:
            return false;
    }
    return false;
}

bool Connection::wait_for_input() {
    if (!is_reading_) {
        is_reading_ = true;
        descriptor_->wait_readable(shared_from_this());
    }
    return false;
}

Connection::Io Connection::receive(char* to, size_t size, size_t& received) {
    for (;;) {
        const ssize_t count = recv(descriptor_->number(), to, size, MSG_DONTWAIT);
        if (count > 0) {
            received = static_cast<size_t>(count);
            return Io::Done;
        }
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Io::WouldBlock;
        return Io::Failed;
    }
}

Connection::Io Connection::fill_input() {
    if (input_begin_ == input_end_) input_begin_ = input_end_ = 0;
    if (input_.size() - input_end_ < input_bytes_read_min && input_begin_ > 0) {
        std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
        input_end_ -= input_begin_;
        input_begin_ = 0;
    }
    if (input_.size() - input_end_ < input_bytes_read_min) {
        // The parser refuses a head before it can fill this.
        input_.resize(input_.empty() ? input_bytes_first : input_bytes_max);
    }
    size_t received = 0;
    const Io result = receive(input_.data() + input_end_, input_.size() - input_end_, received);
    input_end_ += received;
    return result;
}

bool Connection::read_head() {
    if (input_begin_ == input_end_) {
        if (worker_.is_draining) {
            close();
            return false;
        }
        return wait_for_input();
    }
    if (phase_ == Phase::Idle) enter(Phase::Head);
    HeadProblem problem;
    switch (parse_request_head(input(), head_, problem)) {
        case HeadState::Incomplete:
            return wait_for_input();
        case HeadState::Bad:
            // Its version is unknown, and so is where the next request would begin.
            is_head_request_ = false;
            is_http_1_0_ = false;
            reject(problem.status, problem.reason);
            return true;
        case HeadState::Complete:
            begin_request();
            return true;
    }
    return false;
}

void Connection::begin_request() {
    request_ = std::make_shared<Request>();
    request_->method = head_.method;
    request_->target = head_.target;
    request_->peer_address = peer_address_;
    request_->headers.reserve(head_.fields.size());
    for (const HeadField& field : head_.fields) {
        request_->headers.add(std::string(field.name), std::string(field.value));
    }
    keep_alive_ = head_.keep_alive;
    is_http_1_0_ = head_.minor_version == 0;
    is_head_request_ = head_.method == "HEAD";
    is_chunked_ = head_.is_chunked;
    body_size_ = head_.content_length.value_or(0);
    input_begin_ += head_.size_bytes;
    if (body_size_ > limits::http_body_bytes_max) return reject(413, "request body too large");
    // Who asked waits for the 100, even with no body to send.
    if (head_.expects_continue && input_begin_ == input_end_) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const ssize_t sent =
            send(descriptor_->number(), go_on.data(), go_on.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent != static_cast<ssize_t>(go_on.size())) return close();
    }
    if (!is_chunked_ && body_size_ == 0) {
        request_->body = {no_body.data(), 0};
        return call_handler();
    }
    if (is_chunked_) chunks_ = ChunkedDecoder();
    if (auto begun = body_.begin(body_size_); !begun) {
        base::log_warn("http_body_refused", {{"reason", begun.error().message}});
        return reject(503, "no room for the request's body");
    }
    enter(Phase::Body);
}

void Connection::call_handler() {
    enter(Phase::Handling);
    has_response_ = false;
    auto ticket = std::make_shared<Ticket>(shared_from_this(), loop_);
    (*worker_.handler)(std::move(request_), [ticket = std::move(ticket)](Response response) {
        ticket->answer(std::move(response));
    });
}

/// Answers without asking the handler and gives the connection up.
void Connection::reject(int status, std::string_view reason) {
    request_.reset();
    keep_alive_ = false;
    must_linger_ = true;
    response_ = Response{.status = status};
    response_.headers.add("Content-Type", "text/plain");
    response_.body = std::string(reason) + "\n";
    phase_ = Phase::Handling;
    has_response_ = true;
}

void Connection::begin_response() {
    has_response_ = false;
    if (response_.status == 101) upgrade_ticket_ = response_.body;
    // Without chunks only the end of the connection ends a body of unknown length.
    if (worker_.is_draining || (response_.stream_body && is_http_1_0_)) keep_alive_ = false;
    output_.clear();
    append_response_head(output_,
                         response_,
                         {.date = worker_.date,
                          .keep_alive = keep_alive_,
                          .is_http_1_0 = is_http_1_0_,
                          .is_answer_to_head = is_head_request_});
    if (is_head_request_ || is_bodiless(response_.status)) {
        response_.body.clear();
        response_.file_body.reset();
        response_.stream_body = nullptr;
    }
    if (response_.file_body || response_.stream_body) response_.body.clear();
    output_sent_ = response_sent_ = 0;
    file_sent_ = 0;
    enter(Phase::Writing);
}

bool Connection::write() {
    Io result = write_memory();
    if (result == Io::Done && response_.file_body) result = write_file();
    switch (result) {
        case Io::Done:
            if (response_.stream_body) {
                begin_stream();
            } else {
                finish_response();
            }
            return true;
        case Io::WouldBlock:
            return wait_for_room();
        case Io::Failed:
            close();
            return false;
    }
    return false;
}

bool Connection::wait_for_room() {
    if (!is_waiting_for_room_) {
        is_waiting_for_room_ = true;
        descriptor_->wait_writable(shared_from_this());
    }
    return false;
}

Connection::Io Connection::write_memory() {
    const bool has_file = response_.file_body && file_sent_ < response_.file_body->size_bytes;
    while (output_sent_ < output_.size() || response_sent_ < response_.body.size()) {
        std::array<iovec, 2> parts{};
        parts[0] = {output_.data() + output_sent_, output_.size() - output_sent_};
        parts[1] = {response_.body.data() + response_sent_, response_.body.size() - response_sent_};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (has_file ? MSG_MORE : 0);
        const ssize_t sent = sendmsg(descriptor_->number(), &message, flags);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK ? Io::WouldBlock : Io::Failed;
        }
        const size_t of_head = std::min(static_cast<size_t>(sent), parts[0].iov_len);
        output_sent_ += of_head;
        response_sent_ += static_cast<size_t>(sent) - of_head;
        since_ = worker_.now;
    }
    return Io::Done;
}

Connection::Io Connection::write_file() {
    const FileBody& body = *response_.file_body;
    while (file_sent_ < body.size_bytes) {
        const size_t size =
            static_cast<size_t>(std::min<uint64_t>(body.size_bytes - file_sent_, file_piece_bytes));
        if (body.file->descriptor() < 0) {
            // In-memory files: a bounded piece at a time through `body`.
            response_.body.resize(size);
            auto read = body.file->read_at(body.offset + file_sent_, response_.body.data(), size);
            if (!read || *read != size) return Io::Failed;
            file_sent_ += size;
            response_sent_ = 0;
            if (const Io result = write_memory(); result != Io::Done) return result;
            continue;
        }
        auto offset = static_cast<off_t>(body.offset + file_sent_);
        const ssize_t sent =
            sendfile(descriptor_->number(), body.file->descriptor(), &offset, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Io::WouldBlock;
        // Nothing more although the length was promised: the client must see a broken answer.
        if (sent <= 0) return Io::Failed;
        file_sent_ += static_cast<uint64_t>(sent);
        since_ = worker_.now;
    }
    return Io::Done;
}

void Connection::finish_response() {
    if (response_.status == 101) return hand_over();
    response_ = Response();
    if (keep_alive_) return enter(Phase::Idle);
    if (!must_linger_) return close();
    // Closing now, with bytes unread, would send a reset that may overtake the answer.
    shutdown(descriptor_->number(), SHUT_WR);
    enter(Phase::Lingering);
    linger();
}

void Connection::linger() {
    std::array<char, 16 * 1024> dropped;
    while (lingered_bytes_ < linger_bytes_max) {
        size_t count = 0;
        const Io result = receive(dropped.data(), dropped.size(), count);
        if (result == Io::Failed) break;
        if (result == Io::WouldBlock) {
            wait_for_input();
            return;
        }
        lingered_bytes_ += count;
    }
    close();
}

}  // namespace wr::http
