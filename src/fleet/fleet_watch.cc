// The watch: one thread reads the stream, one looks for silence and trouble, one sends.
#include "fleet/fleet_watch.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 1s;
constexpr auto save_interval = 5s;
constexpr auto forget_after = 10min;
constexpr auto silence_min = 1s;
constexpr int64_t file_version = 1;
constexpr uint64_t file_bytes_max = 64 * 1024 * 1024;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

FleetWatch::FleetWatch(io::FileSystem& files,
                       const base::Clock& clock,
                       FleetWatchOptions options,
                       Webhook::Post post)
    : files_(files),
      clock_(clock),
      options_(std::move(options)),
      webhook_(clock, options_.webhook, std::move(post)),
      book_(default_alert_rules()) {
    load();
}

FleetWatch::~FleetWatch() {
    stop();
}

void FleetWatch::start() {
    webhook_.start();
    reading_ = std::make_unique<base::PeriodicTask>("fleet-read", [this] {
        read_once();
        return 0ms;
    });
    looking_ =
        std::make_unique<base::PeriodicTask>("fleet-look", [this]() -> std::chrono::milliseconds {
            look_once();
            return look_interval;
        });
}

void FleetWatch::stop() {
    if (!looking_) return;
    reading_->stop();
    looking_->stop();
    webhook_.stop();
    looking_.reset();
    if (const auto saved = save(); !saved)
        base::log_error("alerts_not_saved", {{"error", saved.error().message}});
}

void FleetWatch::load() {
    if (options_.file.empty()) return;
    const auto exists = files_.exists(options_.file);
    if (exists && !*exists) return;
    const auto give_up = [this](const std::string& why) {
        is_kept_ = false;
        base::log_error("alerts_not_loaded", {{"file", options_.file}, {"error", why}});
    };
    const auto text = io::read_file(files_, options_.file, file_bytes_max);
    if (!text) return give_up(text.error().message);
    const auto json = base::parse_json(*text);
    if (!json || (*json)["version"].as_int() != file_version)
        return give_up("not a file of alerts of version 1");
    auto book = AlertBook::load((*json)["alerts"]);
    if (!book) return give_up(book.error().message);
    const auto& webhook = (*json)["webhook"];
    if (const auto set =
            webhook_.configure(webhook["url"].as_string(), webhook["enabled"].as_bool());
        !set)
        base::log_warn("webhook_off", {{"reason", set.error().message}});
    base::MutexLock lock(mutex_);
    book_ = *std::move(book);
}

base::Result<void> FleetWatch::save() {
    if (options_.file.empty() || !is_kept_) return {};
    base::MutexLock saving(saving_);
    base::Json saved;
    saved.set("version", file_version);
    const auto webhook = webhook_.status();
    saved.set("webhook", base::Json::Object{{"url", webhook.url}, {"enabled", webhook.is_enabled}});
    uint64_t version = 0;
    {
        base::MutexLock lock(mutex_);
        saved.set("alerts", book_.save());
        version = book_.version();
    }
    WR_TRY_VOID(io::write_file_atomically(files_, options_.file, saved.dump() + "\n"));
    saved_version_ = version;
    saved_at_ = clock_.monotonic();
    return {};
}

void FleetWatch::look_at_alerts(const std::function<void(const AlertBook&)>& at) const {
    base::MutexLock lock(mutex_);
    at(book_);
}

base::Result<void> FleetWatch::set_rules(std::vector<AlertRule> rules) {
    WR_TRY_VOID(check_alert_rules(rules));
    {
        base::MutexLock lock(mutex_);
        book_.set_rules(std::move(rules));
    }
    return save();
}

base::Result<void> FleetWatch::set_webhook(const std::string& url, bool is_enabled) {
    WR_TRY_VOID(webhook_.configure(url, is_enabled));
    return save();
}

base::Result<void> FleetWatch::try_webhook() {
    if (!webhook_.status().is_enabled)
        return base::fail(base::ErrorCode::Unavailable, "the webhook is off");
    AlertEvent event;
    event.rule = {"trial", AlertKind::VitalsBelow, "HealthPoints", 100, true, true};
    event.alert.subject = "Shadowfax (a trial)";
    event.alert.value = event.alert.worst = 99;
    event.alert.opened = event.alert.changed = clock_.now();
    webhook_.add({event});
    return {};
}

size_t FleetWatch::acknowledge(const std::string& rule, const std::string& subject) {
    base::MutexLock lock(mutex_);
    return book_.acknowledge(rule, subject, clock_.now());
}

void FleetWatch::read_once() {
    const auto records = options_.read_new();
    if (records.empty()) return;
    const auto now = clock_.monotonic();
    const auto wall = clock_.now();
    uint64_t unreadable = 0;
    {
        base::MutexLock lock(mutex_);
        for (const auto& record : records) {
            const auto reading = parser_.parse(record);
            if (!reading) {
                ++unreadable;
                continue;
            }
            fleet_.take(*reading, now);
            book_.look_at(*reading, wall);
        }
    }
    fleet_.count_records(records.size(), unreadable);
    send_events();
}

void FleetWatch::look_once() {
    const auto now = clock_.monotonic();
    const auto wall = clock_.now();
    std::vector<std::pair<std::string, double>> silent;
    fleet_.look([&](const LiveView& view) {
        for (const auto& one : view.unicorns) {
            if (now - one.seen > silence_min)
                silent.emplace_back(one.name, seconds(now - one.seen));
        }
    });
    const auto parts = options_.parts();
    bool is_due = false;
    {
        base::MutexLock saving(saving_);
        base::MutexLock lock(mutex_);
        for (const auto& [name, age] : silent) book_.look_at(AlertKind::SilentFor, name, age, wall);
        for (const auto& part : parts) book_.look_at(part.kind, part.name, part.value, wall);
        book_.tidy();
        is_due = book_.version() != saved_version_ && now - saved_at_ > save_interval;
    }
    fleet_.forget_silent(forget_after, now);
    send_events();
    if (!is_due) return;
    if (const auto saved = save(); !saved)
        base::log_error("alerts_not_saved", {{"error", saved.error().message}});
}

void FleetWatch::send_events() {
    std::vector<AlertEvent> events;
    {
        base::MutexLock lock(mutex_);
        events = book_.take_events();
    }
    constexpr size_t logged_max = 20;
    for (size_t i = 0; i < std::min(events.size(), logged_max); ++i) {
        base::log_info("alert",
                       {{"state", state_text(events[i].alert.state)},
                        {"rule", events[i].rule.id},
                        {"subject", events[i].alert.subject},
                        {"value", events[i].alert.value}});
    }
    if (events.size() > logged_max)
        base::log_info("alerts", {{"more", events.size() - logged_max}});
    webhook_.add(events);
}

}  // namespace wr::fleet
