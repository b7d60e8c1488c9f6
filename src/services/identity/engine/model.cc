// Records to JSON and back; identifiers in the forms that AWS gives them.
#include "services/identity/engine/model.h"

namespace wr::identity {
namespace {

using base::Json;

int64_t millis(Timestamp time) {
    return time.time_since_epoch().count();
}
Timestamp timestamp(const Json& json) {
    return Timestamp{std::chrono::milliseconds{json.as_int()}};
}

Json list_json(const std::vector<std::string>& texts) {
    Json::Array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}
std::vector<std::string> string_list(const Json& json) {
    std::vector<std::string> texts;
    for (const auto& element : json.as_array()) texts.push_back(element.as_string());
    return texts;
}

constexpr std::string_view id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view secret_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Json mapping_json(const RoleMapping& mapping) {
    Json json{Json::Object{}};
    json.set("type", mapping.type);
    json.set("ambiguous", mapping.ambiguous_role_resolution);
    Json::Array rules;
    for (const auto& rule : mapping.rules)
        rules.emplace_back(Json::Array{rule.claim, rule.match_type, rule.value, rule.role_arn});
    json.set("rules", std::move(rules));
    return json;
}

RoleMapping mapping_from(const Json& json) {
    RoleMapping mapping{json["type"].as_string(), json["ambiguous"].as_string(), {}};
    for (const auto& element : json["rules"].as_array()) {
        const auto parts = string_list(element);
        if (parts.size() == 4) mapping.rules.push_back({parts[0], parts[1], parts[2], parts[3]});
    }
    return mapping;
}

}  // namespace

Json to_json(const StringMap& map) {
    Json::Object object;
    for (const auto& [key, value] : map) object.emplace_back(key, Json(value));
    return object;
}

StringMap string_map(const Json& json) {
    StringMap map;
    for (const auto& [key, value] : json.as_object()) map[key] = value.as_string();
    return map;
}

std::string make_unique_id(std::string_view prefix, base::Random& random) {
    return std::string(prefix) + random.text(17, id_alphabet);
}
std::string make_access_key_id(std::string_view prefix, base::Random& random) {
    return std::string(prefix) + random.text(16, id_alphabet);
}
std::string make_secret(base::Random& random) {
    return random.text(40, secret_alphabet);
}

std::string Entity::arn() const {
    const char* type = kind == EntityKind::Role ? ":role" : ":user";
    return "arn:aws:iam::" + account + type + path + name;
}

Json Entity::to_json() const {
    Json json{Json::Object{}};
    json.set("kind", kind == EntityKind::Role ? "role" : "user");
    json.set("account", account);
    json.set("name", name);
    json.set("path", path);
    json.set("id", id);
    json.set("description", description);
    json.set("created", millis(created));
    json.set("inline", identity::to_json(inline_policies));
    json.set("attached", list_json(attached_arns));
    json.set("boundary", boundary_arn);
    json.set("tags", identity::to_json(tags));
    json.set("trust", trust_policy);
    json.set("max_session_seconds", max_session_seconds);
    json.set("keys", list_json(access_key_ids));
    return json;
}

Entity Entity::from_json(const Json& json) {
    Entity entity;
    entity.kind = json["kind"].as_string() == "role" ? EntityKind::Role : EntityKind::User;
    entity.account = json["account"].as_string();
    entity.name = json["name"].as_string();
    entity.path = json["path"].as_string();
    entity.id = json["id"].as_string();
    entity.description = json["description"].as_string();
    entity.created = timestamp(json["created"]);
    entity.inline_policies = string_map(json["inline"]);
    entity.attached_arns = string_list(json["attached"]);
    entity.boundary_arn = json["boundary"].as_string();
    entity.tags = string_map(json["tags"]);
    entity.trust_policy = json["trust"].as_string();
    entity.max_session_seconds = json["max_session_seconds"].as_int(3600);
    entity.access_key_ids = string_list(json["keys"]);
    return entity;
}

std::string ManagedPolicy::arn() const {
    return "arn:aws:iam::" + account + ":policy" + path + name;
}

Json ManagedPolicy::to_json() const {
    Json json{Json::Object{}};
    json.set("account", account);
    json.set("name", name);
    json.set("path", path);
    json.set("id", id);
    json.set("description", description);
    json.set("document", document);
    json.set("version", version);
    json.set("created", millis(created));
    json.set("updated", millis(updated));
    json.set("tags", identity::to_json(tags));
    return json;
}

ManagedPolicy ManagedPolicy::from_json(const Json& json) {
    ManagedPolicy policy;
    policy.account = json["account"].as_string();
    policy.name = json["name"].as_string();
    policy.path = json["path"].as_string();
    policy.id = json["id"].as_string();
    policy.description = json["description"].as_string();
    policy.document = json["document"].as_string();
    policy.version = json["version"].as_string();
    policy.created = timestamp(json["created"]);
    policy.updated = timestamp(json["updated"]);
    policy.tags = string_map(json["tags"]);
    return policy;
}

Json AccessKey::to_json() const {
    Json json{Json::Object{}};
    json.set("id", id);
    json.set("account", account);
    json.set("user", user_name);
    json.set("sealed", sealed_secret);
    json.set("active", is_active);
    json.set("created", millis(created));
    return json;
}

AccessKey AccessKey::from_json(const Json& json) {
    return {json["id"].as_string(),
            json["account"].as_string(),
            json["user"].as_string(),
            json["sealed"].as_string(),
            json["active"].as_bool(),
            timestamp(json["created"])};
}

std::string IdentityPool::arn() const {
    return "arn:aws:cognito-identity:" + region + ":" + account + ":identitypool/" + id;
}

Json IdentityPool::to_json() const {
    Json json{Json::Object{}};
    json.set("id", id);
    json.set("account", account);
    json.set("region", region);
    json.set("name", name);
    json.set("guests", allows_guests);
    json.set("classic", allows_classic_flow);
    json.set("login_providers", identity::to_json(login_providers));
    json.set("developer_provider", developer_provider);
    json.set("open_id", list_json(open_id_arns));
    Json::Array pools;
    for (const auto& pool : user_pools)
        pools.emplace_back(Json::Array{pool.name, pool.client_id, pool.checks_token_at_server});
    json.set("user_pools", std::move(pools));
    json.set("saml", list_json(saml_arns));
    json.set("tags", identity::to_json(tags));
    json.set("roles", identity::to_json(roles));
    Json mappings{Json::Object{}};
    for (const auto& [provider, mapping] : role_mappings)
        mappings.set(provider, mapping_json(mapping));
    json.set("mappings", std::move(mappings));
    return json;
}

IdentityPool IdentityPool::from_json(const Json& json) {
    IdentityPool pool;
    pool.id = json["id"].as_string();
    pool.account = json["account"].as_string();
    pool.region = json["region"].as_string();
    pool.name = json["name"].as_string();
    pool.allows_guests = json["guests"].as_bool();
    pool.allows_classic_flow = json["classic"].as_bool();
    pool.login_providers = string_map(json["login_providers"]);
    pool.developer_provider = json["developer_provider"].as_string();
    pool.open_id_arns = string_list(json["open_id"]);
    for (const auto& element : json["user_pools"].as_array()) {
        const auto& parts = element.as_array();
        if (parts.size() == 3)
            pool.user_pools.push_back(
                {parts[0].as_string(), parts[1].as_string(), parts[2].as_bool()});
    }
    pool.saml_arns = string_list(json["saml"]);
    pool.tags = string_map(json["tags"]);
    pool.roles = string_map(json["roles"]);
    for (const auto& [provider, mapping] : json["mappings"].as_object())
        pool.role_mappings[provider] = mapping_from(mapping);
    return pool;
}

Json PoolIdentity::to_json() const {
    Json json{Json::Object{}};
    json.set("id", id);
    json.set("pool", pool_id);
    json.set("logins", list_json(logins));
    json.set("created", millis(created));
    json.set("modified", millis(modified));
    return json;
}

PoolIdentity PoolIdentity::from_json(const Json& json) {
    return {json["id"].as_string(),
            json["pool"].as_string(),
            string_list(json["logins"]),
            timestamp(json["created"]),
            timestamp(json["modified"])};
}

}  // namespace wr::identity
