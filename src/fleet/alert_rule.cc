// Rules: their words, their defaults, and what a user may make of them.
#include "fleet/alert_rule.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <set>

namespace wr::fleet {
namespace {

constexpr std::array<std::pair<AlertKind, std::string_view>, 5> kinds = {{
    {AlertKind::VitalsBelow, "vitals-below"},
    {AlertKind::SilentFor, "silent-for"},
    {AlertKind::IteratorAge, "iterator-age"},
    {AlertKind::FunctionErrors, "function-errors"},
    {AlertKind::DeliveryFailures, "delivery-failures"},
}};
constexpr size_t id_bytes_max = 40;
constexpr double points_max = 1'000'000;
constexpr double seconds_min = 1;
constexpr double seconds_max = 7 * 24 * 3600;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.10g", value);
    return text;
}

base::Failure<base::Error> wrong(const std::string& what) {
    return base::fail(base::ErrorCode::InvalidArgument, what);
}

bool is_id(const std::string& id) {
    return !id.empty() && id.size() <= id_bytes_max &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

base::Result<void> check_one(const AlertRule& rule) {
    if (!is_id(rule.id)) return wrong("a rule's id is 1 to 40 of a-z, 0-9 and -: " + rule.id);
    switch (rule.kind) {
        case AlertKind::VitalsBelow:
            if (rule.metric != "HealthPoints" && rule.metric != "MagicPoints")
                return wrong(rule.id + ": the metric is HealthPoints or MagicPoints");
            if (!(std::abs(rule.threshold) <= points_max))
                return wrong(rule.id + ": a threshold of points is within a million of 0");
            return {};
        case AlertKind::SilentFor:
        case AlertKind::IteratorAge:
            if (!(rule.threshold >= seconds_min && rule.threshold <= seconds_max))
                return wrong(rule.id + ": a threshold of seconds is 1 to a week");
            return {};
        case AlertKind::FunctionErrors:
        case AlertKind::DeliveryFailures:
            return {};
    }
    return {};
}

}  // namespace

std::string_view kind_text(AlertKind kind) {
    for (const auto& [each, text] : kinds) {
        if (each == kind) return text;
    }
    return {};
}

bool is_about_unicorns(AlertKind kind) {
    return kind == AlertKind::VitalsBelow || kind == AlertKind::SilentFor;
}

std::string title_of(const AlertRule& rule) {
    switch (rule.kind) {
        case AlertKind::VitalsBelow:
            return (rule.metric == "MagicPoints" ? "Magic points below " : "Health points below ") +
                   number(rule.threshold);
        case AlertKind::SilentFor:
            return "Silent for " + number(rule.threshold) + " s";
        case AlertKind::IteratorAge:
            return "More than " + number(rule.threshold) + " s behind the stream";
        case AlertKind::FunctionErrors:
            return "Function fails";
        case AlertKind::DeliveryFailures:
            return "Delivery fails";
    }
    return {};
}

std::vector<AlertRule> default_alert_rules() {
    return {
        {"low-health", AlertKind::VitalsBelow, "HealthPoints", 100, true, true},
        {"low-magic", AlertKind::VitalsBelow, "MagicPoints", 100, true, true},
        {"stale", AlertKind::SilentFor, "", 10, false, false},
        {"lost", AlertKind::SilentFor, "", 30, false, true},
        {"behind", AlertKind::IteratorAge, "", 60, true, true},
        {"function-errors", AlertKind::FunctionErrors, "", 0, true, true},
        {"delivery-failures", AlertKind::DeliveryFailures, "", 0, true, true},
    };
}

base::Result<void> check_alert_rules(const std::vector<AlertRule>& rules) {
    if (rules.size() > alert_rules_max)
        return wrong("at most " + std::to_string(alert_rules_max) + " rules");
    std::set<std::string> ids;
    for (const auto& rule : rules) {
        WR_TRY_VOID(check_one(rule));
        if (!ids.insert(rule.id).second) return wrong("two rules are called " + rule.id);
    }
    return {};
}

base::Json to_json(const AlertRule& rule) {
    return base::Json::Object{{"id", rule.id},
                              {"kind", kind_text(rule.kind)},
                              {"metric", rule.metric},
                              {"threshold", rule.threshold},
                              {"enabled", rule.enabled},
                              {"webhook", rule.webhook}};
}

base::Result<AlertRule> parse_alert_rule(const base::Json& json) {
    AlertRule rule;
    rule.id = json["id"].as_string();
    const std::string& kind = json["kind"].as_string();
    bool is_known = false;
    for (const auto& [each, text] : kinds) {
        if (text != kind) continue;
        rule.kind = each;
        is_known = true;
    }
    if (!is_known) return wrong(rule.id + ": no kind of alert is called " + kind);
    rule.metric = json["metric"].as_string();
    rule.threshold = json["threshold"].as_double();
    rule.enabled = json["enabled"].as_bool();
    rule.webhook = json["webhook"].as_bool();
    return rule;
}

}  // namespace wr::fleet
