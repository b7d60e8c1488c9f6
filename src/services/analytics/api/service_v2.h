#pragma once
// Kinesis Analytics, API of 2018, on the wire.

#include "gen/kinesisanalyticsv2/service.h"
#include "services/analytics/api/operations.h"

namespace wr::analytics::api {

namespace v2 = wr::gen::kinesisanalyticsv2;

/// @threads any
class AnalyticsV2Service final : public v2::Service {
public:
    explicit AnalyticsV2Service(Engine& engine) : engine_(engine) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

    ApiResult<v2::CreateApplicationOutput> create_application(
        const v2::CreateApplicationInput& input, CallContext& context) override;
    ApiResult<v2::DeleteApplicationOutput> delete_application(
        const v2::DeleteApplicationInput& input, CallContext& context) override;
    ApiResult<v2::DescribeApplicationOutput> describe_application(
        const v2::DescribeApplicationInput& input, CallContext& context) override;
    ApiResult<v2::ListApplicationsOutput> list_applications(const v2::ListApplicationsInput& input,
                                                            CallContext& context) override;
    ApiResult<v2::StartApplicationOutput> start_application(const v2::StartApplicationInput& input,
                                                            CallContext& context) override;
    ApiResult<v2::StopApplicationOutput> stop_application(const v2::StopApplicationInput& input,
                                                          CallContext& context) override;
    ApiResult<v2::UpdateApplicationOutput> update_application(
        const v2::UpdateApplicationInput& input, CallContext& context) override;
    ApiResult<v2::AddApplicationInputOutput> add_application_input(
        const v2::AddApplicationInputInput& input, CallContext& context) override;
    ApiResult<v2::AddApplicationOutputOutput> add_application_output(
        const v2::AddApplicationOutputInput& input, CallContext& context) override;
    ApiResult<v2::DeleteApplicationOutputOutput> delete_application_output(
        const v2::DeleteApplicationOutputInput& input, CallContext& context) override;
    ApiResult<v2::AddApplicationCloudWatchLoggingOptionOutput>
    add_application_cloud_watch_logging_option(
        const v2::AddApplicationCloudWatchLoggingOptionInput& input, CallContext& context) override;
    ApiResult<v2::AddApplicationInputProcessingConfigurationOutput>
    add_application_input_processing_configuration(
        const v2::AddApplicationInputProcessingConfigurationInput& input,
        CallContext& context) override;
    ApiResult<v2::DeleteApplicationInputProcessingConfigurationOutput>
    delete_application_input_processing_configuration(
        const v2::DeleteApplicationInputProcessingConfigurationInput& input,
        CallContext& context) override;
    ApiResult<v2::AddApplicationReferenceDataSourceOutput> add_application_reference_data_source(
        const v2::AddApplicationReferenceDataSourceInput& input, CallContext& context) override;
    ApiResult<v2::DeleteApplicationReferenceDataSourceOutput>
    delete_application_reference_data_source(
        const v2::DeleteApplicationReferenceDataSourceInput& input, CallContext& context) override;
    ApiResult<v2::DeleteApplicationCloudWatchLoggingOptionOutput>
    delete_application_cloud_watch_logging_option(
        const v2::DeleteApplicationCloudWatchLoggingOptionInput& input,
        CallContext& context) override;
    ApiResult<v2::DiscoverInputSchemaOutput> discover_input_schema(
        const v2::DiscoverInputSchemaInput& input, CallContext& context) override;
    ApiResult<v2::TagResourceOutput> tag_resource(const v2::TagResourceInput& input,
                                                  CallContext& context) override;
    ApiResult<v2::UntagResourceOutput> untag_resource(const v2::UntagResourceInput& input,
                                                      CallContext& context) override;
    ApiResult<v2::ListTagsForResourceOutput> list_tags_for_resource(
        const v2::ListTagsForResourceInput& input, CallContext& context) override;

private:
    Engine& engine_;
};

}  // namespace wr::analytics::api
