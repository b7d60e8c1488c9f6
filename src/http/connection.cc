// A connection's life: head, body, handler, response, and again.
#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/limits.h"
#include "base/logging.h"
#include "http/chunk_writer.h"
#include "http/http2_session.h"
#include "http/response_head.h"
#include "http/ticket.h"

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

Connection::~Connection() = default;

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
    if (is_tls_ && channel_) channel_->finish();
    descriptor_->close();
    const auto self = shared_from_this();
    worker_.connections.erase(self);
    request_.reset();
    worker_.on_closed(peer_address_);
    // Who writes a body is told when everything else has been done.
    if (stream_) stream_->close();
    if (http_2_) http_2_->abandon();
}

void Connection::drain() {
    if (phase_ == Phase::Http2) {
        http_2_->drain();
        return run();
    }
    // A body without a known end does not hold up the server's.
    const bool may_close =
        phase_ == Phase::Opening || phase_ == Phase::Idle || phase_ == Phase::Streaming;
    if (may_close && !is_running_) close();
}

void Connection::check_time() {
    const auto age = worker_.now - since_;
    switch (phase_) {
        case Phase::Opening:
            if (age > (channel_ ? worker_.options->header_timeout : worker_.options->idle_timeout))
                close();
            return;
        case Phase::Http2:
            return check_time_of_http_2();
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
    if (phase_ == Phase::Http2) return read_http_2();
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
        case Phase::Opening:
            return open();
        case Phase::Http2:
            return run_http_2();
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
    if (is_reading_) return false;
    is_reading_ = true;
    if (channel_ && channel_->has_unread_input()) {
        loop_->post([self = shared_from_this()] { self->ready_to_read(); });
    } else {
        descriptor_->wait_readable(shared_from_this());
    }
    return false;
}

Io Connection::fill_input() {
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
    const Io result =
        channel_->receive(input_.data() + input_end_, input_.size() - input_end_, received);
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
    if (is_first_request_ && begins_http_2()) return phase_ != Phase::Head || wait_for_input();
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
    is_first_request_ = false;
    request_ = std::make_shared<Request>();
    request_->method = head_.method;
    request_->target = head_.target;
    request_->peer_address = peer_address_;
    request_->is_tls = is_tls_;
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
    if (is_refused_) return reject(400, "this port speaks TLS alone: use https://");
    if (body_size_ > limits::http_body_bytes_max) return reject(413, "request body too large");
    // Who asked waits for the 100, even with no body to send.
    if (head_.expects_continue && input_begin_ == input_end_) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        size_t sent = 0;
        if (channel_->send(go_on, {}, false, sent) != Io::Done || sent != go_on.size())
            return close();
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
    (*worker_.handler)(std::move(request_),
                       one_answer(loop_, [connection = shared_from_this()](Response response) {
                           connection->deliver(std::move(response));
                       }));
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

Io Connection::write_memory() {
    const bool has_file = response_.file_body && file_sent_ < response_.file_body->size_bytes;
    while (output_sent_ < output_.size() || response_sent_ < response_.body.size()) {
        const auto head = std::string_view(output_).substr(output_sent_);
        const auto body = std::string_view(response_.body).substr(response_sent_);
        size_t sent = 0;
        const Io result = channel_->send(head, body, has_file, sent);
        if (result != Io::Done) return result;
        const size_t of_head = std::min(sent, head.size());
        output_sent_ += of_head;
        response_sent_ += sent - of_head;
        since_ = worker_.now;
    }
    return Io::Done;
}

Io Connection::write_file() {
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
        size_t sent = 0;
        const Io result = channel_->send_file(*body.file, body.offset + file_sent_, size, sent);
        if (result != Io::Done) return result;
        file_sent_ += sent;
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
    channel_->finish();
    enter(Phase::Lingering);
    linger();
}

void Connection::linger() {
    std::array<char, 16 * 1024> dropped;
    while (lingered_bytes_ < linger_bytes_max) {
        size_t count = 0;
        const Io result = channel_->receive(dropped.data(), dropped.size(), count);
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
