// Event stream framing. Numbers are big-endian.
#include "wire/event_stream.h"

#include <array>

#include "base/json.h"

namespace wr::wire {
namespace {

constexpr char header_type_string = 7;
constexpr size_t prelude_bytes = 12;
constexpr size_t crc_bytes = 4;

constexpr std::array<uint32_t, 256> make_crc_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < table.size(); ++i) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
        }
        table[i] = value;
    }
    return table;
}
constexpr std::array<uint32_t, 256> crc_table = make_crc_table();

void append_number(std::string& out, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
}

}  // namespace

uint32_t crc32_ieee(std::string_view bytes) {
    uint32_t crc = ~uint32_t{0};
    for (const char c : bytes) {
        crc = crc_table[(crc ^ static_cast<uint8_t>(c)) & 0xFF] ^ (crc >> 8);
    }
    return ~crc;
}

std::string encode_event_message(const EventHeaders& headers, std::string_view payload) {
    std::string fields;
    for (const auto& [name, value] : headers) {
        append_number(fields, name.size(), 1);
        fields += name;
        fields.push_back(header_type_string);
        append_number(fields, value.size(), 2);
        fields += value;
    }
    std::string out;
    const size_t total = prelude_bytes + fields.size() + payload.size() + crc_bytes;
    out.reserve(total);
    append_number(out, total, 4);
    append_number(out, fields.size(), 4);
    append_number(out, crc32_ieee(out), 4);
    out += fields;
    out += payload;
    append_number(out, crc32_ieee(out), 4);
    return out;
}

std::string encode_event(std::string_view event_type,
                         std::string_view content_type,
                         std::string_view payload) {
    return encode_event_message(
        {{":message-type", "event"}, {":event-type", event_type}, {":content-type", content_type}},
        payload);
}

std::string encode_exception(std::string_view exception_type, std::string_view message) {
    base::Json body;
    body.set("message", message);
    return encode_event_message({{":message-type", "exception"},
                                 {":exception-type", exception_type},
                                 {":content-type", "application/json"}},
                                body.dump());
}

}  // namespace wr::wire
