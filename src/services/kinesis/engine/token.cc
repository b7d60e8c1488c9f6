// Sealing and opening of tokens: body, 16 bytes of HMAC, base64.
#include "services/kinesis/engine/token.h"

#include "base/encoding.h"
#include "base/hash.h"

namespace wr::kinesis {
namespace {

constexpr char kind_iterator = 'I';
constexpr char kind_page = 'P';
constexpr size_t mac_bytes = 16;
constexpr size_t number_bytes = 8;

std::string number(uint64_t value) {
    std::string bytes(number_bytes, '\0');
    for (size_t i = number_bytes; i-- > 0; value >>= 8) {
        bytes[i] = static_cast<char>(value & 0xFF);
    }
    return bytes;
}

uint64_t take_number(std::string_view& bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < number_bytes; ++i) {
        value = (value << 8) | static_cast<uint8_t>(bytes[i]);
    }
    bytes.remove_prefix(number_bytes);
    return value;
}

uint64_t millis(base::Timestamp time) {
    return static_cast<uint64_t>(time.time_since_epoch().count());
}

base::Timestamp time_of(uint64_t value) {
    return base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(value)}};
}

}  // namespace

std::string TokenCodec::sign(std::string body) const {
    const base::Sha256Digest mac = base::hmac_sha256(key_, body);
    body += base::as_bytes(mac).substr(0, mac_bytes);
    return base::base64_encode(body);
}

std::optional<std::string> TokenCodec::verify(std::string_view text, char kind) const {
    std::optional<std::string> bytes = base::base64_decode(text);
    if (!bytes || bytes->size() < 1 + mac_bytes || bytes->front() != kind) return std::nullopt;
    const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - mac_bytes);
    const base::Sha256Digest mac = base::hmac_sha256(key_, body);
    const bool is_ours = base::equal_constant_time(base::as_bytes(mac).substr(0, mac_bytes),
                                                   std::string_view(*bytes).substr(body.size()));
    if (!is_ours) return std::nullopt;
    return std::string(body.substr(1));
}

std::string TokenCodec::seal(const IteratorToken& token) const {
    std::string body(1, kind_iterator);
    body += number(token.incarnation);
    body += number(token.shard_index);
    body += number(token.counter);
    body += number(millis(token.issued));
    return sign(std::move(body));
}

std::optional<IteratorToken> TokenCodec::open_iterator(std::string_view text) const {
    const std::optional<std::string> body = verify(text, kind_iterator);
    if (!body || body->size() != 4 * number_bytes) return std::nullopt;
    std::string_view rest = *body;
    IteratorToken token;
    token.incarnation = take_number(rest);
    token.shard_index = static_cast<uint32_t>(take_number(rest));
    token.counter = take_number(rest);
    token.issued = time_of(take_number(rest));
    return token;
}

std::string TokenCodec::seal(const PageToken& token) const {
    std::string body(1, kind_page);
    body += number(millis(token.issued));
    body += number(token.scope.size());
    body += token.scope;
    body += token.after;
    return sign(std::move(body));
}

std::optional<PageToken> TokenCodec::open_page(std::string_view text) const {
    const std::optional<std::string> body = verify(text, kind_page);
    if (!body || body->size() < 2 * number_bytes) return std::nullopt;
    std::string_view rest = *body;
    PageToken token;
    token.issued = time_of(take_number(rest));
    const uint64_t scope_bytes = take_number(rest);
    if (scope_bytes > rest.size()) return std::nullopt;
    token.scope = rest.substr(0, scope_bytes);
    token.after = rest.substr(scope_bytes);
    return token;
}

}  // namespace wr::kinesis
