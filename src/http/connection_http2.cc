// A connection that speaks HTTP/2: bytes between its socket and the session, requests to the
// handler.
#include <algorithm>

#include "base/logging.h"
#include "http/chunk_writer.h"
#include "http/connection.h"
#include "http/http2_session.h"
#include "http/ticket.h"

namespace wr::http {
namespace {

constexpr size_t output_bytes_max = 256 * 1024;
/// A bound on the turns, so that one fast sender leaves time for the loop's others.
constexpr int reads_per_turn = 8;

}  // namespace

/// Whether the first bytes are, or may become, the preface.
bool Connection::begins_http_2() {
    const std::string_view bytes = input().substr(0, http_2_preface.size());
    if (!http_2_preface.starts_with(bytes)) {
        is_first_request_ = false;
        return false;
    }
    if (bytes.size() == http_2_preface.size()) begin_http_2();
    return true;
}

void Connection::begin_http_2() {
    if (is_refused_) return close();
    Http2Options options;
    options.peer_address = peer_address_;
    options.is_tls = is_tls_;
    options.server = worker_.options;
    options.date = &worker_.date;
    http_2_ = Http2Session::create(options, worker_.now);
    if (!http_2_) return close();
    enter(Phase::Http2);
    http_2_->receive(input(), worker_.now);
    input_begin_ = input_end_ = 0;
    if (worker_.is_draining) http_2_->drain();
    call_handlers_of_http_2();
}

void Connection::call_handlers_of_http_2() {
    for (auto& [stream, request] : http_2_->take_arrived()) {
        if (phase_ != Phase::Http2) return;
        (*worker_.handler)(
            std::move(request),
            one_answer(loop_,
                       [connection = shared_from_this(), number = stream](Response response) {
                           connection->deliver(number, std::move(response));
                       }));
    }
}

void Connection::deliver(int32_t stream, Response response) {
    if (phase_ != Phase::Http2) return;
    const auto make_body = response.stream_body;
    std::shared_ptr<ChunkWriter> writer;
    if (make_body) {
        writer = std::make_shared<ChunkWriter>(
            loop_,
            false,
            [connection = weak_from_this(), stream](const auto&, auto bytes, bool is_last) {
                if (const auto alive = connection.lock())
                    alive->append_stream(stream, bytes, is_last);
            });
    }
    if (http_2_->answer(stream, std::move(response), writer) && make_body) make_body(writer);
    run();
}

void Connection::append_stream(int32_t stream, std::string_view bytes, bool is_last) {
    if (phase_ != Phase::Http2) return;
    http_2_->append(stream, bytes, is_last);
    run();
}

bool Connection::run_http_2() {
    if (is_waiting_for_room_) return false;
    do {
        if (!write_http_2()) return false;
        output_.clear();
        output_sent_ = 0;
        http_2_->produce(output_, output_bytes_max);
        since_ = worker_.now;
    } while (!output_.empty());
    if (http_2_->is_over()) {
        close();
        return false;
    }
    return wait_for_input();
}

bool Connection::write_http_2() {
    switch (write_memory()) {
        case Io::Done:
            return true;
        case Io::WouldBlock:
            return wait_for_room();
        case Io::Failed:
            close();
            return false;
    }
    return false;
}

void Connection::read_http_2() {
    // Who does not take answers is not asked for more requests.
    if (is_waiting_for_room_) return;
    for (int turn = 0; turn < reads_per_turn && !is_waiting_for_room_; ++turn) {
        const Io result = fill_input();
        if (result == Io::Failed) return close();
        if (result == Io::WouldBlock) break;
        http_2_->receive(input(), worker_.now);
        input_begin_ = input_end_ = 0;
        call_handlers_of_http_2();
        if (phase_ != Phase::Http2) return;
    }
    run();
}

void Connection::check_time_of_http_2() {
    const auto age = worker_.now - since_;
    if (is_waiting_for_room_ && age > worker_.options->idle_timeout) return close();
    http_2_->check_time(worker_.now);
    run();
}

}  // namespace wr::http
