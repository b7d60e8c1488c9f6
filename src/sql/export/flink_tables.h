#pragma once
// CREATE TABLE of inputs and outputs.

#include "sql/export/flink.h"
#include "sql/export/flink_query.h"

namespace wr::sql::flink {

/// Of an input stream or a table of reference data.
Exported<std::string> input_table(const Program& program,
                                  const Stream& stream,
                                  const FlinkOptions& options);
std::string output_table(const Stream& stream,
                         const std::string& name,
                         const FlinkOptions& options);
/// A value as the output's table takes it: moments are text there, written as the service does.
std::string for_output(const std::string& text, const Type& type);

}  // namespace wr::sql::flink
