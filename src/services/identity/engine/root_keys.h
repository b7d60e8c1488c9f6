#pragma once
// The root credentials of an installation: made once, at first start. Who makes them keeps them.

#include <string>
#include <string_view>

#include "base/random.h"

namespace wr::identity {

constexpr std::string_view default_account = "123456789012";

struct RootKeys {
    std::string account;  ///< twelve digits
    std::string access_key_id;
    std::string secret_access_key;
    /// 32 raw bytes that seal session tokens and the secrets of users. Losing them voids both.
    std::string sealing_key;
};

/// Call with the system's generator only.
RootKeys generate_root_keys(base::Random& random, std::string_view account = default_account);

}  // namespace wr::identity
