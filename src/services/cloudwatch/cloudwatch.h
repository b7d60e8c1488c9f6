#pragma once
// The face of CloudWatch: services report what they have measured.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace wr::cloudwatch {

/// What was seen of a metric: CloudWatch keeps no more of a minute.
struct Statistics {
    double samples = 0;
    double sum = 0;
    double minimum = 0;  ///< meaningful with samples
    double maximum = 0;

    /// `times` equal samples.
    void add(double value, double times = 1) { merge({times, value * times, value, value}); }
    void merge(const Statistics& other) {
        if (other.samples == 0) return;
        minimum = samples == 0 ? other.minimum : std::min(minimum, other.minimum);
        maximum = samples == 0 ? other.maximum : std::max(maximum, other.maximum);
        samples += other.samples;
        sum += other.sum;
    }
    bool operator==(const Statistics&) const = default;
};

struct MetricName {
    std::string account;
    std::string region;
    std::string space;  ///< the namespace: AWS/Kinesis
    std::string name;   ///< PutRecords.Success
    std::map<std::string, std::string> dimensions;
    auto operator<=>(const MetricName&) const = default;
};

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    /// Adds to the minute of `time`; what is older than three hours is dropped. Kept in memory
    /// only.
    /// @param unit  in CloudWatch's words: Count, Bytes, Milliseconds ...
    virtual void report(const MetricName& metric,
                        std::string_view unit,
                        base::Timestamp time,
                        const Statistics& seen) = 0;
};

}  // namespace wr::cloudwatch
