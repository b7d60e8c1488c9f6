// Frames of RFC 6455: heads, masks, and what a client may not send.
#include "http/websocket_frame.h"

namespace wr::http {
namespace {

constexpr uint8_t final_bit = 0x80;
constexpr uint8_t reserved_bits = 0x70;
constexpr uint8_t opcode_bits = 0x0f;
constexpr uint8_t mask_bit = 0x80;
constexpr uint8_t length_bits = 0x7f;
constexpr uint8_t length_16 = 126;
constexpr uint8_t length_64 = 127;
constexpr size_t mask_bytes = 4;
constexpr size_t control_bytes_max = 125;
constexpr uint16_t protocol_error = 1002;
constexpr uint16_t too_big = 1009;

bool is_control(WebSocketOpcode opcode) {
    return static_cast<uint8_t>(opcode) >= static_cast<uint8_t>(WebSocketOpcode::Close);
}

bool is_known(uint8_t opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

uint64_t big_endian(std::string_view bytes) {
    uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
    return value;
}

void append_big_endian(std::string& out, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
}

}  // namespace

void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload) {
    out.push_back(static_cast<char>(final_bit | static_cast<uint8_t>(opcode)));
    if (payload.size() < length_16) {
        append_big_endian(out, payload.size(), 1);
    } else if (payload.size() <= UINT16_MAX) {
        append_big_endian(out, length_16, 1);
        append_big_endian(out, payload.size(), 2);
    } else {
        append_big_endian(out, length_64, 1);
        append_big_endian(out, payload.size(), 8);
    }
    out += payload;
}

std::string websocket_close_payload(uint16_t code) {
    std::string payload;
    append_big_endian(payload, code, 2);
    return payload;
}

WebSocketParse parse_websocket_frame(std::string_view bytes,
                                     size_t payload_bytes_max,
                                     WebSocketFrame& frame) {
    const auto bad = [&frame](uint16_t code) {
        frame.close_code = code;
        return WebSocketParse::Bad;
    };
    if (bytes.size() < 2) return WebSocketParse::NeedsMore;
    const auto first = static_cast<uint8_t>(bytes[0]);
    const auto second = static_cast<uint8_t>(bytes[1]);
    if ((first & reserved_bits) != 0 || !is_known(first & opcode_bits)) return bad(protocol_error);
    // A client that does not mask may be a confused proxy's cache.
    if ((second & mask_bit) == 0) return bad(protocol_error);
    frame.opcode = static_cast<WebSocketOpcode>(first & opcode_bits);
    frame.is_final = (first & final_bit) != 0;
    size_t at = 2;
    uint64_t length = second & length_bits;
    if (is_control(frame.opcode) && (length > control_bytes_max || !frame.is_final))
        return bad(protocol_error);
    if (length == length_16 || length == length_64) {
        const size_t extra = length == length_16 ? 2 : 8;
        if (bytes.size() < at + extra) return WebSocketParse::NeedsMore;
        length = big_endian(bytes.substr(at, extra));
        at += extra;
    }
    if (length > payload_bytes_max) return bad(too_big);
    if (bytes.size() < at + mask_bytes + length) return WebSocketParse::NeedsMore;
    const std::string_view mask = bytes.substr(at, mask_bytes);
    at += mask_bytes;
    frame.payload.assign(bytes.substr(at, length));
    for (size_t i = 0; i < frame.payload.size(); ++i)
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ mask[i % mask_bytes]);
    frame.size_bytes = at + length;
    return WebSocketParse::HasFrame;
}

}  // namespace wr::http
