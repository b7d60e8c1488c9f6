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
        case ErrorCode::Validation:
            return wire::validation_error(error.message);
        case ErrorCode::KeyNotFound:
            return errors::kms_not_found_exception(error.message);
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

ApiResult<ConsumerName> KinesisService::consumer_target(const std::optional<std::string>& arn,
                                                        const std::optional<std::string>& stream,
                                                        const std::optional<std::string>& stream_id,
                                                        const std::optional<std::string>& name,
                                                        const CallContext& context) {
    if (!arn) {
        if (!name || (!stream && !stream_id)) {
            return base::fail(model::errors::invalid_argument_exception(
                "Either ConsumerARN or both StreamARN and ConsumerName should be provided."));
        }
        WR_TRY(StreamName of, target(std::nullopt, stream, stream_id, context));
        return ConsumerName{std::move(of), *name};
    }
    std::optional<ConsumerName> found = parse_consumer_arn(*arn);
    const bool is_consistent =
        found && (!name || *name == found->name) && (!stream || *stream == found->stream.arn());
    if (!is_consistent) {
        return base::fail(
            model::errors::invalid_argument_exception("ConsumerARN " + *arn + " is invalid."));
    }
    if (found->stream.region != context.region) {
        return base::fail(to_api_error(stream_not_found(found->stream)));
    }
    return *found;
}

ApiResult<Resource> KinesisService::resource_target(const std::optional<std::string>& arn,
                                                    const CallContext& context) {
    if (arn && arn->find("/consumer/") != std::string::npos) {
        WR_TRY(ConsumerName consumer, consumer_target(arn, {}, {}, {}, context));
        WR_KINESIS_TRY([[maybe_unused]] const ConsumerMeta meta, engine_.consumer(consumer));
        return Resource{consumer.stream, std::move(consumer)};
    }
    WR_TRY(StreamName stream, target(std::nullopt, arn, std::nullopt, context));
    return Resource{std::move(stream), std::nullopt};
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

std::string KinesisService::resource_of(std::string_view operation,
                                        const wire::InputView& input,
                                        const CallContext& context) {
    const std::string consumer = input.string("ConsumerName");
    const std::string stream_arn = input.string("StreamARN");
    if (!consumer.empty() && !stream_arn.empty() && operation != "RegisterStreamConsumer") {
        const auto stream = parse_stream_arn(stream_arn);
        const auto found = stream ? engine_.consumer({*stream, consumer})
                                  : Result<ConsumerMeta>(base::fail(internal_failure()));
        if (found) return consumer_arn(*stream, *found);
    }
    for (const char* member : {"ConsumerARN", "StreamARN", "ResourceARN"}) {
        if (std::string arn = input.string(member); !arn.empty()) return arn;
    }
    if (const std::string name = input.string("StreamName"); !name.empty()) {
        return StreamName{context.account, context.region, name}.arn();
    }
    if (const std::string iterator = input.string("ShardIterator"); !iterator.empty()) {
        const auto stream = engine_.stream_of_iterator(iterator);
        return stream ? stream->arn() : "*";
    }
    if (const std::string id = input.string("StreamId"); !id.empty()) {
        const auto name = engine_.name_of_id(context.account, context.region, id);
        return name ? name.value().arn() : "*";
    }
    if (const std::string text = input.string("NextToken"); !text.empty()) {
        const auto token = engine_.tokens().open_page(text);
        const bool is_of_stream = token && token->scope.starts_with("arn:");
        return is_of_stream ? token->scope.substr(0, token->scope.find('\n')) : "*";
    }
    return "*";
}

std::vector<wire::AccessRequest> KinesisService::access(std::string_view operation,
                                                        const wire::InputView& input,
                                                        const CallContext& context) {
    const std::string resource = resource_of(operation, input, context);
    std::vector<wire::AccessRequest> wanted = {{"kinesis:" + std::string(operation), resource, {}}};
    if (operation == "CreateStream" && input.as<model::CreateStreamInput>().tags) {
        wanted.push_back({"kinesis:AddTagsToStream", resource, {}});
    }
    if (operation == "RegisterStreamConsumer" &&
        input.as<model::RegisterStreamConsumerInput>().tags) {
        wanted.push_back(
            {"kinesis:TagResource", resource + "/consumer/" + input.string("ConsumerName"), {}});
    }
    return wanted;
}

ApiResult<void> KinesisService::admit_limited(std::string_view operation,
                                              const CallContext& context,
                                              const std::optional<StreamName>& stream) {
    const std::string resource = stream ? stream->arn() : std::string();
    if (engine_.admit_call(operation, context.account, context.region, resource)) return {};
    return base::fail(model::errors::limit_exceeded_exception(
        "Rate exceeded for " + (stream ? "stream " + stream->name + " under " : std::string()) +
        "account " + context.account + "."));
}

std::string KinesisService::resource_policy(const std::string& resource_arn, const CallContext&) {
    if (const auto consumer = parse_consumer_arn(resource_arn)) {
        const auto found = engine_.consumer(*consumer);
        return found ? found->policy : std::string();
    }
    const auto stream = parse_stream_arn(resource_arn);
    return stream ? engine_.policy_of(*stream) : std::string();
}

}  // namespace wr::kinesis::api
