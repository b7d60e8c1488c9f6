// Digests through OpenSSL's EVP and CRC-32C through ISA-L, three words at a time.
#include "base/hash.h"

#include <isa-l/crc.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>

#include "base/assert.h"
#include "base/encoding.h"

namespace wr::base {
namespace {

const EVP_MD* algorithm(HashKind kind) {
    // An implicit fetch on every call costs more than hashing a small request.
    static const EVP_MD* const md5_algorithm = EVP_MD_fetch(nullptr, "MD5", nullptr);
    static const EVP_MD* const sha1_algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static const EVP_MD* const sha256_algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static const EVP_MD* const sha512_algorithm = EVP_MD_fetch(nullptr, "SHA512", nullptr);
    switch (kind) {
        case HashKind::Md5:
            return md5_algorithm;
        case HashKind::Sha1:
            return sha1_algorithm;
        case HashKind::Sha256:
            return sha256_algorithm;
        case HashKind::Sha512:
            return sha512_algorithm;
    }
    return nullptr;
}

struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

void digest_into(HashKind kind, std::string_view bytes, uint8_t* out) {
    thread_local const Context context(EVP_MD_CTX_new());
    WR_ASSERT(EVP_DigestInit_ex(context.get(), algorithm(kind), nullptr) == 1);
    WR_ASSERT(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
    WR_ASSERT(EVP_DigestFinal_ex(context.get(), out, nullptr) == 1);
}

}  // namespace

struct Hasher::State {
    Context context{EVP_MD_CTX_new()};
};

Hasher::Hasher(HashKind kind) : state_(std::make_unique<State>()) {
    WR_ASSERT(EVP_DigestInit_ex(state_->context.get(), algorithm(kind), nullptr) == 1);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
    WR_ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Hasher::finish() {
    std::array<uint8_t, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    WR_ASSERT(EVP_DigestFinal_ex(state_->context.get(), out.data(), &size) == 1);
    return {reinterpret_cast<const char*>(out.data()), size};
}

Md5Digest md5(std::string_view bytes) {
    Md5Digest digest{};
    digest_into(HashKind::Md5, bytes, digest.data());
    return digest;
}

Sha256Digest sha256(std::string_view bytes) {
    Sha256Digest digest{};
    digest_into(HashKind::Sha256, bytes, digest.data());
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    return hex_encode(as_bytes(sha256(bytes)));
}
std::string md5_hex(std::string_view bytes) {
    return hex_encode(as_bytes(md5(bytes)));
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    constexpr size_t block = 64;
    std::array<uint8_t, block> padded{};
    if (key.size() > block) {
        const auto hashed = sha256(key);
        std::memcpy(padded.data(), hashed.data(), hashed.size());
    } else {
        std::memcpy(padded.data(), key.data(), key.size());
    }
    std::string inner(block, '\0');
    std::string outer(block, '\0');
    for (size_t i = 0; i < block; ++i) {
        inner[i] = static_cast<char>(padded[i] ^ 0x36);
        outer[i] = static_cast<char>(padded[i] ^ 0x5c);
    }
    inner.append(bytes);
    outer.append(as_bytes(sha256(inner)));
    return sha256(outer);
}

namespace {

/// ISA-L 2.30 leaves the upper halves of the vector registers in use where it computes with
/// AVX-512: every SSE instruction that follows would wait for them.
#if defined(__x86_64__)
[[gnu::target("avx")]] void release_upper_halves() {
    __builtin_ia32_vzeroupper();
}
#else
void release_upper_halves() {}
#endif

}  // namespace

uint32_t crc32c(std::string_view bytes, uint32_t crc) {
    constexpr size_t step = 1U << 30;  // its lengths are ints
    crc = ~crc;
    do {
        const std::string_view part = bytes.substr(0, step);
        auto* const data = reinterpret_cast<uint8_t*>(const_cast<char*>(part.data()));  // only read
        crc = crc32_iscsi(data, static_cast<int>(part.size()), crc);
        bytes.remove_prefix(part.size());
    } while (!bytes.empty());
    release_upper_halves();
    return ~crc;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace wr::base
