// The life of alerts: opened, acknowledged, resolved, opened again.
#include "fleet/alert_book.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/time_format.h"

namespace wr::fleet {
namespace {

constexpr size_t alerts_max = 50'000;
constexpr size_t resolved_kept = 1'000;
constexpr size_t events_max = 10'000;
constexpr int good_looks_needed = 3;

bool is_worse(const AlertRule& rule, double value, double than) {
    return rule.kind == AlertKind::VitalsBelow ? value < than : value > than;
}

}  // namespace

std::string_view state_text(AlertState state) {
    switch (state) {
        case AlertState::Open:
            return "open";
        case AlertState::Acknowledged:
            return "acknowledged";
        case AlertState::Resolved:
            return "resolved";
    }
    return {};
}

AlertBook::AlertBook(std::vector<AlertRule> rules) : rules_(std::move(rules)) {}

void AlertBook::set_rules(std::vector<AlertRule> rules) {
    rules_ = std::move(rules);
    ++version_;
    ++alerting_version_;
    std::set<std::string> alive;
    for (const auto& rule : rules_) {
        if (rule.enabled) alive.insert(rule.id);
    }
    std::erase_if(alerts_, [&](const auto& each) { return !alive.contains(each.first); });
    total_ = open_ = resolved_ = 0;
    for (const auto& [id, alerts] : alerts_) {
        total_ += alerts.size();
        for (const auto& [subject, alert] : alerts) {
            open_ += alert.state == AlertState::Open ? 1 : 0;
            resolved_ += alert.state == AlertState::Resolved ? 1 : 0;
        }
    }
}

void AlertBook::look_at(const Reading& reading, base::Timestamp now) {
    for (const auto& rule : rules_) {
        if (!rule.enabled) continue;
        if (rule.kind == AlertKind::SilentFor) look(rule, reading.name, 0, false, now);
        if (rule.kind != AlertKind::VitalsBelow) continue;
        const auto& points =
            rule.metric == "MagicPoints" ? reading.magic_points : reading.health_points;
        if (points) look(rule, reading.name, *points, *points < rule.threshold, now);
    }
}

void AlertBook::look_at(AlertKind kind,
                        const std::string& subject,
                        double value,
                        base::Timestamp now) {
    for (const auto& rule : rules_) {
        if (!rule.enabled || rule.kind != kind) continue;
        const bool is_flag =
            kind == AlertKind::FunctionErrors || kind == AlertKind::DeliveryFailures;
        const bool is_bad = is_flag ? value > 0 : value > rule.threshold;
        // A silent unicorn gives no good looks: only its reports are.
        if (!is_bad && kind == AlertKind::SilentFor) continue;
        look(rule, subject, value, is_bad, now);
    }
}

void AlertBook::look(const AlertRule& rule,
                     std::string_view subject,
                     double value,
                     bool is_bad,
                     base::Timestamp now) {
    auto& alerts = alerts_[rule.id];
    if (!is_bad && alerts.empty()) return;
    const std::string key(subject);
    auto found = alerts.find(key);
    if (!is_bad) {
        if (found == alerts.end() || found->second.state == AlertState::Resolved) return;
        Alert& alert = found->second;
        alert.value = value;
        ++version_;
        if (++alert.good_looks >= good_looks_needed) enter(rule, alert, AlertState::Resolved, now);
        return;
    }
    if (found == alerts.end()) {
        if (total_ >= alerts_max) {
            ++refused_;
            return;
        }
        Alert fresh;
        fresh.subject = key;
        fresh.state = AlertState::Resolved;
        found = alerts.emplace(key, std::move(fresh)).first;
        ++total_;
        ++resolved_;
    }
    raise(rule, found->second, value, now);
}

void AlertBook::raise(const AlertRule& rule, Alert& alert, double value, base::Timestamp now) {
    alert.good_looks = 0;
    if (alert.state == AlertState::Resolved) {
        alert.opened = now;
        alert.value = alert.worst = value;
        enter(rule, alert, AlertState::Open, now);
        return;
    }
    if (value != alert.value) ++version_;
    alert.value = value;
    if (is_worse(rule, value, alert.worst)) alert.worst = value;
}

void AlertBook::enter(const AlertRule& rule, Alert& alert, AlertState state, base::Timestamp now) {
    open_ -= alert.state == AlertState::Open ? 1 : 0;
    resolved_ -= alert.state == AlertState::Resolved ? 1 : 0;
    alert.state = state;
    alert.changed = now;
    open_ += state == AlertState::Open ? 1 : 0;
    resolved_ += state == AlertState::Resolved ? 1 : 0;
    ++version_;
    ++alerting_version_;
    if (state != AlertState::Acknowledged) note(rule, alert);
}

void AlertBook::note(const AlertRule& rule, const Alert& alert) {
    if (events_.size() < events_max) events_.push_back({rule, alert});
}

std::vector<AlertEvent> AlertBook::take_events() {
    return std::exchange(events_, {});
}

size_t AlertBook::acknowledge(const std::string& rule,
                              const std::string& subject,
                              base::Timestamp now) {
    size_t changed = 0;
    for (const auto& each : rules_) {
        if (!rule.empty() && each.id != rule) continue;
        for (auto& [name, alert] : alerts_[each.id]) {
            if (alert.state != AlertState::Open || (!subject.empty() && name != subject)) continue;
            enter(each, alert, AlertState::Acknowledged, now);
            ++changed;
        }
    }
    return changed;
}

void AlertBook::tidy() {
    if (resolved_ <= resolved_kept) return;
    std::vector<base::Timestamp> times;
    for (const auto& [id, alerts] : alerts_) {
        for (const auto& [subject, alert] : alerts) {
            if (alert.state == AlertState::Resolved) times.push_back(alert.changed);
        }
    }
    const auto nth = times.end() - static_cast<ptrdiff_t>(resolved_kept);
    std::nth_element(times.begin(), nth, times.end());
    const base::Timestamp oldest_kept = *nth;
    for (auto& [id, alerts] : alerts_) {
        const size_t gone = std::erase_if(alerts, [&](const auto& each) {
            const Alert& alert = each.second;
            return alert.state == AlertState::Resolved && alert.changed < oldest_kept;
        });
        total_ -= gone;
        resolved_ -= gone;
    }
    ++version_;
}

std::vector<AlertGroup> AlertBook::groups(size_t count_max) const {
    std::vector<AlertGroup> groups;
    for (const auto& rule : rules_) {
        const auto found = alerts_.find(rule.id);
        if (found == alerts_.end() || found->second.empty()) continue;
        AlertGroup group;
        group.rule = rule;
        std::vector<const Alert*> order;
        for (const auto& [subject, alert] : found->second) {
            order.push_back(&alert);
            group.open += alert.state == AlertState::Open ? 1 : 0;
            group.acknowledged += alert.state == AlertState::Acknowledged ? 1 : 0;
            group.resolved += alert.state == AlertState::Resolved ? 1 : 0;
        }
        const size_t count = std::min(count_max, order.size());
        const auto end = order.begin() + static_cast<ptrdiff_t>(count);
        std::partial_sort(order.begin(), end, order.end(), [&](const Alert* a, const Alert* b) {
            if (a->state != b->state) return a->state < b->state;
            if (a->worst != b->worst) return is_worse(rule, a->worst, b->worst);
            return a->subject < b->subject;
        });
        for (auto each = order.begin(); each != end; ++each) group.first.push_back(**each);
        groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<AlertEvent> AlertBook::of(const std::string& subject) const {
    std::vector<AlertEvent> all;
    for (const auto& rule : rules_) {
        const auto alerts = alerts_.find(rule.id);
        if (alerts == alerts_.end()) continue;
        const auto found = alerts->second.find(subject);
        if (found == alerts->second.end() || found->second.state == AlertState::Resolved) continue;
        all.push_back({rule, found->second});
    }
    return all;
}

std::vector<std::string> AlertBook::alerting() const {
    std::set<std::string> names;
    for (const auto& rule : rules_) {
        const auto found = alerts_.find(rule.id);
        if (!is_about_unicorns(rule.kind) || found == alerts_.end()) continue;
        for (const auto& [subject, alert] : found->second) {
            if (alert.state == AlertState::Open) names.insert(subject);
        }
    }
    return {names.begin(), names.end()};
}

base::Json AlertBook::save() const {
    base::Json rules{base::Json::Array{}};
    base::Json alerts{base::Json::Array{}};
    for (const auto& rule : rules_) {
        rules.push(to_json(rule));
        const auto found = alerts_.find(rule.id);
        if (found == alerts_.end()) continue;
        for (const auto& [subject, alert] : found->second) {
            alerts.push(base::Json::Object{{"rule", rule.id},
                                           {"subject", alert.subject},
                                           {"state", state_text(alert.state)},
                                           {"value", alert.value},
                                           {"worst", alert.worst},
                                           {"opened", base::format_iso8601_ms(alert.opened)},
                                           {"changed", base::format_iso8601_ms(alert.changed)}});
        }
    }
    base::Json saved;
    saved.set("rules", std::move(rules));
    saved.set("alerts", std::move(alerts));
    return saved;
}

base::Result<AlertBook> AlertBook::load(const base::Json& saved) {
    std::vector<AlertRule> rules;
    for (const auto& each : saved["rules"].as_array()) {
        WR_TRY(auto rule, parse_alert_rule(each));
        rules.push_back(std::move(rule));
    }
    WR_TRY_VOID(check_alert_rules(rules));
    AlertBook book(std::move(rules));
    for (const auto& each : saved["alerts"].as_array()) {
        Alert alert;
        alert.subject = each["subject"].as_string();
        const std::string& state = each["state"].as_string();
        alert.state = state == "open"           ? AlertState::Open
                      : state == "acknowledged" ? AlertState::Acknowledged
                                                : AlertState::Resolved;
        alert.value = each["value"].as_double();
        alert.worst = each["worst"].as_double();
        alert.opened = base::parse_iso8601(each["opened"].as_string()).value_or(base::Timestamp{});
        alert.changed =
            base::parse_iso8601(each["changed"].as_string()).value_or(base::Timestamp{});
        book.alerts_[each["rule"].as_string()].emplace(alert.subject, alert);
    }
    // Counts what is there, and drops what belongs to no rule.
    book.set_rules(book.rules_);
    return book;
}

}  // namespace wr::fleet
