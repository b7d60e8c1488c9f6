// Batches, retries and limits of the webhook.
#include "fleet/webhook.h"

#include <algorithm>

#include "base/logging.h"
#include "base/time_format.h"
#include "http/client.h"

namespace wr::fleet {
namespace {

using std::chrono::milliseconds;

constexpr size_t url_bytes_max = 2'000;
constexpr milliseconds idle_look{500};
constexpr milliseconds connect_timeout{3'000};
constexpr milliseconds request_timeout{10'000};
constexpr uint64_t answer_bytes_max = 64 * 1024;

base::Failure<base::Error> wrong(std::string what) {
    return base::fail(base::ErrorCode::InvalidArgument, std::move(what));
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

bool is_success(const base::Result<int>& outcome) {
    return outcome && *outcome >= 200 && *outcome < 300;
}

std::string body_of(const std::deque<AlertEvent>& waiting, size_t count, base::Timestamp now) {
    base::Json events{base::Json::Array{}};
    for (size_t i = 0; i < count; ++i) {
        const auto& [rule, alert] = waiting[i];
        events.push(base::Json::Object{{"event", state_text(alert.state)},
                                       {"rule", rule.id},
                                       {"title", title_of(rule)},
                                       {"subject", alert.subject},
                                       {"value", alert.value},
                                       {"worst", alert.worst},
                                       {"opened", base::format_iso8601_ms(alert.opened)},
                                       {"time", base::format_iso8601_ms(alert.changed)}});
    }
    base::Json body;
    body.set("source", "wildrydes");
    body.set("sent", base::format_iso8601_ms(now));
    body.set("events", std::move(events));
    return body.dump();
}

}  // namespace

base::Result<WebhookAddress> parse_webhook_url(const std::string& url,
                                               const std::vector<std::string>& allowed) {
    const bool is_printable = std::all_of(
        url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
    if (url.size() > url_bytes_max || !is_printable)
        return wrong("the address has up to 2,000 printable characters and no blanks");
    const bool is_tls = lower(url.substr(0, 8)) == "https://";
    if (!is_tls && lower(url.substr(0, 7)) != "http://")
        return wrong("the address begins with https:// or http://");
    const std::string_view rest = std::string_view(url).substr(is_tls ? 8 : 7);
    const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string host = lower(rest.substr(0, end));
    if (host.empty() || host.find('@') != std::string::npos)
        return wrong("the address names a host, and neither user nor password");
    if (rest.find('#') != std::string_view::npos) return wrong("the address has no # part");
    const std::string own_port = is_tls ? ":443" : ":80";
    const auto with_port = [&](const std::string& name) {
        const bool has_port = name.rfind(':') != std::string::npos && !name.ends_with(']');
        return has_port ? name : name + own_port;
    };
    const bool is_allowed = std::any_of(allowed.begin(), allowed.end(), [&](const auto& each) {
        return with_port(lower(each)) == with_port(host);
    });
    if (!is_allowed)
        return wrong("the server may not send to " + host + ": start it with --webhook-allow " +
                     host);
    std::string target(rest.substr(end));
    if (!target.starts_with('/')) target.insert(0, "/");
    return WebhookAddress{(is_tls ? "https://" : "http://") + with_port(host), target};
}

Webhook::Webhook(const base::Clock& clock, WebhookOptions options, Post post)
    : clock_(clock), options_(std::move(options)), post_(std::move(post)) {}

Webhook::~Webhook() {
    stop();
}

void Webhook::start() {
    task_ = std::make_unique<base::PeriodicTask>("webhook", [this] { return step(); });
}

void Webhook::stop() {
    if (task_) task_->stop();
}

base::Result<void> Webhook::configure(const std::string& url, bool is_enabled) {
    if (is_enabled || !url.empty()) WR_TRY_VOID(parse_webhook_url(url, options_.allowed));
    base::MutexLock lock(mutex_);
    if (url != url_ || !is_enabled) {
        waiting_.clear();
        in_flight_ = 0;
        attempts_ = 0;
        due_ = {};
        last_outcome_.clear();
    }
    url_ = url;
    is_enabled_ = is_enabled;
    return {};
}

void Webhook::add(const std::vector<AlertEvent>& events) {
    base::MutexLock lock(mutex_);
    if (!is_enabled_) return;
    for (const auto& event : events) {
        if (!event.rule.webhook) continue;
        waiting_.push_back(event);
        if (waiting_.size() <= options_.waiting_max) continue;
        waiting_.pop_front();
        if (in_flight_ > 0) --in_flight_;
        ++dropped_;
    }
}

WebhookStatus Webhook::status() const {
    base::MutexLock lock(mutex_);
    return {url_, is_enabled_, waiting_.size(), sent_, failed_, dropped_, last_outcome_};
}

milliseconds Webhook::step() {
    std::string body;
    std::string url;
    {
        base::MutexLock lock(mutex_);
        const auto now = clock_.monotonic();
        if (!is_enabled_ || waiting_.empty()) return idle_look;
        if (now < due_) return std::chrono::ceil<milliseconds>(due_ - now);
        in_flight_ = std::min(waiting_.size(), options_.batch_max);
        body = body_of(waiting_, in_flight_, clock_.now());
        url = url_;
    }
    // Checked again: what was allowed when it was saved may not be after a restart.
    const auto address = parse_webhook_url(url, options_.allowed);
    const base::Result<int> outcome =
        address ? post_(*address, body) : base::Result<int>(base::fail(address.error()));
    base::MutexLock lock(mutex_);
    if (url == url_) settle(in_flight_, outcome);
    return milliseconds{0};
}

void Webhook::settle(size_t count, const base::Result<int>& outcome) {
    last_outcome_ = outcome ? "answered " + std::to_string(*outcome) : outcome.error().message;
    ++attempts_;
    const bool is_done = is_success(outcome);
    auto pause = options_.interval_min;
    if (!is_done && attempts_ < options_.attempts_max) {
        pause = std::max(pause, options_.retry_first * (1 << (attempts_ - 1)));
    } else {
        (is_done ? sent_ : failed_) += count;
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(count));
        if (!is_done)
            base::log_warn("webhook_given_up", {{"alerts", count}, {"outcome", last_outcome_}});
        attempts_ = 0;
    }
    in_flight_ = 0;
    due_ = clock_.monotonic() + pause;
}

Webhook::Post make_http_post() {
    return [](const WebhookAddress& address, const std::string& body) -> base::Result<int> {
        const auto client = http::Client::create({.endpoint = address.origin,
                                                  .connect_timeout = connect_timeout,
                                                  .request_timeout = request_timeout,
                                                  .response_bytes_max = answer_bytes_max});
        http::Request request;
        request.method = "POST";
        request.target = address.target;
        request.headers.set("Content-Type", "application/json");
        request.headers.set("User-Agent", "wildrydes");
        request.body = body;
        WR_TRY(const auto response, client->send(request));
        return response.status;
    };
}

}  // namespace wr::fleet
