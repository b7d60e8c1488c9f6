#pragma once
// CloudWatch's engine: a point a minute of each metric, for some hours, in memory.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "services/cloudwatch/cloudwatch.h"

namespace wr::cloudwatch {

struct Limits {
    size_t series_max = limits::metric_series_max;
    std::chrono::milliseconds history = limits::metric_history;
};

/// Points of a period, for one unit.
struct DataPoint {
    base::Timestamp time;  ///< where the period begins
    std::string unit;
    Statistics seen;
};

struct Range {
    base::Timestamp from;   ///< inclusive
    base::Timestamp until;  ///< exclusive
    /// Whole minutes. Periods are counted from `from`.
    std::chrono::seconds period;
};

/// Which metrics a listing wants; what is empty is not asked for.
struct MetricFilter {
    std::string account;
    std::string region;
    std::string space;
    std::string name;
    /// Name, and value unless any will do.
    std::vector<std::pair<std::string, std::optional<std::string>>> dimensions;
};

/// @threads any; add_source before the first of the others
class Engine final : public Face {
public:
    explicit Engine(const base::Clock& clock, Limits limits = {});

    /// `report_now` is called before every reading, for services that gather before they report.
    void add_source(std::function<void()> report_now);

    void report(const MetricName& metric,
                std::string_view unit,
                base::Timestamp time,
                const Statistics& seen) override;

    /// By time, then unit; periods in which nothing was reported are left out.
    std::vector<DataPoint> read(const MetricName& metric,
                                const std::optional<std::string>& unit,
                                const Range& range);
    /// In order, from the first behind `after`; those with points alone.
    std::vector<MetricName> list(const MetricFilter& filter,
                                 const std::optional<MetricName>& after,
                                 size_t count_max);
    base::Timestamp now() const { return clock_.now(); }

private:
    struct Point {
        int64_t minute = 0;
        Statistics seen;
    };
    struct Series {
        std::deque<Point> points;  // by minute
    };
    using Units = std::map<std::string, Series, std::less<>>;

    int64_t oldest_minute() const;
    void make_room() REQUIRES(mutex_);
    static int64_t newest_minute(const Units& units);
    void ask_sources();

    const base::Clock& clock_;
    const Limits limits_;
    std::vector<std::function<void()>> sources_;
    mutable base::Mutex mutex_;
    std::map<MetricName, Units> metrics_ GUARDED_BY(mutex_);
    size_t series_ GUARDED_BY(mutex_) = 0;
};

}  // namespace wr::cloudwatch
