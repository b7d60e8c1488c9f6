#pragma once
// The workshop's pipeline: every resource of its four modules and of the vitals alert, made through
// the public APIs.

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "fleet/aws.h"

namespace wr::fleet {

/// Names as the workshop gives them.
namespace names {
constexpr const char* stream = "wildrydes";
constexpr const char* summary_stream = "wildrydes-summary";
constexpr const char* vitals_stream = "wildrydes-vitals";
constexpr const char* application = "wildrydes";
constexpr const char* vitals_application = "wildrydes-vitals";
constexpr const char* identity_pool = "wildrydes";
constexpr const char* dashboard_role = "WildrydesDashboardRole";
constexpr const char* service_role = "WildRydesServiceRole";
constexpr const char* processor = "WildRydesStreamProcessor";
constexpr const char* processor_role = "WildRydesStreamProcessorRole";
constexpr const char* table = "UnicornSensorData";
constexpr const char* vitals_function = "WildRydesVitalsAlert";
constexpr const char* alerts_table = "UnicornAlerts";
constexpr const char* delivery_stream = "wildrydes";
constexpr const char* athena_table = "wildrydes";
}  // namespace names

std::string data_bucket(const std::string& account);
std::string results_bucket(const std::string& account);
/// DDL of the archive's table.
std::string archive_table_sql(const std::string& bucket);
/// SQL of the per-minute summary and of the vitals alert.
std::string summary_sql();
std::string vitals_sql();

/// One resource: how to see whether it is there, how to make it, and what a person would type.
struct Step {
    int module = 0;  ///< 1..4 of the workshop, 5 its further work
    std::string title;
    std::string fix;  ///< the command that makes it
    std::function<wire::ApiResult<bool>()> exists;
    std::function<wire::ApiResult<void>()> create;
};

/// In the order in which they depend on each other. `aws` outlives the steps.
std::vector<Step> pipeline_steps(Aws& aws, const std::string& account);

/// Makes what is missing and waits until it is there: states pass through CREATING, what follows
/// needs them ACTIVE. What is being made already, started again after a restart or stopped, is
/// waited for as well.
/// @error why it could not be made, or what was in the way for 30 s
base::Result<void, std::string> take_step(const Step& step, const base::Clock& clock);

/// Takes every step of the modules up to `module_last`.
/// @error the first failure, with its step's title
base::Result<void, std::string> set_up_pipeline(Aws& aws,
                                                const std::string& account,
                                                int module_last = 5);

}  // namespace wr::fleet
