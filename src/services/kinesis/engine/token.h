#pragma once
// Tokens handed to clients: readable only here, refused when altered, valid across restarts.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace wr::kinesis {

/// Where a shard iterator stands.
struct IteratorToken {
    uint64_t incarnation = 0;  ///< of the stream: one deleted and created again is another
    uint32_t shard_index = 0;
    uint64_t counter = 0;  ///< first record to return
    base::Timestamp issued;
};

/// Where a listing goes on.
struct PageToken {
    std::string scope;  ///< what is listed, with all that shaped the first page
    std::string after;  ///< last item of the page before
    base::Timestamp issued;
};

/// Signs with HMAC-SHA-256 under a persisted random key. @threads any
class TokenCodec {
public:
    explicit TokenCodec(std::string key) : key_(std::move(key)) {}

    std::string seal(const IteratorToken& token) const;
    std::optional<IteratorToken> open_iterator(std::string_view text) const;
    std::string seal(const PageToken& token) const;
    std::optional<PageToken> open_page(std::string_view text) const;

private:
    std::string sign(std::string body) const;
    std::optional<std::string> verify(std::string_view text, char kind) const;
    const std::string key_;
};

}  // namespace wr::kinesis
