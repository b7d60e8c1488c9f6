#pragma once
// What raises an alert.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace wr::fleet {

enum class AlertKind {
    VitalsBelow,       ///< a unicorn's points are below the threshold
    SilentFor,         ///< a unicorn has not reported for so many seconds
    IteratorAge,       ///< an application or function is so many seconds behind its stream
    FunctionErrors,    ///< a function's last batch ended in an error
    DeliveryFailures,  ///< a delivery cannot be written
};

struct AlertRule {
    std::string id;  ///< lower case letters, digits and hyphens
    AlertKind kind = AlertKind::VitalsBelow;
    std::string metric;    ///< VitalsBelow: HealthPoints or MagicPoints
    double threshold = 0;  ///< points or seconds
    bool enabled = true;
    bool webhook = true;
    bool operator==(const AlertRule&) const = default;
};

/// `vitals-below` and so on: as the page and the file say it.
std::string_view kind_text(AlertKind kind);
bool is_about_unicorns(AlertKind kind);
/// "Health points below 100".
std::string title_of(const AlertRule& rule);

/// Low health and low magic; trouble of the pipeline; silence, which is off.
std::vector<AlertRule> default_alert_rules();

constexpr size_t alert_rules_max = 50;
/// @error InvalidArgument  which rule is wrong, and why
base::Result<void> check_alert_rules(const std::vector<AlertRule>& rules);

base::Json to_json(const AlertRule& rule);
base::Result<AlertRule> parse_alert_rule(const base::Json& json);

}  // namespace wr::fleet
