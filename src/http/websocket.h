#pragma once
// WebSocket (RFC 6455), the server's side: many talks on one thread, each sent only what its client
// has room for.
//
// There is no queue. A talk is asked for its next message when everything before it has left: a
// slow client is asked less often and costs no more memory than one message.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "http/taken_socket.h"

namespace wr::http {

struct WebSocketMessage {
    bool is_binary = true;
    std::string payload;
};

/// One client's conversation. Called on the hub's thread alone.
class WebSocketTalk {
public:
    virtual ~WebSocketTalk() = default;
    /// What the client gets next; nothing when there is nothing new or it is not due.
    virtual std::optional<WebSocketMessage> next(base::MonotonicTime now) = 0;
    /// A text message of the client, at most WebSocketOptions::message_bytes_max long.
    virtual void received(std::string_view text) = 0;
};

struct WebSocketOptions {
    size_t clients_max = 64;
    size_t message_bytes_max = 4 * 1024;   ///< of what clients send
    std::chrono::milliseconds period{50};  ///< between two looks for what is new
    std::chrono::milliseconds ping_interval{15'000};
    std::chrono::milliseconds silence_max{45'000};  ///< no pong, or nothing taken, for so long
};

/// @threads any
class WebSocketHub {
public:
    static std::unique_ptr<WebSocketHub> create(const base::Clock& clock, WebSocketOptions options);
    /// Closes every connection and waits for the thread.
    virtual ~WebSocketHub() = default;
    /// The answer to a handshake: 101, whose ticket begins the talk, or 400, 405, 426, 503.
    virtual Response accept(const Request& request, std::unique_ptr<WebSocketTalk> talk) = 0;
    /// ServerOptions::take_over; false when the ticket is not of this hub.
    virtual bool take(const std::string& ticket, TakenSocket socket) = 0;
    virtual size_t clients() const = 0;
    /// Says goodbye (1001) to everybody. Later handshakes are refused. Idempotent.
    virtual void stop() = 0;
};

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

}  // namespace wr::http
