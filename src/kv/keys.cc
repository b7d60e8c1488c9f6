// Key encodings whose byte order is the order of what they stand for.
#include "base/assert.h"
#include "kv/store.h"

namespace wr::kv {

std::string encode_u64(uint64_t value) {
    std::string bytes(8, '\0');
    for (int i = 7; i >= 0; --i, value >>= 8)
        bytes[static_cast<size_t>(i)] = static_cast<char>(value & 255);
    return bytes;
}

uint64_t decode_u64(std::string_view bytes) {
    WR_ASSERT(bytes.size() >= 8);
    uint64_t value = 0;
    for (size_t i = 0; i < 8; ++i) value = (value << 8) | static_cast<uint8_t>(bytes[i]);
    return value;
}

void append_key_part(std::string& key, std::string_view part) {
    for (const char c : part) {
        key += c;
        if (c == '\0') key += '\xff';
    }
    key.append(2, '\0');
}

std::optional<std::string> take_key_part(std::string_view& key) {
    std::string part;
    for (size_t i = 0; i < key.size(); ++i) {
        if (key[i] != '\0') {
            part += key[i];
            continue;
        }
        if (i + 1 >= key.size()) return std::nullopt;
        if (key[i + 1] == '\0') {
            key.remove_prefix(i + 2);
            return part;
        }
        if (key[i + 1] != '\xff') return std::nullopt;
        part += '\0';
        ++i;
    }
    return std::nullopt;
}

}  // namespace wr::kv
