// AES-256-GCM by OpenSSL. A wrapped key is nonce (12), tag (16), ciphertext (32).
#include "services/kinesis/engine/encryption.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/assert.h"
#include "base/hash.h"

namespace wr::kinesis {
namespace {

constexpr size_t nonce_bytes = 12;
constexpr size_t tag_bytes = 16;

using Nonce = std::array<uint8_t, nonce_bytes>;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

const uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const uint8_t*>(text.data());
}

/// One pass in place: encrypts and fills in `tag`, or decrypts and checks it.
bool run_gcm(bool is_encrypting,
             std::string_view key,
             const Nonce& nonce,
             std::string_view bound,
             char* data,
             size_t size,
             uint8_t* tag) {
    WR_ASSERT(key.size() == encryption_key_bytes && size <= INT32_MAX);
    const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
    auto* bytes = reinterpret_cast<uint8_t*>(data);
    int done = 0;
    const bool is_begun =
        context &&
        EVP_CipherInit_ex(context.get(),
                          EVP_aes_256_gcm(),
                          nullptr,
                          bytes_of(key),
                          nonce.data(),
                          is_encrypting ? 1 : 0) == 1 &&
        EVP_CipherUpdate(
            context.get(), nullptr, &done, bytes_of(bound), static_cast<int>(bound.size())) == 1 &&
        EVP_CipherUpdate(context.get(), bytes, &done, bytes, static_cast<int>(size)) == 1;
    WR_ASSERT(is_begun);
    if (!is_encrypting &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag) != 1) {
        return false;
    }
    if (EVP_CipherFinal_ex(context.get(), bytes + done, &done) != 1) return false;
    return !is_encrypting ||
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag) == 1;
}

Nonce nonce_of(uint64_t count) {
    Nonce nonce{};
    for (size_t i = 0; i < sizeof count; ++i) {
        nonce[nonce_bytes - 1 - i] = static_cast<uint8_t>(count >> (8 * i));
    }
    return nonce;
}

std::string derive(const std::string& key, const std::array<uint8_t, 16>& salt) {
    const std::string_view text(reinterpret_cast<const char*>(salt.data()), salt.size());
    return std::string(base::as_bytes(base::hmac_sha256(key, text)));
}

std::string purpose_of(uint64_t incarnation, uint32_t number) {
    return "kinesis-stream-key/" + std::to_string(incarnation) + "/" + std::to_string(number);
}

}  // namespace

RecordCipher::RecordCipher(uint32_t number, std::string key, base::Random& random)
    : number_(number), key_(std::move(key)) {
    random.fill(salt_.data(), salt_.size());
    working_key_ = derive(key_, salt_);
}

Seal RecordCipher::seal(char* bytes, size_t size, std::string_view bound) const {
    Seal seal;
    seal.key_number = number_;
    seal.salt = salt_;
    seal.count = ++count_;
    const bool is_done =
        run_gcm(true, working_key_, nonce_of(seal.count), bound, bytes, size, seal.tag.data());
    WR_ASSERT(is_done);
    return seal;
}

bool RecordCipher::open(char* bytes, size_t size, const Seal& seal, std::string_view bound) const {
    auto tag = seal.tag;
    const std::string key = seal.salt == salt_ ? working_key_ : derive(key_, seal.salt);
    return run_gcm(false, key, nonce_of(seal.count), bound, bytes, size, tag.data());
}

WrappedKey make_wrapped_key(const std::string& master,
                            uint64_t incarnation,
                            uint32_t number,
                            base::Random& random) {
    std::string key(encryption_key_bytes, '\0');
    random.fill(key.data(), key.size());
    Nonce nonce{};
    random.fill(nonce.data(), nonce.size());
    std::array<uint8_t, tag_bytes> tag{};
    const std::string purpose = purpose_of(incarnation, number);
    const bool is_done = run_gcm(true, master, nonce, purpose, key.data(), key.size(), tag.data());
    WR_ASSERT(is_done);
    WrappedKey wrapped{number, std::string(nonce.begin(), nonce.end())};
    wrapped.wrapped.append(tag.begin(), tag.end());
    wrapped.wrapped += key;
    return wrapped;
}

std::shared_ptr<const KeyRing> KeyRing::unwrap(const std::string& master,
                                               uint64_t incarnation,
                                               const std::vector<WrappedKey>& keys,
                                               base::Random& random) {
    auto ring = std::make_shared<KeyRing>();
    for (const WrappedKey& wrapped : keys) {
        constexpr size_t wrapped_bytes = nonce_bytes + tag_bytes + encryption_key_bytes;
        if (wrapped.wrapped.size() != wrapped_bytes || master.size() != encryption_key_bytes) {
            return nullptr;
        }
        Nonce nonce{};
        std::array<uint8_t, tag_bytes> tag{};
        std::copy_n(wrapped.wrapped.begin(), nonce_bytes, nonce.begin());
        std::copy_n(wrapped.wrapped.begin() + nonce_bytes, tag_bytes, tag.begin());
        std::string key = wrapped.wrapped.substr(nonce_bytes + tag_bytes);
        const std::string purpose = purpose_of(incarnation, wrapped.number);
        if (!run_gcm(false, master, nonce, purpose, key.data(), key.size(), tag.data())) {
            return nullptr;
        }
        ring->ciphers_[wrapped.number] =
            std::make_unique<RecordCipher>(wrapped.number, std::move(key), random);
    }
    return ring;
}

const RecordCipher* KeyRing::find(uint32_t number) const {
    const auto found = ciphers_.find(number);
    return found == ciphers_.end() ? nullptr : found->second.get();
}

const RecordCipher* KeyRing::newest() const {
    return ciphers_.empty() ? nullptr : ciphers_.rbegin()->second.get();
}

}  // namespace wr::kinesis
