#pragma once
// DuckDB's error texts in Athena's words.

#include <string>
#include <string_view>

namespace wr::athena {

/// `query` is the statement as the user wrote it, for the line and column.
std::string athena_error_text(std::string_view duckdb_error, std::string_view query);

}  // namespace wr::athena
