// Workgroups; `primary` is always there.
#include "services/athena/engine/engine.h"
#include "services/athena/engine/keys.h"

namespace wr::athena {
namespace {

constexpr char primary[] = "primary";

base::Failure<Error> internal(const base::Error&) {
    return {Error{ErrorCode::Internal, "Internal server error"}};
}
base::Failure<Error> invalid(std::string message) {
    return {Error{ErrorCode::InvalidRequest, std::move(message)}};
}

WorkGroup primary_workgroup() {
    WorkGroup group;
    group.name = primary;
    return group;
}

}  // namespace

Result<void> Engine::create_workgroup(const Scope& scope, WorkGroup group) {
    if (workgroup(scope, group.name)) return invalid("WorkGroup is already created");
    group.created = clock_.now();
    auto put = store_.put(key_of(workgroup_kind, scope, {group.name}), encode(group));
    return put ? Result<void>() : internal(put.error());
}

Result<void> Engine::update_workgroup(const Scope& scope, const WorkGroup& group) {
    WR_TRY(const WorkGroup known, workgroup(scope, group.name));
    auto put = store_.put(key_of(workgroup_kind, scope, {known.name}), encode(group));
    return put ? Result<void>() : internal(put.error());
}

Result<WorkGroup> Engine::workgroup(const Scope& scope, const std::string& name) const {
    const auto value = store_.get(key_of(workgroup_kind, scope, {name}));
    if (!value) return internal(value.error());
    if (!*value && name == primary) return primary_workgroup();
    auto group = *value ? decode_workgroup(**value) : std::nullopt;
    if (!group) return invalid("WorkGroup " + name + " is not found.");
    return *std::move(group);
}

Result<std::vector<WorkGroup>> Engine::workgroups(const Scope& scope) const {
    std::vector<WorkGroup> groups;
    bool has_primary = false;
    auto scanned =
        store_.scan(key_of(workgroup_kind, scope, {}), [&](auto, std::string_view value) {
            if (auto group = decode_workgroup(value)) groups.push_back(*std::move(group));
            has_primary |= !groups.empty() && groups.back().name == primary;
            return true;
        });
    if (!scanned) return internal(scanned.error());
    if (!has_primary) groups.insert(groups.begin(), primary_workgroup());
    return groups;
}

Result<void> Engine::delete_workgroup(const Scope& scope, const std::string& name) {
    if (name == primary) return invalid("The primary WorkGroup cannot be deleted");
    WR_TRY(const WorkGroup group, workgroup(scope, name));
    auto removed = store_.remove(key_of(workgroup_kind, scope, {group.name}));
    return removed ? Result<void>() : internal(removed.error());
}

}  // namespace wr::athena
