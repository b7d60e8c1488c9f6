// What the operations share: which stream is meant, who may, and how the engine's errors are told.
#include "services/kinesis/api/service.h"

#include "gen/kinesis/errors.h"

namespace wr::kinesis::api {
namespace {

constexpr std::chrono::seconds page_token_life{300};

}  // namespace

wire::ApiError to_api_error(const Error& error) {
    namespace errors = model::errors;
    switch (error.code) {
        case ErrorCode::ResourceNotFound:
            return errors::resource_not_found_exception(error.message);
        case ErrorCode::ResourceInUse:
            return errors::resource_in_use_exception(error.message);
        case ErrorCode::InvalidArgument:
            return errors::invalid_argument_exception(error.message);
        case ErrorCode::LimitExceeded:
            return errors::limit_exceeded_exception(error.message);
        case ErrorCode::ProvisionedThroughputExceeded:
            return errors::provisioned_throughput_exceeded_exception(error.message);
        case ErrorCode::ExpiredIterator:
            return errors::expired_iterator_exception(error.message);
        case ErrorCode::ExpiredNextToken:
            return errors::expired_next_token_exception(error.message);
        case ErrorCode::InternalFailure:
            return wire::internal_failure();
    }
    return wire::internal_failure();
}

ApiResult<StreamName> KinesisService::target(const std::optional<std::string>& name,
                                             const std::optional<std::string>& arn,
                                             const std::optional<std::string>& id,
                                             const CallContext& context) {
    std::optional<StreamName> found;
    if (arn) {
        found = parse_stream_arn(*arn);
        if (!found || (name && found->name != *name)) {
            return base::fail(
                model::errors::invalid_argument_exception("StreamARN " + *arn + " is invalid."));
        }
        if (found->region != context.region) {
            return base::fail(to_api_error(stream_not_found(*found)));
        }
    } else if (name) {
        found = StreamName{context.account, context.region, *name};
    } else if (id) {
        WR_KINESIS_TRY(found, engine_.name_of_id(context.account, context.region, *id));
    } else {
        return base::fail(model::errors::invalid_argument_exception(
            "Either StreamARN or StreamName should be provided."));
    }
    return *found;
}

ApiResult<StreamName> KinesisService::resource_target(const std::optional<std::string>& arn,
                                                      const CallContext& context) {
    if (arn && arn->find("/consumer/") != std::string::npos) {
        return base::fail(
            model::errors::resource_not_found_exception("Consumer " + *arn + " not found."));
    }
    return target(std::nullopt, arn, std::nullopt, context);
}

ApiResult<PageToken> KinesisService::open_page(const std::string& text, std::string_view kind) {
    const std::optional<PageToken> token = engine_.tokens().open_page(text);
    if (!token || !token->scope.starts_with(kind)) {
        return base::fail(model::errors::invalid_argument_exception("Invalid NextToken."));
    }
    if (engine_.now() - token->issued > page_token_life) {
        return base::fail(
            model::errors::expired_next_token_exception("The provided NextToken has expired."));
    }
    return *token;
}

std::vector<wire::AccessRequest> KinesisService::access(std::string_view operation,
                                                        const wire::InputView& input,
                                                        const CallContext& context) {
    const std::string action = "kinesis:" + std::string(operation);
    const auto on = [&](std::string resource) {
        return std::vector<wire::AccessRequest>{{action, std::move(resource), {}}};
    };
    for (const char* member : {"StreamARN", "ResourceARN", "ConsumerARN"}) {
        if (std::string arn = input.string(member); !arn.empty()) return on(std::move(arn));
    }
    if (const std::string name = input.string("StreamName"); !name.empty()) {
        return on(StreamName{context.account, context.region, name}.arn());
    }
    if (const std::string iterator = input.string("ShardIterator"); !iterator.empty()) {
        const auto stream = engine_.stream_of_iterator(iterator);
        return on(stream ? stream->arn() : "*");
    }
    if (const std::string id = input.string("StreamId"); !id.empty()) {
        const auto name = engine_.name_of_id(context.account, context.region, id);
        return on(name ? name.value().arn() : "*");
    }
    if (const std::string text = input.string("NextToken"); !text.empty()) {
        const auto token = engine_.tokens().open_page(text);
        const bool is_of_stream = token && token->scope.starts_with("arn:");
        return on(is_of_stream ? token->scope.substr(0, token->scope.find('\n')) : "*");
    }
    return on("*");
}

}  // namespace wr::kinesis::api
