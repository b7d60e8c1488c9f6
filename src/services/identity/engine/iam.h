#pragma once
// IAM: users, roles, their policies and access keys.
//
// Source: IAM API Reference; quotas from "IAM and AWS STS quotas".

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "services/identity/engine/policy_judge.h"
#include "services/identity/engine/records.h"
#include "services/identity/engine/sealer.h"

namespace wr::identity {

constexpr size_t managed_policy_bytes_max = 6'144;
constexpr size_t trust_policy_bytes_max = 2'048;
constexpr size_t role_inline_bytes_max = 10'240;  ///< of all inline policies together
constexpr size_t user_inline_bytes_max = 2'048;
constexpr size_t attached_policies_max = 10;
constexpr size_t access_keys_per_user_max = 2;
constexpr size_t users_max = 5'000;
constexpr size_t roles_max = 1'000;
constexpr size_t policies_max = 1'500;

struct NewEntity {
    std::string name;
    std::string path = "/";
    std::string description;
    std::string trust_policy;  ///< roles
    int64_t max_session_seconds = 3600;
    std::string boundary_arn;
    StringMap tags;
};

struct NewPolicy {
    std::string name;
    std::string path = "/";
    std::string description;
    std::string document;
    StringMap tags;
};

struct AttachedPolicy {
    std::string name;
    std::string arn;
};

struct NewAccessKey {
    AccessKey key;
    std::string secret;  ///< told once
};

/// Documents that bind an entity, resolved.
struct EntityPolicies {
    std::vector<std::string> documents;
    std::vector<std::string> boundary;  ///< none or one
    bool is_broken = false;             ///< an attached policy is gone
};

/// Every change is durable when the call returns. @threads any
class Iam {
public:
    Iam(Records& records,
        const PolicyJudge& judge,
        const Sealer& sealer,
        const base::Clock& clock,
        base::Random& random)
        : records_(records), judge_(judge), sealer_(sealer), clock_(clock), random_(random) {}

    Outcome<Entity> create(EntityKind kind, const std::string& account, const NewEntity& request);
    Outcome<Entity> get(EntityKind kind, const std::string& account, const std::string& name) const;
    /// In order of names.
    Outcome<std::vector<Entity>> list(EntityKind kind,
                                      const std::string& account,
                                      const std::string& path_prefix) const;
    Outcome<void> remove(EntityKind kind, const std::string& account, const std::string& name);
    Outcome<void> update_trust(const std::string& account,
                               const std::string& role,
                               const std::string& document);
    /// What is empty stays.
    Outcome<void> update_role(const std::string& account,
                              const std::string& role,
                              const std::optional<std::string>& description,
                              const std::optional<int64_t>& max_session_seconds);

    Outcome<void> put_inline(EntityKind kind,
                             const std::string& account,
                             const std::string& name,
                             const std::string& policy,
                             const std::string& document);
    Outcome<std::string> get_inline(EntityKind kind,
                                    const std::string& account,
                                    const std::string& name,
                                    const std::string& policy) const;
    Outcome<void> remove_inline(EntityKind kind,
                                const std::string& account,
                                const std::string& name,
                                const std::string& policy);
    Outcome<void> attach(EntityKind kind,
                         const std::string& account,
                         const std::string& name,
                         const std::string& policy_arn);
    Outcome<void> detach(EntityKind kind,
                         const std::string& account,
                         const std::string& name,
                         const std::string& policy_arn);
    Outcome<EntityPolicies> policies_of(const Entity& entity) const;

    Outcome<ManagedPolicy> create_policy(const std::string& account, const NewPolicy& request);
    Outcome<ManagedPolicy> get_policy(const std::string& account, const std::string& arn) const;
    /// Of the account and of AWS, as asked; in order of names.
    Outcome<std::vector<ManagedPolicy>> list_policies(const std::string& account,
                                                      bool with_local,
                                                      bool with_aws,
                                                      const std::string& path_prefix) const;
    Outcome<void> remove_policy(const std::string& account, const std::string& arn);
    /// How many users and roles have each policy.
    Outcome<std::map<std::string, int64_t>> attachment_counts(const std::string& account) const;

    Outcome<NewAccessKey> create_key(const std::string& account, const std::string& user);
    Outcome<std::vector<AccessKey>> list_keys(const std::string& account,
                                              const std::string& user) const;
    Outcome<void> set_key_active(const std::string& account,
                                 const std::string& user,
                                 const std::string& key_id,
                                 bool active);
    Outcome<void> remove_key(const std::string& account,
                             const std::string& user,
                             const std::string& key_id);
    /// Empty when it does not open: the sealing key is another one.
    std::optional<std::string> secret_of(const AccessKey& key) const;

private:
    Outcome<void> check_document(const std::string& document, DocumentKind kind) const;
    Outcome<AccessKey> key_of_user(const std::string& account,
                                   const std::string& user,
                                   const std::string& key_id) const;
    Outcome<void> save(const Entity& entity) REQUIRES(records_.mutex());

    Records& records_;
    const PolicyJudge& judge_;
    const Sealer& sealer_;
    const base::Clock& clock_;
    base::Random& random_;
};

/// Name in an ARN: what stands after the last slash.
std::string name_of_arn(const std::string& arn);

}  // namespace wr::identity
