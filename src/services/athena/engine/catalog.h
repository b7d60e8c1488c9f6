#pragma once
// The Glue catalogue: databases and tables of one account and region, durable.

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "kv/store.h"
#include "services/athena/engine/ddl.h"

namespace wr::athena {

/// Whose resources; part of every key.
struct Scope {
    std::string account;
    std::string region;
};

struct Database {
    std::string name;
    std::string comment;
    std::string location;
    base::Timestamp created;
};

/// As Glue's Table and its StorageDescriptor.
struct Table {
    std::string database;
    std::string name;
    std::string comment;
    std::vector<Column> columns;
    std::vector<Column> partition_keys;
    std::string location;
    std::string input_format;
    std::string output_format;
    std::string serde;
    std::map<std::string, std::string> serde_parameters;
    std::map<std::string, std::string> properties;
    base::Timestamp created;
    base::Timestamp updated;
};

enum class CatalogErrorCode { NotFound, AlreadyExists, NotEmpty, Storage };
struct CatalogError {
    CatalogErrorCode code;
    std::string message;
};
template <typename T>
using CatalogResult = base::Result<T, CatalogError>;

/// `default` is there from the start, as a console user finds it. Names are lower-cased.
///
/// @threads any
class Catalog {
public:
    Catalog(kv::Store& store, base::Clock& clock) : store_(store), clock_(clock) {}

    CatalogResult<void> create_database(const Scope& scope, Database database);
    CatalogResult<Database> get_database(const Scope& scope, const std::string& name) const;
    CatalogResult<std::vector<Database>> databases(const Scope& scope) const;
    /// NotEmpty unless `cascade`.
    CatalogResult<void> delete_database(const Scope& scope, const std::string& name, bool cascade);

    CatalogResult<void> create_table(const Scope& scope, Table table);
    CatalogResult<Table> get_table(const Scope& scope,
                                   const std::string& database,
                                   const std::string& name) const;
    CatalogResult<std::vector<Table>> tables(const Scope& scope, const std::string& database) const;
    CatalogResult<void> delete_table(const Scope& scope,
                                     const std::string& database,
                                     const std::string& name);

private:
    kv::Store& store_;
    base::Clock& clock_;
    base::Mutex writing_;
};

}  // namespace wr::athena
