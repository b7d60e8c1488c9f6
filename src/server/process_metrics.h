#pragma once
// Gauges of the process itself: memory, descriptors, connections.

#include "http/server.h"
#include "server/metrics.h"

namespace wr::server {

/// `server` outlives the scrapes.
void add_process_metrics(Metrics& metrics, const http::Server& server);

}  // namespace wr::server
