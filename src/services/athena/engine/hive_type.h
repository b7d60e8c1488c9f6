#pragma once
// Hive's column types, as DuckDB writes them.

#include <string>
#include <string_view>

#include "services/athena/engine/lexer.h"

namespace wr::athena {

/// "struct<a:int,b:array<string>>" -> STRUCT("a" INTEGER, "b" VARCHAR[]). Names of fields are
/// lower-cased. The error's message names the type.
SqlResult<std::string> to_duckdb_type(std::string_view hive_type);

/// Lower case without blanks, as the catalogue stores it.
std::string normalize_type(std::string_view hive_type);

/// DuckDB's name of a result type as Athena reports it in ColumnInfo: BIGINT -> bigint.
std::string to_athena_type(std::string_view duckdb_type);

}  // namespace wr::athena
