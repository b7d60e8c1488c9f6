#pragma once
// Operations that are the same in both API versions, but for the types of their structures.

#include <functional>

#include "services/analytics/api/convert.h"
#include "services/analytics/engine/engine.h"
#include "wire/shape.h"

namespace wr::analytics::api {

using wire::ApiResult;
using wire::CallContext;

constexpr size_t tags_max = 50;

inline ApplicationName name_in(const std::optional<std::string>& name, const CallContext& context) {
    return {context.account, context.region, name.value_or("")};
}

/// A role is handed to the service only by those who may pass it.
std::vector<wire::AccessRequest> access_to(std::string_view operation,
                                           const wire::InputView& input,
                                           const CallContext& context,
                                           const std::vector<std::string>& roles);

template <typename Request>
Result<Application> add_input(Engine& engine, const Request& request, const CallContext& context) {
    return engine.modify(name_in(request.application_name, context),
                         request.current_application_version_id,
                         [&](Application& application) -> Result<void> {
                             if (!request.input) return {};
                             WR_TRY(Input input, input_from(*request.input));
                             input.id = application.take_id();
                             application.inputs.push_back(std::move(input));
                             return {};
                         });
}

template <typename Request>
Result<Application> add_output(Engine& engine, const Request& request, const CallContext& context) {
    return engine.modify(name_in(request.application_name, context),
                         request.current_application_version_id,
                         [&](Application& application) -> Result<void> {
                             if (!request.output) return {};
                             WR_TRY(Output output, output_from(*request.output));
                             output.id = application.take_id();
                             application.outputs.push_back(std::move(output));
                             return {};
                         });
}

template <typename Request>
Result<Application> delete_output(Engine& engine,
                                  const Request& request,
                                  const CallContext& context) {
    return engine.modify(name_in(request.application_name, context),
                         request.current_application_version_id,
                         [&](Application& application) -> Result<void> {
                             const auto erased =
                                 std::erase_if(application.outputs, [&](const Output& output) {
                                     return output.id == request.output_id.value_or("");
                                 });
                             if (erased == 0)
                                 return fail(ErrorCode::ResourceNotFound,
                                             "The application has no output with the id " +
                                                 request.output_id.value_or("") + ".");
                             return {};
                         });
}

template <typename Request>
Result<Application> add_reference(Engine& engine,
                                  const Request& request,
                                  const CallContext& context) {
    return engine.modify(name_in(request.application_name, context),
                         request.current_application_version_id,
                         [&](Application& application) -> Result<void> {
                             if (!request.reference_data_source) return {};
                             WR_TRY(Reference reference,
                                    reference_from(*request.reference_data_source));
                             reference.id = application.take_id();
                             application.references.push_back(std::move(reference));
                             return {};
                         });
}

template <typename Request>
Result<Application> delete_reference(Engine& engine,
                                     const Request& request,
                                     const CallContext& context) {
    return engine.modify(
        name_in(request.application_name, context),
        request.current_application_version_id,
        [&](Application& application) -> Result<void> {
            const std::string id = request.reference_id.value_or("");
            if (std::erase_if(application.references,
                              [&](const Reference& reference) { return reference.id == id; }) == 0)
                return fail(ErrorCode::ResourceNotFound,
                            "The application has no reference data source with the id " + id + ".");
            return {};
        });
}

/// The input as it is after the change; its processor as the request says.
template <typename Request>
Result<Application> set_processor(Engine& engine,
                                  const Request& request,
                                  const CallContext& context,
                                  const std::optional<Processor>& processor) {
    return engine.modify(
        name_in(request.application_name, context),
        request.current_application_version_id,
        [&](Application& application) -> Result<void> {
            const std::string id = request.input_id.value_or("");
            const auto at = std::find_if(application.inputs.begin(),
                                         application.inputs.end(),
                                         [&](const Input& input) { return input.id == id; });
            if (at == application.inputs.end())
                return fail(ErrorCode::ResourceNotFound,
                            "The application has no input with the id " + id + ".");
            if (!processor && !at->processor)
                return fail(ErrorCode::ResourceNotFound,
                            "The input " + id + " has no input processing configuration.");
            at->processor = processor;
            return {};
        });
}

template <typename Option>
LoggingOption logging_from(const Option& from) {
    return {"", from.log_stream_arn.value_or(""), role_in(from)};
}

template <typename Request>
Result<Application> add_logging(Engine& engine,
                                const Request& request,
                                const CallContext& context) {
    return engine.modify(name_in(request.application_name, context),
                         request.current_application_version_id,
                         [&](Application& application) -> Result<void> {
                             if (!request.cloud_watch_logging_option) return {};
                             LoggingOption option =
                                 logging_from(*request.cloud_watch_logging_option);
                             option.id = application.take_id();
                             application.logging.push_back(std::move(option));
                             return {};
                         });
}

template <typename Request>
Result<Application> delete_logging(Engine& engine,
                                   const Request& request,
                                   const CallContext& context) {
    return engine.modify(
        name_in(request.application_name, context),
        request.current_application_version_id,
        [&](Application& application) -> Result<void> {
            const auto& id = request.cloud_watch_logging_option_id;
            if (std::erase_if(application.logging, [&](const LoggingOption& option) {
                    return option.id == id.value_or("");
                }) == 0)
                return fail(
                    ErrorCode::ResourceNotFound,
                    "The application has no logging option with the id " + id.value_or("") + ".");
            return {};
        });
}

/// The lists of a CreateApplication or of its SQL configuration.
template <typename From>
Result<void> take_configuration(const From& from, Application& application) {
    if (from.inputs)
        for (const auto& one : *from.inputs) {
            WR_TRY(Input input, input_from(one));
            application.inputs.push_back(std::move(input));
        }
    if (from.outputs)
        for (const auto& one : *from.outputs) {
            WR_TRY(Output output, output_from(one));
            application.outputs.push_back(std::move(output));
        }
    return {};
}

template <typename From>
Result<void> take_updates(const From& from, Application& application) {
    if (from.input_updates)
        for (const auto& update : *from.input_updates)
            WR_TRY_VOID(update_input(update, application));
    if (from.output_updates)
        for (const auto& update : *from.output_updates)
            WR_TRY_VOID(update_output(update, application));
    if (from.reference_data_source_updates)
        for (const auto& update : *from.reference_data_source_updates)
            WR_TRY_VOID(update_reference(update, application));
    return {};
}

template <typename Updates>
Result<void> take_logging_updates(const Updates& updates, Application& application) {
    for (const auto& update : updates)
        for (auto& option : application.logging) {
            if (option.id != update.cloud_watch_logging_option_id.value_or("")) continue;
            take_update(update.log_stream_arn_update, option.log_stream_arn);
            update_role(update, option.role_arn);
        }
    return {};
}

template <typename Object>
std::string role_of_object(const Object& object, const std::string& otherwise) {
    const std::string own = role_in(object);
    return own.empty() ? otherwise : own;
}

template <typename Output, typename Schema, typename Request>
ApiResult<Output> discover(Engine& engine, const Request& request, const std::string& role) {
    if (request.s3_configuration.has_value() == request.resource_arn.has_value())
        return base::fail(to_api_error({ErrorCode::InvalidArgument,
                                        "Exactly one of ResourceARN and S3Configuration is wanted.",
                                        {}}));
    std::optional<Processor> processor;
    if (request.input_processing_configuration)
        processor = processor_from(*request.input_processing_configuration);
    if (processor && processor->role_arn.empty()) processor->role_arn = role;
    const auto position = position_from(request.input_starting_position_configuration);
    WR_ANALYTICS_TRY(Discovery found,
                     request.s3_configuration
                         ? engine.discover_object(request.s3_configuration->bucket_arn.value_or(""),
                                                  request.s3_configuration->file_key.value_or(""),
                                                  role_of_object(*request.s3_configuration, role),
                                                  processor)
                         : engine.discover(*request.resource_arn, role, position, processor));
    SourceFormat source;
    const auto& schema = found.found.schema;
    source.format = schema.format;
    source.row_path = schema.row_path;
    source.row_delimiter = schema.row_delimiter;
    source.column_delimiter = schema.column_delimiter;
    source.columns = schema.columns;
    source.encoding = "UTF-8";
    Output output;
    output.input_schema = schema_of<Schema>(source);
    output.parsed_input_records = std::move(found.found.rows);
    output.processed_input_records = std::move(found.processed_records);
    output.raw_input_records = std::move(found.raw_records);
    return output;
}

template <typename Output, typename Request>
ApiResult<Output> tag_resource(Engine& engine, const Request& request) {
    const auto name = parse_application_arn(request.resource_arn.value_or(""));
    if (!name)
        return base::fail(
            to_api_error({ErrorCode::InvalidArgument, "The ARN names no application.", {}}));
    bool too_many = false;
    const auto tagged = engine.retag(*name, [&](Application& application) -> Result<void> {
        if (request.tags) take_tags(*request.tags, application.tags);
        too_many = application.tags.size() > tags_max;
        if (too_many) return fail(ErrorCode::LimitExceeded, "");
        return {};
    });
    if (too_many)
        return base::fail(wire::ApiError{
            "TooManyTagsException", "An application has at most 50 tags.", 400, {}, {}});
    WR_ANALYTICS_TRY_VOID(tagged);
    return Output{};
}

template <typename Output, typename Request>
ApiResult<Output> untag_resource(Engine& engine, const Request& request) {
    const auto name = parse_application_arn(request.resource_arn.value_or(""));
    if (!name)
        return base::fail(
            to_api_error({ErrorCode::InvalidArgument, "The ARN names no application.", {}}));
    WR_ANALYTICS_TRY_VOID(engine.retag(*name, [&](Application& application) -> Result<void> {
        if (request.tag_keys)
            for (const auto& key : *request.tag_keys) application.tags.erase(key);
        return {};
    }));
    return Output{};
}

template <typename Output, typename Tag, typename Request>
ApiResult<Output> list_tags(Engine& engine, const Request& request) {
    const auto name = parse_application_arn(request.resource_arn.value_or(""));
    if (!name)
        return base::fail(
            to_api_error({ErrorCode::InvalidArgument, "The ARN names no application.", {}}));
    WR_ANALYTICS_TRY(const Application application, engine.describe(*name));
    Output output;
    output.tags = tags_of<Tag>(application.tags);
    return output;
}

}  // namespace wr::analytics::api
