#pragma once
// What is measured of streams in the Prometheus text format.

#include <string>

#include "services/kinesis/engine/engine.h"

namespace wr::server {

/// CloudWatch's metrics since the start: counts and bytes as counters, times in seconds as sums and
/// numbers of samples, how far readers are behind also as a gauge.
std::string stream_metrics(kinesis::Engine& kinesis);

}  // namespace wr::server
