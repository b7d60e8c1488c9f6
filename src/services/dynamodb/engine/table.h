#pragma once
// What a table is: keys, indexes, billing, state. The definition is immutable; changes replace it.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/value.h"

namespace wr::dynamodb {

struct TableName {
    std::string account;
    std::string region;
    std::string name;
    std::string arn() const {
        return "arn:aws:dynamodb:" + region + ":" + account + ":table/" + name;
    }
    auto operator<=>(const TableName&) const = default;
};

struct KeySchema {
    std::string hash;
    std::string range;  ///< empty when the key is a hash key alone
    bool has_range() const { return !range.empty(); }
    /// Hash, then range if there is one.
    std::vector<std::string> attributes() const {
        return has_range() ? std::vector{hash, range} : std::vector{hash};
    }
    bool contains(const std::string& attribute) const {
        return attribute == hash || (has_range() && attribute == range);
    }
};

struct Throughput {
    int64_t read = 0;
    int64_t write = 0;
};

enum class ProjectionType { All, KeysOnly, Include };

struct IndexDefinition {
    std::string name;
    bool global = false;
    uint16_t number = 0;  ///< within the table, never used again; 0 is the table itself
    KeySchema key;
    ProjectionType projection = ProjectionType::All;
    std::vector<std::string> non_key_attributes;
    std::optional<Throughput> throughput;
};

enum class TableState { Creating, Updating, Active, Deleting };

struct TableDefinition {
    TableName name;
    std::string id;       ///< a UUID
    uint64_t number = 0;  ///< opens the keys of the table's rows; never used again
    std::vector<std::pair<std::string, Type>> attributes;
    KeySchema key;
    std::vector<IndexDefinition> indexes;
    uint16_t next_index_number = 1;
    bool on_demand = false;
    Throughput throughput;
    bool deletion_protection = false;
    std::string table_class;  ///< empty for STANDARD by default
    base::Timestamp created;
    TableState state = TableState::Creating;
    base::Timestamp state_until;  ///< when a passing state ends
    std::string ttl_attribute;    ///< empty when time to live is off
    std::map<std::string, std::string> tags;

    Type type_of(const std::string& attribute) const;
    const IndexDefinition* find_index(const std::string& index_name) const;
    std::string index_arn(const IndexDefinition& index) const {
        return name.arn() + "/index/" + index.name;
    }
};

base::Json to_json(const TableDefinition& table);
base::Result<TableDefinition> table_from_json(const base::Json& json);

/// A name as a client gives it: plain, or the ARN of a table.
/// @error Validation  too short, or another account's or region's ARN
Result<TableName> resolve_table_name(const std::string& account,
                                     const std::string& region,
                                     const std::string& name_or_arn);

}  // namespace wr::dynamodb
