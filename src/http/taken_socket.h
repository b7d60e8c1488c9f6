#pragma once
// The socket of a connection that leaves HTTP.

#include <functional>
#include <string>
#include <utility>

namespace wr::http {

/// Open, non-blocking, closed with this.
class TakenSocket {
public:
    TakenSocket(int descriptor, std::string early_bytes)
        : descriptor_(descriptor), early_bytes_(std::move(early_bytes)) {}
    TakenSocket(TakenSocket&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)),
          early_bytes_(std::move(other.early_bytes_)) {}
    TakenSocket(const TakenSocket&) = delete;
    TakenSocket& operator=(const TakenSocket&) = delete;
    ~TakenSocket();

    int number() const { return descriptor_; }
    /// What the client sent behind its request.
    const std::string& early_bytes() const { return early_bytes_; }

private:
    int descriptor_;
    std::string early_bytes_;
};

/// Called on an event loop's thread when the head of an answer with status 101 has been sent; the
/// server forgets the connection. `ticket` is that answer's body, which is not sent.
using TakeOver = std::function<void(const std::string& ticket, TakenSocket)>;

}  // namespace wr::http
