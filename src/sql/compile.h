#pragma once
// The compiler's face: application code and input schemas in, a program out.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/source.h"

namespace wr::sql {

enum class RecordFormat : uint8_t { Json, Csv };

struct InputColumn {
    std::string name;      ///< stored exactly; code that names it in lower case must quote it
    std::string sql_type;  ///< "VARCHAR(16)"
    std::string
        mapping;  ///< JSON path, "$.a.b" or "$.list[0:].x"; empty means "$.name"; CSV ignores it
};

/// One in-application input stream and how its records are read.
struct InputSchema {
    std::string stream_name;  ///< with its number: SOURCE_SQL_STREAM_001
    RecordFormat format = RecordFormat::Json;
    std::string row_path = "$";          ///< JSON: where the rows are in a document
    std::string row_delimiter = "\n";    ///< CSV
    std::string column_delimiter = ",";  ///< CSV
    std::vector<InputColumn> columns;
    /// A reference table instead of a stream: its rows stay, and streams are joined with them.
    bool table = false;
};

struct Program;
using ProgramPtr = std::shared_ptr<const Program>;

/// Thread-safe; the program is immutable. An error in a schema has the position 1, 1 and names the
/// column. `outputs` are streams whose rows leave the application: an input stream among them is
/// read whole, other inputs only as far as pumps look at them. They do not change what a snapshot
/// fits to.
Compiled<ProgramPtr> compile(std::string_view code,
                             const std::vector<InputSchema>& inputs,
                             const std::vector<std::string>& outputs = {});

struct ColumnDescription {
    std::string name;
    std::string sql_type;
};

/// Streams that an output may name: the input streams, those of CREATE STREAM, and "error_stream".
std::vector<std::string> stream_names(const Program& program);
/// Empty for an unknown stream.
std::vector<ColumnDescription> stream_columns(const Program& program, std::string_view stream_name);

/// Whether the code looks at the SEQUENCE_NUMBER of the stream's records.
bool reads_sequence_numbers(const Program& program, std::string_view stream_name);

constexpr std::string_view error_stream_name = "error_stream";

}  // namespace wr::sql
