#pragma once
// The records of identity in the key-value store, typed.
//
// Reads take no lock. Writers hold mutex() over read, check and commit. generation() grows with
// every commit, so that caches know when to forget.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "kv/store.h"
#include "services/identity/engine/error.h"
#include "services/identity/engine/model.h"

namespace wr::identity {

class Records {
public:
    explicit Records(kv::Store& store) : store_(store) {}

    base::Mutex& mutex() { return mutex_; }
    uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

    /// Names compare without case, as IAM's do.
    Outcome<std::optional<Entity>> entity(EntityKind kind,
                                          const std::string& account,
                                          const std::string& name) const;
    Outcome<std::vector<Entity>> entities(EntityKind kind, const std::string& account) const;
    Outcome<std::optional<ManagedPolicy>> policy(const std::string& arn) const;
    Outcome<std::vector<ManagedPolicy>> policies(const std::string& account) const;
    Outcome<std::optional<AccessKey>> key(const std::string& access_key_id) const;
    Outcome<std::optional<IdentityPool>> pool(const std::string& id) const;
    Outcome<std::vector<IdentityPool>> pools(const std::string& account,
                                             const std::string& region) const;
    Outcome<std::optional<PoolIdentity>> pool_identity(const std::string& id) const;
    /// At most `count` of a pool, from the first id above `after`.
    Outcome<std::vector<PoolIdentity>> pool_identities(const std::string& pool_id,
                                                       const std::string& after,
                                                       size_t count) const;
    Outcome<int64_t> pool_identity_count(const std::string& pool_id) const;
    /// Secrets of the service itself (the key of identity tokens), sealed by the caller.
    Outcome<std::optional<std::string>> secret(const std::string& name) const;

    static void put(kv::Batch& batch, const Entity& entity);
    static void remove(kv::Batch& batch, const Entity& entity);
    static void put(kv::Batch& batch, const ManagedPolicy& policy);
    static void remove(kv::Batch& batch, const ManagedPolicy& policy);
    static void put(kv::Batch& batch, const AccessKey& key);
    static void remove(kv::Batch& batch, const AccessKey& key);
    static void put(kv::Batch& batch, const IdentityPool& pool);
    static void remove(kv::Batch& batch, const IdentityPool& pool);
    static void put(kv::Batch& batch, const PoolIdentity& identity);
    static void remove(kv::Batch& batch, const PoolIdentity& identity);
    static void put_pool_identity_count(kv::Batch& batch, const std::string& pool_id, int64_t n);
    static void put_secret(kv::Batch& batch, const std::string& name, std::string value);

    /// Durable when it returns.
    Outcome<void> commit(const kv::Batch& batch) REQUIRES(mutex_);
    /// The same for records that no cache holds (identities of a pool).
    Outcome<void> commit_quietly(const kv::Batch& batch) REQUIRES(mutex_);

private:
    Outcome<std::optional<base::Json>> read(const std::string& key) const;
    Outcome<void> scan(const std::string& prefix,
                       const std::function<bool(const base::Json&)>& each) const;

    kv::Store& store_;
    base::Mutex mutex_;
    std::atomic<uint64_t> generation_{1};
};

}  // namespace wr::identity
