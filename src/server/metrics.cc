// Metrics: sums under one lock; text only when somebody scrapes.
#include "server/metrics.h"

#include <fmt/format.h>

namespace wr::server {

void Metrics::count_request(const RequestSample& sample) {
    const double seconds = std::chrono::duration<double>(sample.duration).count();
    base::MutexLock lock(mutex_);
    ++requests_[{std::string(sample.service), std::string(sample.operation), sample.status}];
    Histogram& histogram = durations_[{std::string(sample.service), std::string(sample.operation)}];
    size_t bucket = 0;
    while (bucket < bounds_.size() && seconds > bounds_[bucket]) ++bucket;
    ++histogram.buckets[bucket];
    ++histogram.count;
    histogram.sum_seconds += seconds;
    histogram.bytes_in += sample.bytes_in;
    histogram.bytes_out += sample.bytes_out;
}

void Metrics::add_gauge(std::string name, std::string help, std::function<double()> read) {
    base::MutexLock lock(mutex_);
    gauges_.push_back({std::move(name), std::move(help), std::move(read)});
}

void Metrics::add_text(std::function<std::string()> read) {
    base::MutexLock lock(mutex_);
    texts_.push_back(std::move(read));
}

std::string Metrics::text() const {
    base::MutexLock lock(mutex_);
    std::string out =
        "# HELP wildrydes_requests_total API requests by outcome.\n"
        "# TYPE wildrydes_requests_total counter\n";
    for (const auto& [key, count] : requests_) {
        out += fmt::format(
            "wildrydes_requests_total{{service=\"{}\",operation=\"{}\",status=\"{}\"}} {}\n",
            std::get<0>(key),
            std::get<1>(key),
            std::get<2>(key),
            count);
    }
    out +=
        "# HELP wildrydes_request_seconds Time from the whole request to the whole answer.\n"
        "# TYPE wildrydes_request_seconds histogram\n";
    for (const auto& [key, histogram] : durations_) {
        const auto labels =
            fmt::format("service=\"{}\",operation=\"{}\"", std::get<0>(key), std::get<1>(key));
        uint64_t cumulative = 0;
        for (size_t i = 0; i <= bounds_.size(); ++i) {
            cumulative += histogram.buckets[i];
            const auto bound = i < bounds_.size() ? fmt::format("{}", bounds_[i]) : "+Inf";
            out += fmt::format(
                "wildrydes_request_seconds_bucket{{{},le=\"{}\"}} {}\n", labels, bound, cumulative);
        }
        out +=
            fmt::format("wildrydes_request_seconds_sum{{{}}} {}\n", labels, histogram.sum_seconds);
        out += fmt::format("wildrydes_request_seconds_count{{{}}} {}\n", labels, histogram.count);
        out += fmt::format("wildrydes_request_bytes_total{{{}}} {}\n", labels, histogram.bytes_in);
        out +=
            fmt::format("wildrydes_response_bytes_total{{{}}} {}\n", labels, histogram.bytes_out);
    }
    for (const auto& gauge : gauges_) {
        out += fmt::format(
            "# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", gauge.name, gauge.help, gauge.read());
    }
    for (const auto& read : texts_) out += read();
    return out;
}

}  // namespace wr::server
