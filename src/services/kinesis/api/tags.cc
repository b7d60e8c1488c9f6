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

ApiResult<void> KinesisService::set_tags(const StreamName& name,
                                         const std::map<std::string, std::string>& tags) {
    auto done = engine_.update_stream(name, false, [&](StreamMeta& meta) -> Result<void> {
        for (const auto& [key, value] : tags) {
            if (has_bad_character(key) || has_bad_character(value)) {
                return base::fail(bad_characters());
            }
            if (key.starts_with("aws:")) {
                return base::fail(Error{ErrorCode::InvalidArgument,
                                        "Tag keys that begin with aws: are reserved."});
            }
            meta.tags[key] = value;
        }
        if (meta.tags.size() > tags_max) {
            return base::fail(Error{ErrorCode::InvalidArgument,
                                    "Failed to add tags to stream " + name.name +
                                        " under account " + name.account +
                                        " because a given stream cannot have more than 50 tags "
                                        "associated with it."});
        }
        return {};
    });
    if (!done) return base::fail(to_api_error(done.error()));
    return {};
}

ApiResult<void> KinesisService::remove_tags(const StreamName& name,
                                            const std::vector<std::string>& keys) {
    auto done = engine_.update_stream(name, false, [&](StreamMeta& meta) -> Result<void> {
        for (const std::string& key : keys) {
            if (has_bad_character(key)) return base::fail(bad_characters());
            meta.tags.erase(key);
        }
        return {};
    });
    if (!done) return base::fail(to_api_error(done.error()));
    return {};
}

ApiResult<model::AddTagsToStreamOutput> KinesisService::add_tags_to_stream(
    const model::AddTagsToStreamInput& input, CallContext& context) {
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(set_tags(name, *input.tags));
    return model::AddTagsToStreamOutput{};
}

ApiResult<model::RemoveTagsFromStreamOutput> KinesisService::remove_tags_from_stream(
    const model::RemoveTagsFromStreamInput& input, CallContext& context) {
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY_VOID(remove_tags(name, *input.tag_keys));
    return model::RemoveTagsFromStreamOutput{};
}

ApiResult<model::ListTagsForStreamOutput> KinesisService::list_tags_for_stream(
    const model::ListTagsForStreamInput& input, CallContext& context) {
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
    WR_TRY(const StreamName name, resource_target(input.resource_arn, context));
    WR_TRY_VOID(set_tags(name, *input.tags));
    return model::TagResourceOutput{};
}

ApiResult<model::UntagResourceOutput> KinesisService::untag_resource(
    const model::UntagResourceInput& input, CallContext& context) {
    WR_TRY(const StreamName name, resource_target(input.resource_arn, context));
    WR_TRY_VOID(remove_tags(name, *input.tag_keys));
    return model::UntagResourceOutput{};
}

ApiResult<model::ListTagsForResourceOutput> KinesisService::list_tags_for_resource(
    const model::ListTagsForResourceInput& input, CallContext& context) {
    WR_TRY(const StreamName name, resource_target(input.resource_arn, context));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(name));
    model::ListTagsForResourceOutput output;
    output.tags.emplace();
    for (const auto& [key, value] : meta.tags) output.tags->push_back({key, value});
    return output;
}

}  // namespace wr::kinesis::api
