#pragma once
// Authenticated encryption (AES-256-GCM) of session tokens and stored secrets.

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace wr::identity {

constexpr size_t sealing_key_bytes = 32;

/// @threads any
class Sealer {
public:
    /// `key` has sealing_key_bytes bytes; `random` outlives the sealer.
    Sealer(std::string key, base::Random& random);

    /// `purpose` is authenticated and not stored: what was sealed for one purpose opens for no
    /// other.
    std::string seal(std::string_view plain, std::string_view purpose) const;
    /// Empty when the text was not sealed with this key for this purpose, or was changed.
    std::optional<std::string> open(std::string_view sealed, std::string_view purpose) const;

private:
    const std::string key_;
    base::Random& random_;
};

}  // namespace wr::identity
