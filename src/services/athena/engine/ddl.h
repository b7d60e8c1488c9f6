#pragma once
// Hive's DDL, as far as Athena's users need it; everything else is a query.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/athena/engine/lexer.h"

namespace wr::athena {

struct Column {
    std::string name;  ///< lower case
    std::string type;  ///< Hive's, normalised
    std::string comment;
    bool operator==(const Column&) const = default;
};

/// A table's name; `database` is empty when the statement leaves it to the session. Lower case.
struct TableName {
    std::string database;
    std::string table;
    bool operator==(const TableName&) const = default;
};

struct CreateTable {
    TableName name;
    bool if_not_exists = false;
    std::vector<Column> columns;
    std::vector<Column> partition_keys;
    std::string comment;
    std::string serde;  ///< class name
    std::map<std::string, std::string> serde_parameters;
    std::string input_format;
    std::string output_format;
    std::string location;
    std::map<std::string, std::string> properties;
};
struct DropTable {
    TableName name;
    bool if_exists = false;
};
struct CreateDatabase {
    std::string name;
    bool if_not_exists = false;
    std::string comment;
    std::string location;
};
struct DropDatabase {
    std::string name;
    bool if_exists = false;
    bool cascade = false;
};
struct ShowTables {
    std::string database;
    std::string pattern;  ///< Hive's: * and |; empty: all
};
struct ShowDatabases {
    std::string pattern;
};
struct ShowColumns {
    TableName name;
};
struct ShowPartitions {
    TableName name;
};
struct ShowCreateTable {
    TableName name;
};
struct Describe {
    TableName name;
};
struct MsckRepair {
    TableName name;
};

using DdlStatement = std::variant<CreateTable,
                                  DropTable,
                                  CreateDatabase,
                                  DropDatabase,
                                  ShowTables,
                                  ShowDatabases,
                                  ShowColumns,
                                  ShowPartitions,
                                  ShowCreateTable,
                                  Describe,
                                  MsckRepair>;

/// Empty when the statement is not DDL but a query.
SqlResult<std::optional<DdlStatement>> parse_ddl(std::string_view text);

}  // namespace wr::athena
