// Between the watch's alerts and the page's.
#include "console/alerts_api.h"

namespace wr::console {
namespace {

constexpr size_t alerts_of_a_group_max = 100;

double millis_of(base::Timestamp time) {
    return static_cast<double>(time.time_since_epoch().count());
}

/// Both enums are written and read by the same words.
api::AlertKind kind_of(fleet::AlertKind kind) {
    return api::parse_alert_kind(fleet::kind_text(kind)).value_or(api::AlertKind::VitalsBelow);
}

api::AlertRule rule_of(const fleet::AlertRule& rule) {
    return {rule.id, kind_of(rule.kind), rule.metric, rule.threshold, rule.enabled, rule.webhook};
}

api::Alert alert_of(const fleet::Alert& alert) {
    return {alert.subject,
            api::parse_alert_state(fleet::state_text(alert.state)).value_or(api::AlertState::Open),
            alert.value,
            alert.worst,
            millis_of(alert.opened),
            millis_of(alert.changed)};
}

api::AlertGroup group_of(const fleet::AlertGroup& from) {
    api::AlertGroup group;
    group.rule = from.rule.id;
    group.title = fleet::title_of(from.rule);
    group.about_unicorns = fleet::is_about_unicorns(from.rule.kind);
    group.open = static_cast<int64_t>(from.open);
    group.acknowledged = static_cast<int64_t>(from.acknowledged);
    group.resolved = static_cast<int64_t>(from.resolved);
    for (const auto& alert : from.first) group.alerts.push_back(alert_of(alert));
    return group;
}

api::WebhookState webhook_of(const fleet::FleetWatch& watch) {
    const auto status = watch.webhook();
    return {status.url,
            status.is_enabled,
            watch.webhook_hosts(),
            static_cast<int64_t>(status.waiting),
            static_cast<int64_t>(status.sent),
            static_cast<int64_t>(status.failed),
            static_cast<int64_t>(status.dropped),
            status.last_outcome};
}

}  // namespace

api::AlertsAnswer alerts_answer(const fleet::FleetWatch& watch,
                                uint64_t alerting_after,
                                const std::string& subject) {
    api::AlertsAnswer answer;
    answer.webhook = webhook_of(watch);
    watch.look_at_alerts([&](const fleet::AlertBook& book) {
        answer.version = static_cast<int64_t>(book.version());
        answer.open = static_cast<int64_t>(book.open());
        answer.refused = static_cast<int64_t>(book.refused());
        for (const auto& rule : book.rules()) answer.rules.push_back(rule_of(rule));
        for (const auto& group : book.groups(alerts_of_a_group_max))
            answer.groups.push_back(group_of(group));
        for (const auto& [rule, alert] : book.of(subject))
            answer.selected.push_back({rule.id, fleet::title_of(rule), alert_of(alert)});
        answer.alerting_version = static_cast<int64_t>(book.alerting_version());
        if (book.alerting_version() != alerting_after) answer.alerting = book.alerting();
    });
    return answer;
}

base::Result<size_t> acknowledge(fleet::FleetWatch& watch, std::string_view body) {
    WR_TRY(const auto json, base::parse_json(body));
    WR_TRY(const auto request, api::parse_acknowledge_request(json));
    return watch.acknowledge(request.rule, request.subject);
}

base::Result<void> set_rules(fleet::FleetWatch& watch, std::string_view body) {
    WR_TRY(const auto json, base::parse_json(body));
    WR_TRY(const auto request, api::parse_rules_request(json));
    std::vector<fleet::AlertRule> rules;
    for (const auto& each : request.rules) {
        WR_TRY(auto rule, fleet::parse_alert_rule(api::to_json(each)));
        rules.push_back(std::move(rule));
    }
    return watch.set_rules(std::move(rules));
}

base::Result<void> set_webhook(fleet::FleetWatch& watch, std::string_view body) {
    WR_TRY(const auto json, base::parse_json(body));
    WR_TRY(const auto request, api::parse_webhook_request(json));
    return watch.set_webhook(request.url, request.enabled);
}

}  // namespace wr::console
