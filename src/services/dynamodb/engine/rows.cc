// Row keys of tables, items and indexes.
#include "services/dynamodb/engine/rows.h"

#include "base/hash.h"
#include "services/dynamodb/engine/key_encoding.h"

namespace wr::dynamodb {
namespace {

void append_part(std::string& out, const std::string& part) {
    append_key(out, string_value(part));
}

}  // namespace

std::string big_endian(uint64_t value) {
    std::string bytes(8, '\0');
    for (size_t i = 8; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 0xFF);
    return bytes;
}

std::string table_row(const TableName& name) {
    std::string key(1, space_table);
    append_part(key, name.account);
    append_part(key, name.region);
    append_part(key, name.name);
    return key;
}

std::string counter_row() {
    return std::string(1, space_counter);
}
std::string purge_row(uint64_t table_number) {
    return space_purge + big_endian(table_number);
}
std::string building_row(uint64_t table_number, uint16_t index_number) {
    return space_building + rows_prefix(table_number, index_number);
}
std::string statistics_row(uint64_t table_number) {
    return space_statistics + big_endian(table_number);
}

std::string token_row(const std::string& account,
                      const std::string& region,
                      const std::string& token) {
    std::string key(1, space_token);
    append_part(key, account);
    append_part(key, region);
    append_part(key, token);
    return key;
}

std::string rows_prefix(uint64_t table_number) {
    return space_item + big_endian(table_number);
}

std::string rows_prefix(uint64_t table_number, uint16_t index_number) {
    std::string prefix = rows_prefix(table_number);
    prefix += static_cast<char>(index_number >> 8);
    prefix += static_cast<char>(index_number & 0xFF);
    return prefix;
}

std::string partition_prefix(const std::string& rows, const Value& hash) {
    std::string encoded;
    append_key(encoded, hash);
    return rows + partition_bucket(encoded) + encoded;
}

std::string item_row(const TableDefinition& table, const Item& item) {
    std::string key = partition_prefix(rows_prefix(table.number, 0), item.at(table.key.hash));
    if (table.key.has_range()) append_key(key, item.at(table.key.range));
    return key;
}

std::optional<std::string> index_row(const TableDefinition& table,
                                     const IndexDefinition& index,
                                     const Item& item) {
    for (const std::string& attribute : index.key.attributes()) {
        if (!item.contains(attribute)) return std::nullopt;
    }
    std::string key =
        partition_prefix(rows_prefix(table.number, index.number), item.at(index.key.hash));
    if (index.key.has_range()) append_key(key, item.at(index.key.range));
    // The table's own key makes rows unique: index keys need not be.
    for (const std::string& attribute : table.key.attributes()) append_key(key, item.at(attribute));
    return key;
}

Item index_projection(const TableDefinition& table,
                      const IndexDefinition& index,
                      const Item& item) {
    if (index.projection == ProjectionType::All) return item;
    Item kept;
    const auto keep = [&](const std::string& attribute) {
        const auto found = item.find(attribute);
        if (found != item.end()) kept.insert(*found);
    };
    for (const std::string& attribute : table.key.attributes()) keep(attribute);
    for (const std::string& attribute : index.key.attributes()) keep(attribute);
    for (const std::string& attribute : index.non_key_attributes) keep(attribute);
    return kept;
}

}  // namespace wr::dynamodb
