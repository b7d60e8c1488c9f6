#pragma once
// What moves through the pipeline at this moment, as the console's picture shows it.

#include <string>

#include "base/json.h"
#include "services/analytics/engine/engine.h"
#include "services/firehose/engine/engine.h"
#include "services/kinesis/engine/engine.h"

namespace wr::server {

/// {"streams": [{"name", "records"}], "applications": [{"name", "behindMillis", "records",
/// "errors", "lostRecords"}], "deliveries": [{"name", "bufferedBytes", "bufferedMillis"}]}.
/// Counts only grow while the process runs: a rate is the difference of two of them.
base::Json pulse_of(kinesis::Engine& kinesis,
                    const analytics::Engine& analytics,
                    firehose::Engine& firehose,
                    const std::string& account,
                    const std::string& region);

/// Running SQL applications in the Prometheus text format: behind_latest (MillisBehindLatest on
/// AWS, here in seconds), records, errors, state, lost records.
std::string application_metrics(const analytics::Engine& analytics);

}  // namespace wr::server
