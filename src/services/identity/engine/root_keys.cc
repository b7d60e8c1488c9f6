// Root credentials are made here.
#include "services/identity/engine/root_keys.h"

#include "services/identity/engine/model.h"
#include "services/identity/engine/sealer.h"

namespace wr::identity {

RootKeys generate_root_keys(base::Random& random, std::string_view account) {
    RootKeys keys;
    keys.account = account;
    keys.access_key_id = make_access_key_id("AKIA", random);
    keys.secret_access_key = make_secret(random);
    keys.sealing_key.resize(sealing_key_bytes);
    random.fill(keys.sealing_key.data(), keys.sealing_key.size());
    return keys;
}

}  // namespace wr::identity
