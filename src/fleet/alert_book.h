#pragma once
// Every alert and its state: one for each rule and subject.
//
// An alert opens with the first bad look and is resolved by three good ones in a row, so that a
// value that trembles around the threshold does not ring each second.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "fleet/alert_rule.h"
#include "fleet/reading.h"

namespace wr::fleet {

enum class AlertState { Open, Acknowledged, Resolved };
std::string_view state_text(AlertState state);

struct Alert {
    std::string subject;  ///< a unicorn, or a part of the pipeline
    AlertState state = AlertState::Open;
    double value = 0;  ///< newest
    double worst = 0;  ///< since it opened
    base::Timestamp opened{};
    base::Timestamp changed{};  ///< of the state
    int good_looks = 0;
};

struct AlertEvent {
    AlertRule rule;
    Alert alert;
};

struct AlertGroup {
    AlertRule rule;
    size_t open = 0;
    size_t acknowledged = 0;
    size_t resolved = 0;
    std::vector<Alert> first;  ///< open, acknowledged, resolved; in each the worst first
};

/// Not thread-safe. Bounded: beyond the limit alerts are refused and counted.
class AlertBook {
public:
    explicit AlertBook(std::vector<AlertRule> rules);

    const std::vector<AlertRule>& rules() const { return rules_; }
    /// Rules that are gone or off take their alerts with them.
    void set_rules(std::vector<AlertRule> rules);

    void look_at(const Reading& reading, base::Timestamp now);
    /// A unicorn's silence, or how far a part of the pipeline is behind, in seconds; or whether one
    /// fails (1 or 0).
    void look_at(AlertKind kind, const std::string& subject, double value, base::Timestamp now);
    /// All of `rule` when `subject` is empty, all of everything when both are. How many changed.
    size_t acknowledge(const std::string& rule, const std::string& subject, base::Timestamp now);
    /// Drops the oldest resolved ones beyond what is kept.
    void tidy();

    size_t open() const { return open_; }
    uint64_t refused() const { return refused_; }
    /// Increases with everything that shows.
    uint64_t version() const { return version_; }
    /// Increases when a unicorn's alert opens, or an open one does not stay open.
    uint64_t alerting_version() const { return alerting_version_; }
    std::vector<AlertGroup> groups(size_t alerts_max) const;
    /// Alerts of one subject that are not resolved, each with its rule.
    std::vector<AlertEvent> of(const std::string& subject) const;
    /// Unicorns that have an open alert.
    std::vector<std::string> alerting() const;

    /// What was opened and resolved since the last call.
    std::vector<AlertEvent> take_events();

    /// Rules and alerts, for a restart.
    base::Json save() const;
    /// @error InvalidArgument  not what save() writes
    static base::Result<AlertBook> load(const base::Json& saved);

private:
    using Alerts = std::unordered_map<std::string, Alert>;

    void look(const AlertRule& rule,
              std::string_view subject,
              double value,
              bool is_bad,
              base::Timestamp now);
    void raise(const AlertRule& rule, Alert& alert, double value, base::Timestamp now);
    void enter(const AlertRule& rule, Alert& alert, AlertState state, base::Timestamp now);
    void note(const AlertRule& rule, const Alert& alert);

    std::vector<AlertRule> rules_;
    std::map<std::string, Alerts> alerts_;  ///< by the rule's id
    std::vector<AlertEvent> events_;
    size_t total_ = 0;
    size_t open_ = 0;
    size_t resolved_ = 0;
    uint64_t refused_ = 0;
    uint64_t version_ = 1;
    uint64_t alerting_version_ = 1;
};

}  // namespace wr::fleet
