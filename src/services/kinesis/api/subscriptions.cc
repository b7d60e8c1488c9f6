// Feeding of subscriptions: records, heartbeats, ends of shards, and the five minutes.
#include "services/kinesis/api/subscriptions.h"

#include <algorithm>

#include "services/kinesis/api/record_rows.h"
#include "services/kinesis/api/service.h"
#include "wire/codec_cbor.h"
#include "wire/codec_json.h"
#include "wire/event_stream.h"

namespace wr::gen::kinesis::tables {
// Event streams are no output of an operation, so that the generated interface does not name it.
extern const wire::Shape shape_SubscribeToShardEvent;
}  // namespace wr::gen::kinesis::tables

namespace wr::kinesis::api {
namespace {

using namespace std::chrono_literals;

constexpr auto subscription_life = 5min;
constexpr auto take_over_after = 5s;
constexpr auto heartbeat = 5s;
constexpr auto check_interval = 1s;
constexpr auto poll_interval = 100ms;
constexpr size_t records_per_event_max = 10'000;
constexpr size_t bytes_per_event_max = 1024 * 1024;
/// A client that takes nothing is sent nothing more.
constexpr size_t waiting_bytes_max = 4 * 1024 * 1024;
constexpr int events_per_turn_max = 8;
constexpr double bytes_per_second = 2.0 * 1024 * 1024;

std::string_view content_type(const Subscription& subscription) {
    return subscription.is_cbor ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1";
}

std::string encode(const Subscription& subscription, const model::SubscribeToShardEvent& event) {
    const wire::Shape& shape = gen::kinesis::tables::shape_SubscribeToShardEvent;
    const std::string payload =
        subscription.is_cbor ? wire::encode_cbor(shape, &event) : wire::encode_json(shape, &event);
    return wire::encode_event("SubscribeToShardEvent", content_type(subscription), payload);
}

}  // namespace

Subscriptions::~Subscriptions() {
    std::unique_ptr<base::PeriodicTask> task;
    {
        const base::MutexLock lock(mutex_);
        task = std::move(task_);
    }
    if (task) {
        task->stop();
        engine_.activity().unfollow();
    }
}

bool Subscriptions::admit(const std::string& key) {
    const base::MonotonicTime now = engine_.monotonic();
    const base::MutexLock lock(mutex_);
    std::erase_if(admitted_,
                  [&](const auto& entry) { return now - entry.second >= take_over_after; });
    return admitted_.try_emplace(key, now).second;
}

void Subscriptions::begin(Subscription subscription, std::shared_ptr<http::BodyWriter> writer) {
    const base::MonotonicTime now = engine_.monotonic();
    const std::string_view payload = subscription.is_cbor ? "\xBF\xFF" : "{}";
    writer->write(wire::encode_event("initial-response", content_type(subscription), payload));
    const base::MutexLock lock(mutex_);
    waiting_.push_back({std::move(subscription),
                        std::move(writer),
                        now,
                        now - heartbeat,
                        now,
                        TokenBucket(bytes_per_second, bytes_per_second)});
    if (!task_) {
        engine_.activity().follow();
        task_ = std::make_unique<base::PeriodicTask>("kinesis-push", [this] { return feed_all(); });
    }
    task_->wake();
    // The thread may be waiting for news of older subscriptions.
    engine_.activity().note();
}

std::chrono::milliseconds Subscriptions::feed_all() {
    std::list<Active> begun;
    {
        const base::MutexLock lock(mutex_);
        begun.swap(waiting_);
    }
    for (const Active& newer : begun) {
        std::erase_if(active_, [&](Active& older) {
            if (older.subscription.key != newer.subscription.key) return false;
            end_with(
                older,
                "ResourceInUseException",
                "Another active subscription exists for this consumer: " + older.subscription.key);
            return true;
        });
    }
    active_.splice(active_.end(), begun);
    std::erase_if(active_, [&](Active& active) { return !feed(active); });
    if (active_.empty()) return std::chrono::minutes{1};
    seen_ = engine_.activity().wait(seen_, poll_interval);
    return 0ms;
}

bool Subscriptions::feed(Active& active) {
    const base::MonotonicTime now = engine_.monotonic();
    if (now - active.begun >= subscription_life) {
        active.writer->end();
        return false;
    }
    if (now - active.checked >= check_interval) {
        active.checked = now;
        const auto consumer = engine_.consumer(active.subscription.consumer);
        if (!consumer || consumer->change == StreamStatus::Deleting) {
            end_with(active,
                     "ResourceNotFoundException",
                     "Consumer " + active.subscription.consumer.name + " was deregistered.");
            return false;
        }
    }
    return send_records(active);
}

bool Subscriptions::send_records(Active& active) {
    StreamCursor& at = active.subscription.at;
    const bool is_limited = engine_.options().has_aws_limits;
    for (int i = 0; i < events_per_turn_max; ++i) {
        const base::MonotonicTime now = engine_.monotonic();
        if (active.writer->waiting_bytes() >= waiting_bytes_max) return true;
        active.bytes.refill(now);
        if (is_limited && active.bytes.level() <= 0) return true;
        auto read = at.stream->read(at.cursor, records_per_event_max, bytes_per_event_max);
        if (!read) {
            at.stream->metrics().add(active.subscription.consumer.name,
                                     {{ConsumerMetric::EventSuccess, 0}});
            const bool is_gone = read.error().code == ErrorCode::ResourceNotFound;
            end_with(active,
                     is_gone ? "ResourceNotFoundException" : "InternalFailureException",
                     read.error().message);
            return false;
        }
        const bool has_news = !read->records.empty() || read->at_end_of_shard;
        if (!has_news && now - active.told < heartbeat) return true;
        active.bytes.take(static_cast<double>(read->bytes));
        active.told = now;
        at.cursor = read->next;
        at.stream->metrics().add(
            active.subscription.consumer.name,
            {{ConsumerMetric::EventBytes, static_cast<double>(read->bytes)},
             {ConsumerMetric::EventMillisBehindLatest,
              static_cast<double>(read->behind_latest.count())},
             {ConsumerMetric::EventRecords, static_cast<double>(read->records.size())},
             {ConsumerMetric::EventSuccess, 1}});
        model::SubscribeToShardEvent event;
        event.records = to_rows(std::move(read->records));
        event.millis_behind_latest = read->behind_latest.count();
        if (read->at_end_of_shard) {
            event.child_shards = to_children(read->children);
        } else {
            event.continuation_sequence_number = engine_.continuation(at);
        }
        if (!active.writer->write(encode(active.subscription, event))) return false;
        if (read->at_end_of_shard) {
            active.writer->end();
            return false;
        }
    }
    // More is there: the next turn is not waited for.
    engine_.activity().note();
    return true;
}

void Subscriptions::end_with(Active& active,
                             std::string_view exception,
                             const std::string& message) {
    active.writer->write(wire::encode_exception(exception, message));
    active.writer->end();
}

}  // namespace wr::kinesis::api
