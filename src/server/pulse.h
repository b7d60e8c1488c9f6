#pragma once
// What moves through the pipeline at this moment, as the console's picture shows it.

#include <string>
#include <vector>

#include "fleet/fleet_watch.h"
#include "gen/console/types.h"
#include "services/analytics/engine/engine.h"
#include "services/firehose/engine/engine.h"
#include "services/kinesis/engine/engine.h"
#include "services/lambda/engine/engine.h"

namespace wr::server {

struct PulseSources {
    kinesis::Engine& kinesis;
    const analytics::Engine& analytics;
    firehose::Engine& firehose;
    lambda::Engine& lambda;
};

/// Counts only grow while the process runs: a rate is the difference of two of them.
console::api::Pulse pulse_of(const PulseSources& from,
                             const std::string& account,
                             const std::string& region);

/// The newest rows and the open windows of an application.
console::api::TapAnswer tap_of(const analytics::Engine& analytics,
                               const analytics::ApplicationName& name,
                               base::Timestamp now);

/// What the alert rules about the pipeline look at.
std::vector<fleet::PartHealth> health_of(const console::api::Pulse& pulse);

/// Running SQL applications in the Prometheus text format: behind_latest (MillisBehindLatest on
/// AWS, here in seconds), records, errors, state, lost records.
std::string application_metrics(const analytics::Engine& analytics);

}  // namespace wr::server
