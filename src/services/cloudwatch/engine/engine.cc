// Metrics in memory: minutes are merged on arrival and summed up to periods on the way out.
#include "services/cloudwatch/engine/engine.h"

namespace wr::cloudwatch {
namespace {

constexpr std::chrono::milliseconds minute = std::chrono::minutes{1};

int64_t minute_of(base::Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
}
base::Timestamp time_of(int64_t minutes) {
    return base::Timestamp{minutes * minute};
}

bool has_dimensions(const MetricName& metric, const MetricFilter& filter) {
    return std::all_of(filter.dimensions.begin(), filter.dimensions.end(), [&](const auto& wanted) {
        const auto found = metric.dimensions.find(wanted.first);
        return found != metric.dimensions.end() &&
               (!wanted.second || found->second == *wanted.second);
    });
}

bool is_wanted(const MetricName& metric, const MetricFilter& filter) {
    return metric.account == filter.account && metric.region == filter.region &&
           (filter.space.empty() || metric.space == filter.space) &&
           (filter.name.empty() || metric.name == filter.name) && has_dimensions(metric, filter);
}

}  // namespace

Engine::Engine(const base::Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

void Engine::add_source(std::function<void()> report_now) {
    sources_.push_back(std::move(report_now));
}

void Engine::ask_sources() {
    for (const auto& report_now : sources_) report_now();
}

int64_t Engine::oldest_minute() const {
    return minute_of(clock_.now() - limits_.history);
}

int64_t Engine::newest_minute(const Units& units) {
    int64_t newest = INT64_MIN;
    for (const auto& [unit, series] : units) {
        if (!series.points.empty()) newest = std::max(newest, series.points.back().minute);
    }
    return newest;
}

/// Forgets what has outlived its history, or else the metric that has had no news for longest.
void Engine::make_room() {
    const int64_t oldest = oldest_minute();
    auto stalest = metrics_.end();
    int64_t stalest_minute = INT64_MAX;
    for (auto at = metrics_.begin(); at != metrics_.end();) {
        const int64_t newest = newest_minute(at->second);
        if (newest < oldest) {
            series_ -= at->second.size();
            at = metrics_.erase(at);
            continue;
        }
        if (newest < stalest_minute) {
            stalest = at;
            stalest_minute = newest;
        }
        ++at;
    }
    if (series_ < limits_.series_max || stalest == metrics_.end()) return;
    series_ -= stalest->second.size();
    metrics_.erase(stalest);
}

void Engine::report(const MetricName& metric,
                    std::string_view unit,
                    base::Timestamp time,
                    const Statistics& seen) {
    const int64_t when = minute_of(time);
    const base::MutexLock lock(mutex_);
    const int64_t oldest = oldest_minute();
    if (seen.samples == 0 || when < oldest) return;
    auto known = metrics_.find(metric);
    if (known == metrics_.end() || !known->second.contains(unit)) {
        if (series_ >= limits_.series_max) make_room();
        known = metrics_.try_emplace(metric).first;
        known->second.try_emplace(std::string(unit));
        ++series_;
    }
    std::deque<Point>& points = known->second.find(unit)->second.points;
    while (!points.empty() && points.front().minute < oldest) points.pop_front();
    auto at = points.end();
    while (at != points.begin() && std::prev(at)->minute >= when) --at;
    if (at == points.end() || at->minute != when) at = points.insert(at, {when, {}});
    at->seen.merge(seen);
}

std::vector<DataPoint> Engine::read(const MetricName& metric,
                                    const std::optional<std::string>& unit,
                                    const Range& range) {
    ask_sources();
    const int64_t first = minute_of(range.from);
    const int64_t width =
        std::max<int64_t>(1, std::chrono::floor<std::chrono::minutes>(range.period).count());
    std::map<std::pair<int64_t, std::string>, Statistics> periods;
    const base::MutexLock lock(mutex_);
    const int64_t oldest = oldest_minute();
    const auto known = metrics_.find(metric);
    if (known == metrics_.end()) return {};
    for (const auto& [name, series] : known->second) {
        if (unit && *unit != name) continue;
        for (const Point& point : series.points) {
            if (point.minute < std::max(first, oldest) || time_of(point.minute) >= range.until) {
                continue;
            }
            periods[{(point.minute - first) / width, name}].merge(point.seen);
        }
    }
    std::vector<DataPoint> points;
    for (const auto& [key, seen] : periods) {
        points.push_back({time_of(first + key.first * width), key.second, seen});
    }
    return points;
}

std::vector<MetricName> Engine::list(const MetricFilter& filter,
                                     const std::optional<MetricName>& after,
                                     size_t count_max) {
    ask_sources();
    std::vector<MetricName> found;
    const base::MutexLock lock(mutex_);
    const int64_t oldest = oldest_minute();
    auto at = after ? metrics_.upper_bound(*after)
                    : metrics_.lower_bound(MetricName{filter.account, filter.region, "", "", {}});
    for (; at != metrics_.end() && found.size() < count_max; ++at) {
        if (newest_minute(at->second) >= oldest && is_wanted(at->first, filter)) {
            found.push_back(at->first);
        }
    }
    return found;
}

}  // namespace wr::cloudwatch
