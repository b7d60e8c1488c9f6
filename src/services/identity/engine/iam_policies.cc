// Policies: inline ones of an entity, managed ones, and who has which.
#include <algorithm>

#include "services/identity/engine/aws_policies.h"
#include "services/identity/engine/iam.h"

namespace wr::identity {
namespace {

std::string word(EntityKind kind) {
    return kind == EntityKind::Role ? "role" : "user";
}

EngineError no_such_inline(EntityKind kind, const std::string& policy) {
    return {Fault::NoSuchEntity,
            "The " + word(kind) + " policy with name " + policy + " cannot be found."};
}

/// White space does not count, as on AWS.
size_t counted_bytes(const std::string& document) {
    return static_cast<size_t>(std::count_if(document.begin(), document.end(), [](char c) {
        return c != ' ' && c != '\t' && c != '\n' && c != '\r';
    }));
}

}  // namespace

Outcome<void> Iam::put_inline(EntityKind kind,
                              const std::string& account,
                              const std::string& name,
                              const std::string& policy,
                              const std::string& document) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(kind, account, name));
    WR_TRY_VOID(check_document(document, DocumentKind::Identity));
    entity.inline_policies[policy] = document;
    size_t total_bytes = 0;
    for (const auto& [key, text] : entity.inline_policies) total_bytes += counted_bytes(text);
    const size_t bytes_max =
        kind == EntityKind::Role ? role_inline_bytes_max : user_inline_bytes_max;
    if (total_bytes > bytes_max)
        return fault(Fault::LimitExceeded,
                     "Maximum policy size of " + std::to_string(bytes_max) +
                         " bytes exceeded for " + word(kind) + " " + entity.name);
    return save(entity);
}

Outcome<std::string> Iam::get_inline(EntityKind kind,
                                     const std::string& account,
                                     const std::string& name,
                                     const std::string& policy) const {
    WR_TRY(auto entity, get(kind, account, name));
    const auto found = entity.inline_policies.find(policy);
    if (found == entity.inline_policies.end()) return base::fail(no_such_inline(kind, policy));
    return found->second;
}

Outcome<void> Iam::remove_inline(EntityKind kind,
                                 const std::string& account,
                                 const std::string& name,
                                 const std::string& policy) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(kind, account, name));
    if (entity.inline_policies.erase(policy) == 0) return base::fail(no_such_inline(kind, policy));
    return save(entity);
}

Outcome<void> Iam::attach(EntityKind kind,
                          const std::string& account,
                          const std::string& name,
                          const std::string& policy_arn) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(kind, account, name));
    const auto policy = get_policy(account, policy_arn);
    if (!policy) {
        if (policy.error().fault != Fault::NoSuchEntity) return base::fail(policy.error());
        return fault(Fault::NoSuchEntity,
                     "Policy " + policy_arn + " does not exist or is not attachable.");
    }
    auto& arns = entity.attached_arns;
    if (std::find(arns.begin(), arns.end(), policy_arn) != arns.end()) return {};
    if (arns.size() >= attached_policies_max)
        return fault(Fault::LimitExceeded,
                     std::string("Cannot exceed quota for PoliciesPer") +
                         (kind == EntityKind::Role ? "Role" : "User") + ": 10");
    arns.push_back(policy_arn);
    return save(entity);
}

Outcome<void> Iam::detach(EntityKind kind,
                          const std::string& account,
                          const std::string& name,
                          const std::string& policy_arn) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(auto entity, get(kind, account, name));
    if (std::erase(entity.attached_arns, policy_arn) == 0)
        return fault(Fault::NoSuchEntity, "Policy " + policy_arn + " was not found.");
    return save(entity);
}

Outcome<EntityPolicies> Iam::policies_of(const Entity& entity) const {
    EntityPolicies result;
    for (const auto& [name, document] : entity.inline_policies)
        result.documents.push_back(document);
    const auto resolve = [&](const std::string& arn,
                             std::vector<std::string>& into) -> Outcome<void> {
        auto policy = get_policy(entity.account, arn);
        if (policy) {
            into.push_back(std::move(policy->document));
            return {};
        }
        if (policy.error().fault != Fault::NoSuchEntity) return base::fail(policy.error());
        result.is_broken = true;
        return {};
    };
    for (const auto& arn : entity.attached_arns) {
        WR_TRY_VOID(resolve(arn, result.documents));
    }
    if (!entity.boundary_arn.empty()) {
        WR_TRY_VOID(resolve(entity.boundary_arn, result.boundary));
    }
    return result;
}

Outcome<ManagedPolicy> Iam::create_policy(const std::string& account, const NewPolicy& request) {
    if (counted_bytes(request.document) > managed_policy_bytes_max)
        return fault(Fault::LimitExceeded, "Cannot exceed quota for PolicySize: 6144");
    WR_TRY_VOID(check_document(request.document, DocumentKind::Identity));
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto all, records_.policies(account));
    const bool exists = std::any_of(all.begin(), all.end(), [&](const ManagedPolicy& policy) {
        return policy.name == request.name;
    });
    if (exists)
        return fault(Fault::EntityAlreadyExists,
                     "A policy called " + request.name +
                         " already exists. Duplicate names are not allowed.");
    if (all.size() >= policies_max)
        return fault(Fault::LimitExceeded, "Cannot exceed quota for PoliciesPerAccount: 1500");
    ManagedPolicy policy;
    policy.account = account;
    policy.name = request.name;
    policy.path = request.path.empty() ? "/" : request.path;
    policy.id = make_unique_id("ANPA", random_);
    policy.description = request.description;
    policy.document = request.document;
    policy.created = std::chrono::floor<std::chrono::seconds>(clock_.now());
    policy.updated = policy.created;
    policy.tags = request.tags;
    kv::Batch batch;
    Records::put(batch, policy);
    WR_TRY_VOID(records_.commit(batch));
    return policy;
}

Outcome<ManagedPolicy> Iam::get_policy(const std::string& account, const std::string& arn) const {
    if (const auto* policy = find_aws_managed_policy(arn)) return *policy;
    WR_TRY(auto policy, records_.policy(arn));
    if (!policy || policy->account != account)
        return fault(Fault::NoSuchEntity, "Policy " + arn + " was not found.");
    return *std::move(policy);
}

Outcome<std::vector<ManagedPolicy>> Iam::list_policies(const std::string& account,
                                                       bool with_local,
                                                       bool with_aws,
                                                       const std::string& path_prefix) const {
    std::vector<ManagedPolicy> result;
    if (with_local) {
        WR_TRY(result, records_.policies(account));
    }
    if (with_aws) {
        const auto& ours = aws_managed_policies();
        result.insert(result.end(), ours.begin(), ours.end());
    }
    std::erase_if(
        result, [&](const ManagedPolicy& policy) { return !policy.path.starts_with(path_prefix); });
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.account) < std::tie(b.name, b.account);
    });
    return result;
}

Outcome<std::map<std::string, int64_t>> Iam::attachment_counts(const std::string& account) const {
    std::map<std::string, int64_t> counts;
    for (const auto kind : {EntityKind::User, EntityKind::Role}) {
        WR_TRY(const auto entities, records_.entities(kind, account));
        for (const auto& entity : entities) {
            for (const auto& arn : entity.attached_arns) ++counts[arn];
        }
    }
    return counts;
}

Outcome<void> Iam::remove_policy(const std::string& account, const std::string& arn) {
    const base::MutexLock lock(records_.mutex());
    WR_TRY(const auto policy, get_policy(account, arn));
    if (policy.account == "aws")
        return fault(Fault::AccessDenied, "Policies managed by AWS cannot be deleted.");
    WR_TRY(const auto counts, attachment_counts(account));
    bool is_boundary = false;
    for (const auto kind : {EntityKind::User, EntityKind::Role}) {
        WR_TRY(const auto entities, records_.entities(kind, account));
        for (const auto& entity : entities) is_boundary |= entity.boundary_arn == arn;
    }
    if (counts.contains(arn) || is_boundary)
        return fault(Fault::DeleteConflict, "Cannot delete a policy attached to entities.");
    kv::Batch batch;
    Records::remove(batch, policy);
    return records_.commit(batch);
}

}  // namespace wr::identity
