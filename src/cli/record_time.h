#pragma once
// The time that a record itself says, for replays of past records.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/shard_reader.h"
#include "sql/compile.h"

namespace wr::cli {

/// A moment as records write it: ISO 8601 or SQL text, or a number since 1970 in seconds,
/// milliseconds, microseconds or nanoseconds, told apart by their size.
std::optional<base::Timestamp> moment_of(const base::Json& value);

class RecordTime {
public:
    /// @param spec  "arrival" (of a stream's records), a column of `schema`, or a path such as
    ///              `meta.sent` in JSON records
    /// Empty when CSV records have no such column.
    static std::optional<RecordTime> parse(const std::string& spec, const sql::InputSchema& schema);

    /// Empty when the record does not say.
    std::optional<base::Timestamp> of(const ShardRecord& record) const;

private:
    bool arrival_ = false;
    std::vector<std::string> path_;
    size_t column_ = 0;
    sql::InputSchema schema_;
};

/// The name of the one column that holds moments; empty when there is none or more than one.
std::string likely_time_column(const sql::InputSchema& schema, const std::string& record);

}  // namespace wr::cli
