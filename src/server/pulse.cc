// Counters of the engines as JSON.
#include "server/pulse.h"

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

}  // namespace wr::server
