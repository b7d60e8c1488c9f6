#pragma once
// Where things lie in the key-value store. Layout: docs/formats/dynamodb.md.

#include <optional>
#include <string>

#include "services/dynamodb/engine/table.h"

namespace wr::dynamodb {

// Key spaces: the first byte of every key.
constexpr char space_table = 't';
constexpr char space_item = 'i';
constexpr char space_purge = 'd';
constexpr char space_building = 'b';
constexpr char space_token = 'k';
constexpr char space_statistics = 'n';
constexpr char space_counter = 'c';

std::string table_row(const TableName& name);
std::string counter_row();
std::string purge_row(uint64_t table_number);
/// Stands while an index is being filled.
std::string building_row(uint64_t table_number, uint16_t index_number);
std::string statistics_row(uint64_t table_number);
std::string token_row(const std::string& account,
                      const std::string& region,
                      const std::string& token);
std::string big_endian(uint64_t value);

/// All rows of a table; of one of its indexes (0: the items themselves).
std::string rows_prefix(uint64_t table_number);
std::string rows_prefix(uint64_t table_number, uint16_t index_number);

/// The encoded hash key with its bucket: where the items of one partition begin.
std::string partition_prefix(const std::string& rows, const Value& hash);

/// The row of an item; `item` has at least the key attributes, of the right types.
std::string item_row(const TableDefinition& table, const Item& item);
/// The row of an item in an index; empty when the item lacks one of the index's keys.
std::optional<std::string> index_row(const TableDefinition& table,
                                     const IndexDefinition& index,
                                     const Item& item);
/// What the index keeps of an item.
Item index_projection(const TableDefinition& table, const IndexDefinition& index, const Item& item);

}  // namespace wr::dynamodb
