// What the catalogue does behind the scenes: removing dead rows, keeping counts across restarts.
#include "services/dynamodb/engine/catalogue.h"
#include "services/dynamodb/engine/item_codec.h"
#include "services/dynamodb/engine/item_rules.h"
#include "services/dynamodb/engine/rows.h"

namespace wr::dynamodb {
namespace {

constexpr size_t purge_rows_per_commit = 1'000;

}  // namespace

base::Result<void> Catalogue::load_statistics() {
    kv::Batch spent;
    for (const auto& [name, table] : tables_) {
        const std::string row = statistics_row(table->number);
        WR_TRY(const auto stored, store_.get(row));
        if (!stored || stored->size() != 16) continue;
        table->item_count = static_cast<int64_t>(kv::decode_u64(*stored));
        table->item_bytes =
            static_cast<int64_t>(kv::decode_u64(std::string_view(*stored).substr(8)));
        table->counted = true;
        // The row is right only until the next write: after a crash the items are counted anew.
        spent.remove(row);
    }
    if (spent.empty()) return {};
    return store_.commit(spent);
}

base::Result<void> Catalogue::save_statistics() {
    kv::Batch batch;
    for (const auto& table : tables()) {
        if (!table->counted) continue;
        batch.put(statistics_row(table->number),
                  kv::encode_u64(static_cast<uint64_t>(table->item_count.load())) +
                      kv::encode_u64(static_cast<uint64_t>(table->item_bytes.load())));
    }
    if (batch.empty()) return {};
    return store_.commit(batch);
}

base::Result<void> Catalogue::fill_index(const TableDefinition& table,
                                         const IndexDefinition& index) {
    const std::string prefix = rows_prefix(table.number, 0);
    // A crash in between leaves this mark, and the next start removes what was filled.
    WR_TRY_VOID(store_.put(building_row(table.number, index.number),
                           rows_prefix(table.number, index.number)));
    const auto rows = store_.iterate();
    rows->seek(prefix);
    while (rows->valid() && rows->key().starts_with(prefix)) {
        kv::Batch batch;
        for (; rows->valid() && rows->key().starts_with(prefix) &&
               batch.size() < purge_rows_per_commit;
             rows->next()) {
            WR_TRY(const Item item, decode_item(rows->value()));
            if (!fits_index(table, index, item)) continue;
            if (const auto row = index_row(table, index, item)) {
                batch.put(*row, encode_item(index_projection(table, index, item)));
            }
        }
        if (!batch.empty()) WR_TRY_VOID(store_.commit(batch));
    }
    return rows->status();
}

base::Result<void> Catalogue::abandon_unfinished_indexes() {
    kv::Batch batch;
    WR_TRY_VOID(store_.scan(
        std::string(1, space_building), [&](std::string_view key, std::string_view rows) {
            batch.remove(std::string(key));
            batch.put(space_purge + std::string(key.substr(1)), std::string(rows));
            return true;
        }));
    if (batch.empty()) return {};
    // Purged before the index number can be given out again.
    WR_TRY_VOID(store_.commit(batch));
    return purge();
}

base::Result<void> Catalogue::purge_rows(const std::string& prefix, const std::string& row) {
    for (bool more = true; more;) {
        kv::Batch batch;
        WR_TRY_VOID(store_.scan(prefix, [&](std::string_view key, std::string_view) {
            batch.remove(std::string(key));
            return batch.size() < purge_rows_per_commit;
        }));
        more = batch.size() == purge_rows_per_commit;
        if (!more) batch.remove(row);
        WR_TRY_VOID(store_.commit(batch));
    }
    return {};
}

base::Result<void> Catalogue::purge() {
    std::vector<std::pair<std::string, std::string>> dead;
    WR_TRY_VOID(
        store_.scan(std::string(1, space_purge), [&](std::string_view key, std::string_view value) {
            dead.emplace_back(key, value);
            return true;
        }));
    for (const auto& [row, prefix] : dead) WR_TRY_VOID(purge_rows(prefix, row));

    base::MutexLock lock(mutex_);
    kv::Batch batch;
    for (auto at = tables_.begin(); at != tables_.end();) {
        const auto definition = at->second->definition();
        const bool over =
            definition->state == TableState::Deleting && clock_.now() >= definition->state_until;
        if (over) batch.remove(table_row(definition->name));
        at = over ? tables_.erase(at) : std::next(at);
    }
    if (batch.empty()) return {};
    return store_.commit(batch);
}

}  // namespace wr::dynamodb
