// Zero bytes are escaped, so that the end mark 0x00 0x00 sorts before every continuation.
#include "services/dynamodb/engine/key_encoding.h"

#include "base/assert.h"
#include "base/hash.h"

namespace wr::dynamodb {
namespace {

void append_escaped(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        out += c;
        if (c == '\0') out += '\xFF';
    }
}

std::string_view key_bytes(const Value& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    const auto* binary = value.as<Binary>();
    WR_ASSERT(binary != nullptr);
    return binary->bytes;
}

}  // namespace

void append_key(std::string& out, const Value& value) {
    if (const auto* number = value.as<Decimal>()) {
        number->append_ordered(out);
        return;
    }
    append_escaped(out, key_bytes(value));
    out.append(2, '\0');
}

void append_key_prefix(std::string& out, const Value& value) {
    append_escaped(out, key_bytes(value));
}

std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
    if (!prefix.empty()) {
        prefix.back() = static_cast<char>(static_cast<uint8_t>(prefix.back()) + 1);
    }
    return prefix;
}

std::string partition_bucket(std::string_view encoded_hash_key) {
    const base::Md5Digest digest = base::md5(encoded_hash_key);
    return {static_cast<char>(digest[0]), static_cast<char>(digest[1])};
}

}  // namespace wr::dynamodb
