// The order of things in a shard: read, invoke, checkpoint; on failure wait, split or give up.
#include "services/lambda/engine/shard_lane.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/logging.h"

namespace wr::lambda {

namespace {

using namespace std::chrono_literals;

/// Base64 grows data by a third, and the event's own text needs room in six megabytes too.
constexpr size_t batch_bytes_max = 4 * 1024 * 1024;
constexpr const char* failed_call = "PROBLEM: Function call failed";

}  // namespace

ShardLane::Progress ShardLane::step() {
    if (checkpoint_.is_finished) return Progress::Finished;
    if (context_.clock->monotonic() < wake_at_) return Progress::Waiting;
    return batches_.empty() ? read() : process();
}

ShardLane::Progress ShardLane::wait(std::chrono::milliseconds delay) {
    wake_at_ = context_.clock->monotonic() + delay;
    return Progress::Waiting;
}

std::chrono::milliseconds ShardLane::retry_delay(int64_t failures) const {
    auto delay = context_.retry_delay_first;
    for (int64_t i = 1; i < failures && delay < context_.retry_delay_max; ++i) delay *= 2;
    return std::min(delay, context_.retry_delay_max);
}

ShardLane::Progress ShardLane::read() {
    const auto limit = static_cast<size_t>(mapping_.batch_size);
    auto result = context_.kinesis->read(
        mapping_.stream, shard_id_, checkpoint_.next, limit, batch_bytes_max);
    if (!result) {
        last_result_ = "PROBLEM: " + result.error().message;
        return wait(retry_delay(++obstacles_));
    }
    if (result->records.empty()) {
        if (!result->next) {
            checkpoint_.is_finished = true;
            return acknowledge(0) ? Progress::Finished : wait(1s);
        }
        // A resolved start, kept in memory: the next acknowledgement stores it.
        checkpoint_.next = *result->next;
        return Progress::Idle;
    }
    const auto window = std::chrono::seconds(mapping_.batching_window_seconds);
    const auto now = context_.clock->monotonic();
    if (!window_began_) window_began_ = now;
    size_t bytes = 0;
    for (const auto& record : result->records) bytes += record.data.size();
    const bool is_full =
        result->records.size() >= limit || bytes >= batch_bytes_max / 2 || !result->next;
    // Nothing is held while the window is open: reading again costs less than losing a record.
    if (!is_full && now - *window_began_ < window) {
        return wait(std::min<std::chrono::milliseconds>(
            100ms, std::chrono::ceil<std::chrono::milliseconds>(window - (now - *window_began_))));
    }
    window_began_.reset();
    records_ = std::move(result->records);
    done_ = 0;
    batches_.push_back({0, records_.size(), 0});
    return Progress::Advanced;
}

bool ShardLane::drop_expired(Batch& batch) {
    if (mapping_.record_age_seconds_max < 0) return false;
    const auto oldest =
        context_.clock->now() - std::chrono::seconds(mapping_.record_age_seconds_max);
    size_t first = batch.begin;
    while (first < batch.end && records_[first].arrival < oldest) ++first;
    if (first == batch.begin) return false;
    base::log_warn("lambda_records_expired",
                   {{"mapping", mapping_.id},
                    {"shard", shard_id_},
                    {"count", static_cast<int64_t>(first - batch.begin)},
                    {"first", records_[batch.begin].sequence_number}});
    batch.begin = first;
    return true;
}

ShardLane::Progress ShardLane::process() {
    Batch& batch = batches_.front();
    drop_expired(batch);
    if (batch.begin == batch.end) {
        if (!acknowledge(batch.end)) return wait(1s);
        batches_.pop_front();
        return Progress::Advanced;
    }
    const auto outcome = context_.invoke(event_of(batch));
    if (!outcome) {
        // Throttles and the server's own troubles are no attempts of the function.
        last_result_ = "PROBLEM: " + outcome.error().message;
        return wait(retry_delay(++obstacles_));
    }
    obstacles_ = 0;
    if (!outcome->function_error.empty()) return fail_batch(batch, batch.begin, failed_call);
    if (mapping_.reports_item_failures) {
        if (const auto failed = first_failure(batch, outcome->payload)) {
            return fail_batch(batch, *failed, failed_call);
        }
    }
    if (!acknowledge(batch.end)) return wait(1s);
    last_result_ = "OK";
    batches_.pop_front();
    return Progress::Advanced;
}

/// Records before `first_failed` are done; the rest of the batch is tried again, or given up.
ShardLane::Progress ShardLane::fail_batch(Batch& batch,
                                          size_t first_failed,
                                          const std::string& result) {
    last_result_ = result;
    const size_t tried = batch.begin;
    if (first_failed > tried && !acknowledge(first_failed)) return wait(1s);
    batch.begin = first_failed;
    if (mapping_.bisects && batch.end - tried > 1) {
        // Where the function says, or in the middle; splitting is no attempt.
        const size_t middle = batch.begin + (batch.end - batch.begin) / 2;
        if (first_failed == tried) {
            const Batch second{middle, batch.end, batch.attempts};
            batch.end = middle;
            batches_.insert(batches_.begin() + 1, second);
        }
        return wait(retry_delay(1));
    }
    ++batch.attempts;
    if (mapping_.retry_attempts_max >= 0 && batch.attempts > mapping_.retry_attempts_max) {
        base::log_warn("lambda_batch_given_up",
                       {{"mapping", mapping_.id},
                        {"shard", shard_id_},
                        {"first", records_[batch.begin].sequence_number},
                        {"last", records_[batch.end - 1].sequence_number}});
        if (!acknowledge(batch.end)) return wait(1s);
        batches_.pop_front();
        return Progress::Advanced;
    }
    return wait(retry_delay(batch.attempts));
}

/// Stores that the first `count` records are done. Nothing moves on before it is durable.
bool ShardLane::acknowledge(size_t count) {
    if (count > 0) {
        checkpoint_.next = {
            kinesis::StartType::AfterSequenceNumber, records_[count - 1].sequence_number, {}};
        done_ = count;
    }
    const auto stored = context_.checkpoints->put(shard_id_, checkpoint_.encode());
    if (stored) return true;
    base::log_error("lambda_checkpoint_failed",
                    {{"mapping", mapping_.id}, {"reason", stored.error().message}});
    return false;
}

std::optional<size_t> ShardLane::first_failure(const Batch& batch,
                                               const std::string& payload) const {
    const auto parsed = base::parse_json(payload);
    // What is no object with a list says nothing of failures.
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const base::Json& failures = (*parsed)["batchItemFailures"];
    if (failures.is_null()) return std::nullopt;
    if (!failures.is_array()) return batch.begin;
    std::optional<size_t> lowest;
    for (const base::Json& failure : failures.as_array()) {
        const std::string& number = failure["itemIdentifier"].as_string();
        const auto from = records_.begin() + static_cast<ptrdiff_t>(batch.begin);
        const auto to = records_.begin() + static_cast<ptrdiff_t>(batch.end);
        const auto found = std::find_if(from, to, [&](const kinesis::Record& record) {
            return record.sequence_number == number;
        });
        // An identifier that means nothing fails the whole batch.
        if (found == to) return batch.begin;
        const auto index = static_cast<size_t>(found - records_.begin());
        lowest = std::min(lowest.value_or(index), index);
    }
    return lowest;
}

std::string ShardLane::event_of(const Batch& batch) const {
    base::JsonWriter json;
    json.begin_object();
    json.key("Records");
    json.begin_array();
    for (size_t i = batch.begin; i < batch.end; ++i) {
        const kinesis::Record& record = records_[i];
        json.begin_object();
        json.key("kinesis");
        json.begin_object();
        json.key("kinesisSchemaVersion");
        json.string("1.0");
        json.key("partitionKey");
        json.string(record.partition_key);
        json.key("sequenceNumber");
        json.string(record.sequence_number);
        json.key("data");
        json.base64(record.data);
        json.key("approximateArrivalTimestamp");
        json.number(static_cast<double>(record.arrival.time_since_epoch().count()) / 1000.0);
        json.end_object();
        json.key("eventSource");
        json.string("aws:kinesis");
        json.key("eventVersion");
        json.string("1.0");
        json.key("eventID");
        json.string(shard_id_ + ":" + record.sequence_number);
        json.key("eventName");
        json.string("aws:kinesis:record");
        json.key("invokeIdentityArn");
        json.string(context_.role_arn);
        json.key("awsRegion");
        json.string(mapping_.stream.region);
        json.key("eventSourceARN");
        json.string(mapping_.consumer_arn ? *mapping_.consumer_arn : mapping_.stream.arn());
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.take();
}

}  // namespace wr::lambda
