// Bodies that are sent while they are made: framing, and the connection's part in it.
#include "http/chunk_writer.h"

#include <array>
#include <charconv>
#include <utility>

#include "http/connection.h"

namespace wr::http {
namespace {

/// What a client may send ahead; behind it nothing is read until the answer has ended.
constexpr size_t pipelined_bytes_max = 8 * 1024;

}  // namespace

bool ChunkWriter::write(std::string_view bytes) {
    return bytes.empty() ? !is_closed_ : add(bytes, false);
}

void ChunkWriter::end() {
    add({}, true);
}

bool ChunkWriter::add(std::string_view bytes, bool is_last) {
    const base::MutexLock lock(mutex_);
    if (is_closed_ || has_last_) return false;
    const size_t held = pieces_.size();
    if (is_chunked_ && !is_last) {
        std::array<char, 20> digits{};
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16);
        pieces_.append(digits.data(), end.ptr);
        pieces_ += "\r\n";
    }
    pieces_ += bytes;
    if (is_chunked_) pieces_ += is_last ? "0\r\n\r\n" : "\r\n";
    has_last_ = is_last;
    waiting_bytes_ += pieces_.size() - held;
    if (!is_posted_) is_posted_ = loop_->post([self = shared_from_this()] { self->flush(); });
    return is_posted_;
}

void ChunkWriter::flush() {
    std::string pieces;
    bool is_last = false;
    {
        const base::MutexLock lock(mutex_);
        pieces.swap(pieces_);
        is_last = has_last_;
        is_posted_ = false;
    }
    sink_(*this, pieces, is_last);
}

void Connection::begin_stream() {
    enter(Phase::Streaming);
    is_stream_ended_ = false;
    output_.clear();
    output_sent_ = 0;
    stream_ = std::make_shared<ChunkWriter>(
        loop_,
        !is_http_1_0_,
        [connection = weak_from_this()](const auto& writer, auto bytes, bool is_last) {
            if (const auto alive = connection.lock()) alive->append_stream(writer, bytes, is_last);
        });
    wait_for_input();
    const auto make_body = std::exchange(response_.stream_body, nullptr);
    make_body(stream_);
}

void Connection::append_stream(const ChunkWriter& writer, std::string_view bytes, bool is_last) {
    if (phase_ != Phase::Streaming || stream_.get() != &writer) return;
    if (output_sent_ == output_.size()) since_ = worker_.now;
    output_ += bytes;
    is_stream_ended_ = is_last;
    run();
}

bool Connection::write_stream() {
    if (is_waiting_for_room_) return false;
    const size_t sent_before = output_sent_;
    const Io result = write_memory();
    stream_->count_sent(output_sent_ - sent_before);
    output_.erase(0, output_sent_);
    output_sent_ = 0;
    switch (result) {
        case Io::Done:
            if (!is_stream_ended_) return false;
            stream_.reset();
            finish_response();
            return true;
        case Io::WouldBlock:
            return wait_for_room();
        case Io::Failed:
            close();
            return false;
    }
    return false;
}

/// What a client sends while it is answered is its next request, or its end.
void Connection::notice_end_of_client() {
    const bool has_room = input_end_ - input_begin_ < pipelined_bytes_max;
    const Io result = has_room ? fill_input() : Io::Done;
    if (result == Io::Failed) return close();
    if (has_room) wait_for_input();
}

}  // namespace wr::http
