// Identity pools: their settings, roles and tags.
#include "services/identity/engine/cognito.h"

namespace wr::identity {

Outcome<void> Cognito::save(const IdentityPool& pool) {
    kv::Batch batch;
    Records::put(batch, pool);
    return records_.commit(batch);
}

Outcome<IdentityPool> Cognito::create_pool(const std::string& account,
                                           const std::string& region,
                                           IdentityPool pool) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto existing, records_.pools(account, region));
    if (existing.size() >= pools_max)
        return fault(Fault::LimitExceeded, "Exceeded the limit of identity pools per account.");
    pool.id = region + ':' + random_.uuid();
    pool.account = account;
    pool.region = region;
    WR_TRY_VOID(save(pool));
    return pool;
}

Outcome<IdentityPool> Cognito::get_pool(const std::string& account, const std::string& id) const {
    WR_TRY(auto pool, records_.pool(id));
    if (!pool || pool->account != account)
        return fault(Fault::ResourceNotFound, "IdentityPool '" + id + "' not found.");
    return *std::move(pool);
}

Outcome<std::vector<IdentityPool>> Cognito::list_pools(const std::string& account,
                                                       const std::string& region) const {
    return records_.pools(account, region);
}

Outcome<IdentityPool> Cognito::update_pool(const std::string& account, IdentityPool pool) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto old, get_pool(account, pool.id));
    pool.account = old.account;
    pool.region = old.region;
    pool.roles = std::move(old.roles);
    pool.role_mappings = std::move(old.role_mappings);
    if (pool.tags.empty()) pool.tags = std::move(old.tags);
    WR_TRY_VOID(save(pool));
    return pool;
}

Outcome<void> Cognito::remove_pool(const std::string& account, const std::string& id) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto pool, get_pool(account, id));
    constexpr size_t identities_per_batch = 1'000;
    for (;;) {
        WR_TRY(const auto identities, records_.pool_identities(id, "", identities_per_batch));
        if (identities.empty()) break;
        kv::Batch batch;
        for (const auto& identity : identities) Records::remove(batch, identity);
        WR_TRY_VOID(records_.commit_quietly(batch));
    }
    kv::Batch batch;
    Records::remove(batch, pool);
    return records_.commit(batch);
}

Outcome<void> Cognito::set_roles(const std::string& account,
                                 const std::string& id,
                                 const StringMap& roles,
                                 const std::map<std::string, RoleMapping>& mappings) {
    for (const auto& [kind, role_arn] : roles) {
        if (kind != "authenticated" && kind != "unauthenticated")
            return fault(Fault::InvalidParameter,
                         "Roles may be given for authenticated and unauthenticated identities.");
    }
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto pool, get_pool(account, id));
    pool.roles = roles;
    pool.role_mappings = mappings;
    return save(pool);
}

Outcome<void> Cognito::tag(const std::string& account,
                           const std::string& pool_arn,
                           const StringMap& add,
                           const std::vector<std::string>& remove) {
    constexpr size_t tags_max = 50;
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto pool, get_pool(account, name_of_arn(pool_arn)));
    for (const auto& [key, value] : add) pool.tags[key] = value;
    for (const auto& key : remove) pool.tags.erase(key);
    if (pool.tags.size() > tags_max)
        return fault(Fault::InvalidParameter, "A resource can have at most 50 tags.");
    return save(pool);
}

Outcome<StringMap> Cognito::tags(const std::string& account, const std::string& pool_arn) const {
    WR_TRY(auto pool, get_pool(account, name_of_arn(pool_arn)));
    return std::move(pool.tags);
}

}  // namespace wr::identity
