#pragma once
// Kinesis Analytics, API of 2015, on the wire.

#include "gen/kinesisanalytics/service.h"
#include "services/analytics/api/operations.h"

namespace wr::analytics::api {

namespace v1 = wr::gen::kinesisanalytics;

/// @threads any
class AnalyticsV1Service final : public v1::Service {
public:
    explicit AnalyticsV1Service(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    ApiResult<v1::CreateApplicationOutput> create_application(
        const v1::CreateApplicationInput& input, CallContext& context) override;
    ApiResult<v1::DeleteApplicationOutput> delete_application(
        const v1::DeleteApplicationInput& input, CallContext& context) override;
    ApiResult<v1::DescribeApplicationOutput> describe_application(
        const v1::DescribeApplicationInput& input, CallContext& context) override;
    ApiResult<v1::ListApplicationsOutput> list_applications(const v1::ListApplicationsInput& input,
                                                            CallContext& context) override;
    ApiResult<v1::StartApplicationOutput> start_application(const v1::StartApplicationInput& input,
                                                            CallContext& context) override;
    ApiResult<v1::StopApplicationOutput> stop_application(const v1::StopApplicationInput& input,
                                                          CallContext& context) override;
    ApiResult<v1::UpdateApplicationOutput> update_application(
        const v1::UpdateApplicationInput& input, CallContext& context) override;
    ApiResult<v1::AddApplicationInputOutput> add_application_input(
        const v1::AddApplicationInputInput& input, CallContext& context) override;
    ApiResult<v1::AddApplicationOutputOutput> add_application_output(
        const v1::AddApplicationOutputInput& input, CallContext& context) override;
    ApiResult<v1::DeleteApplicationOutputOutput> delete_application_output(
        const v1::DeleteApplicationOutputInput& input, CallContext& context) override;
    ApiResult<v1::AddApplicationCloudWatchLoggingOptionOutput>
    add_application_cloud_watch_logging_option(
        const v1::AddApplicationCloudWatchLoggingOptionInput& input, CallContext& context) override;
    ApiResult<v1::DeleteApplicationCloudWatchLoggingOptionOutput>
    delete_application_cloud_watch_logging_option(
        const v1::DeleteApplicationCloudWatchLoggingOptionInput& input,
        CallContext& context) override;
    ApiResult<v1::AddApplicationInputProcessingConfigurationOutput>
    add_application_input_processing_configuration(
        const v1::AddApplicationInputProcessingConfigurationInput& input,
        CallContext& context) override;
    ApiResult<v1::DeleteApplicationInputProcessingConfigurationOutput>
    delete_application_input_processing_configuration(
        const v1::DeleteApplicationInputProcessingConfigurationInput& input,
        CallContext& context) override;
    ApiResult<v1::AddApplicationReferenceDataSourceOutput> add_application_reference_data_source(
        const v1::AddApplicationReferenceDataSourceInput& input, CallContext& context) override;
    ApiResult<v1::DeleteApplicationReferenceDataSourceOutput>
    delete_application_reference_data_source(
        const v1::DeleteApplicationReferenceDataSourceInput& input, CallContext& context) override;
    ApiResult<v1::DiscoverInputSchemaOutput> discover_input_schema(
        const v1::DiscoverInputSchemaInput& input, CallContext& context) override;
    ApiResult<v1::TagResourceOutput> tag_resource(const v1::TagResourceInput& input,
                                                  CallContext& context) override;
    ApiResult<v1::UntagResourceOutput> untag_resource(const v1::UntagResourceInput& input,
                                                      CallContext& context) override;
    ApiResult<v1::ListTagsForResourceOutput> list_tags_for_resource(
        const v1::ListTagsForResourceInput& input, CallContext& context) override;

private:
    Engine& engine_;
};

}  // namespace wr::analytics::api
