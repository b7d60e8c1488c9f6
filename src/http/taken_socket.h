#pragma once
// The socket of a connection that leaves HTTP.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "http/channel.h"

namespace wr::http {

/// Open, non-blocking, closed with this. In clear or through TLS, as the connection was.
class TakenSocket {
public:
    TakenSocket(int descriptor, std::unique_ptr<Channel> channel, std::string early_bytes)
        : descriptor_(descriptor),
          channel_(std::move(channel)),
          early_bytes_(std::move(early_bytes)) {}
    TakenSocket(TakenSocket&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)),
          channel_(std::move(other.channel_)),
          early_bytes_(std::move(other.early_bytes_)) {}
    TakenSocket(const TakenSocket&) = delete;
    TakenSocket& operator=(const TakenSocket&) = delete;
    ~TakenSocket();

    int number() const { return descriptor_; }
    Channel& channel() { return *channel_; }
    const Channel& channel() const { return *channel_; }
    /// What the client sent behind its request.
    const std::string& early_bytes() const { return early_bytes_; }

private:
    int descriptor_;
    std::unique_ptr<Channel> channel_;
    std::string early_bytes_;
};

/// Called on an event loop's thread when the head of an answer with status 101 has been sent; the
/// server forgets the connection. `ticket` is that answer's body, which is not sent.
using TakeOver = std::function<void(const std::string& ticket, TakenSocket)>;

}  // namespace wr::http
