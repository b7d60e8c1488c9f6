#pragma once
// What keys and items must look like, in AWS's words.

#include "services/dynamodb/engine/error.h"
#include "services/dynamodb/engine/table.h"

namespace wr::dynamodb {

/// A number as the wire writes it.
Result<Decimal> parse_number(std::string_view text);

/// `key` holds exactly the key attributes, of the right types and sizes.
Result<void> check_key(const TableDefinition& table, const Item& key);
/// `item` has the key attributes, its index keys have the right types, it is not too large.
Result<void> check_item(const TableDefinition& table, const Item& item);
/// The same for an item that an update made.
Result<void> check_updated_item(const TableDefinition& table, const Item& item);

/// False for an item that a new index must leave out: its key attributes have other types or sizes.
bool fits_index(const TableDefinition& table, const IndexDefinition& index, const Item& item);

/// The key attributes of `item`.
Item key_of(const TableDefinition& table, const Item& item);

}  // namespace wr::dynamodb
