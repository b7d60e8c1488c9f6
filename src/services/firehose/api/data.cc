// Direct puts and tags.
#include "services/firehose/api/service.h"

namespace wr::firehose::api {

ApiResult<gen::PutRecordOutput> FirehoseService::put_record(const gen::PutRecordInput& input,
                                                            CallContext& context) {
    const std::string_view data =
        input.record && input.record->data ? *input.record->data : std::string_view();
    WR_API_TRY(auto ids, engine_.put(stream_name(input.delivery_stream_name, context), {data}));
    gen::PutRecordOutput output;
    output.record_id = std::move(ids.front());
    output.encrypted = false;
    return output;
}

ApiResult<gen::PutRecordBatchOutput> FirehoseService::put_record_batch(
    const gen::PutRecordBatchInput& input, CallContext& context) {
    std::vector<std::string_view> records;
    if (input.records)
        for (const auto& record : *input.records)
            records.push_back(record.data ? *record.data : std::string_view());
    WR_API_TRY(auto ids, engine_.put(stream_name(input.delivery_stream_name, context), records));
    gen::PutRecordBatchOutput output;
    // A batch is one row: all of it is stored or none.
    output.failed_put_count = 0;
    output.encrypted = false;
    auto& responses = output.request_responses.emplace();
    for (std::string& id : ids) responses.emplace_back().record_id = std::move(id);
    return output;
}

ApiResult<gen::TagDeliveryStreamOutput> FirehoseService::tag_delivery_stream(
    const gen::TagDeliveryStreamInput& input, CallContext& context) {
    std::map<std::string, std::string> tags;
    if (input.tags)
        for (const auto& tag : *input.tags) tags[tag.key.value_or("")] = tag.value.value_or("");
    WR_API_TRY_VOID(engine_.tag(stream_name(input.delivery_stream_name, context), tags));
    return gen::TagDeliveryStreamOutput{};
}

ApiResult<gen::UntagDeliveryStreamOutput> FirehoseService::untag_delivery_stream(
    const gen::UntagDeliveryStreamInput& input, CallContext& context) {
    const auto keys = input.tag_keys.value_or(std::vector<std::string>());
    WR_API_TRY_VOID(engine_.untag(stream_name(input.delivery_stream_name, context), keys));
    return gen::UntagDeliveryStreamOutput{};
}

ApiResult<gen::ListTagsForDeliveryStreamOutput> FirehoseService::list_tags_for_delivery_stream(
    const gen::ListTagsForDeliveryStreamInput& input, CallContext& context) {
    WR_API_TRY(const Described found,
               engine_.describe(stream_name(input.delivery_stream_name, context)));
    const auto limit = static_cast<size_t>(input.limit.value_or(50));
    const std::string after = input.exclusive_start_tag_key.value_or("");
    gen::ListTagsForDeliveryStreamOutput output;
    auto& tags = output.tags.emplace();
    output.has_more_tags = false;
    for (const auto& [key, value] : found.config.tags) {
        if (key <= after) continue;
        if (tags.size() == limit) {
            output.has_more_tags = true;
            break;
        }
        tags.push_back({key, value});
    }
    return output;
}

}  // namespace wr::firehose::api
