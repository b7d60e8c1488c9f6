#pragma once
// CloudWatch's metrics on the wire: decoded input to the engine, its answer to decoded output.

#include <string>
#include <string_view>
#include <vector>

#include "gen/cloudwatch/service.h"
#include "services/cloudwatch/engine/engine.h"

namespace wr::cloudwatch::api {

namespace model = wr::gen::cloudwatch;
using wire::ApiResult;
using wire::CallContext;

/// @threads any
class CloudWatchService final : public model::Service {
public:
    explicit CloudWatchService(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    // reading.cc
    ApiResult<model::GetMetricStatisticsOutput> get_metric_statistics(
        const model::GetMetricStatisticsInput& input, CallContext& context) override;
    ApiResult<model::GetMetricDataOutput> get_metric_data(const model::GetMetricDataInput& input,
                                                          CallContext& context) override;

    // metrics.cc
    ApiResult<model::ListMetricsOutput> list_metrics(const model::ListMetricsInput& input,
                                                     CallContext& context) override;
    ApiResult<model::PutMetricDataOutput> put_metric_data(const model::PutMetricDataInput& input,
                                                          CallContext& context) override;

private:
    ApiResult<model::MetricDataResult> answer(const model::MetricDataQuery& query,
                                              const model::GetMetricDataInput& input,
                                              const CallContext& context);

    Engine& engine_;
};

MetricName metric_name(const std::string& space,
                       const std::string& name,
                       const std::optional<std::vector<model::Dimension>>& dimensions,
                       const CallContext& context);

}  // namespace wr::cloudwatch::api
