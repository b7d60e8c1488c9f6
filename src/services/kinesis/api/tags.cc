// Tags of a stream, by its name and by its ARN.
#include <algorithm>

#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr size_t tags_max = 50;

/// Letters of any script, digits, white space and _ . / = + - % @ : are allowed; of ASCII the rest
/// is not.
bool has_bad_character(std::string_view text) {
    constexpr std::string_view allowed = " \t_./=+-@:%";
    return std::any_of(text.begin(), text.end(), [&](char c) {
        const bool is_ascii = (static_cast<unsigned char>(c) & 0x80) == 0;
        const bool is_word =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_ascii && !is_word && allowed.find(c) == std::string_view::npos;
    });
}

Error bad_characters() {
    return {
        ErrorCode::InvalidArgument,
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white "
        "space, _ . / = + - % @."};
}

}  // namespace

std::optional<Error> find_bad_tag(const std::map<std::string, std::string>& tags) {
    for (const auto& [key, value] : tags) {
        if (has_bad_character(key) || has_bad_character(value)) return bad_characters();
        if (key.starts_with("aws:")) {
            return Error{ErrorCode::InvalidArgument, "Tag keys that begin with aws: are reserved."};
        }
    }
    if (tags.size() <= tags_max) return std::nullopt;
    return Error{ErrorCode::InvalidArgument, "A resource cannot have more than 50 tags."};
}

ApiResult<void> KinesisService::change_tags(const Resource& resource,
                                            const std::function<Result<void>(Tags&)>& change) {
    auto done =
        resource.consumer
            ? engine_.update_consumer(*resource.consumer,
                                      [&](ConsumerMeta& consumer) { return change(consumer.tags); })
            : engine_.update_stream(
                  resource.stream, false, [&](StreamMeta& meta) { return change(meta.tags); });
    if (!done) return base::fail(to_api_error(done.error()));
    return {};
}

ApiResult<void> KinesisService::set_tags(const Resource& resource, const Tags& tags) {
    if (auto bad = find_bad_tag(tags)) return base::fail(to_api_error(*bad));
    return change_tags(resource, [&](Tags& current) -> Result<void> {
        for (const auto& [key, value] : tags) current[key] = value;
        if (current.size() <= tags_max) return {};
        return base::fail(Error{ErrorCode::InvalidArgument,
                                "Failed to add tags to stream " + resource.stream.name +
                                    " under account " + resource.stream.account +
                                    " because a given stream cannot have more than 50 tags "
                                    "associated with it."});
    });
}

ApiResult<void> KinesisService::remove_tags(const Resource& resource,
                                            const std::vector<std::string>& keys) {
    return change_tags(resource, [&](Tags& current) -> Result<void> {
        for (const std::string& key : keys) {
            if (has_bad_character(key)) return base::fail(bad_characters());
            current.erase(key);
        }
        return {};
    });
}

ApiResult<model::AddTagsToStreamOutput> KinesisService::add_tags_to_stream(
    const model::AddTagsToStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("AddTagsToStream", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(set_tags({name, {}}, *input.tags));
    return model::AddTagsToStreamOutput{};
}

ApiResult<model::RemoveTagsFromStreamOutput> KinesisService::remove_tags_from_stream(
    const model::RemoveTagsFromStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("RemoveTagsFromStream", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(remove_tags({name, {}}, *input.tag_keys));
    return model::RemoveTagsFromStreamOutput{};
}

ApiResult<model::ListTagsForStreamOutput> KinesisService::list_tags_for_stream(
    const model::ListTagsForStreamInput& input, CallContext& context) {
    WR_TRY_VOID(admit("ListTagsForStream", context));
    WR_TRY(const StreamName name, target_of(input, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(name));
    const auto limit = static_cast<size_t>(input.limit.value_or(tags_max));
    model::ListTagsForStreamOutput output;
    output.tags.emplace();
    output.has_more_tags = false;
    for (auto at = meta.tags.upper_bound(input.exclusive_start_tag_key.value_or(""));
         at != meta.tags.end();
         ++at) {
        if (output.tags->size() == limit) {
            output.has_more_tags = true;
            break;
        }
        output.tags->push_back({at->first, at->second});
    }
    return output;
}

ApiResult<model::TagResourceOutput> KinesisService::tag_resource(
    const model::TagResourceInput& input, CallContext& context) {
    WR_TRY_VOID(admit("TagResource", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    WR_TRY_VOID(set_tags(resource, *input.tags));
    return model::TagResourceOutput{};
}

ApiResult<model::UntagResourceOutput> KinesisService::untag_resource(
    const model::UntagResourceInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UntagResource", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    WR_TRY_VOID(remove_tags(resource, *input.tag_keys));
    return model::UntagResourceOutput{};
}

ApiResult<model::ListTagsForResourceOutput> KinesisService::list_tags_for_resource(
    const model::ListTagsForResourceInput& input, CallContext& context) {
    WR_TRY_VOID(admit("ListTagsForResource", context));
    WR_TRY(const Resource resource, resource_target(input.resource_arn, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(resource.stream));
    Tags tags = meta.tags;
    if (resource.consumer) {
        WR_KINESIS_TRY(const ConsumerMeta consumer, engine_.consumer(*resource.consumer));
        tags = consumer.tags;
    }
    model::ListTagsForResourceOutput output;
    output.tags.emplace();
    for (const auto& [key, value] : tags) output.tags->push_back({key, value});
    return output;
}

}  // namespace wr::kinesis::api
