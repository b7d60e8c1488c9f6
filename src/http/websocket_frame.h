#pragma once
// Frames of RFC 6455 as bytes.

#include <cstdint>
#include <string>
#include <string_view>

namespace wr::http {

enum class WebSocketOpcode : uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
};

/// A whole, unmasked frame appended to `out`, as servers send it.
void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload);

/// The two bytes of a close frame's payload.
std::string websocket_close_payload(uint16_t code);

enum class WebSocketParse { NeedsMore, HasFrame, Bad };

struct WebSocketFrame {
    WebSocketOpcode opcode = WebSocketOpcode::Text;
    bool is_final = true;
    std::string payload;      ///< unmasked
    size_t size_bytes = 0;    ///< of the frame with its head
    uint16_t close_code = 0;  ///< of a bad one: 1002 or 1009
};

/// Takes the first frame of `bytes`, which a client sent: masked, its payload at most
/// `payload_bytes_max`.
WebSocketParse parse_websocket_frame(std::string_view bytes,
                                     size_t payload_bytes_max,
                                     WebSocketFrame& frame);

}  // namespace wr::http
