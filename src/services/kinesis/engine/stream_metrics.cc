// Sums under one lock, named only when a minute is over.
#include "services/kinesis/engine/stream_metrics.h"

#include "base/limits.h"
#include "services/kinesis/engine/topology.h"

namespace wr::kinesis {
namespace {

constexpr const char* space = "AWS/Kinesis";
constexpr int64_t kept_minutes =
    std::chrono::duration_cast<std::chrono::minutes>(limits::metric_history).count();

// In the order of the enumerations.
constexpr MetricText stream_texts[] = {
    {"IncomingBytes", "Bytes", "incoming_bytes"},
    {"IncomingRecords", "Count", "incoming_records"},
    {"PutRecord.Bytes", "Bytes", "put_record_bytes"},
    {"PutRecord.Latency", "Milliseconds", "put_record_latency"},
    {"PutRecord.Success", "Count", "put_record_success"},
    {"PutRecords.Bytes", "Bytes", "put_records_bytes"},
    {"PutRecords.Latency", "Milliseconds", "put_records_latency"},
    {"PutRecords.Records", "Count", "put_records_records"},
    {"PutRecords.Success", "Count", "put_records_success"},
    {"PutRecords.TotalRecords", "Count", "put_records_total_records"},
    {"PutRecords.SuccessfulRecords", "Count", "put_records_successful_records"},
    {"PutRecords.FailedRecords", "Count", "put_records_failed_records"},
    {"PutRecords.ThrottledRecords", "Count", "put_records_throttled_records"},
    {"GetRecords.Bytes", "Bytes", "get_records_bytes"},
    {"GetRecords.IteratorAgeMilliseconds", "Milliseconds", "get_records_iterator_age"},
    {"GetRecords.Latency", "Milliseconds", "get_records_latency"},
    {"GetRecords.Records", "Count", "get_records_records"},
    {"GetRecords.Success", "Count", "get_records_success"},
    {"ReadProvisionedThroughputExceeded", "Count", "read_provisioned_throughput_exceeded"},
    {"WriteProvisionedThroughputExceeded", "Count", "write_provisioned_throughput_exceeded"},
};
static_assert(std::size(stream_texts) == static_cast<size_t>(StreamMetric::Count_));

constexpr MetricText shard_texts[] = {
    {"IncomingBytes", "Bytes", "incoming_bytes"},
    {"IncomingRecords", "Count", "incoming_records"},
    {"IteratorAgeMilliseconds", "Milliseconds", "iterator_age"},
    {"OutgoingBytes", "Bytes", "outgoing_bytes"},
    {"OutgoingRecords", "Count", "outgoing_records"},
    {"ReadProvisionedThroughputExceeded", "Count", "read_provisioned_throughput_exceeded"},
    {"WriteProvisionedThroughputExceeded", "Count", "write_provisioned_throughput_exceeded"},
};
static_assert(std::size(shard_texts) == static_cast<size_t>(ShardMetric::Count_));

constexpr MetricText consumer_texts[] = {
    {"SubscribeToShard.RateExceeded", "Count", "subscribe_rate_exceeded"},
    {"SubscribeToShard.Success", "Count", "subscribe_success"},
    {"SubscribeToShardEvent.Bytes", "Bytes", "event_bytes"},
    {"SubscribeToShardEvent.MillisBehindLatest", "Milliseconds", "event_behind_latest"},
    {"SubscribeToShardEvent.Records", "Count", "event_records"},
    {"SubscribeToShardEvent.Success", "Count", "event_success"},
};
static_assert(std::size(consumer_texts) == static_cast<size_t>(ConsumerMetric::Count_));

template <typename Gathered>
void append_totals(const Gathered& gathered,
                   const MetricText* texts,
                   const std::string& dimension,
                   const std::string& value,
                   std::vector<MetricTotal>& out) {
    for (size_t i = 0; i < Gathered::size; ++i) {
        if (gathered.all[i].samples == 0) continue;
        out.push_back({&texts[i], dimension, value, gathered.all[i], gathered.last[i]});
    }
}

}  // namespace

StreamMetrics::StreamMetrics(StreamName name, cloudwatch::Face* face, const base::Clock& clock)
    : name_(std::move(name)), face_(face), clock_(clock), minute_(present_minute()) {}

int64_t StreamMetrics::present_minute() const {
    return std::chrono::floor<std::chrono::minutes>(clock_.now().time_since_epoch()).count();
}

void StreamMetrics::add(std::initializer_list<Sample<StreamMetric>> samples) {
    const int64_t minute = present_minute();
    const base::MutexLock lock(mutex_);
    turn_to(minute);
    stream_.used = minute;
    for (const auto& each : samples) stream_.add(each.metric, each.value);
}

void StreamMetrics::add(uint32_t shard_index, std::initializer_list<Sample<ShardMetric>> samples) {
    const uint32_t wanted = wanted_.load(std::memory_order_relaxed);
    if (wanted == 0) return;
    const int64_t minute = present_minute();
    const base::MutexLock lock(mutex_);
    turn_to(minute);
    auto& shard = shards_[shard_index];
    shard.used = minute;
    for (const auto& each : samples) {
        if ((wanted >> static_cast<unsigned>(each.metric) & 1U) != 0) {
            shard.add(each.metric, each.value);
        }
    }
}

void StreamMetrics::add(const std::string& consumer,
                        std::initializer_list<Sample<ConsumerMetric>> samples) {
    const int64_t minute = present_minute();
    const base::MutexLock lock(mutex_);
    turn_to(minute);
    auto& gathered = consumers_[consumer];
    gathered.used = minute;
    for (const auto& each : samples) gathered.add(each.metric, each.value);
}

void StreamMetrics::want_shard_metrics(const std::set<std::string>& names) {
    uint32_t wanted = 0;
    for (size_t i = 0; i < std::size(shard_texts); ++i) {
        if (names.contains(shard_texts[i].name)) wanted |= 1U << i;
    }
    wanted_.store(wanted, std::memory_order_relaxed);
}

void StreamMetrics::turn_to(int64_t minute) {
    if (minute == minute_) return;
    report();
    minute_ = minute;
    // What has been silent for as long as CloudWatch remembers is forgotten here as well.
    const auto is_old = [&](const auto& entry) {
        return minute - entry.second.used > kept_minutes;
    };
    std::erase_if(shards_, is_old);
    std::erase_if(consumers_, is_old);
}

template <typename Metric>
void StreamMetrics::report_each(Gathered<Metric>& gathered,
                                const MetricText* texts,
                                const std::map<std::string, std::string>& dimensions) {
    const base::Timestamp time{std::chrono::minutes{minute_}};
    for (size_t i = 0; i < Gathered<Metric>::size; ++i) {
        if (gathered.minute[i].samples == 0) continue;
        face_->report({name_.account, name_.region, space, texts[i].name, dimensions},
                      texts[i].unit,
                      time,
                      gathered.minute[i]);
        gathered.minute[i] = {};
    }
}

void StreamMetrics::report() {
    if (face_ == nullptr) return;
    report_each(stream_, stream_texts, {{"StreamName", name_.name}});
    for (auto& [index, shard] : shards_) {
        report_each(shard, shard_texts, {{"ShardId", shard_id(index)}, {"StreamName", name_.name}});
    }
    for (auto& [consumer, gathered] : consumers_) {
        report_each(
            gathered, consumer_texts, {{"ConsumerName", consumer}, {"StreamName", name_.name}});
    }
}

void StreamMetrics::report_now() {
    const base::MutexLock lock(mutex_);
    report();
}

double StreamMetrics::sum(StreamMetric metric) const {
    const base::MutexLock lock(mutex_);
    return stream_.all[static_cast<size_t>(metric)].sum;
}

std::vector<MetricTotal> StreamMetrics::totals() const {
    std::vector<MetricTotal> out;
    const base::MutexLock lock(mutex_);
    append_totals(stream_, stream_texts, "", "", out);
    for (const auto& [index, shard] : shards_) {
        append_totals(shard, shard_texts, "shard", shard_id(index), out);
    }
    for (const auto& [consumer, gathered] : consumers_) {
        append_totals(gathered, consumer_texts, "consumer", consumer, out);
    }
    return out;
}

}  // namespace wr::kinesis
