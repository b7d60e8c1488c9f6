#pragma once
// The body of an answer while it is made: pieces go to the connection's loop.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "http/event_loop.h"
#include "http/message.h"

namespace wr::http {

/// Refuses what is written once the connection, or its stream of HTTP/2, has closed.
class ChunkWriter final : public BodyWriter, public std::enable_shared_from_this<ChunkWriter> {
public:
    /// Takes pieces on the loop's thread.
    using Sink =
        std::function<void(const ChunkWriter& writer, std::string_view bytes, bool is_last)>;

    /// `is_chunked`: the pieces are framed as HTTP/1.1 does.
    ChunkWriter(std::shared_ptr<EventLoop> loop, bool is_chunked, Sink sink)
        : loop_(std::move(loop)), is_chunked_(is_chunked), sink_(std::move(sink)) {}

    bool write(std::string_view bytes) override;
    size_t waiting_bytes() const override { return waiting_bytes_; }
    void end() override;

    // The connection's side.
    void close() { is_closed_ = true; }
    void count_sent(size_t bytes) { waiting_bytes_ -= bytes; }

private:
    bool add(std::string_view bytes, bool is_last);
    void flush();

    const std::shared_ptr<EventLoop> loop_;
    const bool is_chunked_;
    const Sink sink_;
    std::atomic<bool> is_closed_ = false;
    std::atomic<size_t> waiting_bytes_ = 0;

    // One queue for all threads: the loop's own posts may be overtaken by those of others.
    base::Mutex mutex_;
    std::string pieces_ GUARDED_BY(mutex_);
    bool has_last_ GUARDED_BY(mutex_) = false;
    bool is_posted_ GUARDED_BY(mutex_) = false;
};

}  // namespace wr::http
