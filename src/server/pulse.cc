// Counters of the engines as JSON.
#include "server/pulse.h"

#include <functional>

namespace wr::server {
namespace {

constexpr size_t streams_max = 500;

base::Json streams_of(kinesis::Engine& kinesis,
                      const std::string& account,
                      const std::string& region) {
    base::Json list{base::Json::Array{}};
    for (const auto& meta : kinesis.list_streams(account, region, "", streams_max)) {
        // A count that the stream cannot have: the answer comes at once.
        const uint64_t records =
            kinesis.wait_for_records(meta.name, UINT64_MAX, std::chrono::milliseconds{0});
        list.push(base::Json::Object{{"name", meta.name.name}, {"records", records}});
    }
    return list;
}

}  // namespace

base::Json pulse_of(kinesis::Engine& kinesis,
                    const analytics::Engine& analytics,
                    firehose::Engine& firehose,
                    const std::string& account,
                    const std::string& region) {
    base::Json pulse;
    pulse.set("streams", streams_of(kinesis, account, region));
    base::Json applications{base::Json::Array{}};
    for (const auto& each : analytics.metrics()) {
        applications.push(base::Json::Object{{"name", each.name},
                                             {"behindMillis", each.behind_latest_ms},
                                             {"records", each.records},
                                             {"errors", each.errors},
                                             {"lostRecords", each.lost_records}});
    }
    pulse.set("applications", std::move(applications));
    base::Json deliveries{base::Json::Array{}};
    for (const auto& each : firehose.list(account, region)) {
        const auto fill = firehose.fill(each.config.name);
        if (!fill) continue;
        deliveries.push(
            base::Json::Object{{"name", each.config.name.name},
                               {"bufferedBytes", static_cast<int64_t>(fill->bytes)},
                               {"bufferedMillis", static_cast<int64_t>(fill->age.count())}});
    }
    pulse.set("deliveries", std::move(deliveries));
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

}  // namespace wr::server
