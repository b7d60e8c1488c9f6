#pragma once
// Catalogue: which tables exist and what state they are in. Definitions are durable when a call
// returns; every passing state ends by the clock.

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "kv/store.h"
#include "services/dynamodb/engine/table.h"

namespace wr::dynamodb {

struct EngineOptions {
    std::chrono::milliseconds state_change_delay{0};   ///< CREATING, UPDATING and DELETING last so
    std::chrono::milliseconds maintenance_interval{};  ///< 0: only when maintain() is called
    size_t tables_max = 2'500;                         ///< per account and region
};

struct KeyElement {
    std::string attribute;
    bool is_hash = true;
};
struct CreateIndex {
    std::string name;
    std::vector<KeyElement> key;
    std::optional<std::string> projection;  ///< ALL, KEYS_ONLY, INCLUDE
    std::optional<std::vector<std::string>> non_key_attributes;
    std::optional<Throughput> throughput;
};
struct CreateTable {
    TableName name;
    std::vector<std::pair<std::string, Type>> attributes;
    std::vector<KeyElement> key;
    std::optional<std::vector<CreateIndex>> local_indexes;
    std::optional<std::vector<CreateIndex>> global_indexes;
    bool on_demand = false;
    std::optional<Throughput> throughput;
    bool deletion_protection = false;
    std::string table_class;
    std::map<std::string, std::string> tags;
};
struct UpdateTable {
    TableName name;
    std::optional<bool> on_demand;
    std::optional<Throughput> throughput;
    std::map<std::string, Throughput> index_throughput;
    std::vector<std::string> delete_indexes;
    std::optional<CreateIndex> create_index;  ///< global; filled before the call returns
    std::vector<std::pair<std::string, Type>> attributes;  ///< with those of the new index
    std::optional<bool> deletion_protection;
    std::optional<std::string> table_class;
};

/// A table in use. Writers hold `gate` shared; deleting it takes the gate alone.
struct Table {
    explicit Table(TableDefinition first) : name(first.name), number(first.number) {
        replace(std::move(first));
    }
    std::shared_ptr<const TableDefinition> definition() const {
        return std::atomic_load(&definition_);
    }
    void replace(TableDefinition next) {
        std::atomic_store(&definition_, std::make_shared<const TableDefinition>(std::move(next)));
    }

    const TableName name;
    const uint64_t number;
    std::shared_mutex gate;
    bool gone = false;  ///< under `gate`
    std::atomic<int64_t> item_count = 0;
    std::atomic<int64_t> item_bytes = 0;
    std::atomic<bool> counted = false;  ///< false: the counts lack what was there at the start

private:
    std::shared_ptr<const TableDefinition> definition_;
};

struct TableInfo {
    std::shared_ptr<const TableDefinition> definition;
    TableState state = TableState::Active;  ///< now
    int64_t item_count = 0;
    int64_t size_bytes = 0;
};

struct TablePage {
    std::vector<std::string> names;
    std::optional<std::string> last;  ///< set when more follow
};

/// @threads any
class Catalogue {
public:
    Catalogue(kv::Store& store,
              const base::Clock& clock,
              base::Random& random,
              const EngineOptions& options)
        : store_(store), clock_(clock), random_(random), options_(options) {}

    base::Result<void> load();

    /// @error Validation | ResourceInUse | LimitExceeded
    Result<TableInfo> create(const CreateTable& request);
    /// @error ResourceNotFound
    Result<TableInfo> describe(const TableName& name);
    /// The tables of an account and region in byte order, after `start`.
    TablePage list(const std::string& account,
                   const std::string& region,
                   const std::string& start,
                   size_t limit);
    /// @error ResourceNotFound | ResourceInUse | Validation (protected)
    Result<TableInfo> remove(const TableName& name);
    /// @error ResourceNotFound | ResourceInUse | Validation
    Result<TableInfo> update(const UpdateTable& request);
    /// @error ResourceNotFound | Validation (already so)
    Result<void> set_time_to_live(const TableName& name,
                                  const std::string& attribute,
                                  bool enabled);
    /// Adds `set`, then removes `unset`.
    Result<void> change_tags(const TableName& name,
                             const std::map<std::string, std::string>& set,
                             const std::vector<std::string>& unset);
    /// For reading and writing items: the table is there and not being created.
    /// @error ResourceNotFound
    Result<std::shared_ptr<Table>> open(const TableName& name);
    std::vector<std::shared_ptr<Table>> tables();
    TableState state_of(const TableDefinition& definition) const;

    /// Removes the rows of deleted tables and indexes; bounded work per commit.
    base::Result<void> purge();
    /// After the last write: keeps the counts for the next start.
    base::Result<void> save_statistics();

private:
    using Tables = std::map<TableName, std::shared_ptr<Table>>;
    Tables::iterator find_live(const TableName& name) REQUIRES(mutex_);
    Result<std::shared_ptr<Table>> require(const TableName& name) REQUIRES(mutex_);
    Result<std::shared_ptr<Table>> require_active(const TableName& name) REQUIRES(mutex_);
    Result<void> change_settings(const UpdateTable& request, TableDefinition& definition);
    Result<void> change_indexes(const UpdateTable& request,
                                TableDefinition& definition,
                                kv::Batch& batch);
    base::Result<void> fill_index(const TableDefinition& table, const IndexDefinition& index);
    base::Result<void> abandon_unfinished_indexes();
    Result<void> store_definition(const TableDefinition& definition, kv::Batch batch = {});
    TableInfo info(const Table& table) const;
    base::Result<void> load_statistics() REQUIRES(mutex_);
    base::Result<void> purge_rows(const std::string& prefix, const std::string& purge_row);

    kv::Store& store_;
    const base::Clock& clock_;
    base::Random& random_;
    const EngineOptions options_;
    base::Mutex mutex_;
    Tables tables_ GUARDED_BY(mutex_);
    uint64_t next_number_ GUARDED_BY(mutex_) = 1;
};

/// Adds a global index to `table`, with the attributes that its keys need.
Result<void> define_global_index(const UpdateTable& request, TableDefinition& table);
/// Turns a request into a definition, or says in AWS's words what is wrong with it.
Result<TableDefinition> define_table(const CreateTable& request);

}  // namespace wr::dynamodb
