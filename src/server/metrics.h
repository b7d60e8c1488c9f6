#pragma once
// Counters and gauges in the Prometheus text format.

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/mutex.h"

namespace wr::server {

struct RequestSample {
    std::string_view service;
    std::string_view operation;
    int status = 0;
    std::chrono::nanoseconds duration{};
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
};

/// @threads any
class Metrics {
public:
    void count_request(const RequestSample& sample);
    /// `read` is called at each scrape; it must not block.
    void add_gauge(std::string name, std::string help, std::function<double()> read);
    /// Whole families of metrics in the text format; the same holds for `read`.
    void add_text(std::function<std::string()> read);
    std::string text() const;

private:
    /// Upper bounds in seconds; the last bucket is +Inf.
    static constexpr std::array<double, 10> bounds_ = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10};
    struct Histogram {
        std::array<uint64_t, bounds_.size() + 1> buckets{};
        double sum_seconds = 0;
        uint64_t count = 0;
        uint64_t bytes_in = 0;
        uint64_t bytes_out = 0;
    };
    struct Gauge {
        std::string name;
        std::string help;
        std::function<double()> read;
    };
    using StatusKey = std::tuple<std::string, std::string, int>;
    using OperationKey = std::tuple<std::string, std::string>;

    mutable base::Mutex mutex_;
    std::map<StatusKey, uint64_t> requests_ GUARDED_BY(mutex_);
    std::map<OperationKey, Histogram> durations_ GUARDED_BY(mutex_);
    std::vector<Gauge> gauges_ GUARDED_BY(mutex_);
    std::vector<std::function<std::string()>> texts_ GUARDED_BY(mutex_);
};

}  // namespace wr::server
