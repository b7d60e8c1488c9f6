// Users and roles: created, read, changed, removed.
#include <algorithm>

#include "services/identity/engine/iam.h"

namespace wr::identity {
namespace {

std::string word(EntityKind kind) {
    return kind == EntityKind::Role ? "role" : "user";
}
std::string capital_word(EntityKind kind) {
    return kind == EntityKind::Role ? "Role" : "User";
}

}  // namespace

std::string name_of_arn(const std::string& arn) {
    return arn.substr(arn.rfind('/') + 1);
}

Outcome<void> Iam::check_document(const std::string& document, DocumentKind kind) const {
    auto checked = judge_.check(document, kind);
    if (!checked) return fault(Fault::MalformedPolicy, std::move(checked).error());
    return {};
}

Outcome<void> Iam::save(const Entity& entity) {
    kv::Batch batch;
    Records::put(batch, entity);
    return records_.commit(batch);
}

Outcome<Entity> Iam::create(EntityKind kind, const std::string& account, const NewEntity& request) {
    const bool is_role = kind == EntityKind::Role;
    if (is_role) {
        if (request.trust_policy.size() > trust_policy_bytes_max)
            return fault(Fault::LimitExceeded, "Cannot exceed quota for ACLSizePerRole: 2048");
        WR_TRY_VOID(check_document(request.trust_policy, DocumentKind::Trust));
    }
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto existing, records_.entity(kind, account, request.name));
    if (existing)
        return fault(Fault::EntityAlreadyExists,
                     capital_word(kind) + " with name " + request.name + " already exists.");
    WR_TRY(const auto all, records_.entities(kind, account));
    if (all.size() >= (is_role ? roles_max : users_max))
        return fault(Fault::LimitExceeded,
                     is_role ? "Cannot exceed quota for RolesPerAccount: 1000"
                             : "Cannot exceed quota for UsersPerAccount: 5000");
    if (!request.boundary_arn.empty()) {
        WR_TRY_VOID(get_policy(account, request.boundary_arn));
    }
    Entity entity;
    entity.kind = kind;
    entity.account = account;
    entity.name = request.name;
    entity.path = request.path.empty() ? "/" : request.path;
    entity.id = make_unique_id(is_role ? "AROA" : "AIDA", random_);
    entity.description = request.description;
    entity.created = std::chrono::floor<std::chrono::seconds>(clock_.now());
    entity.trust_policy = request.trust_policy;
    entity.max_session_seconds = request.max_session_seconds;
    entity.boundary_arn = request.boundary_arn;
    entity.tags = request.tags;
    WR_TRY_VOID(save(entity));
    return entity;
}

Outcome<Entity> Iam::get(EntityKind kind,
                         const std::string& account,
                         const std::string& name) const {
    WR_TRY(auto entity, records_.entity(kind, account, name));
    if (!entity)
        return fault(Fault::NoSuchEntity,
                     "The " + word(kind) + " with name " + name + " cannot be found.");
    return *std::move(entity);
}

Outcome<std::vector<Entity>> Iam::list(EntityKind kind,
                                       const std::string& account,
                                       const std::string& path_prefix) const {
    WR_TRY(auto entities, records_.entities(kind, account));
    std::erase_if(entities,
                  [&](const Entity& entity) { return !entity.path.starts_with(path_prefix); });
    return entities;
}

Outcome<void> Iam::remove(EntityKind kind, const std::string& account, const std::string& name) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto entity, get(kind, account, name));
    if (!entity.attached_arns.empty())
        return fault(Fault::DeleteConflict,
                     "Cannot delete entity, must detach all policies first.");
    if (!entity.inline_policies.empty())
        return fault(Fault::DeleteConflict, "Cannot delete entity, must delete policies first.");
    if (!entity.access_key_ids.empty())
        return fault(Fault::DeleteConflict, "Cannot delete entity, must delete access keys first.");
    kv::Batch batch;
    Records::remove(batch, entity);
    return records_.commit(batch);
}

Outcome<void> Iam::update_trust(const std::string& account,
                                const std::string& role,
                                const std::string& document) {
    if (document.size() > trust_policy_bytes_max)
        return fault(Fault::LimitExceeded, "Cannot exceed quota for ACLSizePerRole: 2048");
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(EntityKind::Role, account, role));
    WR_TRY_VOID(check_document(document, DocumentKind::Trust));
    entity.trust_policy = document;
    return save(entity);
}

Outcome<void> Iam::update_role(const std::string& account,
                               const std::string& role,
                               const std::optional<std::string>& description,
                               const std::optional<int64_t>& max_session_seconds) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(EntityKind::Role, account, role));
    if (description) entity.description = *description;
    if (max_session_seconds) entity.max_session_seconds = *max_session_seconds;
    return save(entity);
}

}  // namespace wr::identity
