// Functions and their invocation.
#include "base/encoding.h"
#include "base/time_format.h"
#include "services/lambda/api/service.h"

namespace wr::lambda::api {

namespace {

constexpr int64_t page_items_max = 50;

std::string format_modified(base::Timestamp time) {
    std::string text = base::format_iso8601_ms(time);
    text.pop_back();
    return text + "+0000";
}

model::FunctionConfiguration configuration_of(const Function& function, base::Timestamp now) {
    model::FunctionConfiguration output;
    FunctionName name = function.name;
    if (function.version != latest_version) name.qualifier = function.version;
    output.function_name = function.name.name;
    output.function_arn = name.qualified_arn();
    output.runtime = function.runtime;
    output.role = function.role;
    output.handler = function.handler;
    output.code_size = static_cast<int64_t>(function.code_bytes);
    output.description = function.description;
    output.timeout = function.timeout_seconds;
    output.memory_size = function.memory_mib;
    output.last_modified = format_modified(function.modified);
    output.code_sha256 = function.code_sha256_base64();
    output.version = function.version;
    if (!function.environment.empty())
        output.environment.emplace().variables = function.environment;
    output.tracing_config.emplace().mode = "PassThrough";
    output.revision_id = function.revision;
    output.package_type = "Zip";
    output.architectures = {{function.architecture}};
    output.ephemeral_storage.emplace().size = function.storage_mib;
    auto& snap_start = output.snap_start.emplace();
    snap_start.apply_on = "None";
    snap_start.optimization_status = "Off";
    auto& logging = output.logging_config.emplace();
    logging.log_format = "Text";
    logging.log_group = "/aws/lambda/" + function.name.name;
    if (function.is_active(now)) {
        output.state = "Active";
        output.last_update_status = function.is_updated(now) ? "Successful" : "InProgress";
    } else {
        output.state = "Pending";
        output.state_reason = "The function is being created.";
        output.state_reason_code = "Creating";
    }
    if (output.last_update_status == "InProgress") {
        output.last_update_status_reason = "The function is being created.";
        output.last_update_status_reason_code = "Creating";
    }
    return output;
}

/// What would change a function's behaviour and is not done here is refused, not overlooked.
template <typename Input>
std::optional<wire::ApiError> unsupported(const Input& input) {
    if (input.layers && !input.layers->empty()) return not_offered("Layers");
    if (input.vpc_config && input.vpc_config->subnet_ids &&
        !input.vpc_config->subnet_ids->empty()) {
        return not_offered("VpcConfig");
    }
    if (input.dead_letter_config && !input.dead_letter_config->target_arn.value_or("").empty()) {
        return not_offered("DeadLetterConfig");
    }
    if (input.file_system_configs && !input.file_system_configs->empty()) {
        return not_offered("FileSystemConfigs");
    }
    if (input.tracing_config && input.tracing_config->mode == "Active") {
        return not_offered("TracingConfig Active");
    }
    return std::nullopt;
}

std::optional<wire::ApiError> unsupported_architecture(
    const std::optional<std::vector<std::string>>& architectures) {
#if defined(__aarch64__)
    constexpr std::string_view own = "arm64";
#else
    constexpr std::string_view own = "x86_64";
#endif
    if (!architectures || architectures->empty() || architectures->front() == own) {
        return std::nullopt;
    }
    return not_offered("Architecture " + architectures->front());
}

template <typename Input>
ApiResult<CodeSource> source_of(const Input& code) {
    CodeSource source;
    source.zip = code.zip_file;
    source.s3_bucket = code.s3_bucket.value_or("");
    source.s3_key = code.s3_key.value_or("");
    if (code.image_uri) return base::fail(not_offered("ImageUri"));
    if (code.s3_object_version) return base::fail(not_offered("S3ObjectVersion"));
    const bool is_s3 = !source.s3_bucket.empty() && !source.s3_key.empty();
    if (source.zip.has_value() == is_s3) {
        return base::fail(invalid_parameter(
            source.zip ? "Please do not provide other FunctionCode parameters when providing a "
                         "ZipFile."
                       : "Please provide a source for function code."));
    }
    return source;
}

}  // namespace

ApiResult<model::CreateFunctionOutput> LambdaService::create_function(
    const model::CreateFunctionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
    if (input.package_type == "Image") return base::fail(not_offered("PackageType Image"));
    if (auto refused = unsupported(input)) return base::fail(*refused);
    if (auto refused = unsupported_architecture(input.architectures)) return base::fail(*refused);
    WR_TRY(const CodeSource code, source_of(input.code.value_or(model::FunctionCode())));
    Function function;
    function.name = name;
    function.name.qualifier.clear();
    function.runtime = input.runtime.value_or("");
    function.role = input.role.value_or("");
    function.handler = input.handler.value_or("");
    function.description = input.description.value_or("");
    if (input.architectures && !input.architectures->empty()) {
        function.architecture = input.architectures->front();
    }
    function.timeout_seconds = static_cast<int>(input.timeout.value_or(3));
    function.memory_mib = static_cast<int>(input.memory_size.value_or(128));
    if (input.ephemeral_storage) {
        function.storage_mib = static_cast<int>(input.ephemeral_storage->size.value_or(512));
    }
    if (input.environment) {
        function.environment = input.environment->variables.value_or(function.environment);
    }
    function.tags = input.tags.value_or(function.tags);
    WR_LAMBDA_TRY(
        const Function created,
        engine_.create_function(std::move(function), code, input.publish.value_or(false)));
    return configuration_of(created, engine_.now());
}

ApiResult<model::GetFunctionOutput> LambdaService::get_function(
    const model::GetFunctionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    WR_LAMBDA_TRY(const Function function, engine_.get_function(name));
    model::GetFunctionOutput output;
    output.configuration = configuration_of(function, engine_.now());
    output.code.emplace().repository_type = "S3";
    if (!function.tags.empty()) output.tags = function.tags;
    return output;
}

ApiResult<model::GetFunctionConfigurationOutput> LambdaService::get_function_configuration(
    const model::GetFunctionConfigurationInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    WR_LAMBDA_TRY(const Function function, engine_.get_function(name));
    return configuration_of(function, engine_.now());
}

ApiResult<model::ListFunctionsOutput> LambdaService::list_functions(
    const model::ListFunctionsInput& input, CallContext& context) {
    WR_LAMBDA_TRY(auto all, engine_.list_functions(context.account, context.region));
    model::ListFunctionsOutput output;
    output.next_marker = page(all,
                              input.marker,
                              std::min(input.max_items.value_or(page_items_max), page_items_max),
                              [](const Function& each) { return each.name.name; });
    output.functions.emplace();
    for (const Function& function : all) {
        output.functions->push_back(configuration_of(function, engine_.now()));
    }
    return output;
}

ApiResult<model::ListVersionsByFunctionOutput> LambdaService::list_versions_by_function(
    const model::ListVersionsByFunctionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
    WR_LAMBDA_TRY(auto all, engine_.list_versions(name));
    model::ListVersionsByFunctionOutput output;
    output.versions.emplace();
    for (const Function& function : all) {
        auto configuration = configuration_of(function, engine_.now());
        if (function.version == latest_version) {
            *configuration.function_arn += ":" + function.version;
        }
        output.versions->push_back(std::move(configuration));
    }
    return output;
}

ApiResult<model::PublishVersionOutput> LambdaService::publish_version(
    const model::PublishVersionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
    WR_LAMBDA_TRY(const Function function,
                  engine_.publish_version(name,
                                          input.description.value_or(""),
                                          input.code_sha256.value_or(""),
                                          input.revision_id.value_or("")));
    return configuration_of(function, engine_.now());
}

ApiResult<model::UpdateFunctionCodeOutput> LambdaService::update_function_code(
    const model::UpdateFunctionCodeInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
    if (auto refused = unsupported_architecture(input.architectures)) return base::fail(*refused);
    WR_TRY(const CodeSource code, source_of(input));
    WR_LAMBDA_TRY(const Function function,
                  engine_.update_code(name,
                                      code,
                                      input.revision_id.value_or(""),
                                      input.dry_run.value_or(false),
                                      input.publish.value_or(false)));
    return configuration_of(function, engine_.now());
}

ApiResult<model::UpdateFunctionConfigurationOutput> LambdaService::update_function_configuration(
    const model::UpdateFunctionConfigurationInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, std::nullopt, context));
    if (auto refused = unsupported(input)) return base::fail(*refused);
    ConfigurationChanges changes;
    changes.runtime = input.runtime;
    changes.role = input.role;
    changes.handler = input.handler;
    changes.description = input.description;
    changes.timeout_seconds = input.timeout;
    changes.memory_mib = input.memory_size;
    if (input.ephemeral_storage) changes.storage_mib = input.ephemeral_storage->size;
    if (input.environment) {
        changes.environment =
            input.environment->variables.value_or(std::map<std::string, std::string>());
    }
    changes.revision = input.revision_id;
    WR_LAMBDA_TRY(const Function function, engine_.update_configuration(name, changes));
    return configuration_of(function, engine_.now());
}

ApiResult<model::DeleteFunctionOutput> LambdaService::delete_function(
    const model::DeleteFunctionInput& input, CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    const auto deleted = engine_.delete_function(name);
    if (!deleted) return base::fail(to_api_error(deleted.error()));
    model::DeleteFunctionOutput output;
    output.status_code = 204;
    return output;
}

ApiResult<model::InvokeOutput> LambdaService::invoke(const model::InvokeInput& input,
                                                     CallContext& context) {
    WR_TRY(const FunctionName name, target(input.function_name, input.qualifier, context));
    const std::string kind = input.invocation_type.value_or("RequestResponse");
    const auto type = kind == "Event"    ? InvocationType::Event
                      : kind == "DryRun" ? InvocationType::DryRun
                                         : InvocationType::RequestResponse;
    WR_LAMBDA_TRY(
        InvokeOutcome outcome,
        engine_.invoke_function(name, type, input.payload.value_or(""), context.request_id));
    model::InvokeOutput output;
    switch (type) {
        case InvocationType::Event:
            output.status_code = 202;
            return output;
        case InvocationType::DryRun:
            output.status_code = 204;
            return output;
        case InvocationType::RequestResponse:
            break;
    }
    output.status_code = 200;
    output.payload = std::move(outcome.payload);
    output.executed_version = std::move(outcome.executed_version);
    if (!outcome.function_error.empty()) output.function_error = std::move(outcome.function_error);
    if (input.log_type == "Tail") output.log_result = base::base64_encode(outcome.log_tail);
    return output;
}

}  // namespace wr::lambda::api
