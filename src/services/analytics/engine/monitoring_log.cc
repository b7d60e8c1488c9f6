// One line per event and log stream.
#include "services/analytics/engine/monitoring_log.h"

#include "base/json.h"

namespace wr::analytics {
namespace {

/// Takes the text before `mark` and the mark off `rest`; false when it is not there.
bool take_until(std::string& rest, const std::string& mark, std::string& taken) {
    const size_t at = rest.find(mark);
    if (at == std::string::npos) return false;
    taken = rest.substr(0, at);
    rest.erase(0, at + mark.size());
    return true;
}

}  // namespace

std::optional<logs::StreamName> parse_log_stream_arn(const std::string& arn) {
    logs::StreamName name;
    std::string rest = arn;
    std::string nothing;
    const bool known = take_until(rest, "arn:aws:logs:", nothing) && nothing.empty() &&
                       take_until(rest, ":", name.region) &&
                       take_until(rest, ":log-group:", name.account) &&
                       take_until(rest, ":log-stream:", name.group);
    name.stream = rest;
    if (!known || name.group.empty() || name.stream.empty()) return std::nullopt;
    return name;
}

MonitoringLog::MonitoringLog(const Application& application,
                             logs::Face* logs,
                             const base::Clock& clock,
                             RoleGate& gate)
    : application_(application), logs_(logs), clock_(clock), gate_(gate) {}

void MonitoringLog::error(const std::string& code, const std::string& message) {
    if (logs_ == nullptr) return;
    for (const auto& option : application_.logging) {
        const auto stream = parse_log_stream_arn(option.log_stream_arn);
        const std::string& role = application_.role_of(option.role_arn);
        if (!stream || !gate_.allows(role, "logs:PutLogEvents", option.log_stream_arn)) continue;
        base::Json line;
        line.set("applicationARN", application_.name.arn());
        line.set("applicationVersionId", std::to_string(application_.version));
        line.set("messageType", "ERROR");
        line.set("message", message);
        line.set("errorCode", code);
        line.set("messageSchemaVersion", "1");
        logs_->append(*stream, {{clock_.now(), line.dump()}});
    }
}

}  // namespace wr::analytics
