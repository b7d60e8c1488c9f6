// What all operations share: names, permissions, errors.
#include "services/firehose/api/service.h"

#include "gen/firehose/errors.h"

namespace wr::firehose::api {

StreamName stream_name(const std::optional<std::string>& name, const CallContext& context) {
    return {context.account, context.region, name.value_or("")};
}

wire::ApiError to_api_error(Problem problem) {
    namespace errors = gen::errors;
    switch (problem.fault) {
        case Fault::ConcurrentModification:
            return errors::concurrent_modification_exception(std::move(problem.message));
        case Fault::InvalidArgument:
            return errors::invalid_argument_exception(std::move(problem.message));
        case Fault::LimitExceeded:
            return errors::limit_exceeded_exception(std::move(problem.message));
        case Fault::ResourceInUse:
            return errors::resource_in_use_exception(std::move(problem.message));
        case Fault::ResourceNotFound:
            return errors::resource_not_found_exception(std::move(problem.message));
        case Fault::ServiceUnavailable:
            return errors::service_unavailable_exception(std::move(problem.message));
    }
    return wire::internal_failure();
}

std::vector<wire::AccessRequest> FirehoseService::access(std::string_view operation,
                                                         const wire::InputView& input,
                                                         const CallContext& context) {
    const std::string action = "firehose:" + std::string(operation);
    if (operation == "ListDeliveryStreams") return {{action, "*", {}}};
    std::vector<wire::AccessRequest> requests = {
        {action, stream_name(input.string("DeliveryStreamName"), context).arn(), {}}};
    // Handing a role to a service is a right of its own.
    const auto pass = [&](const std::optional<std::string>& role) {
        if (role)
            requests.push_back(
                {"iam:PassRole", *role, {{"iam:PassedToService", "firehose.amazonaws.com"}}});
    };
    if (operation == "CreateDeliveryStream") {
        const auto& request = input.as<gen::CreateDeliveryStreamInput>();
        if (const auto& to = request.extended_s3_destination_configuration) pass(to->role_arn);
        if (const auto& to = request.s3_destination_configuration) pass(to->role_arn);
        if (const auto& from = request.kinesis_stream_source_configuration) pass(from->role_arn);
    }
    if (operation == "UpdateDestination") {
        const auto& request = input.as<gen::UpdateDestinationInput>();
        if (const auto& to = request.extended_s3_destination_update) pass(to->role_arn);
        if (const auto& to = request.s3_destination_update) pass(to->role_arn);
    }
    return requests;
}

}  // namespace wr::firehose::api
