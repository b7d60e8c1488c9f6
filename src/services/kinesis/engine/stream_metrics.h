#pragma once
// What CloudWatch measures of a stream, gathered by the minute and since the start.
//
// Source: "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch", Developer
// Guide.

#include <array>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/cloudwatch/cloudwatch.h"
#include "services/kinesis/kinesis.h"

namespace wr::kinesis {

enum class StreamMetric : uint8_t {
    IncomingBytes,
    IncomingRecords,
    PutRecordBytes,
    PutRecordLatency,
    PutRecordSuccess,
    PutRecordsBytes,
    PutRecordsLatency,
    PutRecordsRecords,
    PutRecordsSuccess,
    PutRecordsTotalRecords,
    PutRecordsSuccessfulRecords,
    PutRecordsFailedRecords,
    PutRecordsThrottledRecords,
    GetRecordsBytes,
    GetRecordsIteratorAge,
    GetRecordsLatency,
    GetRecordsRecords,
    GetRecordsSuccess,
    ReadThroughputExceeded,
    WriteThroughputExceeded,
    Count_,
};
/// Measured once enhanced monitoring asks for them.
enum class ShardMetric : uint8_t {
    IncomingBytes,
    IncomingRecords,
    IteratorAge,
    OutgoingBytes,
    OutgoingRecords,
    ReadThroughputExceeded,
    WriteThroughputExceeded,
    Count_,
};
/// Of a consumer with enhanced fan-out.
enum class ConsumerMetric : uint8_t {
    RateExceeded,
    Success,
    EventBytes,
    EventMillisBehindLatest,
    EventRecords,
    EventSuccess,
    Count_,
};

/// What one name stands for, in CloudWatch and in Prometheus.
struct MetricText {
    const char* name;  ///< PutRecords.Success
    const char* unit;  ///< Count, Bytes or Milliseconds
    const char*
        family;  ///< put_records_success: behind wildrydes_kinesis_stream_, _shard_, _consumer_
};

/// One value since the start, for the text of /metrics.
struct MetricTotal {
    const MetricText* text;
    std::string dimension;  ///< "", shard or consumer
    std::string value;      ///< of the dimension
    cloudwatch::Statistics all;
    double last;
};

/// An addition is a lock of its own and a few sums; once a minute the minute before is reported.
/// @threads any
class StreamMetrics {
public:
    /// `face` may be null: then nothing but totals is gathered.
    StreamMetrics(StreamName name, cloudwatch::Face* face, const base::Clock& clock);

    template <typename Metric>
    struct Sample {
        Metric metric;
        double value;
    };
    void add(std::initializer_list<Sample<StreamMetric>> samples);
    /// Left out unless the metrics are wanted.
    void add(uint32_t shard_index, std::initializer_list<Sample<ShardMetric>> samples);
    void add(const std::string& consumer, std::initializer_list<Sample<ConsumerMetric>> samples);

    /// By the names of EnableEnhancedMonitoring.
    void want_shard_metrics(const std::set<std::string>& names);
    bool wants_shard_metrics() const { return wanted_.load(std::memory_order_relaxed) != 0; }

    /// Reports what has been gathered of the present minute too.
    void report_now();
    std::vector<MetricTotal> totals() const;
    /// The sum since the start.
    double sum(StreamMetric metric) const;

private:
    template <typename Metric>
    struct Gathered {
        static constexpr size_t size = static_cast<size_t>(Metric::Count_);
        std::array<cloudwatch::Statistics, size> minute{};
        std::array<cloudwatch::Statistics, size> all{};
        std::array<double, size> last{};
        int64_t used = 0;  ///< the minute of the newest sample

        void add(Metric metric, double value) {
            const auto at = static_cast<size_t>(metric);
            minute[at].add(value);
            all[at].add(value);
            last[at] = value;
        }
    };

    void turn_to(int64_t minute) REQUIRES(mutex_);
    void report() REQUIRES(mutex_);
    template <typename Metric>
    void report_each(Gathered<Metric>& gathered,
                     const MetricText* texts,
                     const std::map<std::string, std::string>& dimensions) REQUIRES(mutex_);
    int64_t present_minute() const;

    const StreamName name_;
    cloudwatch::Face* const face_;
    const base::Clock& clock_;
    std::atomic<uint32_t> wanted_ = 0;  ///< a bit for each ShardMetric

    mutable base::Mutex mutex_;  ///< taken before the face's own
    int64_t minute_ GUARDED_BY(mutex_) = 0;
    Gathered<StreamMetric> stream_ GUARDED_BY(mutex_);
    std::map<uint32_t, Gathered<ShardMetric>> shards_ GUARDED_BY(mutex_);
    std::map<std::string, Gathered<ConsumerMetric>> consumers_ GUARDED_BY(mutex_);
};

}  // namespace wr::kinesis
