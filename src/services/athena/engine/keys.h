#pragma once
// Keys of the engine's records in the key-value store. The catalogue uses d and t.

#include <string>
#include <vector>

#include "kv/store.h"
#include "services/athena/engine/catalog.h"

namespace wr::athena {

constexpr char execution_kind = 'q';  ///< id -> execution
constexpr char list_kind = 'l';       ///< workgroup, time downwards, id -> nothing
constexpr char token_kind = 'k';      ///< token -> id
constexpr char workgroup_kind = 'w';  ///< name -> workgroup
constexpr char named_kind = 'n';      ///< id -> named query
constexpr char open_kind = 'o';       ///< id -> nothing, while queued or running

inline std::string key_of(char kind, const Scope& scope, const std::vector<std::string>& parts) {
    std::string key(1, kind);
    kv::append_key_part(key, scope.account);
    kv::append_key_part(key, scope.region);
    for (const auto& part : parts) kv::append_key_part(key, part);
    return key;
}

/// Newer times sort first.
inline std::string list_key(const Scope& scope,
                            const std::string& workgroup,
                            base::Timestamp submitted,
                            const std::string& id) {
    const auto ms = static_cast<uint64_t>(submitted.time_since_epoch().count());
    return key_of(list_kind, scope, {workgroup}) + kv::encode_u64(UINT64_MAX - ms) + id;
}

}  // namespace wr::athena
