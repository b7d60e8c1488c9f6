#pragma once
// Runs an application's code here, in this process, over files or streams.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/record_source.h"
#include "cli/record_time.h"
#include "cli/row_printer.h"
#include "sql/compile.h"

namespace wr::cli {

struct LocalInput {
    std::unique_ptr<RecordSource> source;
    std::string in_app_name;                 ///< SOURCE_SQL_STREAM_001
    std::optional<sql::InputSchema> schema;  ///< empty: looked for in the first records
    std::string time;                        ///< see RecordTime; empty: the clock
    bool is_table = false;                   ///< reference data, read whole before all others
    std::deque<ShardRecord> waiting;
    std::optional<RecordTime> record_time;
    /// With a time of their own: in its order, as far as one has looked ahead.
    std::multimap<base::Timestamp, ShardRecord> ordered;
    base::Timestamp last{};  ///< of the record before
};

struct LocalRun {
    std::string file;  ///< the script's name in messages
    std::string code;
    std::vector<LocalInput> inputs;
    std::vector<std::string> streams;  ///< to print; empty: what no pump reads
    RowPrinterOptions printing;
    double speed = 0;        ///< times faster than the records' own times; 0: no waiting
    bool ends_open = false;  ///< leaves windows open at the end of the input
    bool quiet = false;      ///< no summary
};

/// Reads the first records of inputs without a schema and finds one. An exit code on failure, told.
std::optional<int> find_schemas(Context& context, std::vector<LocalInput>& inputs);

/// Compiles, or tells the error with its line. Null on failure.
sql::ProgramPtr compile_told(const std::string& file,
                             const std::string& code,
                             const std::vector<LocalInput>& inputs,
                             const std::vector<std::string>& outputs);
/// As `wildrydes: FILE:LINE:COLUMN: message` with the line below.
int tell_compile_error(const std::string& file,
                       const std::string& code,
                       const sql::CompileError& error);

/// Until the inputs end, enough rows are printed, or a signal comes. The exit code.
int run_locally(Context& context, LocalRun run);

}  // namespace wr::cli
