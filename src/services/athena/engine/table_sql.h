#pragma once
// A catalogue table as a DuckDB view over its staged files.

#include <string>
#include <vector>

#include "services/athena/engine/catalog.h"
#include "services/athena/engine/staging.h"

namespace wr::athena {

TableFormat format_of(const Table& table);
/// openx's case.insensitive = false.
bool is_case_sensitive(const Table& table);
/// openx's ignore.malformed.json = true.
bool ignores_malformed(const Table& table);

/// CREATE SCHEMA and CREATE VIEW. `partitions` holds the values of the partition keys for the
/// folders 0, 1 ...; a table without keys has at most one, empty.
std::vector<std::string> table_statements(const Table& table,
                                          size_t table_index,
                                          const std::vector<std::vector<std::string>>& partitions);

}  // namespace wr::athena
