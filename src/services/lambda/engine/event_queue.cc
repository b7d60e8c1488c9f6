// Events on disk and in a table; a ticker starts what is due.
#include "services/lambda/engine/event_queue.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/logging.h"

namespace wr::lambda {

using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 200ms;
constexpr auto throttle_delay_first = 1s;
constexpr auto throttle_delay_max = 300s;

}  // namespace

EventQueue::EventQueue(std::unique_ptr<kv::Store> store,
                       const base::Clock& clock,
                       EventQueueOptions options,
                       Invoke invoke)
    : store_(std::move(store)),
      clock_(clock),
      options_(options),
      invoke_(std::move(invoke)),
      executor_("lambda-events", options.threads, options.events_max) {
    load();
    task_ = std::make_unique<base::PeriodicTask>("lambda-events", [this] { return start_due(); });
}

EventQueue::~EventQueue() {
    stop();
}

void EventQueue::stop() {
    task_->stop();
    executor_.stop();
}

std::string EventQueue::encode(const Event& event) {
    base::Json json{base::Json::Object{}};
    json.set("account", event.function.account);
    json.set("region", event.function.region);
    json.set("name", event.function.name);
    json.set("qualifier", event.function.qualifier);
    json.set("payload", base::base64_encode(event.payload));
    json.set("accepted", int64_t{event.accepted.time_since_epoch().count()});
    json.set("attempts", event.attempts);
    return json.dump();
}

void EventQueue::load() {
    base::MutexLock lock(mutex_);
    const auto loaded = store_->scan("", [&](std::string_view key, std::string_view value) {
        const auto json = base::parse_json(value);
        if (!json) {
            base::log_error("lambda_event_damaged", {{"event", std::string(key)}});
            return true;
        }
        Event event;
        event.function = {(*json)["account"].as_string(),
                          (*json)["region"].as_string(),
                          (*json)["name"].as_string(),
                          (*json)["qualifier"].as_string()};
        event.payload = base::base64_decode((*json)["payload"].as_string()).value_or("");
        event.accepted = base::Timestamp{std::chrono::milliseconds{(*json)["accepted"].as_int()}};
        event.attempts = static_cast<int>((*json)["attempts"].as_int());
        events_.emplace(std::string(key), std::move(event));
        return true;
    });
    if (!loaded) base::log_error("lambda_events_unread", {{"reason", loaded.error().message}});
}

Result<void> EventQueue::accept(const FunctionName& function,
                                const std::string& request_id,
                                std::string_view payload) {
    Event event;
    event.function = function;
    event.payload = payload;
    event.accepted = clock_.now();
    const std::string stored = encode(event);
    {
        base::MutexLock lock(mutex_);
        if (events_.size() >= options_.events_max) {
            return fail(base::ErrorCode::Unavailable, "too many events wait");
        }
        // Not due before it is stored.
        event.is_running = true;
        events_.emplace(request_id, std::move(event));
    }
    auto outcome = store_->put(request_id, stored);
    {
        base::MutexLock lock(mutex_);
        if (outcome) {
            events_[request_id].is_running = false;
        } else {
            events_.erase(request_id);
        }
    }
    task_->wake();
    return outcome;
}

size_t EventQueue::waiting() const {
    base::MutexLock lock(mutex_);
    return events_.size();
}

std::chrono::milliseconds EventQueue::start_due() {
    const auto now = clock_.monotonic();
    base::MutexLock lock(mutex_);
    for (auto& [id, event] : events_) {
        if (event.is_running || event.due > now) continue;
        if (!executor_.post([this, id = id] { run(id); })) break;
        event.is_running = true;
    }
    return tick_period;
}

void EventQueue::run(const std::string& id) {
    FunctionName function;
    std::string payload;
    {
        base::MutexLock lock(mutex_);
        Event& event = events_.at(id);
        function = event.function;
        payload = event.payload;
        if (clock_.now() - event.accepted > options_.age_max) {
            base::log_warn("lambda_event_expired", {{"event", id}, {"function", function.arn()}});
        }
    }
    const auto outcome = invoke_(function, payload, id);
    base::MutexLock lock(mutex_);
    Event& event = events_.at(id);
    const bool is_old = clock_.now() - event.accepted > options_.age_max;
    bool is_done = is_old || (outcome && outcome->function_error.empty());
    std::chrono::milliseconds delay = options_.retry_delay;
    if (!outcome) {
        // Throttles count by age alone; a function that has gone is not waited for.
        is_done |= outcome.error().code == ErrorCode::ResourceNotFound;
        delay = throttle_delay_first * (1 << std::min(event.throttles++, 8));
        delay = std::min<std::chrono::milliseconds>(delay, throttle_delay_max);
    } else if (!is_done) {
        delay *= ++event.attempts;
        is_done = event.attempts > options_.retries_max;
        if (is_done) {
            base::log_warn("lambda_event_given_up", {{"event", id}, {"function", function.arn()}});
        }
    }
    settle(id, is_done, delay);
}

void EventQueue::settle(const std::string& id, bool is_done, std::chrono::milliseconds delay) {
    Event& event = events_.at(id);
    const auto stored = is_done ? store_->remove(id) : store_->put(id, encode(event));
    if (!stored) base::log_error("lambda_event_unstored", {{"reason", stored.error().message}});
    if (is_done) {
        events_.erase(id);
        return;
    }
    event.is_running = false;
    event.due = clock_.monotonic() + delay;
}

}  // namespace wr::lambda
