// Workgroups, of which `primary` is always there, and the queries kept in them.
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

Result<std::string> Engine::create_named_query(const Scope& scope, NamedQuery query) {
    if (query.workgroup.empty()) query.workgroup = primary;
    WR_TRY(const WorkGroup group, workgroup(scope, query.workgroup));
    query.id = random_.uuid();
    auto put = store_.put(key_of(named_kind, scope, {query.id}), encode(query));
    if (!put) return internal(put.error());
    return query.id;
}

Result<NamedQuery> Engine::named_query(const Scope& scope, const std::string& id) const {
    const auto value = store_.get(key_of(named_kind, scope, {id}));
    if (!value) return internal(value.error());
    auto query = *value ? decode_named_query(**value) : std::nullopt;
    if (!query) return invalid("NamedQuery " + id + " was not found");
    return *std::move(query);
}

Result<std::vector<NamedQuery>> Engine::named_queries(const Scope& scope,
                                                      const std::string& name) const {
    WR_TRY(const WorkGroup group, workgroup(scope, name.empty() ? primary : name));
    std::vector<NamedQuery> queries;
    auto scanned = store_.scan(key_of(named_kind, scope, {}), [&](auto, std::string_view value) {
        if (auto query = decode_named_query(value); query && query->workgroup == group.name)
            queries.push_back(*std::move(query));
        return true;
    });
    if (!scanned) return internal(scanned.error());
    return queries;
}

Result<void> Engine::delete_named_query(const Scope& scope, const std::string& id) {
    WR_TRY(const NamedQuery query, named_query(scope, id));
    auto removed = store_.remove(key_of(named_kind, scope, {query.id}));
    return removed ? Result<void>() : internal(removed.error());
}

Result<void> Engine::delete_workgroup(const Scope& scope, const std::string& name) {
    if (name == primary) return invalid("The primary WorkGroup cannot be deleted");
    WR_TRY(const WorkGroup group, workgroup(scope, name));
    auto removed = store_.remove(key_of(workgroup_kind, scope, {group.name}));
    return removed ? Result<void>() : internal(removed.error());
}

}  // namespace wr::athena
