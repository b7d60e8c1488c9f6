// The order of the pipeline and its names; each module's steps stand in a file of their own.
#include "fleet/pipeline.h"

#include <thread>

#include "fleet/pipeline_parts.h"

namespace wr::fleet {

using namespace std::chrono_literals;

constexpr auto ready_timeout = 30s;
constexpr auto ready_poll = 20ms;

std::string data_bucket(const std::string& account) {
    return "wildrydes-data-" + account;
}
std::string results_bucket(const std::string& account) {
    return "wildrydes-query-results-" + account;
}
std::string role_arn(const std::string& account, const char* role) {
    return "arn:aws:iam::" + account + ":role/" + role;
}
std::string stream_arn(const Aws& aws, const std::string& account, const char* stream) {
    return "arn:aws:kinesis:" + aws.region + ":" + account + ":stream/" + stream;
}

std::string archive_table_sql(const std::string& bucket) {
    return "CREATE EXTERNAL TABLE IF NOT EXISTS wildrydes (\n"
           "  Name string,\n  StatusTime timestamp,\n  Latitude float,\n  Longitude float,\n"
           "  Distance float,\n  HealthPoints int,\n  MagicPoints int\n)\n"
           "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\n"
           "LOCATION 's3://" +
           bucket + "/'";
}

std::vector<Step> pipeline_steps(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    for (auto* module : {&module_streams,
                         &module_aggregation,
                         &module_processing,
                         &module_archive,
                         &module_vitals}) {
        for (auto& step : (*module)(aws, account)) steps.push_back(std::move(step));
    }
    return steps;
}

base::Result<void, std::string> set_up_pipeline(Aws& aws,
                                                const std::string& account,
                                                int module_last) {
    for (const auto& step : pipeline_steps(aws, account)) {
        if (step.module > module_last) continue;
        const auto describe = [&](const wire::ApiError& error) {
            return step.title + ": " + error.code + ": " + error.message;
        };
        auto exists = step.exists();
        if (!exists) return base::fail(describe(exists.error()));
        if (*exists) continue;
        if (auto created = step.create(); !created) return base::fail(describe(created.error()));
        // States pass through CREATING: what follows needs them ACTIVE.
        for (auto waited = 0ms; waited < ready_timeout; waited += ready_poll) {
            exists = step.exists();
            if (!exists) return base::fail(describe(exists.error()));
            if (*exists) break;
            std::this_thread::sleep_for(ready_poll);
        }
        if (!*exists) return base::fail(step.title + ": not ready after 30 s");
    }
    return {};
}

}  // namespace wr::fleet
