#pragma once
// The records of identity: users, roles, policies, keys, pools, identities. Stored as JSON.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"

namespace wr::identity {

using base::Timestamp;
using StringMap = std::map<std::string, std::string>;

enum class EntityKind { User, Role };

/// A user or a role: what policies are attached to.
struct Entity {
    EntityKind kind = EntityKind::Role;
    std::string account;
    std::string name;
    std::string path = "/";
    std::string id;  ///< AIDA... or AROA...
    std::string description;
    Timestamp created{};
    StringMap inline_policies;               ///< name -> document
    std::vector<std::string> attached_arns;  ///< managed policies, in order of attachment
    std::string boundary_arn;
    StringMap tags;
    // roles
    std::string trust_policy;
    int64_t max_session_seconds = 3600;
    // users
    std::vector<std::string> access_key_ids;

    std::string arn() const;
    base::Json to_json() const;
    static Entity from_json(const base::Json& json);
};

struct ManagedPolicy {
    std::string account;  ///< "aws" for those that AWS manages
    std::string name;
    std::string path = "/";
    std::string id;  ///< ANPA...
    std::string description;
    std::string document;
    std::string version = "v1";
    Timestamp created{};
    Timestamp updated{};
    StringMap tags;

    std::string arn() const;
    base::Json to_json() const;
    static ManagedPolicy from_json(const base::Json& json);
};

struct AccessKey {
    std::string id;
    std::string account;
    std::string user_name;
    std::string sealed_secret;  ///< base64 of Sealer's output
    bool is_active = true;
    Timestamp created{};

    base::Json to_json() const;
    static AccessKey from_json(const base::Json& json);
};

struct MappingRule {
    std::string claim;
    std::string match_type;
    std::string value;
    std::string role_arn;
};
struct RoleMapping {
    std::string type;
    std::string ambiguous_role_resolution;
    std::vector<MappingRule> rules;
};
struct UserPoolProvider {
    std::string name;
    std::string client_id;
    bool checks_token_at_server = false;
};

struct IdentityPool {
    std::string id;  ///< region:uuid
    std::string account;
    std::string region;
    std::string name;
    bool allows_guests = false;
    bool allows_classic_flow = false;
    StringMap login_providers;
    std::string developer_provider;
    std::vector<std::string> open_id_arns;
    std::vector<UserPoolProvider> user_pools;
    std::vector<std::string> saml_arns;
    StringMap tags;
    StringMap roles;  ///< authenticated, unauthenticated -> role ARN
    std::map<std::string, RoleMapping> role_mappings;

    std::string arn() const;
    base::Json to_json() const;
    static IdentityPool from_json(const base::Json& json);
};

struct PoolIdentity {
    std::string id;  ///< region:uuid
    std::string pool_id;
    std::vector<std::string> logins;
    Timestamp created{};
    Timestamp modified{};

    base::Json to_json() const;
    static PoolIdentity from_json(const base::Json& json);
};

base::Json to_json(const StringMap& map);
StringMap string_map(const base::Json& json);

/// prefix + 17 capital letters and digits: AROA..., AIDA..., ANPA...
std::string make_unique_id(std::string_view prefix, base::Random& random);
/// prefix + 16: AKIA..., ASIA...
std::string make_access_key_id(std::string_view prefix, base::Random& random);
std::string make_secret(base::Random& random);

}  // namespace wr::identity
