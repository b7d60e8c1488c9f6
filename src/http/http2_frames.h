#pragma once
// Frames of HTTP/2 written by hand, for tests that send what no client library would.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wr::http::frames {

enum Type : uint8_t {
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9
};
constexpr uint8_t end_stream = 1;
constexpr uint8_t ack = 1;
constexpr uint8_t end_headers = 4;

inline std::string number(uint64_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
    return out;
}

inline std::string frame(Type type, uint8_t flags, uint32_t stream, std::string_view payload = {}) {
    return number(payload.size(), 3) + number(type, 1) + number(flags, 1) + number(stream, 4) +
           std::string(payload);
}

/// One literal field without indexing; HPACK's integers with a prefix of seven bits.
inline std::string field(std::string_view name, std::string_view value) {
    const auto text = [](std::string_view bytes) {
        std::string out;
        size_t rest = bytes.size();
        if (rest < 127) return number(rest, 1) + std::string(bytes);
        out.push_back(127);
        for (rest -= 127; rest >= 128; rest /= 128)
            out.push_back(static_cast<char>(rest % 128 + 128));
        out.push_back(static_cast<char>(rest));
        return out + std::string(bytes);
    };
    return std::string(1, '\0') + text(name) + text(value);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

inline std::string block(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) out += field(name, value);
    return out;
}

inline Fields get(const std::string& path = "/") {
    return {{":method", "GET"}, {":scheme", "http"}, {":path", path}, {":authority", "here"}};
}

struct Seen {
    uint8_t type = 0;
    uint8_t flags = 0;
    uint32_t stream = 0;
    std::string payload;
};

/// All whole frames at the front of `bytes`, which are taken off.
inline std::vector<Seen> take(std::string& bytes) {
    const auto value = [&](size_t at, int size) {
        uint32_t out = 0;
        for (int i = 0; i < size; ++i) out = out << 8 | static_cast<uint8_t>(bytes[at + i]);
        return out;
    };
    std::vector<Seen> seen;
    while (bytes.size() >= 9 && bytes.size() >= 9 + value(0, 3)) {
        const size_t size = value(0, 3);
        seen.push_back({static_cast<uint8_t>(value(3, 1)),
                        static_cast<uint8_t>(value(4, 1)),
                        value(5, 4),
                        bytes.substr(9, size)});
        bytes.erase(0, 9 + size);
    }
    return seen;
}

}  // namespace wr::http::frames
