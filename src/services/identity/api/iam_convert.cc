// Engine records as IAM prints them.
#include "services/identity/api/iam_convert.h"

namespace wr::identity::api {
namespace {

namespace iam = gen::iam;

std::optional<std::vector<iam::Tag>> to_tags(const StringMap& tags) {
    if (tags.empty()) return std::nullopt;
    std::vector<iam::Tag> result;
    for (const auto& [key, value] : tags) {
        iam::Tag tag;
        tag.key = key;
        tag.value = value;
        result.push_back(std::move(tag));
    }
    return result;
}

std::optional<iam::AttachedPermissionsBoundary> to_boundary(const std::string& arn) {
    if (arn.empty()) return std::nullopt;
    iam::AttachedPermissionsBoundary boundary;
    boundary.permissions_boundary_type = "Policy";
    boundary.permissions_boundary_arn = arn;
    return boundary;
}

std::optional<std::string> non_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

StringMap to_map(const std::optional<std::vector<iam::Tag>>& tags) {
    StringMap map;
    if (!tags) return map;
    for (const auto& tag : *tags) map[tag.key.value_or("")] = tag.value.value_or("");
    return map;
}

std::string encode_document(const std::string& document) {
    return base::percent_encode(document);
}

iam::Role to_role(const Entity& entity) {
    iam::Role role;
    role.path = entity.path;
    role.role_name = entity.name;
    role.role_id = entity.id;
    role.arn = entity.arn();
    role.create_date = entity.created;
    role.assume_role_policy_document = encode_document(entity.trust_policy);
    role.description = non_empty(entity.description);
    role.max_session_duration = entity.max_session_seconds;
    role.permissions_boundary = to_boundary(entity.boundary_arn);
    role.tags = to_tags(entity.tags);
    return role;
}

iam::User to_user(const Entity& entity) {
    iam::User user;
    user.path = entity.path;
    user.user_name = entity.name;
    user.user_id = entity.id;
    user.arn = entity.arn();
    user.create_date = entity.created;
    user.permissions_boundary = to_boundary(entity.boundary_arn);
    user.tags = to_tags(entity.tags);
    return user;
}

iam::Policy to_policy(const ManagedPolicy& policy, int64_t attachment_count) {
    iam::Policy result;
    result.policy_name = policy.name;
    result.policy_id = policy.id;
    result.arn = policy.arn();
    result.path = policy.path;
    result.default_version_id = policy.version;
    result.attachment_count = attachment_count;
    result.permissions_boundary_usage_count = 0;
    result.is_attachable = true;
    result.description = non_empty(policy.description);
    result.create_date = policy.created;
    result.update_date = policy.updated;
    result.tags = to_tags(policy.tags);
    return result;
}

iam::PolicyVersion to_version(const ManagedPolicy& policy) {
    iam::PolicyVersion version;
    version.document = encode_document(policy.document);
    version.version_id = policy.version;
    version.is_default_version = true;
    version.create_date = policy.updated;
    return version;
}

std::vector<iam::AttachedPolicy> to_attached(const std::vector<std::string>& arns) {
    std::vector<iam::AttachedPolicy> result;
    for (const auto& arn : arns) {
        iam::AttachedPolicy attached;
        attached.policy_name = name_of_arn(arn);
        attached.policy_arn = arn;
        result.push_back(std::move(attached));
    }
    return result;
}

std::vector<std::string> names_of(const StringMap& policies) {
    std::vector<std::string> names;
    for (const auto& [name, document] : policies) names.push_back(name);
    return names;
}

}  // namespace wr::identity::api
