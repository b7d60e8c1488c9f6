#pragma once
// Presto's SELECT as DuckDB understands it: tables resolved, functions renamed, columns named.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "services/athena/engine/ddl.h"
#include "services/athena/engine/lexer.h"

namespace wr::athena {

struct Translation {
    std::string sql;
    std::vector<TableName> tables;  ///< with databases, each once
};

/// `has_table` answers for names with a database. The message of an error is complete but for the
/// place, e.g. "SYNTAX_ERROR: line 1:15: Table awsdatacatalog.default.x does not exist" whole.
SqlResult<Translation> translate(std::string_view text,
                                 const std::string& session_database,
                                 const std::function<bool(const TableName&)>& has_table);

/// Macros that stand for Presto's functions which DuckDB lacks; run before the query.
const std::vector<std::string>& compatibility_macros();

}  // namespace wr::athena
