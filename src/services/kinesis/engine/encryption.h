#pragma once
// Records at rest: AES-256-GCM under a key of the stream, which the server's master key wraps.
//
// Each cipher draws a salt of its own and derives its working key from the stream's key and the
// salt, so that its nonces, a counter from 1, are never used twice, whatever crashes or restarts.

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "services/kinesis/engine/stream_meta.h"

namespace wr::kinesis {

constexpr size_t encryption_key_bytes = 32;

/// What a reader needs beside the key; stored in the clear.
struct Seal {
    uint32_t key_number = 0;
    std::array<uint8_t, 16> salt{};
    uint64_t count = 0;
    std::array<uint8_t, 16> tag{};
};

/// @threads any
class RecordCipher {
public:
    RecordCipher(uint32_t number, std::string key, base::Random& random);

    uint32_t number() const { return number_; }
    /// Encrypts in place. `bound` is authenticated and not stored.
    Seal seal(char* bytes, size_t size, std::string_view bound) const;
    /// Decrypts in place; false, with the bytes spoiled, when anything was changed.
    bool open(char* bytes, size_t size, const Seal& seal, std::string_view bound) const;

private:
    const uint32_t number_;
    const std::string key_;
    std::array<uint8_t, 16> salt_{};
    std::string working_key_;
    mutable std::atomic<uint64_t> count_ = 0;
};

/// The keys of one stream. Immutable.
class KeyRing {
public:
    /// Empty when a key does not open with `master`.
    static std::shared_ptr<const KeyRing> unwrap(const std::string& master,
                                                 uint64_t incarnation,
                                                 const std::vector<WrappedKey>& keys,
                                                 base::Random& random);
    const RecordCipher* find(uint32_t number) const;
    /// The cipher of the newest key; null when there is none.
    const RecordCipher* newest() const;

private:
    std::map<uint32_t, std::unique_ptr<RecordCipher>> ciphers_;
};

/// A new random key for stream `incarnation`, wrapped.
WrappedKey make_wrapped_key(const std::string& master,
                            uint64_t incarnation,
                            uint32_t number,
                            base::Random& random);

}  // namespace wr::kinesis
