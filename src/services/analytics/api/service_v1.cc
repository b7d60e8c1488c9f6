// The first API version: code, inputs and outputs stand side by side, each with its own role.
#include "services/analytics/api/service_v1.h"

namespace wr::analytics::api {
namespace {

std::vector<std::string> roles_in(std::string_view operation, const wire::InputView& input) {
    std::vector<std::string> roles;
    const auto take_processor = [&roles](const v1::InputProcessingConfiguration& from) {
        if (from.input_lambda_processor) roles.push_back(role_in(*from.input_lambda_processor));
    };
    const auto take_input = [&](const v1::Input& from) {
        if (from.kinesis_streams_input) roles.push_back(role_in(*from.kinesis_streams_input));
        if (from.kinesis_firehose_input) roles.push_back(role_in(*from.kinesis_firehose_input));
        if (from.input_processing_configuration)
            take_processor(*from.input_processing_configuration);
    };
    const auto take_output = [&roles](const v1::Output& from) {
        if (from.kinesis_streams_output) roles.push_back(role_in(*from.kinesis_streams_output));
        if (from.kinesis_firehose_output) roles.push_back(role_in(*from.kinesis_firehose_output));
        if (from.lambda_output) roles.push_back(role_in(*from.lambda_output));
    };
    if (operation == "CreateApplication") {
        const auto& request = input.as<v1::CreateApplicationInput>();
        if (request.inputs)
            for (const auto& one : *request.inputs) take_input(one);
        if (request.outputs)
            for (const auto& one : *request.outputs) take_output(one);
    } else if (operation == "AddApplicationInput") {
        const auto& request = input.as<v1::AddApplicationInputInput>();
        if (request.input) take_input(*request.input);
    } else if (operation == "AddApplicationOutput") {
        const auto& request = input.as<v1::AddApplicationOutputInput>();
        if (request.output) take_output(*request.output);
    } else if (operation == "AddApplicationInputProcessingConfiguration") {
        const auto& request = input.as<v1::AddApplicationInputProcessingConfigurationInput>();
        if (request.input_processing_configuration)
            take_processor(*request.input_processing_configuration);
    } else if (operation == "AddApplicationReferenceDataSource") {
        const auto& request = input.as<v1::AddApplicationReferenceDataSourceInput>();
        const auto& source = request.reference_data_source;
        if (source && source->s3_reference_data_source)
            roles.push_back(source->s3_reference_data_source->reference_role_arn.value_or(""));
    } else if (operation == "DiscoverInputSchema") {
        roles.push_back(input.string("RoleARN"));
        const auto& request = input.as<v1::DiscoverInputSchemaInput>();
        if (request.s3_configuration) roles.push_back(role_in(*request.s3_configuration));
        if (request.input_processing_configuration)
            take_processor(*request.input_processing_configuration);
    } else if (operation == "UpdateApplication") {
        const auto& update = input.as<v1::UpdateApplicationInput>().application_update;
        const auto take = [&roles](const auto& member) {
            if (member) roles.push_back(member->role_arn_update.value_or(""));
        };
        if (update && update->input_updates)
            for (const auto& one : *update->input_updates) {
                take(one.kinesis_streams_input_update);
                take(one.kinesis_firehose_input_update);
                if (one.input_processing_configuration_update)
                    take(one.input_processing_configuration_update->input_lambda_processor_update);
            }
        if (update && update->reference_data_source_updates)
            for (const auto& one : *update->reference_data_source_updates)
                if (one.s3_reference_data_source_update)
                    roles.push_back(
                        one.s3_reference_data_source_update->reference_role_arn_update.value_or(
                            ""));
        if (update && update->output_updates)
            for (const auto& one : *update->output_updates) {
                take(one.kinesis_streams_output_update);
                take(one.kinesis_firehose_output_update);
                take(one.lambda_output_update);
            }
    }
    return roles;
}

v1::ApplicationSummary summary_of(const Application& application) {
    v1::ApplicationSummary summary;
    summary.application_name = application.name.name;
    summary.application_arn = application.name.arn();
    summary.application_status = status_name(application.status);
    return summary;
}

v1::ApplicationDetail detail_of(const Application& application) {
    v1::ApplicationDetail detail;
    detail.application_name = application.name.name;
    if (!application.description.empty()) detail.application_description = application.description;
    detail.application_arn = application.name.arn();
    detail.application_status = status_name(application.status);
    detail.create_timestamp = application.created;
    detail.last_update_timestamp = application.updated;
    detail.input_descriptions = describe_all<v1::InputDescription>(
        application.inputs, describe_input<v1::InputDescription>);
    detail.output_descriptions = describe_all<v1::OutputDescription>(
        application.outputs, describe_output<v1::OutputDescription>);
    detail.reference_data_source_descriptions = describe_all<v1::ReferenceDataSourceDescription>(
        application.references, describe_reference<v1::ReferenceDataSourceDescription>);
    detail.cloud_watch_logging_option_descriptions =
        describe_all<v1::CloudWatchLoggingOptionDescription>(
            application.logging, describe_logging<v1::CloudWatchLoggingOptionDescription>);
    detail.application_code = application.code;
    detail.application_version_id = application.version;
    return detail;
}

}  // namespace

std::vector<wire::AccessRequest> AnalyticsV1Service::access(std::string_view operation,
                                                            const wire::InputView& input,
                                                            const CallContext& context) {
    return access_to(operation, input, context, roles_in(operation, input));
}

ApiResult<v1::CreateApplicationOutput> AnalyticsV1Service::create_application(
    const v1::CreateApplicationInput& input, CallContext& context) {
    Application draft;
    draft.name = name_in(input.application_name, context);
    draft.description = input.application_description.value_or("");
    draft.code = input.application_code.value_or("");
    WR_ANALYTICS_TRY_VOID(take_configuration(input, draft));
    if (input.cloud_watch_logging_options)
        for (const auto& option : *input.cloud_watch_logging_options)
            draft.logging.push_back(logging_from(option));
    if (input.tags) take_tags(*input.tags, draft.tags);
    WR_ANALYTICS_TRY(const Application created, engine_.create(std::move(draft)));
    v1::CreateApplicationOutput output;
    output.application_summary = summary_of(created);
    return output;
}

ApiResult<v1::DeleteApplicationOutput> AnalyticsV1Service::delete_application(
    const v1::DeleteApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(
        engine_.delete_application(name_in(input.application_name, context),
                                   input.create_timestamp.value_or(base::Timestamp{})));
    return v1::DeleteApplicationOutput{};
}

ApiResult<v1::DescribeApplicationOutput> AnalyticsV1Service::describe_application(
    const v1::DescribeApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application found,
                     engine_.describe(name_in(input.application_name, context)));
    v1::DescribeApplicationOutput output;
    output.application_detail = detail_of(found);
    return output;
}

ApiResult<v1::ListApplicationsOutput> AnalyticsV1Service::list_applications(
    const v1::ListApplicationsInput& input, CallContext& context) {
    const auto limit = static_cast<size_t>(input.limit.value_or(10));
    const auto found = engine_.list(context.account,
                                    context.region,
                                    input.exclusive_start_application_name.value_or(""),
                                    limit + 1);
    v1::ListApplicationsOutput output;
    auto& summaries = output.application_summaries.emplace();
    for (size_t i = 0; i < std::min(limit, found.size()); ++i)
        summaries.push_back(summary_of(found[i]));
    output.has_more_applications = found.size() > limit;
    return output;
}

ApiResult<v1::StartApplicationOutput> AnalyticsV1Service::start_application(
    const v1::StartApplicationInput& input, CallContext& context) {
    std::map<std::string, StartingPosition> positions;
    if (input.input_configurations)
        for (const auto& one : *input.input_configurations)
            positions[one.id.value_or("")] =
                position_from(one.input_starting_position_configuration);
    WR_ANALYTICS_TRY_VOID(
        engine_.start_application(name_in(input.application_name, context), positions));
    return v1::StartApplicationOutput{};
}

ApiResult<v1::StopApplicationOutput> AnalyticsV1Service::stop_application(
    const v1::StopApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(engine_.stop_application(name_in(input.application_name, context)));
    return v1::StopApplicationOutput{};
}

ApiResult<v1::UpdateApplicationOutput> AnalyticsV1Service::update_application(
    const v1::UpdateApplicationInput& input, CallContext& context) {
    const auto change = [&](Application& application) -> Result<void> {
        if (!input.application_update) return {};
        const auto& update = *input.application_update;
        WR_TRY_VOID(take_updates(update, application));
        take_update(update.application_code_update, application.code);
        if (update.cloud_watch_logging_option_updates)
            return take_logging_updates(*update.cloud_watch_logging_option_updates, application);
        return {};
    };
    WR_ANALYTICS_TRY_VOID(engine_.modify(
        name_in(input.application_name, context), input.current_application_version_id, change));
    return v1::UpdateApplicationOutput{};
}

ApiResult<v1::AddApplicationInputOutput> AnalyticsV1Service::add_application_input(
    const v1::AddApplicationInputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(add_input(engine_, input, context));
    return v1::AddApplicationInputOutput{};
}

ApiResult<v1::AddApplicationOutputOutput> AnalyticsV1Service::add_application_output(
    const v1::AddApplicationOutputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(add_output(engine_, input, context));
    return v1::AddApplicationOutputOutput{};
}

ApiResult<v1::DeleteApplicationOutputOutput> AnalyticsV1Service::delete_application_output(
    const v1::DeleteApplicationOutputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(delete_output(engine_, input, context));
    return v1::DeleteApplicationOutputOutput{};
}

ApiResult<v1::AddApplicationCloudWatchLoggingOptionOutput>
AnalyticsV1Service::add_application_cloud_watch_logging_option(
    const v1::AddApplicationCloudWatchLoggingOptionInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(add_logging(engine_, input, context));
    return v1::AddApplicationCloudWatchLoggingOptionOutput{};
}

ApiResult<v1::DeleteApplicationCloudWatchLoggingOptionOutput>
AnalyticsV1Service::delete_application_cloud_watch_logging_option(
    const v1::DeleteApplicationCloudWatchLoggingOptionInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(delete_logging(engine_, input, context));
    return v1::DeleteApplicationCloudWatchLoggingOptionOutput{};
}

ApiResult<v1::AddApplicationInputProcessingConfigurationOutput>
AnalyticsV1Service::add_application_input_processing_configuration(
    const v1::AddApplicationInputProcessingConfigurationInput& input, CallContext& context) {
    std::optional<Processor> processor;
    if (input.input_processing_configuration)
        processor = processor_from(*input.input_processing_configuration);
    WR_ANALYTICS_TRY_VOID(set_processor(engine_, input, context, processor));
    return v1::AddApplicationInputProcessingConfigurationOutput{};
}

ApiResult<v1::DeleteApplicationInputProcessingConfigurationOutput>
AnalyticsV1Service::delete_application_input_processing_configuration(
    const v1::DeleteApplicationInputProcessingConfigurationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(set_processor(engine_, input, context, std::nullopt));
    return v1::DeleteApplicationInputProcessingConfigurationOutput{};
}

ApiResult<v1::AddApplicationReferenceDataSourceOutput>
AnalyticsV1Service::add_application_reference_data_source(
    const v1::AddApplicationReferenceDataSourceInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(add_reference(engine_, input, context));
    return v1::AddApplicationReferenceDataSourceOutput{};
}

ApiResult<v1::DeleteApplicationReferenceDataSourceOutput>
AnalyticsV1Service::delete_application_reference_data_source(
    const v1::DeleteApplicationReferenceDataSourceInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(delete_reference(engine_, input, context));
    return v1::DeleteApplicationReferenceDataSourceOutput{};
}

ApiResult<v1::DiscoverInputSchemaOutput> AnalyticsV1Service::discover_input_schema(
    const v1::DiscoverInputSchemaInput& input, CallContext&) {
    return discover<v1::DiscoverInputSchemaOutput, v1::SourceSchema>(
        engine_, input, input.role_arn.value_or(""));
}

ApiResult<v1::TagResourceOutput> AnalyticsV1Service::tag_resource(const v1::TagResourceInput& input,
                                                                  CallContext&) {
    return api::tag_resource<v1::TagResourceOutput>(engine_, input);
}

ApiResult<v1::UntagResourceOutput> AnalyticsV1Service::untag_resource(
    const v1::UntagResourceInput& input, CallContext&) {
    return api::untag_resource<v1::UntagResourceOutput>(engine_, input);
}

ApiResult<v1::ListTagsForResourceOutput> AnalyticsV1Service::list_tags_for_resource(
    const v1::ListTagsForResourceInput& input, CallContext&) {
    return list_tags<v1::ListTagsForResourceOutput, v1::Tag>(engine_, input);
}

}  // namespace wr::analytics::api
