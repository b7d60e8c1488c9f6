#pragma once
// MonitoringLog: what goes wrong in a running application, for its log streams.

#include <string>

#include "services/analytics/engine/application.h"
#include "services/analytics/engine/outputs.h"
#include "services/logs/logs.h"

namespace wr::analytics {

/// Lines are JSON objects as the service writes them. A log stream whose role does not allow
/// logs:PutLogEvents gets none.
/// @threads one
class MonitoringLog {
public:
    MonitoringLog(const Application& application,
                  logs::Face* logs,
                  const base::Clock& clock,
                  RoleGate& gate);

    /// @param code  a short name: InputReadError
    void error(const std::string& code, const std::string& message);

private:
    const Application& application_;
    logs::Face* const logs_;
    const base::Clock& clock_;
    RoleGate& gate_;
};

/// Of arn:aws:logs:REGION:ACCOUNT:log-group:GROUP:log-stream:STREAM.
std::optional<logs::StreamName> parse_log_stream_arn(const std::string& arn);

}  // namespace wr::analytics
