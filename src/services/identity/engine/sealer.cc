// AES-256-GCM over OpenSSL. Layout: version (1), nonce (12), tag (16), ciphertext.
#include "services/identity/engine/sealer.h"

#include <openssl/evp.h>

#include <memory>

#include "base/assert.h"

namespace wr::identity {
namespace {

constexpr char version = 1;
constexpr size_t nonce_bytes = 12;
constexpr size_t tag_bytes = 16;
constexpr size_t head_bytes = 1 + nonce_bytes + tag_bytes;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(char* text) {
    return reinterpret_cast<unsigned char*>(text);
}

Context start(const std::string& key, std::string_view nonce, std::string_view purpose, int mode) {
    Context context(EVP_CIPHER_CTX_new());
    int done = 0;
    const bool ok =
        context &&
        EVP_CipherInit_ex(
            context.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce), mode) == 1 &&
        EVP_CipherUpdate(
            context.get(), nullptr, &done, bytes(purpose), static_cast<int>(purpose.size())) == 1;
    WR_ASSERT(ok);
    return context;
}

}  // namespace

Sealer::Sealer(std::string key, base::Random& random) : key_(std::move(key)), random_(random) {
    WR_ASSERT(key_.size() == sealing_key_bytes);
}

std::string Sealer::seal(std::string_view plain, std::string_view purpose) const {
    std::string out(head_bytes + plain.size(), '\0');
    out[0] = version;
    random_.fill(out.data() + 1, nonce_bytes);
    const auto context = start(key_, std::string_view(out).substr(1, nonce_bytes), purpose, 1);
    int done = 0;
    const bool ok =
        EVP_CipherUpdate(context.get(),
                         bytes(out.data() + head_bytes),
                         &done,
                         bytes(plain),
                         static_cast<int>(plain.size())) == 1 &&
        EVP_CipherFinal_ex(context.get(), bytes(out.data() + head_bytes + done), &done) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, out.data() + 1 + nonce_bytes) == 1;
    WR_ASSERT(ok);
    return out;
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view purpose) const {
    if (sealed.size() < head_bytes || sealed[0] != version) return std::nullopt;
    const auto context = start(key_, sealed.substr(1, nonce_bytes), purpose, 0);
    std::string tag(sealed.substr(1 + nonce_bytes, tag_bytes));
    const auto cipher = sealed.substr(head_bytes);
    std::string plain(cipher.size(), '\0');
    int done = 0;
    const bool ok =
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_CipherUpdate(context.get(),
                         bytes(plain.data()),
                         &done,
                         bytes(cipher),
                         static_cast<int>(cipher.size())) == 1 &&
        EVP_CipherFinal_ex(context.get(), bytes(plain.data() + done), &done) == 1;
    if (!ok) return std::nullopt;
    return plain;
}

}  // namespace wr::identity
