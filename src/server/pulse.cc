// Counters of the engines.
#include "server/pulse.h"

#include <algorithm>
#include <functional>

namespace wr::server {
namespace {

using console::api::Pulse;

constexpr size_t streams_max = 500;

void add_streams(Pulse& pulse,
                 kinesis::Engine& kinesis,
                 const std::string& account,
                 const std::string& region) {
    for (const auto& meta : kinesis.list_streams(account, region, "", streams_max)) {
        // A count that the stream cannot have: the answer comes at once.
        const uint64_t records =
            kinesis.wait_for_records(meta.name, UINT64_MAX, std::chrono::milliseconds{0});
        pulse.streams.push_back({meta.name.name,
                                 static_cast<int64_t>(records),
                                 static_cast<int64_t>(kinesis.refused(meta.name))});
    }
}

void add_deliveries(Pulse& pulse,
                    firehose::Engine& firehose,
                    const std::string& account,
                    const std::string& region) {
    for (const auto& each : firehose.list(account, region)) {
        const auto fill = firehose.fill(each.config.name);
        if (!fill) continue;
        pulse.deliveries.push_back({each.config.name.name,
                                    static_cast<int64_t>(fill->bytes),
                                    static_cast<double>(fill->age.count()),
                                    fill->failures});
    }
}

void add_triggers(Pulse& pulse,
                  lambda::Engine& lambda,
                  const std::string& account,
                  const std::string& region) {
    const int64_t now = lambda.now().time_since_epoch().count();
    for (const auto& each : lambda.mappings().health()) {
        if (each->function.account != account || each->function.region != region) continue;
        const int64_t oldest = each->oldest_waiting_ms;
        const int64_t behind = oldest == 0 ? 0 : std::max<int64_t>(0, now - oldest);
        pulse.triggers.push_back(
            {each->id, each->function.name, static_cast<double>(behind), each->is_failing});
    }
}

}  // namespace

Pulse pulse_of(const PulseSources& from, const std::string& account, const std::string& region) {
    Pulse pulse;
    add_streams(pulse, from.kinesis, account, region);
    for (const auto& each : from.analytics.metrics()) {
        pulse.applications.push_back({each.name,
                                      static_cast<double>(each.behind_latest_ms),
                                      static_cast<int64_t>(each.records),
                                      static_cast<int64_t>(each.errors),
                                      static_cast<int64_t>(each.lost_records)});
    }
    add_deliveries(pulse, from.firehose, account, region);
    add_triggers(pulse, from.lambda, account, region);
    return pulse;
}

std::string application_metrics(const analytics::Engine& analytics) {
    using Each = analytics::Engine::Metrics;
    const auto all = analytics.metrics();
    std::string out;
    const auto family = [&](const char* name,
                            const char* type,
                            const char* help,
                            const std::function<std::string(const Each&)>& value) {
        const std::string full = std::string("wildrydes_application_") + name;
        out += "# HELP " + full + " " + help + "\n# TYPE " + full + " " + type + "\n";
        // Names of applications are letters, digits, points, dashes and underscores.
        for (const auto& each : all)
            out += full + "{application=\"" + each.name + "\"} " + value(each) + "\n";
    };
    family("behind_latest_seconds", "gauge", "Age of the next record to read.", [](const Each& e) {
        return std::to_string(static_cast<double>(e.behind_latest_ms) / 1'000);
    });
    family("records_total", "counter", "Records read.", [](const Each& e) {
        return std::to_string(e.records);
    });
    family("errors_total", "counter", "Rows of the error stream.", [](const Each& e) {
        return std::to_string(e.errors);
    });
    family("lost_records_total",
           "counter",
           "Records that retention took before they were read.",
           [](const Each& e) { return std::to_string(e.lost_records); });
    family("state_bytes", "gauge", "Open windows and what they hold.", [](const Each& e) {
        return std::to_string(e.state_bytes);
    });
    return out;
}

console::api::TapAnswer tap_of(const analytics::Engine& analytics,
                               const analytics::ApplicationName& name,
                               base::Timestamp now) {
    const auto millis = [](base::Timestamp time) {
        return static_cast<double>(time.time_since_epoch().count());
    };
    console::api::TapAnswer answer;
    answer.now_millis = millis(now);
    const auto view = analytics.tap(name);
    answer.running = view.has_value();
    if (!view) return answer;
    answer.rowtime_millis = std::max(0.0, millis(view->rowtime));
    for (const auto& stream : view->streams) {
        auto& told = answer.streams.emplace_back();
        told.name = stream.name;
        told.total = static_cast<int64_t>(stream.total);
        for (const auto& row : stream.rows) told.rows.push_back({millis(row.rowtime), row.json});
    }
    for (const auto& window : view->windows) {
        answer.windows.push_back({window.stream,
                                  static_cast<int64_t>(window.groups),
                                  window.closes ? millis(*window.closes) : 0.0});
    }
    return answer;
}

std::vector<fleet::PartHealth> health_of(const Pulse& pulse) {
    constexpr double millis_per_second = 1'000;
    // Distinct names: an application and a function may share one.
    std::vector<fleet::PartHealth> parts;
    for (const auto& each : pulse.applications) {
        parts.push_back({fleet::AlertKind::IteratorAge,
                         "application " + each.name,
                         each.behind_millis / millis_per_second});
    }
    for (const auto& each : pulse.triggers) {
        const std::string name = "function " + each.function;
        parts.push_back(
            {fleet::AlertKind::IteratorAge, name, each.behind_millis / millis_per_second});
        parts.push_back({fleet::AlertKind::FunctionErrors, name, each.failing ? 1.0 : 0.0});
    }
    for (const auto& each : pulse.deliveries) {
        parts.push_back({fleet::AlertKind::DeliveryFailures,
                         "delivery " + each.name,
                         each.failures > 0 ? 1.0 : 0.0});
    }
    return parts;
}

}  // namespace wr::server
