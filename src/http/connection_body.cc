// Bodies of requests as they arrive: sized, or in chunks.
#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "base/logging.h"
#include "http/connection.h"

namespace wr::http {

bool Connection::read_body() {
    const Io result = is_chunked_ ? read_chunked_body() : read_sized_body();
    if (phase_ != Phase::Body) return phase_ != Phase::Closed;
    switch (result) {
        case Io::Done:
            finish_body();
            return true;
        case Io::WouldBlock:
            return wait_for_input();
        case Io::Failed:
            close();
            return false;
    }
    return false;
}

Io Connection::read_sized_body() {
    // A bound on the turns, so that one fast sender leaves time for the loop's others.
    for (int turn = 0; turn < 16 && body_.size_bytes() < body_size_; ++turn) {
        const std::span<char> space = body_.free_space();
        if (space.empty()) {
            reject(503, "no memory for the request's body");
            return Io::Done;
        }
        size_t count = std::min(input_end_ - input_begin_, space.size());
        if (count > 0) {
            std::memcpy(space.data(), input_.data() + input_begin_, count);
            input_begin_ += count;
        } else if (const Io result = channel_->receive(space.data(), space.size(), count);
                   result != Io::Done) {
            return result;
        }
        if (auto committed = body_.commit(count); !committed) {
            base::log_warn("http_body_refused", {{"reason", committed.error().message}});
            reject(507, "no room for the request's body");
            return Io::Done;
        }
    }
    return body_.size_bytes() == body_size_ ? Io::Done : Io::WouldBlock;
}

Io Connection::read_chunked_body() {
    for (int turn = 0;;) {
        std::string_view rest = input();
        std::string_view data;
        const auto state = chunks_.next(rest, data);
        input_begin_ = input_end_ - rest.size();
        switch (state) {
            case ChunkedDecoder::State::Done:
                return Io::Done;
            case ChunkedDecoder::State::Bad:
                reject(400, "invalid chunked body");
                return Io::Done;
            case ChunkedDecoder::State::HasData:
                if (body_.size_bytes() + data.size() > limits::http_body_bytes_max) {
                    reject(413, "request body too large");
                    return Io::Done;
                }
                if (auto appended = body_.append(data); !appended) {
                    base::log_warn("http_body_refused", {{"reason", appended.error().message}});
                    reject(507, "no room for the request's body");
                    return Io::Done;
                }
                break;
            case ChunkedDecoder::State::NeedsMore:
                // Never between a read and its decoding: what was read would wait for more.
                if (++turn > 64) return Io::WouldBlock;
                if (const Io result = fill_input(); result != Io::Done) return result;
                break;
        }
    }
}

void Connection::finish_body() {
    auto body = body_.finish();
    if (!body) {
        base::log_warn("http_body_refused", {{"reason", body.error().message}});
        return reject(507, "no room for the request's body");
    }
    request_->body = body->bytes;
    request_->body_owner = std::move(body->owner);
    call_handler();
}

}  // namespace wr::http
