#pragma once
// Names of functions, Presto's and DuckDB's.

#include <string>
#include <string_view>

namespace wr::athena {

/// DuckDB's name for a Presto function, lower case; empty when it is the same.
std::string_view duckdb_function(const std::string& presto_name);

/// MySQL's letters, which Presto's date_format takes, as strftime's: %i (minutes) becomes %M.
std::string duckdb_time_format(std::string_view mysql_format);

}  // namespace wr::athena
