// The second API version: one role for the application, the SQL part beside those of other
// runtimes.
#include "services/analytics/api/service_v2.h"

#include "base/hash.h"

namespace wr::analytics::api {
namespace {

std::vector<std::string> roles_in(std::string_view operation, const wire::InputView& input) {
    if (operation == "UpdateApplication") return {input.string("ServiceExecutionRoleUpdate")};
    return {input.string("ServiceExecutionRole")};
}

base::Failure<Error> only_sql() {
    return fail(ErrorCode::UnsupportedOperation,
                "Only applications with the runtime SQL-1_0 run here.");
}

v2::ApplicationConfigurationDescription configuration_of(const Application& application) {
    v2::ApplicationConfigurationDescription configuration;
    auto& sql_part = configuration.sql_application_configuration_description.emplace();
    sql_part.input_descriptions = describe_all<v2::InputDescription>(
        application.inputs, describe_input<v2::InputDescription>);
    sql_part.output_descriptions = describe_all<v2::OutputDescription>(
        application.outputs, describe_output<v2::OutputDescription>);
    sql_part.reference_data_source_descriptions = describe_all<v2::ReferenceDataSourceDescription>(
        application.references, describe_reference<v2::ReferenceDataSourceDescription>);
    auto& code = configuration.application_code_configuration_description.emplace();
    code.code_content_type = "PLAINTEXT";
    auto& content = code.code_content_description.emplace();
    content.text_content = application.code;
    content.code_md5 = base::md5_hex(application.code);
    content.code_size = static_cast<int64_t>(application.code.size());
    return configuration;
}

v2::ApplicationDetail detail_of(const Application& application) {
    v2::ApplicationDetail detail;
    detail.application_arn = application.name.arn();
    if (!application.description.empty()) detail.application_description = application.description;
    detail.application_name = application.name.name;
    detail.runtime_environment = application.runtime;
    if (!application.service_role.empty()) detail.service_execution_role = application.service_role;
    detail.application_status = status_name(application.status);
    detail.application_version_id = application.version;
    detail.create_timestamp = application.created;
    detail.last_update_timestamp = application.updated;
    detail.application_configuration_description = configuration_of(application);
    detail.cloud_watch_logging_option_descriptions =
        describe_all<v2::CloudWatchLoggingOptionDescription>(
            application.logging, describe_logging<v2::CloudWatchLoggingOptionDescription>);
    return detail;
}

v2::ApplicationSummary summary_of(const Application& application) {
    v2::ApplicationSummary summary;
    summary.application_name = application.name.name;
    summary.application_arn = application.name.arn();
    summary.application_status = status_name(application.status);
    summary.application_version_id = application.version;
    summary.runtime_environment = application.runtime;
    return summary;
}

/// What the answer to every change of a part begins with.
template <typename Output>
Output changed_to(const Application& changed) {
    Output output;
    output.application_arn = changed.name.arn();
    output.application_version_id = changed.version;
    return output;
}

Result<void> take_sql_configuration(const v2::ApplicationConfiguration& from,
                                    Application& application) {
    if (from.flink_application_configuration || from.zeppelin_application_configuration)
        return only_sql();
    if (from.sql_application_configuration) {
        const auto& sql_part = *from.sql_application_configuration;
        WR_TRY_VOID(take_configuration(sql_part, application));
        if (sql_part.reference_data_sources)
            for (const auto& one : *sql_part.reference_data_sources) {
                WR_TRY(Reference reference, reference_from(one));
                application.references.push_back(std::move(reference));
            }
    }
    if (from.application_code_configuration && from.application_code_configuration->code_content) {
        const auto& content = *from.application_code_configuration->code_content;
        if (!content.text_content && (content.zip_file_content || content.s3_content_location))
            return fail(ErrorCode::InvalidArgument,
                        "The code of a SQL application is its TextContent.");
        application.code = content.text_content.value_or("");
    }
    return {};
}

Result<void> take_sql_update(const v2::UpdateApplicationInput& input, Application& application) {
    if (input.runtime_environment_update &&
        *input.runtime_environment_update != application.runtime)
        return only_sql();
    take_update(input.service_execution_role_update, application.service_role);
    if (input.cloud_watch_logging_option_updates)
        WR_TRY_VOID(take_logging_updates(*input.cloud_watch_logging_option_updates, application));
    if (!input.application_configuration_update) return {};
    const auto& update = *input.application_configuration_update;
    if (update.flink_application_configuration_update ||
        update.zeppelin_application_configuration_update)
        return only_sql();
    if (update.sql_application_configuration_update)
        WR_TRY_VOID(take_updates(*update.sql_application_configuration_update, application));
    const auto& code = update.application_code_configuration_update;
    if (code && code->code_content_update)
        take_update(code->code_content_update->text_content_update, application.code);
    return {};
}

}  // namespace

std::vector<wire::AccessRequest> AnalyticsV2Service::access(std::string_view operation,
                                                            const wire::InputView& input,
                                                            const CallContext& context) {
    return access_to(operation, input, context, roles_in(operation, input));
}

ApiResult<v2::CreateApplicationOutput> AnalyticsV2Service::create_application(
    const v2::CreateApplicationInput& input, CallContext& context) {
    if (input.runtime_environment.value_or("") != "SQL-1_0")
        return base::fail(to_api_error(only_sql().error));
    Application draft;
    draft.name = name_in(input.application_name, context);
    draft.description = input.application_description.value_or("");
    draft.service_role = input.service_execution_role.value_or("");
    if (input.application_configuration)
        WR_ANALYTICS_TRY_VOID(take_sql_configuration(*input.application_configuration, draft));
    if (input.cloud_watch_logging_options)
        for (const auto& option : *input.cloud_watch_logging_options)
            draft.logging.push_back(logging_from(option));
    if (input.tags) take_tags(*input.tags, draft.tags);
    WR_ANALYTICS_TRY(const Application created, engine_.create(std::move(draft)));
    v2::CreateApplicationOutput output;
    output.application_detail = detail_of(created);
    return output;
}

ApiResult<v2::DeleteApplicationOutput> AnalyticsV2Service::delete_application(
    const v2::DeleteApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(
        engine_.delete_application(name_in(input.application_name, context),
                                   input.create_timestamp.value_or(base::Timestamp{})));
    return v2::DeleteApplicationOutput{};
}

ApiResult<v2::DescribeApplicationOutput> AnalyticsV2Service::describe_application(
    const v2::DescribeApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application found,
                     engine_.describe(name_in(input.application_name, context)));
    v2::DescribeApplicationOutput output;
    output.application_detail = detail_of(found);
    return output;
}

ApiResult<v2::ListApplicationsOutput> AnalyticsV2Service::list_applications(
    const v2::ListApplicationsInput& input, CallContext& context) {
    const auto limit = static_cast<size_t>(input.limit.value_or(50));
    const auto found =
        engine_.list(context.account, context.region, input.next_token.value_or(""), limit + 1);
    v2::ListApplicationsOutput output;
    auto& summaries = output.application_summaries.emplace();
    for (size_t i = 0; i < std::min(limit, found.size()); ++i)
        summaries.push_back(summary_of(found[i]));
    if (found.size() > limit) output.next_token = found[limit - 1].name.name;
    return output;
}

ApiResult<v2::StartApplicationOutput> AnalyticsV2Service::start_application(
    const v2::StartApplicationInput& input, CallContext& context) {
    std::map<std::string, StartingPosition> positions;
    if (input.run_configuration && input.run_configuration->sql_run_configurations)
        for (const auto& one : *input.run_configuration->sql_run_configurations)
            positions[one.input_id.value_or("")] =
                position_from(one.input_starting_position_configuration);
    WR_ANALYTICS_TRY_VOID(
        engine_.start_application(name_in(input.application_name, context), positions));
    return v2::StartApplicationOutput{};
}

ApiResult<v2::StopApplicationOutput> AnalyticsV2Service::stop_application(
    const v2::StopApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY_VOID(engine_.stop_application(name_in(input.application_name, context)));
    return v2::StopApplicationOutput{};
}

ApiResult<v2::UpdateApplicationOutput> AnalyticsV2Service::update_application(
    const v2::UpdateApplicationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application updated,
                     engine_.modify(name_in(input.application_name, context),
                                    input.current_application_version_id,
                                    [&](Application& application) {
                                        return take_sql_update(input, application);
                                    }));
    v2::UpdateApplicationOutput output;
    output.application_detail = detail_of(updated);
    return output;
}

ApiResult<v2::AddApplicationInputOutput> AnalyticsV2Service::add_application_input(
    const v2::AddApplicationInputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, add_input(engine_, input, context));
    auto output = changed_to<v2::AddApplicationInputOutput>(changed);
    output.input_descriptions =
        describe_all<v2::InputDescription>(changed.inputs, describe_input<v2::InputDescription>);
    return output;
}

ApiResult<v2::AddApplicationOutputOutput> AnalyticsV2Service::add_application_output(
    const v2::AddApplicationOutputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, add_output(engine_, input, context));
    auto output = changed_to<v2::AddApplicationOutputOutput>(changed);
    output.output_descriptions = describe_all<v2::OutputDescription>(
        changed.outputs, describe_output<v2::OutputDescription>);
    return output;
}

ApiResult<v2::DeleteApplicationOutputOutput> AnalyticsV2Service::delete_application_output(
    const v2::DeleteApplicationOutputInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, delete_output(engine_, input, context));
    return changed_to<v2::DeleteApplicationOutputOutput>(changed);
}

ApiResult<v2::AddApplicationCloudWatchLoggingOptionOutput>
AnalyticsV2Service::add_application_cloud_watch_logging_option(
    const v2::AddApplicationCloudWatchLoggingOptionInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, add_logging(engine_, input, context));
    auto output = changed_to<v2::AddApplicationCloudWatchLoggingOptionOutput>(changed);
    output.cloud_watch_logging_option_descriptions =
        describe_all<v2::CloudWatchLoggingOptionDescription>(
            changed.logging, describe_logging<v2::CloudWatchLoggingOptionDescription>);
    return output;
}

ApiResult<v2::AddApplicationInputProcessingConfigurationOutput>
AnalyticsV2Service::add_application_input_processing_configuration(
    const v2::AddApplicationInputProcessingConfigurationInput& input, CallContext& context) {
    std::optional<Processor> processor;
    if (input.input_processing_configuration)
        processor = processor_from(*input.input_processing_configuration);
    WR_ANALYTICS_TRY(const Application changed, set_processor(engine_, input, context, processor));
    auto output = changed_to<v2::AddApplicationInputProcessingConfigurationOutput>(changed);
    output.input_id = input.input_id;
    for (const auto& one : changed.inputs)
        if (one.id == input.input_id)
            output.input_processing_configuration_description =
                describe_input<v2::InputDescription>(one)
                    .input_processing_configuration_description;
    return output;
}

ApiResult<v2::DeleteApplicationInputProcessingConfigurationOutput>
AnalyticsV2Service::delete_application_input_processing_configuration(
    const v2::DeleteApplicationInputProcessingConfigurationInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed,
                     set_processor(engine_, input, context, std::nullopt));
    return changed_to<v2::DeleteApplicationInputProcessingConfigurationOutput>(changed);
}

ApiResult<v2::AddApplicationReferenceDataSourceOutput>
AnalyticsV2Service::add_application_reference_data_source(
    const v2::AddApplicationReferenceDataSourceInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, add_reference(engine_, input, context));
    auto output = changed_to<v2::AddApplicationReferenceDataSourceOutput>(changed);
    output.reference_data_source_descriptions = describe_all<v2::ReferenceDataSourceDescription>(
        changed.references, describe_reference<v2::ReferenceDataSourceDescription>);
    return output;
}

ApiResult<v2::DeleteApplicationReferenceDataSourceOutput>
AnalyticsV2Service::delete_application_reference_data_source(
    const v2::DeleteApplicationReferenceDataSourceInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, delete_reference(engine_, input, context));
    return changed_to<v2::DeleteApplicationReferenceDataSourceOutput>(changed);
}

ApiResult<v2::DeleteApplicationCloudWatchLoggingOptionOutput>
AnalyticsV2Service::delete_application_cloud_watch_logging_option(
    const v2::DeleteApplicationCloudWatchLoggingOptionInput& input, CallContext& context) {
    WR_ANALYTICS_TRY(const Application changed, delete_logging(engine_, input, context));
    auto output = changed_to<v2::DeleteApplicationCloudWatchLoggingOptionOutput>(changed);
    output.cloud_watch_logging_option_descriptions =
        describe_all<v2::CloudWatchLoggingOptionDescription>(
            changed.logging, describe_logging<v2::CloudWatchLoggingOptionDescription>);
    return output;
}

ApiResult<v2::DiscoverInputSchemaOutput> AnalyticsV2Service::discover_input_schema(
    const v2::DiscoverInputSchemaInput& input, CallContext&) {
    return discover<v2::DiscoverInputSchemaOutput, v2::SourceSchema>(
        engine_, input, input.service_execution_role.value_or(""));
}

ApiResult<v2::TagResourceOutput> AnalyticsV2Service::tag_resource(const v2::TagResourceInput& input,
                                                                  CallContext&) {
    return api::tag_resource<v2::TagResourceOutput>(engine_, input);
}

ApiResult<v2::UntagResourceOutput> AnalyticsV2Service::untag_resource(
    const v2::UntagResourceInput& input, CallContext&) {
    return api::untag_resource<v2::UntagResourceOutput>(engine_, input);
}

ApiResult<v2::ListTagsForResourceOutput> AnalyticsV2Service::list_tags_for_resource(
    const v2::ListTagsForResourceInput& input, CallContext&) {
    return list_tags<v2::ListTagsForResourceOutput, v2::Tag>(engine_, input);
}

}  // namespace wr::analytics::api
