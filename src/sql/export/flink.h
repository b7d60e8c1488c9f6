#pragma once
// A compiled application as Flink SQL, equal in meaning. What Flink has no equal of is refused by
// its name.
//
// Written for Flink 1.20 and later. An input becomes a table, an in-application stream that no
// output takes a view, an output a table that is written to; all pumps run as one statement set, so
// that the source is read once.

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/plan.h"

namespace wr::sql {

/// What stands for ROWTIME.
enum class FlinkTime {
    Processing,  ///< the moment a row passes, as the service itself does
    Arrival,     ///< APPROXIMATE_ARRIVAL_TIME with a watermark: the same result at each replay
    Column       ///< a TIMESTAMP column of the records, ascending
};

struct FlinkOptions {
    FlinkTime time = FlinkTime::Processing;
    std::string time_column;
    /// Options of the tables' WITH clauses by stream, "'connector' = 'kinesis', ..."; without one,
    /// a Kinesis stream with a name to fill in.
    std::map<std::string, std::string> connectors;
    /// Streams that are written out; empty: those that no pump reads.
    std::vector<std::string> outputs;
};

struct FlinkScript {
    /// Statements in their order, without semicolons.
    std::vector<std::string> statements;
    /// What differs in ways that no statement can help, for the reader.
    std::vector<std::string> notes;

    /// Everything as one file.
    std::string to_text() const;
};

/// The error says what has no equal, and in which pump: "pump P: WINDOWED BY STAGGER: ...".
base::Result<FlinkScript, std::string> export_to_flink(const Program& program,
                                                       const FlinkOptions& options);

}  // namespace wr::sql
