// Access keys of users. Secrets are sealed at rest and told once.
#include <algorithm>

#include "base/encoding.h"
#include "services/identity/engine/iam.h"

namespace wr::identity {
namespace {

constexpr std::string_view purpose = "access key ";

}  // namespace

Outcome<NewAccessKey> Iam::create_key(const std::string& account, const std::string& user) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(EntityKind::User, account, user));
    if (entity.access_key_ids.size() >= access_keys_per_user_max)
        return fault(Fault::LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: 2");
    NewAccessKey created;
    created.secret = make_secret(random_);
    created.key.id = make_access_key_id("AKIA", random_);
    created.key.account = account;
    created.key.user_name = entity.name;
    created.key.created = std::chrono::floor<std::chrono::seconds>(clock_.now());
    created.key.sealed_secret =
        base::base64_encode(sealer_.seal(created.secret, std::string(purpose) + created.key.id));
    entity.access_key_ids.push_back(created.key.id);
    kv::Batch batch;
    Records::put(batch, created.key);
    Records::put(batch, entity);
    WR_TRY_VOID(records_.commit(batch));
    return created;
}

std::optional<std::string> Iam::secret_of(const AccessKey& key) const {
    const auto sealed = base::base64_decode(key.sealed_secret);
    if (!sealed) return std::nullopt;
    return sealer_.open(*sealed, std::string(purpose) + key.id);
}

Outcome<std::vector<AccessKey>> Iam::list_keys(const std::string& account,
                                               const std::string& user) const {
    WR_TRY(const auto entity, get(EntityKind::User, account, user));
    std::vector<AccessKey> keys;
    for (const auto& id : entity.access_key_ids) {
        WR_TRY(auto key, records_.key(id));
        if (key) keys.push_back(*std::move(key));
    }
    return keys;
}

Outcome<AccessKey> Iam::key_of_user(const std::string& account,
                                    const std::string& user,
                                    const std::string& key_id) const {
    WR_TRY(const auto entity, get(EntityKind::User, account, user));
    const auto& ids = entity.access_key_ids;
    WR_TRY(auto key, records_.key(key_id));
    if (std::find(ids.begin(), ids.end(), key_id) == ids.end() || !key)
        return fault(Fault::NoSuchEntity, "The Access Key with id " + key_id + " cannot be found.");
    return *std::move(key);
}

Outcome<void> Iam::set_key_active(const std::string& account,
                                  const std::string& user,
                                  const std::string& key_id,
                                  bool active) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto key, key_of_user(account, user, key_id));
    key.is_active = active;
    kv::Batch batch;
    Records::put(batch, key);
    return records_.commit(batch);
}

Outcome<void> Iam::remove_key(const std::string& account,
                              const std::string& user,
                              const std::string& key_id) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto key, key_of_user(account, user, key_id));
    WR_TRY(auto entity, get(EntityKind::User, account, user));
    std::erase(entity.access_key_ids, key_id);
    kv::Batch batch;
    Records::remove(batch, key);
    Records::put(batch, entity);
    return records_.commit(batch);
}

}  // namespace wr::identity
