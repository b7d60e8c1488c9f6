#pragma once
// Schemas of inputs for local runs: from a file, from a list of columns, from an application.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gen/kinesisanalytics/types.h"
#include "sql/compile.h"

namespace wr::cli {

/// The API's InputSchema as JSON, alone or as part of what DiscoverInputSchema or
/// DescribeApplication answers. Errors are for people.
base::Result<sql::InputSchema> input_schema_from_json(const std::string& text);

/// `Name VARCHAR(16), "distance" DOUBLE`: as in CREATE STREAM.
base::Result<sql::InputSchema> input_schema_from_columns(const std::string& list, bool csv);

sql::InputSchema input_schema_of(const gen::kinesisanalytics::SourceSchema& from);
/// The other way round, for CreateApplication.
gen::kinesisanalytics::SourceSchema source_schema_of(const sql::InputSchema& from);

}  // namespace wr::cli
