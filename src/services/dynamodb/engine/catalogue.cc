// Tables by name, their durable definitions and their passing states.
#include "services/dynamodb/engine/catalogue.h"

#include <algorithm>

#include "base/json.h"
#include "base/logging.h"
#include "services/dynamodb/engine/key_encoding.h"
#include "services/dynamodb/engine/rows.h"

namespace wr::dynamodb {
namespace {

constexpr size_t tags_max = 50;

base::Failure<Error> table_not_found(const TableName& name) {
    return fail(ErrorCode::ResourceNotFound,
                "Requested resource not found: Table: " + name.name + " not found");
}

base::Failure<Error> in_use(const std::string& what) {
    return fail(ErrorCode::ResourceInUse,
                "Attempt to change a resource which is still in use: " + what);
}

Result<void> to_result(base::Result<void> stored) {
    if (stored) return {};
    base::log_error("dynamodb.store_failed", {{"error", stored.error().message}});
    return fail(ErrorCode::Internal, stored.error().message);
}

/// Attributes that no key needs any more.
void forget_unused_attributes(TableDefinition& table) {
    std::erase_if(table.attributes, [&](const auto& attribute) {
        return !table.key.contains(attribute.first) &&
               std::none_of(table.indexes.begin(), table.indexes.end(), [&](const auto& index) {
                   return index.key.contains(attribute.first);
               });
    });
}

}  // namespace

base::Result<void> Catalogue::load() {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto counter, store_.get(counter_row()));
    if (counter) next_number_ = kv::decode_u64(*counter);
    std::optional<base::Error> damage;
    WR_TRY_VOID(
        store_.scan(std::string(1, space_table), [&](std::string_view, std::string_view value) {
            auto json = base::parse_json(value);
            auto table = json ? table_from_json(*json)
                              : base::Result<TableDefinition>(base::fail(json.error()));
            if (!table) {
                damage = table.error();
                return false;
            }
            const TableName name = table->name;
            tables_[name] = std::make_shared<Table>(std::move(*table));
            return true;
        }));
    if (damage) return base::fail(*damage);
    WR_TRY_VOID(abandon_unfinished_indexes());
    return load_statistics();
}

TableState Catalogue::state_of(const TableDefinition& definition) const {
    const bool passed = clock_.now() >= definition.state_until;
    if (passed && definition.state != TableState::Deleting) return TableState::Active;
    return definition.state;
}

Catalogue::Tables::iterator Catalogue::find_live(const TableName& name) {
    const auto found = tables_.find(name);
    if (found == tables_.end()) return found;
    const auto definition = found->second->definition();
    // purge() takes the dead entry away, unless a new table takes its place before.
    const bool over =
        definition->state == TableState::Deleting && clock_.now() >= definition->state_until;
    return over ? tables_.end() : found;
}

Result<std::shared_ptr<Table>> Catalogue::require(const TableName& name) {
    const auto found = find_live(name);
    if (found == tables_.end()) return table_not_found(name);
    return found->second;
}

Result<std::shared_ptr<Table>> Catalogue::require_active(const TableName& name) {
    WR_TRY(auto table, require(name));
    switch (state_of(*table->definition())) {
        case TableState::Creating:
            return in_use("Table is being created: " + name.name);
        case TableState::Updating:
            return in_use("Table is being updated: " + name.name);
        case TableState::Deleting:
            return in_use("Table is being deleted: " + name.name);
        case TableState::Active:
            break;
    }
    return table;
}

Result<void> Catalogue::store_definition(const TableDefinition& definition, kv::Batch batch) {
    batch.put(table_row(definition.name), to_json(definition).dump());
    return to_result(store_.commit(batch));
}

TableInfo Catalogue::info(const Table& table) const {
    TableInfo info;
    info.definition = table.definition();
    info.state = state_of(*info.definition);
    info.item_count = std::max<int64_t>(table.item_count, 0);
    info.size_bytes = std::max<int64_t>(table.item_bytes, 0);
    return info;
}

Result<TableInfo> Catalogue::create(const CreateTable& request) {
    WR_TRY(TableDefinition table, define_table(request));
    base::MutexLock lock(mutex_);
    if (find_live(request.name) != tables_.end()) {
        return fail(ErrorCode::ResourceInUse, "Table already exists: " + request.name.name);
    }
    const auto same_region = std::count_if(tables_.begin(), tables_.end(), [&](const auto& entry) {
        return entry.first.account == request.name.account &&
               entry.first.region == request.name.region;
    });
    if (static_cast<size_t>(same_region) >= options_.tables_max) {
        return fail(ErrorCode::LimitExceeded,
                    "Subscriber limit exceeded: There is a limit of " +
                        std::to_string(options_.tables_max) + " tables per subscriber");
    }
    table.id = random_.uuid();
    table.number = next_number_;
    table.created = clock_.now();
    table.state = TableState::Creating;
    table.state_until = table.created + options_.state_change_delay;
    kv::Batch batch;
    batch.put(counter_row(), kv::encode_u64(next_number_ + 1));
    WR_TRY_VOID(store_definition(table, std::move(batch)));
    ++next_number_;
    auto live = std::make_shared<Table>(std::move(table));
    live->counted = true;
    tables_[request.name] = live;
    TableInfo created = info(*live);
    created.state = TableState::Creating;
    return created;
}

Result<TableInfo> Catalogue::describe(const TableName& name) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto table, require(name));
    return info(*table);
}

TablePage Catalogue::list(const std::string& account,
                          const std::string& region,
                          const std::string& start,
                          size_t limit) {
    base::MutexLock lock(mutex_);
    TablePage page;
    const base::Timestamp now = clock_.now();
    for (auto at = tables_.upper_bound({account, region, start});
         at != tables_.end() && at->first.account == account && at->first.region == region;
         ++at) {
        const auto definition = at->second->definition();
        if (definition->state == TableState::Deleting && now >= definition->state_until) continue;
        if (page.names.size() == limit) {
            page.last = page.names.back();
            break;
        }
        page.names.push_back(at->first.name);
    }
    return page;
}

Result<TableInfo> Catalogue::remove(const TableName& name) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto table, require_active(name));
    TableDefinition definition = *table->definition();
    if (definition.deletion_protection) {
        return invalid(
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
    }
    definition.state = TableState::Deleting;
    definition.state_until = clock_.now() + options_.state_change_delay;
    // Waits for the writers that are inside, and keeps later ones out.
    const std::unique_lock gate(table->gate);
    kv::Batch batch;
    batch.put(purge_row(table->number), rows_prefix(table->number));
    WR_TRY_VOID(store_definition(definition, std::move(batch)));
    table->gone = true;
    table->replace(std::move(definition));
    return info(*table);
}

Result<void> Catalogue::change_settings(const UpdateTable& request, TableDefinition& definition) {
    if (request.on_demand) definition.on_demand = *request.on_demand;
    if (definition.on_demand) definition.throughput = {};
    if (request.throughput) {
        if (definition.on_demand) {
            return invalid_parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST");
        }
        definition.throughput = *request.throughput;
    }
    if (request.deletion_protection) definition.deletion_protection = *request.deletion_protection;
    if (request.table_class) definition.table_class = *request.table_class;
    return {};
}

Result<void> Catalogue::change_indexes(const UpdateTable& request,
                                       TableDefinition& definition,
                                       kv::Batch& batch) {
    const auto find_global = [&](const std::string& name) -> Result<size_t> {
        for (size_t i = 0; i < definition.indexes.size(); ++i) {
            if (definition.indexes[i].global && definition.indexes[i].name == name) return i;
        }
        return fail(ErrorCode::ResourceNotFound, "Requested resource not found");
    };
    for (const auto& [name, throughput] : request.index_throughput) {
        WR_TRY(const size_t at, find_global(name));
        definition.indexes[at].throughput = throughput;
    }
    for (const std::string& name : request.delete_indexes) {
        WR_TRY(const size_t at, find_global(name));
        const std::string rows = rows_prefix(definition.number, definition.indexes[at].number);
        batch.put(purge_row(definition.number) + rows, rows);
        definition.indexes.erase(definition.indexes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (!request.delete_indexes.empty()) forget_unused_attributes(definition);
    if (!request.create_index) return {};
    WR_TRY_VOID(define_global_index(request, definition));
    const IndexDefinition& index = definition.indexes.back();
    batch.remove(building_row(definition.number, index.number));
    return to_result(fill_index(definition, index));
}

Result<TableInfo> Catalogue::update(const UpdateTable& request) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto table, require_active(request.name));
    TableDefinition definition = *table->definition();
    kv::Batch batch;
    WR_TRY_VOID(change_settings(request, definition));
    // No writes while indexes change: what an index is filled from must not move.
    const std::unique_lock gate(table->gate);
    WR_TRY_VOID(change_indexes(request, definition, batch));
    definition.state = TableState::Updating;
    definition.state_until = clock_.now() + options_.state_change_delay;
    WR_TRY_VOID(store_definition(definition, std::move(batch)));
    table->replace(std::move(definition));
    TableInfo updated = info(*table);
    updated.state = TableState::Updating;
    return updated;
}

Result<void> Catalogue::set_time_to_live(const TableName& name,
                                         const std::string& attribute,
                                         bool enabled) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto table, require_active(name));
    TableDefinition definition = *table->definition();
    if (enabled == !definition.ttl_attribute.empty()) {
        return invalid(enabled ? "TimeToLive is already enabled"
                               : "TimeToLive is already disabled");
    }
    if (!enabled && definition.ttl_attribute != attribute && !definition.ttl_attribute.empty()) {
        return invalid(
            "TimeToLive is active on a different AttributeName: current AttributeName is " +
            definition.ttl_attribute);
    }
    definition.ttl_attribute = enabled ? attribute : "";
    WR_TRY_VOID(store_definition(definition));
    table->replace(std::move(definition));
    return {};
}

Result<void> Catalogue::change_tags(const TableName& name,
                                    const std::map<std::string, std::string>& set,
                                    const std::vector<std::string>& unset) {
    base::MutexLock lock(mutex_);
    WR_TRY(const auto table, require(name));
    TableDefinition definition = *table->definition();
    for (const auto& [key, value] : set) definition.tags[key] = value;
    for (const std::string& key : unset) definition.tags.erase(key);
    if (definition.tags.size() > tags_max) {
        return invalid_parameters("Too many tags: The maximum number of tags is 50");
    }
    WR_TRY_VOID(store_definition(definition));
    table->replace(std::move(definition));
    return {};
}

Result<std::shared_ptr<Table>> Catalogue::open(const TableName& name) {
    base::MutexLock lock(mutex_);
    const auto found = find_live(name);
    const auto unusable = [&](const Table& table) {
        const TableState state = state_of(*table.definition());
        return state == TableState::Creating || state == TableState::Deleting;
    };
    if (found == tables_.end() || unusable(*found->second)) {
        return fail(ErrorCode::ResourceNotFound, "Requested resource not found");
    }
    return found->second;
}

std::vector<std::shared_ptr<Table>> Catalogue::tables() {
    base::MutexLock lock(mutex_);
    std::vector<std::shared_ptr<Table>> all;
    for (const auto& [name, table] : tables_) {
        if (table->definition()->state != TableState::Deleting) all.push_back(table);
    }
    return all;
}

}  // namespace wr::dynamodb
