// Consumers with enhanced fan-out: registered, described, listed, deregistered.
#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr int64_t consumers_per_page = 100;

model::Consumer to_consumer(const StreamName& stream,
                            const ConsumerMeta& consumer,
                            base::Timestamp now) {
    model::Consumer out;
    out.consumer_name = consumer.name;
    out.consumer_arn = consumer_arn(stream, consumer);
    out.consumer_status = std::string(status_text(consumer.status(now)));
    out.consumer_creation_timestamp = consumer.created;
    return out;
}

}  // namespace

ApiResult<model::RegisterStreamConsumerOutput> KinesisService::register_stream_consumer(
    const model::RegisterStreamConsumerInput& input, CallContext& context) {
    WR_TRY_VOID(admit("RegisterStreamConsumer", context));
    WR_TRY(const StreamName stream,
           target(std::nullopt, input.stream_arn, input.stream_id, context));
    const Tags tags = input.tags.value_or(Tags{});
    if (auto bad = find_bad_tag(tags)) return base::fail(to_api_error(*bad));
    WR_KINESIS_TRY(const ConsumerMeta consumer,
                   engine_.register_consumer(stream, *input.consumer_name, tags));
    model::RegisterStreamConsumerOutput output;
    output.consumer = to_consumer(stream, consumer, engine_.now());
    // AWS answers CREATING also where the consumer is ACTIVE by the time of the next call.
    output.consumer->consumer_status = std::string(status_text(StreamStatus::Creating));
    return output;
}

ApiResult<model::DescribeStreamConsumerOutput> KinesisService::describe_stream_consumer(
    const model::DescribeStreamConsumerInput& input, CallContext& context) {
    WR_TRY(
        const ConsumerName name,
        consumer_target(
            input.consumer_arn, input.stream_arn, input.stream_id, input.consumer_name, context));
    WR_TRY_VOID(admit("DescribeStreamConsumer", context, name.stream));
    WR_KINESIS_TRY(const ConsumerMeta consumer, engine_.consumer(name));
    model::ConsumerDescription description;
    description.consumer_name = consumer.name;
    description.consumer_arn = consumer_arn(name.stream, consumer);
    description.consumer_status = std::string(status_text(consumer.status(engine_.now())));
    description.consumer_creation_timestamp = consumer.created;
    description.stream_arn = name.stream.arn();
    return model::DescribeStreamConsumerOutput{std::move(description)};
}

ApiResult<model::ListStreamConsumersOutput> KinesisService::list_stream_consumers(
    const model::ListStreamConsumersInput& input, CallContext& context) {
    WR_TRY(const StreamName stream,
           target(std::nullopt, input.stream_arn, input.stream_id, context));
    WR_TRY_VOID(admit("ListStreamConsumers", context, stream));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(stream));
    const std::string scope = "consumers\n" + stream.arn();
    std::string after;
    if (input.next_token) {
        WR_TRY(const PageToken token, open_page(*input.next_token, scope));
        after = token.after;
    }
    const auto seconds = [](base::Timestamp time) {
        return std::chrono::floor<std::chrono::seconds>(time);
    };
    if (input.stream_creation_timestamp &&
        seconds(*input.stream_creation_timestamp) != seconds(meta.created)) {
        return base::fail(to_api_error(stream_not_found(stream)));
    }
    const auto limit = static_cast<size_t>(input.max_results.value_or(consumers_per_page));
    model::ListStreamConsumersOutput output;
    output.consumers.emplace();
    const base::Timestamp now = engine_.now();
    for (auto at = meta.consumers.upper_bound(after); at != meta.consumers.end(); ++at) {
        if (at->second.is_gone(now)) continue;
        if (output.consumers->size() == limit) {
            output.next_token = engine_.tokens().seal(
                PageToken{scope, *output.consumers->back().consumer_name, now});
            break;
        }
        output.consumers->push_back(to_consumer(stream, at->second, now));
    }
    return output;
}

ApiResult<model::SubscribeToShardOutput> KinesisService::subscribe_to_shard(
    const model::SubscribeToShardInput& input, CallContext& context) {
    WR_TRY(const ConsumerName name, consumer_target(input.consumer_arn, {}, {}, {}, context));
    WR_KINESIS_TRY(const ConsumerMeta consumer, engine_.consumer(name));
    if (consumer.status(engine_.now()) != StreamStatus::Active) {
        return base::fail(to_api_error(consumer_not_active(name.stream, consumer)));
    }
    const model::StartingPosition& position = *input.starting_position;
    WR_TRY(const ReadFrom from,
           start_of(*position.type, position.sequence_number, position.timestamp));
    WR_KINESIS_TRY(StreamCursor at, engine_.locate(name.stream, *input.shard_id, from));
    const std::string key = name.stream.account + ":" + name.stream.name + ":" +
                            shard_id(at.cursor.shard_index) + ":" + name.name;
    StreamMetrics& metrics = at.stream->metrics();
    if (!subscriptions_.admit(key)) {
        metrics.add(name.name, {{ConsumerMetric::RateExceeded, 1}, {ConsumerMetric::Success, 0}});
        return base::fail(model::errors::resource_in_use_exception(
            "Another active subscription exists for this consumer: " + key));
    }
    metrics.add(name.name, {{ConsumerMetric::RateExceeded, 0}, {ConsumerMetric::Success, 1}});
    const std::string_view content_type = context.request->headers.get("Content-Type");
    Subscription subscription{key, name, std::move(at)};
    subscription.is_cbor = content_type.find("cbor") != std::string_view::npos;
    context.response_headers.set("Content-Type", "application/vnd.amazon.eventstream");
    context.stream_body = [this, subscription](std::shared_ptr<http::BodyWriter> writer) {
        subscriptions_.begin(subscription, std::move(writer));
    };
    return model::SubscribeToShardOutput{};
}

ApiResult<model::DeregisterStreamConsumerOutput> KinesisService::deregister_stream_consumer(
    const model::DeregisterStreamConsumerInput& input, CallContext& context) {
    WR_TRY_VOID(admit("DeregisterStreamConsumer", context));
    WR_TRY(
        const ConsumerName name,
        consumer_target(
            input.consumer_arn, input.stream_arn, input.stream_id, input.consumer_name, context));
    auto done = engine_.deregister_consumer(name);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::DeregisterStreamConsumerOutput{};
}

}  // namespace wr::kinesis::api
