#pragma once
// Digests and checksums over OpenSSL; algorithms are fetched once per process.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wr::base {

using Md5Digest = std::array<uint8_t, 16>;
using Sha256Digest = std::array<uint8_t, 32>;

Md5Digest md5(std::string_view bytes);
Sha256Digest sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string md5_hex(std::string_view bytes);
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

inline std::string_view as_bytes(const Sha256Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
inline std::string_view as_bytes(const Md5Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

enum class HashKind { Md5, Sha1, Sha256, Sha512 };

/// Incremental digest of any of the OpenSSL kinds.
class Hasher {
public:
    explicit Hasher(HashKind kind);
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    void update(std::string_view bytes);
    /// Raw bytes; the hasher is spent afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// CRC-32C (Castagnoli), continuing from `crc`.
uint32_t crc32c(std::string_view bytes, uint32_t crc = 0);

/// Same time for every pair of equal length.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace wr::base
