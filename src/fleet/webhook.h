#pragma once
// Webhook: alerts as HTTP POSTs to an address that the operator of the server has allowed.
//
// The page chooses the address, so the server must not become the page's way into the network:
// only hosts named on the command line are asked, redirects are not followed, the address carries
// no password, and of the answer only the status is told.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/result.h"
#include "fleet/alert_book.h"

namespace wr::fleet {

struct WebhookAddress {
    std::string origin;  ///< http://host:port
    std::string target;  ///< path and query
};

/// @param allowed  hosts, each with a port or for the scheme's own: "hooks.example.com",
/// "127.0.0.1:9000"
/// @error InvalidArgument  what a person should change
base::Result<WebhookAddress> parse_webhook_url(const std::string& url,
                                               const std::vector<std::string>& allowed);

struct WebhookOptions {
    std::vector<std::string> allowed;
    std::chrono::milliseconds interval_min{1'000};  ///< between two requests
    std::chrono::milliseconds retry_first{1'000};   ///< doubles
    int attempts_max = 5;
    size_t batch_max = 100;      ///< alerts of one request
    size_t waiting_max = 1'000;  ///< beyond, the oldest are dropped
};

struct WebhookStatus {
    std::string url;
    bool is_enabled = false;
    size_t waiting = 0;
    uint64_t sent = 0;     ///< alerts, likewise the next two
    uint64_t failed = 0;   ///< given up after the last attempt
    uint64_t dropped = 0;  ///< because too many waited
    std::string last_outcome;
};

/// @threads any
class Webhook {
public:
    /// Posts `body`, answers with the status. Blocks.
    using Post = std::function<base::Result<int>(const WebhookAddress&, const std::string& body)>;

    Webhook(const base::Clock& clock, WebhookOptions options, Post post);
    ~Webhook();

    /// @error as parse_webhook_url; an empty address with `is_enabled` false turns it off
    base::Result<void> configure(const std::string& url, bool is_enabled);
    void add(const std::vector<AlertEvent>& events);
    WebhookStatus status() const;
    const std::vector<std::string>& allowed() const { return options_.allowed; }
    /// Gives up what waits. Idempotent.
    void stop();
    /// Sends one batch if it is due; how long until the next look. The thread's step; tests call
    /// it themselves.
    std::chrono::milliseconds step();
    /// Begins to send in the background.
    void start();

private:
    void settle(size_t count, const base::Result<int>& outcome) REQUIRES(mutex_);

    const base::Clock& clock_;
    const WebhookOptions options_;
    const Post post_;
    mutable base::Mutex mutex_;
    std::string url_ GUARDED_BY(mutex_);
    bool is_enabled_ GUARDED_BY(mutex_) = false;
    std::deque<AlertEvent> waiting_ GUARDED_BY(mutex_);
    /// Of those at the front that are being sent, how many are still there.
    size_t in_flight_ GUARDED_BY(mutex_) = 0;
    int attempts_ GUARDED_BY(mutex_) = 0;
    base::MonotonicTime due_ GUARDED_BY(mutex_){};
    uint64_t sent_ GUARDED_BY(mutex_) = 0;
    uint64_t failed_ GUARDED_BY(mutex_) = 0;
    uint64_t dropped_ GUARDED_BY(mutex_) = 0;
    std::string last_outcome_ GUARDED_BY(mutex_);
    std::unique_ptr<base::PeriodicTask> task_;
};

/// Posts over HTTP with short patience; certificates are checked.
Webhook::Post make_http_post();

}  // namespace wr::fleet
