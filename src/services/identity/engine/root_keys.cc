// Root credentials: made, written, read.
#include "services/identity/engine/root_keys.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json.h"
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

std::string to_file_text(const RootKeys& keys) {
    base::Json json{base::Json::Object{}};
    json.set("version", 1);
    json.set("account", keys.account);
    json.set("access_key_id", keys.access_key_id);
    json.set("secret_access_key", keys.secret_access_key);
    json.set("sealing_key", base::base64_encode(keys.sealing_key));
    return json.dump_pretty() + '\n';
}

base::Result<RootKeys> parse_root_keys(std::string_view file_text) {
    WR_TRY(const auto json, base::parse_json(file_text));
    if (json["version"].as_int() != 1)
        return base::fail(base::ErrorCode::Unsupported, "credentials file of another version");
    RootKeys keys{json["account"].as_string(),
                  json["access_key_id"].as_string(),
                  json["secret_access_key"].as_string(),
                  base::base64_decode(json["sealing_key"].as_string()).value_or("")};
    const bool account_ok = keys.account.size() == 12 &&
                            std::all_of(keys.account.begin(), keys.account.end(), [](char c) {
                                return c >= '0' && c <= '9';
                            });
    if (!account_ok || keys.access_key_id.size() < 16 || keys.secret_access_key.size() < 16 ||
        keys.sealing_key.size() != sealing_key_bytes)
        return base::fail(base::ErrorCode::Corruption, "credentials file is incomplete");
    return keys;
}

}  // namespace wr::identity
