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

namespace {

/// What a service says of a resource that is being made, started or stopped at this moment.
bool is_under_way(const wire::ApiError& error) {
    return error.code == "ResourceInUseException" || error.code == "ResourceConflictException";
}

}  // namespace

base::Result<void, std::string> take_step(const Step& step, const base::Clock& clock) {
    const auto describe = [&](const wire::ApiError& error) {
        return step.title + ": " + error.code + ": " + error.message;
    };
    std::string problem = step.title + ": not ready after 30 s";
    const auto end = clock.monotonic() + ready_timeout;
    bool is_made = false;
    for (;;) {
        const auto exists = step.exists();
        if (!exists) return base::fail(describe(exists.error()));
        if (*exists) return {};
        if (clock.monotonic() >= end) return base::fail(problem);
        if (!is_made) {
            const auto created = step.create();
            is_made = created.has_value();
            if (!is_made) problem = describe(created.error());
            if (!is_made && !is_under_way(created.error())) return base::fail(problem);
        }
        std::this_thread::sleep_for(ready_poll);
    }
}

base::Result<void, std::string> set_up_pipeline(Aws& aws,
                                                const std::string& account,
                                                int module_last) {
    const base::SystemClock clock;
    for (const auto& step : pipeline_steps(aws, account)) {
        if (step.module > module_last) continue;
        WR_TRY_VOID(take_step(step, clock));
    }
    return {};
}

}  // namespace wr::fleet
