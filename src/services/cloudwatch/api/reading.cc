// Reading metrics: one metric with several statistics, or many with one each.
#include <algorithm>
#include <set>

#include "gen/cloudwatch/errors.h"
#include "services/cloudwatch/api/service.h"

namespace wr::cloudwatch::api {

namespace errors = model::errors;

namespace {

constexpr int64_t points_per_statistics_max = 1'440;
constexpr size_t queries_max = 500;
constexpr int64_t points_per_data_max = 100'800;

/// The end of the year 9999.
constexpr base::Timestamp latest_time{std::chrono::milliseconds{253'402'300'799'999}};
constexpr int64_t period_seconds_max = 366 * 86'400;

wire::ApiError validation_error(std::string message) {
    return {"ValidationError", std::move(message), 400, {}, {}};
}

base::Timestamp floor_to_minute(base::Timestamp time) {
    return base::Timestamp{std::chrono::floor<std::chrono::minutes>(time.time_since_epoch())};
}

bool is_period(int64_t seconds) {
    return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30 ||
           (seconds % 60 == 0 && seconds <= period_seconds_max);
}

std::optional<double> value_of(std::string_view statistic, const Statistics& seen) {
    if (statistic == "SampleCount") return seen.samples;
    if (statistic == "Average") return seen.sum / seen.samples;
    if (statistic == "Sum") return seen.sum;
    if (statistic == "Minimum") return seen.minimum;
    if (statistic == "Maximum") return seen.maximum;
    return std::nullopt;
}

/// p99, tm95, PR(:300) and their like: percentiles and trimmed statistics.
bool is_extended(std::string_view statistic) {
    if (statistic == "IQM") return true;
    for (const std::string_view kind : {"p", "tm", "tc", "ts", "wm"}) {
        if (statistic.size() > kind.size() && statistic.starts_with(kind) &&
            statistic[kind.size()] >= '0' && statistic[kind.size()] <= '9') {
            return true;
        }
    }
    for (const std::string_view kind : {"TM(", "TC(", "TS(", "WM(", "PR("}) {
        if (statistic.starts_with(kind) && statistic.ends_with(')')) return true;
    }
    return false;
}

ApiResult<void> check_range(base::Timestamp from, base::Timestamp until) {
    if (from < until && from >= base::Timestamp{} && until <= latest_time) return {};
    return base::fail(errors::invalid_parameter_value_exception(
        "The parameter StartTime must be less than the parameter EndTime."));
}

}  // namespace

ApiResult<model::GetMetricStatisticsOutput> CloudWatchService::get_metric_statistics(
    const model::GetMetricStatisticsInput& input, CallContext& context) {
    WR_TRY_VOID(check_range(*input.start_time, *input.end_time));
    const bool has_plain = input.statistics && !input.statistics->empty();
    const bool has_extended = input.extended_statistics && !input.extended_statistics->empty();
    if (!has_plain && !has_extended) {
        return base::fail(errors::invalid_parameter_combination_exception(
            "At least one of the parameters Statistics and ExtendedStatistics must be specified."));
    }
    if (!is_period(*input.period)) {
        return base::fail(errors::invalid_parameter_value_exception(
            "The parameter Period must be either 1, 5, 10, 20, 30 or a multiple of 60"));
    }
    if (has_extended) {
        for (const std::string& each : *input.extended_statistics) {
            if (is_extended(each)) continue;
            return base::fail(errors::invalid_parameter_value_exception(
                "The value " + each + " for parameter ExtendedStatistics is not supported."));
        }
    }
    const base::Timestamp from = floor_to_minute(*input.start_time);
    const auto span = std::chrono::ceil<std::chrono::seconds>(*input.end_time - from).count();
    const int64_t wanted = (span + *input.period - 1) / *input.period;
    if (wanted > points_per_statistics_max) {
        return base::fail(errors::invalid_parameter_combination_exception(
            "You have requested up to " + std::to_string(wanted) +
            " datapoints, which exceeds the limit of 1,440. You may reduce the datapoints "
            "requested by increasing Period, or decreasing the time range."));
    }
    model::GetMetricStatisticsOutput output;
    output.label = *input.metric_name;
    output.datapoints.emplace();
    // Of a minute, its samples are not kept: there is nothing to take a percentile of.
    if (!has_plain) return output;
    for (const DataPoint& point :
         engine_.read(metric_name(*input.namespace_, *input.metric_name, input.dimensions, context),
                      input.unit,
                      {from, *input.end_time, std::chrono::seconds{*input.period}})) {
        model::Datapoint& out = output.datapoints->emplace_back();
        out.timestamp = point.time;
        out.unit = point.unit;
        for (const std::string& each : *input.statistics) {
            const auto value = value_of(each, point.seen);
            if (each == "SampleCount") out.sample_count = value;
            if (each == "Average") out.average = value;
            if (each == "Sum") out.sum = value;
            if (each == "Minimum") out.minimum = value;
            if (each == "Maximum") out.maximum = value;
        }
    }
    return output;
}

ApiResult<model::MetricDataResult> CloudWatchService::answer(const model::MetricDataQuery& query,
                                                             const model::GetMetricDataInput& input,
                                                             const CallContext& context) {
    const std::string where = "MetricDataQueries " + *query.id + ": ";
    if (query.expression || !query.metric_stat) {
        return base::fail(validation_error(
            where + (query.expression ? "metric math is not supported by this server."
                                      : "a MetricStat or an Expression must be given.")));
    }
    const model::MetricStat& wanted = *query.metric_stat;
    if (!wanted.metric->namespace_ || !wanted.metric->metric_name) {
        return base::fail(validation_error(where + "the metric needs a Namespace and a name."));
    }
    if (!is_period(*wanted.period)) {
        return base::fail(validation_error(
            where + "The parameter Period must be either 1, 5, 10, 20, 30 or a multiple of 60"));
    }
    if (!value_of(*wanted.stat, Statistics{1, 1, 1, 1}) && !is_extended(*wanted.stat)) {
        return base::fail(
            validation_error(where + "The value " + *wanted.stat + " for Stat is not supported."));
    }
    model::MetricDataResult result;
    result.id = *query.id;
    result.label = query.label.value_or(*wanted.metric->metric_name);
    result.timestamps.emplace();
    result.values.emplace();
    result.status_code = "Complete";
    // Periods of GetMetricData are those of the clock.
    const std::chrono::seconds period{std::max<int64_t>(60, *wanted.period)};
    const auto since_epoch = input.start_time->time_since_epoch();
    const base::Timestamp from{since_epoch - since_epoch % period};
    auto points = engine_.read(metric_name(*wanted.metric->namespace_,
                                           *wanted.metric->metric_name,
                                           wanted.metric->dimensions,
                                           context),
                               wanted.unit,
                               {from, *input.end_time, period});
    if (input.scan_by != "TimestampAscending") std::reverse(points.begin(), points.end());
    for (const DataPoint& point : points) {
        const auto value = value_of(*wanted.stat, point.seen);
        if (!value) continue;
        result.timestamps->push_back(point.time);
        result.values->push_back(*value);
    }
    return result;
}

ApiResult<model::GetMetricDataOutput> CloudWatchService::get_metric_data(
    const model::GetMetricDataInput& input, CallContext& context) {
    if (const auto range = check_range(*input.start_time, *input.end_time); !range) {
        return base::fail(validation_error(range.error().message));
    }
    if (input.metric_data_queries->empty() || input.metric_data_queries->size() > queries_max) {
        return base::fail(
            validation_error("The collection MetricDataQueries must have between 1 "
                             "and 500 elements."));
    }
    if (input.max_datapoints &&
        (*input.max_datapoints < 1 || *input.max_datapoints > points_per_data_max)) {
        return base::fail(
            validation_error("The parameter MaxDatapoints must be between 1 and 100800."));
    }
    if (input.next_token) {
        // Three hours of 500 metrics are one page, so that no token was ever given.
        return base::fail(errors::invalid_next_token("The next token specified is invalid."));
    }
    std::set<std::string> ids;
    model::GetMetricDataOutput output;
    output.metric_data_results.emplace();
    output.messages.emplace();
    for (const model::MetricDataQuery& query : *input.metric_data_queries) {
        if (!ids.insert(*query.id).second) {
            return base::fail(
                validation_error("The values for parameter id in "
                                 "MetricDataQueries are not unique: " +
                                 *query.id));
        }
        WR_TRY(auto result, answer(query, input, context));
        if (query.return_data.value_or(true)) {
            output.metric_data_results->push_back(std::move(result));
        }
    }
    return output;
}

}  // namespace wr::cloudwatch::api
