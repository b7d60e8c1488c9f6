// Listing metrics, taking those of callers; who may.
#include <cmath>

#include "base/encoding.h"
#include "base/json.h"
#include "gen/cloudwatch/errors.h"
#include "services/cloudwatch/api/service.h"

namespace wr::cloudwatch::api {

namespace errors = model::errors;

namespace {

using namespace std::chrono_literals;

constexpr size_t metrics_per_page = 500;
constexpr size_t data_per_put_max = 1'000;
constexpr size_t values_per_datum_max = 150;
constexpr double magnitude_max = 0x1p360;
constexpr auto past_max = std::chrono::hours{14 * 24};
constexpr auto future_max = 2h;
constexpr std::string_view services_space = "AWS/";

/// What a listing goes on after, readable but of no form that is promised.
std::string to_token(const MetricName& last) {
    base::Json token{base::Json::Object{}};
    token.set("space", last.space);
    token.set("name", last.name);
    base::Json dimensions{base::Json::Object{}};
    for (const auto& [name, value] : last.dimensions) dimensions.set(name, value);
    token.set("dimensions", std::move(dimensions));
    return base::base64_encode(token.dump());
}

std::optional<MetricName> from_token(const std::string& text, const CallContext& context) {
    const auto decoded = base::base64_decode(text);
    if (!decoded) return std::nullopt;
    const auto token = base::parse_json(*decoded);
    if (!token || !token->is_object()) return std::nullopt;
    const base::Json* space = token->find("space");
    const base::Json* name = token->find("name");
    const base::Json* dimensions = token->find("dimensions");
    if (space == nullptr || name == nullptr || dimensions == nullptr || !space->is_string() ||
        !name->is_string() || !dimensions->is_object()) {
        return std::nullopt;
    }
    MetricName last{context.account, context.region, space->as_string(), name->as_string(), {}};
    for (const auto& [key, value] : dimensions->as_object()) {
        if (!value.is_string()) return std::nullopt;
        last.dimensions[key] = value.as_string();
    }
    return last;
}

wire::ApiError bad_value(const std::string& text) {
    return errors::invalid_parameter_value_exception(text);
}

ApiResult<void> check_number(const std::string& where, double value) {
    if (std::isfinite(value) && std::abs(value) <= magnitude_max) return {};
    return base::fail(bad_value("The value for parameter " + where +
                                " must be a number between -2^360 and 2^360."));
}

ApiResult<Statistics> values_of(const std::string& where, const model::MetricDatum& datum) {
    Statistics seen;
    const int given = int{datum.value.has_value()} + int{datum.values.has_value()} +
                      int{datum.statistic_values.has_value()};
    if (given == 0) {
        return base::fail(errors::missing_required_parameter_exception(
            "At least one of the parameters " + where + "Value, " + where + "Values or " + where +
            "StatisticValues must be specified."));
    }
    if (given > 1) {
        return base::fail(errors::invalid_parameter_combination_exception(
            "The parameters " + where + "Value, " + where + "Values and " + where +
            "StatisticValues are mutually exclusive and you have specified more than one."));
    }
    if (datum.value) {
        WR_TRY_VOID(check_number(where + "Value", *datum.value));
        seen.add(*datum.value);
    }
    if (const auto& set = datum.statistic_values) {
        const std::string inner = where + "StatisticValues.";
        WR_TRY_VOID(check_number(inner + "SampleCount", *set->sample_count));
        WR_TRY_VOID(check_number(inner + "Sum", *set->sum));
        WR_TRY_VOID(check_number(inner + "Minimum", *set->minimum));
        WR_TRY_VOID(check_number(inner + "Maximum", *set->maximum));
        if (*set->sample_count <= 0 || *set->minimum > *set->maximum) {
            return base::fail(bad_value("The values for parameter " + inner + " do not fit."));
        }
        seen.merge({*set->sample_count, *set->sum, *set->minimum, *set->maximum});
    }
    if (const auto& values = datum.values) {
        if (values->size() > values_per_datum_max) {
            return base::fail(bad_value("The collection " + where +
                                        "Values must not have a size greater than " +
                                        std::to_string(values_per_datum_max) + "."));
        }
        if (datum.counts && datum.counts->size() != values->size()) {
            return base::fail(bad_value("The parameters " + where + "Values and " + where +
                                        "Counts must be of the same size."));
        }
        for (size_t i = 0; i < values->size(); ++i) {
            const double count = datum.counts ? (*datum.counts)[i] : 1;
            WR_TRY_VOID(check_number(where + "Values", (*values)[i]));
            WR_TRY_VOID(check_number(where + "Counts", count));
            if (count > 0) seen.add((*values)[i], count);
        }
    }
    return seen;
}

}  // namespace

MetricName metric_name(const std::string& space,
                       const std::string& name,
                       const std::optional<std::vector<model::Dimension>>& dimensions,
                       const CallContext& context) {
    MetricName metric{context.account, context.region, space, name, {}};
    if (dimensions) {
        for (const model::Dimension& each : *dimensions)
            metric.dimensions[*each.name] = *each.value;
    }
    return metric;
}

std::vector<wire::AccessRequest> CloudWatchService::access(std::string_view operation,
                                                           const wire::InputView& input,
                                                           const CallContext&) {
    // Actions on metrics have no resource; writers can be held to a namespace.
    wire::AccessRequest request{"cloudwatch:" + std::string(operation), "*", {}};
    if (operation == "PutMetricData") {
        request.context["cloudwatch:namespace"] = input.string("Namespace");
    }
    return {request};
}

ApiResult<model::ListMetricsOutput> CloudWatchService::list_metrics(
    const model::ListMetricsInput& input, CallContext& context) {
    MetricFilter filter{context.account,
                        context.region,
                        input.namespace_.value_or(""),
                        input.metric_name.value_or(""),
                        {}};
    if (input.dimensions) {
        for (const model::DimensionFilter& each : *input.dimensions) {
            filter.dimensions.emplace_back(*each.name, each.value);
        }
    }
    std::optional<MetricName> after;
    if (input.next_token) {
        after = from_token(*input.next_token, context);
        if (!after) return base::fail(bad_value("Invalid nextToken"));
    }
    auto found = engine_.list(filter, after, metrics_per_page + 1);
    model::ListMetricsOutput output;
    if (found.size() > metrics_per_page) {
        found.pop_back();
        output.next_token = to_token(found.back());
    }
    output.metrics.emplace();
    for (const MetricName& each : found) {
        model::Metric& metric = output.metrics->emplace_back();
        metric.namespace_ = each.space;
        metric.metric_name = each.name;
        metric.dimensions.emplace();
        for (const auto& [name, value] : each.dimensions) {
            metric.dimensions->push_back(model::Dimension{name, value});
        }
    }
    return output;
}

ApiResult<model::PutMetricDataOutput> CloudWatchService::put_metric_data(
    const model::PutMetricDataInput& input, CallContext& context) {
    if (input.namespace_->starts_with(services_space)) {
        return base::fail(bad_value("The value AWS/ for parameter Namespace is invalid."));
    }
    std::vector<const model::MetricDatum*> data;
    if (input.metric_data) {
        for (const auto& each : *input.metric_data) data.push_back(&each);
    }
    if (input.entity_metric_data) {
        for (const auto& entity : *input.entity_metric_data) {
            if (!entity.metric_data) continue;
            for (const auto& each : *entity.metric_data) data.push_back(&each);
        }
    }
    if (data.empty()) {
        return base::fail(
            errors::missing_required_parameter_exception("The parameter MetricData is required."));
    }
    if (data.size() > data_per_put_max) {
        return base::fail(bad_value("The collection MetricData must not have a size greater than " +
                                    std::to_string(data_per_put_max) + "."));
    }
    const base::Timestamp now = engine_.now();
    std::vector<Statistics> seen;
    for (size_t i = 0; i < data.size(); ++i) {
        const std::string where = "MetricData.member." + std::to_string(i + 1) + ".";
        WR_TRY(const Statistics found, values_of(where, *data[i]));
        seen.push_back(found);
        const base::Timestamp time = data[i]->timestamp.value_or(now);
        if (time < now - past_max || time > now + future_max) {
            return base::fail(bad_value("The parameter " + where +
                                        "Timestamp must specify a time no more than two weeks in "
                                        "the past or two hours in the future."));
        }
    }
    for (size_t i = 0; i < data.size(); ++i) {
        engine_.report(
            metric_name(*input.namespace_, *data[i]->metric_name, data[i]->dimensions, context),
            data[i]->unit.value_or("None"),
            data[i]->timestamp.value_or(now),
            seen[i]);
    }
    return model::PutMetricDataOutput{};
}

}  // namespace wr::cloudwatch::api
