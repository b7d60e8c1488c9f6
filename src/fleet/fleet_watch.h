#pragma once
// Watches the fleet's stream: keeps the newest reading of each unicorn, and the alerts.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "fleet/alert_book.h"
#include "fleet/live_fleet.h"
#include "fleet/reading.h"
#include "fleet/webhook.h"
#include "io/file_system.h"

namespace wr::fleet {

/// What is new in the stream since the last call, or nothing after a short wait.
using ReadNewRecords = std::function<std::vector<std::string>()>;

/// How a part of the pipeline does.
struct PartHealth {
    AlertKind kind = AlertKind::IteratorAge;
    std::string name;
    double value = 0;  ///< seconds behind, or 1 for a failure
};

struct FleetWatchOptions {
    std::string file;  ///< for rules and alerts; empty: nothing is kept
    WebhookOptions webhook;
    ReadNewRecords read_new = [] { return std::vector<std::string>{}; };
    std::function<std::vector<PartHealth>()> parts = [] { return std::vector<PartHealth>{}; };
};

/// @threads any
class FleetWatch {
public:
    /// Rules and alerts of the last run; a file that cannot be read is named in the log and left
    /// alone, and the rules are the usual ones.
    FleetWatch(io::FileSystem& files,
               const base::Clock& clock,
               FleetWatchOptions options,
               Webhook::Post post);
    ~FleetWatch();

    /// Begins to read, to look and to send.
    void start();
    /// Waits for its threads, then saves. Idempotent.
    void stop();

    const LiveFleet& fleet() const { return fleet_; }
    /// One consistent look.
    void look_at_alerts(const std::function<void(const AlertBook&)>& at) const;
    WebhookStatus webhook() const { return webhook_.status(); }
    const std::vector<std::string>& webhook_hosts() const { return webhook_.allowed(); }

    /// Saved when it returns. @error InvalidArgument, or of the file
    base::Result<void> set_rules(std::vector<AlertRule> rules);
    base::Result<void> set_webhook(const std::string& url, bool is_enabled);
    /// An alert of no consequence, to see whether it arrives. @error Unavailable: it is off
    base::Result<void> try_webhook();
    size_t acknowledge(const std::string& rule, const std::string& subject);

    /// Takes what the stream has. The reading thread's step; tests call it themselves.
    void read_once();
    /// Silence, the pipeline's parts, and saving. The looking thread's step.
    void look_once();

private:
    void load();
    base::Result<void> save();
    void send_events();

    io::FileSystem& files_;
    const base::Clock& clock_;
    const FleetWatchOptions options_;
    LiveFleet fleet_;
    Webhook webhook_;
    ReadingParser parser_;  ///< the reading thread's
    mutable base::Mutex mutex_;
    AlertBook book_ GUARDED_BY(mutex_);
    base::Mutex saving_;  ///< taken before mutex_
    uint64_t saved_version_ GUARDED_BY(saving_) = 0;
    base::MonotonicTime saved_at_ GUARDED_BY(saving_){};
    bool is_kept_ = true;
    std::unique_ptr<base::PeriodicTask> reading_;
    std::unique_ptr<base::PeriodicTask> looking_;
};

}  // namespace wr::fleet
