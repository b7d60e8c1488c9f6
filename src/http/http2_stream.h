#pragma once
// One stream of HTTP/2: a request while it arrives, then its response while it leaves.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/body_buffer.h"
#include "http/chunk_writer.h"
#include "http/http2_head.h"
#include "http/message.h"

namespace wr::http {

struct Http2Stream {
    explicit Http2Stream(const std::string& spool_directory) : body(spool_directory) {}

    /// Head: its fields arrive. Body: so does its body. Waiting: for an answer. Answered: the
    /// response leaves; what still arrives is dropped.
    enum class State { Head, Body, Waiting, Answered };

    State state = State::Head;
    base::MonotonicTime since;  ///< when the state began, or when the response last moved
    Http2Head head;
    std::shared_ptr<Request> request;
    BodyBuffer body;
    bool has_arrived = false;  ///< the client's side has ended
    bool is_head_request = false;

    Response response;
    uint64_t sent_bytes = 0;  ///< of a body whose length is known
    std::shared_ptr<ChunkWriter> writer;
    std::string pieces;      ///< of a body that is being made
    size_t pieces_sent = 0;  ///< bytes at their front that have left
    bool has_last_piece = false;

    void enter(State next, base::MonotonicTime now) {
        state = next;
        since = now;
    }
    uint64_t body_bytes() const {
        return response.file_body ? response.file_body->size_bytes : response.body.size();
    }
    /// Whether the client lets bytes wait here.
    bool has_unsent_bytes() const {
        return state == State::Answered &&
               (writer ? pieces_sent < pieces.size() || has_last_piece : sent_bytes < body_bytes());
    }

    /// The answer has none, whatever it came with.
    void drop_body() {
        response.body.clear();
        response.file_body.reset();
        if (writer) writer->close();
        writer.reset();
    }

    enum class Read { More, Last, Nothing, Failed };
    /// The next bytes of the response's body.
    Read read_body(char* to, size_t size, size_t& count);

private:
    Read read_pieces(char* to, size_t size, size_t& count);
};

}  // namespace wr::http
