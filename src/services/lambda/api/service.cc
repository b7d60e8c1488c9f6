// What the operations share: which function is meant, who may, how the engine's errors are told.
#include "services/lambda/api/service.h"

#include "gen/lambda/errors.h"

namespace wr::lambda::api {

namespace errors = model::errors;

wire::ApiError to_api_error(const EngineError& error) {
    switch (error.failure) {
        case Failure::ResourceNotFound:
            return errors::resource_not_found_exception(error.message);
        case Failure::ResourceConflict:
            return errors::resource_conflict_exception(error.message);
        case Failure::ResourceInUse:
            return errors::resource_in_use_exception(error.message);
        case Failure::InvalidParameter:
            return errors::invalid_parameter_value_exception(error.message);
        case Failure::InvalidRequestContent:
            return errors::invalid_request_content_exception(error.message);
        case Failure::TooManyRequests:
            return errors::too_many_requests_exception(error.message);
        case Failure::RequestTooLarge:
            return errors::request_too_large_exception(error.message);
        case Failure::PreconditionFailed:
            return errors::precondition_failed_exception(error.message);
        case Failure::Service:
            return errors::service_exception(error.message);
    }
    return wire::internal_failure();
}

wire::ApiError invalid_parameter(std::string message) {
    return errors::invalid_parameter_value_exception(std::move(message));
}

wire::ApiError not_offered(const std::string& feature) {
    return invalid_parameter(feature + " is not offered by this server.");
}

ApiResult<FunctionName> target(const std::optional<std::string>& name,
                               const std::optional<std::string>& qualifier,
                               const CallContext& context) {
    auto found = parse_function_name(name.value_or(""), context.account, context.region);
    if (!found) {
        return base::fail(invalid_parameter("Invalid function name: " + name.value_or("")));
    }
    if (found->region != context.region) {
        return base::fail(errors::resource_not_found_exception(
            "Functions from '" + found->region + "' are not reachable in this region ('" +
            context.region + "')"));
    }
    if (qualifier && !found->qualifier.empty() && *qualifier != found->qualifier) {
        return base::fail(
            invalid_parameter("The derived qualifier from the function name does not match the "
                              "specified qualifier."));
    }
    if (qualifier) found->qualifier = *qualifier;
    return *found;
}

std::vector<wire::AccessRequest> LambdaService::access(std::string_view operation,
                                                       const wire::InputView& input,
                                                       const CallContext& context) {
    const std::string action = "lambda:" + (operation == "Invoke" ? std::string("InvokeFunction")
                                                                  : std::string(operation));
    std::string name = input.string("FunctionName");
    if (name.empty()) name = input.string("Resource");
    const std::string id = input.string("UUID");
    if (operation.starts_with("List") && operation != "ListTags" &&
        operation != "ListVersionsByFunction") {
        return {{action, "*", {}}};
    }
    if (!id.empty()) {
        const std::string arn = "arn:aws:lambda:" + context.region + ":" + context.account +
                                ":event-source-mapping:" + id;
        return {{action, arn, {}}};
    }
    if (operation == "CreateEventSourceMapping") return {{action, "*", {}}};
    const auto function = parse_function_name(name, context.account, context.region);
    if (!function) return {{action, "*", {}}};
    FunctionName meant = *function;
    // Policies name functions without a version unless the request names one.
    if (meant.qualifier.empty()) meant.qualifier = input.string("Qualifier");
    std::vector<wire::AccessRequest> wanted = {{action, meant.qualified_arn(), {}}};
    const std::string role = input.string("Role");
    if (!role.empty()) {
        wanted.push_back({"iam:PassRole", role, {{"iam:PassedToService", "lambda.amazonaws.com"}}});
    }
    return wanted;
}

std::string LambdaService::resource_policy(const std::string& resource_arn,
                                           const CallContext& context) {
    if (!resource_arn.starts_with("arn:aws:lambda:")) return {};
    const auto name = parse_function_name(resource_arn, context.account, context.region);
    return name ? engine_.policy_of(*name) : std::string();
}

}  // namespace wr::lambda::api
