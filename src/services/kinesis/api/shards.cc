// Listing shards, and changing them.
#include <algorithm>

#include "gen/kinesis/errors.h"
#include "services/kinesis/api/service.h"

namespace wr::kinesis::api {
namespace {

constexpr int64_t shards_per_page = 1'000;

/// What a ShardFilter lets through.
bool matches(const Topology& topology,
             const ShardMeta& shard,
             const std::optional<model::ShardFilter>& filter,
             base::Timestamp horizon) {
    if (!filter) return true;
    const std::string& type = *filter->type;
    const auto opened_by = [&](base::Timestamp time) { return topology.opened(shard) <= time; };
    const auto open_at_or_after = [&](base::Timestamp time) {
        return shard.is_open() || shard.closed >= time;
    };
    if (type == "AFTER_SHARD_ID") {
        const auto after = parse_shard_id(filter->shard_id.value_or(""));
        return after && shard.index > *after;
    }
    if (type == "AT_LATEST") return shard.is_open();
    if (type == "AT_TRIM_HORIZON") {
        return open_at_or_after(horizon) && (opened_by(horizon) || !shard.parent);
    }
    if (type == "FROM_TRIM_HORIZON") return open_at_or_after(horizon);
    // A time before the horizon means the horizon.
    const base::Timestamp time = std::max(filter->timestamp.value_or(horizon), horizon);
    if (type == "AT_TIMESTAMP") return open_at_or_after(time) && opened_by(time);
    return open_at_or_after(time);  // FROM_TIMESTAMP
}

ApiResult<void> check_filter(const model::ShardFilter& filter) {
    const std::string& type = *filter.type;
    const bool needs_id = type == "AFTER_SHARD_ID";
    const bool needs_time = type == "AT_TIMESTAMP" || type == "FROM_TIMESTAMP";
    const auto refuse = [&](const char* member, bool is_needed) {
        return base::fail(model::errors::invalid_argument_exception(
            std::string(member) + (is_needed ? " must be provided" : " cannot be provided") +
            " in ShardFilter of type " + type + "."));
    };
    if (needs_id != filter.shard_id.has_value()) return refuse("ShardId", needs_id);
    if (needs_time != filter.timestamp.has_value()) return refuse("Timestamp", needs_time);
    return {};
}

}  // namespace

model::Shard to_shard(const ShardMeta& shard) {
    model::Shard out;
    out.shard_id = shard_id(shard.index);
    if (shard.parent) out.parent_shard_id = shard_id(*shard.parent);
    if (shard.adjacent_parent) out.adjacent_parent_shard_id = shard_id(*shard.adjacent_parent);
    out.hash_key_range =
        model::HashKeyRange{format_uint128(shard.hash_first), format_uint128(shard.hash_last)};
    out.sequence_number_range.emplace().starting_sequence_number = starting_sequence_number(shard);
    if (!shard.is_open()) {
        out.sequence_number_range->ending_sequence_number = ending_sequence_number(shard);
    }
    return out;
}

ApiResult<model::ListShardsOutput> KinesisService::list_shards(const model::ListShardsInput& input,
                                                               CallContext& context) {
    namespace errors = model::errors;
    std::optional<model::ShardFilter> filter = input.shard_filter;
    std::optional<uint32_t> after;
    std::optional<StreamName> name;
    if (input.next_token) {
        if (input.stream_name || input.stream_arn) {
            return base::fail(errors::invalid_argument_exception(
                "NextToken and StreamName cannot be provided together."));
        }
        WR_TRY(const PageToken token, open_page(*input.next_token, "arn:"));
        // The scope is the stream's ARN and the filter's type, id and time, a line each.
        std::vector<std::string> lines(1);
        for (const char c : token.scope) {
            if (c == '\n') {
                lines.emplace_back();
            } else {
                lines.back().push_back(c);
            }
        }
        name = parse_stream_arn(lines[0]);
        after = parse_shard_id(token.after);
        filter.reset();
        if (lines.size() == 4 && !lines[1].empty()) {
            filter.emplace().type = lines[1];
            filter->shard_id = lines[2];
            filter->timestamp = base::Timestamp{
                std::chrono::milliseconds{std::strtoll(lines[3].c_str(), nullptr, 10)}};
        }
        if (!name || name->account != context.account || name->region != context.region) {
            return base::fail(errors::invalid_argument_exception("Invalid NextToken."));
        }
    } else {
        if (!input.stream_name && !input.stream_arn && !input.stream_id) {
            return base::fail(errors::invalid_argument_exception(
                "Either NextToken or StreamName should be provided."));
        }
        WR_TRY(name, target_of(input, context));
        if (filter) WR_TRY_VOID(check_filter(*filter));
        if (input.exclusive_start_shard_id) {
            after = parse_shard_id(*input.exclusive_start_shard_id);
        }
    }
    WR_TRY_VOID(admit("ListShards", context, name));
    WR_KINESIS_TRY(const StreamMeta meta, engine_.stream(*name));
    if (meta.status(engine_.now()) == StreamStatus::Creating) {
        return base::fail(to_api_error(not_active(*name, StreamStatus::Creating)));
    }
    const base::Timestamp horizon =
        std::max(meta.created, engine_.now() - std::chrono::hours{meta.retention_hours});
    const auto limit = static_cast<size_t>(input.max_results.value_or(shards_per_page));
    model::ListShardsOutput output;
    output.shards.emplace();
    for (const ShardMeta& shard : meta.topology->shards()) {
        if ((after && shard.index <= *after) || !matches(*meta.topology, shard, filter, horizon))
            continue;
        if (output.shards->size() == limit) {
            std::string scope = name->arn() + "\n";
            const auto time = filter ? filter->timestamp.value_or(horizon) : horizon;
            if (filter) {
                scope += *filter->type + "\n" + filter->shard_id.value_or("") + "\n" +
                         std::to_string(time.time_since_epoch().count());
            }
            output.next_token = engine_.tokens().seal(
                PageToken{scope, *output.shards->back().shard_id, engine_.now()});
            break;
        }
        output.shards->push_back(to_shard(shard));
    }
    return output;
}

ApiResult<model::SplitShardOutput> KinesisService::split_shard(const model::SplitShardInput& input,
                                                               CallContext& context) {
    WR_TRY_VOID(admit("SplitShard", context));
    WR_TRY(const StreamName name, target_of(input, context));
    auto done = engine_.split_shard(name, *input.shard_to_split, *input.new_starting_hash_key);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::SplitShardOutput{};
}

ApiResult<model::MergeShardsOutput> KinesisService::merge_shards(
    const model::MergeShardsInput& input, CallContext& context) {
    WR_TRY_VOID(admit("MergeShards", context));
    WR_TRY(const StreamName name, target_of(input, context));
    auto done = engine_.merge_shards(name, *input.shard_to_merge, *input.adjacent_shard_to_merge);
    if (!done) return base::fail(to_api_error(done.error()));
    return model::MergeShardsOutput{};
}

ApiResult<model::UpdateShardCountOutput> KinesisService::update_shard_count(
    const model::UpdateShardCountInput& input, CallContext& context) {
    WR_TRY_VOID(admit("UpdateShardCount", context));
    WR_TRY(const StreamName name, target_of(input, context));
    constexpr int64_t count_max = 1'000'000;
    const int64_t count = std::min(*input.target_shard_count, count_max);
    WR_KINESIS_TRY(const uint32_t before,
                   engine_.update_shard_count(name, static_cast<uint32_t>(count)));
    model::UpdateShardCountOutput output;
    output.stream_name = name.name;
    output.stream_arn = name.arn();
    output.current_shard_count = before;
    output.target_shard_count = count;
    return output;
}

}  // namespace wr::kinesis::api
