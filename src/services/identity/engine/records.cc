// Keys: one letter for the kind, then parts that sort as they read.
#include "services/identity/engine/records.h"

#include <initializer_list>

#include "base/json.h"

namespace wr::identity {
namespace {

using base::Json;

std::string make_key(char kind, std::initializer_list<std::string_view> parts) {
    std::string key(1, kind);
    for (const auto part : parts) kv::append_key_part(key, part);
    return key;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

char letter_of(EntityKind kind) {
    return kind == EntityKind::Role ? 'r' : 'u';
}
std::string entity_key(EntityKind kind, const std::string& account, const std::string& name) {
    return make_key(letter_of(kind), {account, lower(name)});
}
/// The account stands in the fifth part of the ARN, so that a scan finds one account's policies.
std::string policy_key(const std::string& arn) {
    constexpr std::string_view head = "arn:aws:iam::";
    const size_t end = arn.find(':', head.size());
    const bool well_formed = arn.starts_with(head) && end != std::string::npos;
    const std::string account = well_formed ? arn.substr(head.size(), end - head.size()) : "";
    return make_key('p', {account, arn});
}
std::string identity_key(const std::string& pool_id, const std::string& id) {
    return make_key('i', {pool_id, id});
}

template <typename T>
Outcome<std::optional<T>> decode(Outcome<std::optional<Json>> json) {
    if (!json) return base::fail(std::move(json).error());
    if (!*json) return std::optional<T>();
    return std::optional<T>(T::from_json(**json));
}

}  // namespace

Outcome<std::optional<Json>> Records::read(const std::string& key) const {
    auto text = store_.get(key);
    if (!text) return storage_fault(text.error());
    if (!*text) return std::optional<Json>();
    auto json = base::parse_json(**text);
    if (!json) return storage_fault(json.error());
    return std::optional<Json>(*std::move(json));
}

Outcome<void> Records::scan(const std::string& prefix,
                            const std::function<bool(const Json&)>& each) const {
    std::optional<base::Error> broken;
    const auto scanned = store_.scan(prefix, [&](std::string_view, std::string_view value) {
        auto json = base::parse_json(value);
        if (!json) {
            broken = std::move(json).error();
            return false;
        }
        return each(*json);
    });
    if (!scanned) return storage_fault(scanned.error());
    if (broken) return storage_fault(*broken);
    return {};
}

Outcome<std::optional<Entity>> Records::entity(EntityKind kind,
                                               const std::string& account,
                                               const std::string& name) const {
    return decode<Entity>(read(entity_key(kind, account, name)));
}

Outcome<std::vector<Entity>> Records::entities(EntityKind kind, const std::string& account) const {
    std::vector<Entity> found;
    WR_TRY_VOID(scan(make_key(letter_of(kind), {account}), [&](const Json& json) {
        found.push_back(Entity::from_json(json));
        return true;
    }));
    return found;
}

Outcome<std::optional<ManagedPolicy>> Records::policy(const std::string& arn) const {
    return decode<ManagedPolicy>(read(policy_key(arn)));
}

Outcome<std::vector<ManagedPolicy>> Records::policies(const std::string& account) const {
    std::vector<ManagedPolicy> found;
    WR_TRY_VOID(scan(make_key('p', {account}), [&](const Json& json) {
        found.push_back(ManagedPolicy::from_json(json));
        return true;
    }));
    return found;
}

Outcome<std::optional<AccessKey>> Records::key(const std::string& access_key_id) const {
    return decode<AccessKey>(read(make_key('k', {access_key_id})));
}

Outcome<std::optional<IdentityPool>> Records::pool(const std::string& id) const {
    return decode<IdentityPool>(read(make_key('o', {id})));
}

Outcome<std::vector<IdentityPool>> Records::pools(const std::string& account,
                                                  const std::string& region) const {
    std::vector<IdentityPool> found;
    WR_TRY_VOID(scan("o" + region + ":", [&](const Json& json) {
        auto pool = IdentityPool::from_json(json);
        if (pool.account == account) found.push_back(std::move(pool));
        return true;
    }));
    return found;
}

Outcome<std::optional<PoolIdentity>> Records::pool_identity(const std::string& id) const {
    auto pool_id = store_.get(make_key('l', {id}));
    if (!pool_id) return storage_fault(pool_id.error());
    if (!*pool_id) return std::optional<PoolIdentity>();
    return decode<PoolIdentity>(read(identity_key(**pool_id, id)));
}

Outcome<std::vector<PoolIdentity>> Records::pool_identities(const std::string& pool_id,
                                                            const std::string& after,
                                                            size_t count) const {
    std::vector<PoolIdentity> found;
    const std::string prefix = make_key('i', {pool_id});
    const auto iterator = store_.iterate();
    iterator->seek(after.empty() ? prefix : identity_key(pool_id, after) + '\0');
    for (; iterator->valid() && iterator->key().starts_with(prefix); iterator->next()) {
        if (found.size() == count) break;
        auto json = base::parse_json(iterator->value());
        if (!json) return storage_fault(json.error());
        found.push_back(PoolIdentity::from_json(*json));
    }
    if (const auto status = iterator->status(); !status) return storage_fault(status.error());
    return found;
}

Outcome<int64_t> Records::pool_identity_count(const std::string& pool_id) const {
    auto text = store_.get(make_key('n', {pool_id}));
    if (!text) return storage_fault(text.error());
    if (!*text || (*text)->size() != 8) return int64_t{0};
    return static_cast<int64_t>(kv::decode_u64(**text));
}

Outcome<std::optional<std::string>> Records::secret(const std::string& name) const {
    auto text = store_.get(make_key('s', {name}));
    if (!text) return storage_fault(text.error());
    return *std::move(text);
}

void Records::put(kv::Batch& batch, const Entity& entity) {
    batch.put(entity_key(entity.kind, entity.account, entity.name), entity.to_json().dump());
}
void Records::remove(kv::Batch& batch, const Entity& entity) {
    batch.remove(entity_key(entity.kind, entity.account, entity.name));
}
void Records::put(kv::Batch& batch, const ManagedPolicy& policy) {
    batch.put(policy_key(policy.arn()), policy.to_json().dump());
}
void Records::remove(kv::Batch& batch, const ManagedPolicy& policy) {
    batch.remove(policy_key(policy.arn()));
}
void Records::put(kv::Batch& batch, const AccessKey& key) {
    batch.put(make_key('k', {key.id}), key.to_json().dump());
}
void Records::remove(kv::Batch& batch, const AccessKey& key) {
    batch.remove(make_key('k', {key.id}));
}
void Records::put(kv::Batch& batch, const IdentityPool& pool) {
    batch.put(make_key('o', {pool.id}), pool.to_json().dump());
}
void Records::remove(kv::Batch& batch, const IdentityPool& pool) {
    batch.remove(make_key('o', {pool.id}));
    batch.remove(make_key('n', {pool.id}));
}
void Records::put(kv::Batch& batch, const PoolIdentity& identity) {
    batch.put(identity_key(identity.pool_id, identity.id), identity.to_json().dump());
    batch.put(make_key('l', {identity.id}), identity.pool_id);
}
void Records::remove(kv::Batch& batch, const PoolIdentity& identity) {
    batch.remove(identity_key(identity.pool_id, identity.id));
    batch.remove(make_key('l', {identity.id}));
}
void Records::put_pool_identity_count(kv::Batch& batch, const std::string& pool_id, int64_t n) {
    batch.put(make_key('n', {pool_id}), kv::encode_u64(static_cast<uint64_t>(n)));
}
void Records::put_secret(kv::Batch& batch, const std::string& name, std::string value) {
    batch.put(make_key('s', {name}), std::move(value));
}

Outcome<void> Records::commit(const kv::Batch& batch) {
    const auto result = store_.commit(batch);
    generation_.fetch_add(1, std::memory_order_release);
    if (!result) return storage_fault(result.error());
    return {};
}

Outcome<void> Records::commit_quietly(const kv::Batch& batch) {
    const auto result = store_.commit(batch);
    if (!result) return storage_fault(result.error());
    return {};
}

}  // namespace wr::identity
