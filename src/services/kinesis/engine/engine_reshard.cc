// Changes to a stream's shards: split, merge, uniform and on-demand scaling, mode.
#include <algorithm>

#include "base/logging.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis {
namespace {

constexpr uint32_t shards_of_a_stream_max = 10'000;
constexpr size_t scalings_a_day_max = 10;
constexpr size_t mode_switches_a_day_max = 2;

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

Error exceeded(std::string message) {
    return {ErrorCode::LimitExceeded, std::move(message)};
}

std::string in_stream(const StreamName& name) {
    return " in stream " + name.name + " under account " + name.account;
}

Result<const ShardMeta*> find_shard(const StreamMeta& meta, const std::string& shard) {
    const std::optional<uint32_t> index = parse_shard_id(shard);
    const ShardMeta* found = index ? meta.topology->find(*index) : nullptr;
    if (found != nullptr) return found;
    return base::fail(Error{
        ErrorCode::ResourceNotFound,
        "Could not find shard " + (index ? shard_id(*index) : shard) + in_stream(meta.name) + "."});
}

Result<void> check_provisioned(const StreamMeta& meta, const char* operation) {
    if (!meta.is_on_demand) return {};
    return base::fail(Error{ErrorCode::Validation,
                            std::string(operation) +
                                " is only supported for data streams with "
                                "the provisioned capacity mode. Stream " +
                                meta.name.name + " under account " + meta.name.account +
                                " is in ON_DEMAND mode."});
}

/// How far UpdateShardCount may go in one call.
Result<void> check_target(uint32_t open, uint32_t target) {
    const std::string counts = " Current open shard count: " + std::to_string(open) +
                               ", Target shard count: " + std::to_string(target);
    if (target > shards_of_a_stream_max) {
        return base::fail(
            exceeded("Target shard count or number of open shards cannot be greater than " +
                     std::to_string(shards_of_a_stream_max) + "." + counts));
    }
    if (target > open * 2) {
        return base::fail(
            exceeded("UpdateShardCount cannot scale up over double your current open shard count." +
                     counts));
    }
    if (target * 2 < open) {
        return base::fail(exceeded(
            "UpdateShardCount cannot scale down below half your current open shard count." +
            counts));
    }
    return {};
}

}  // namespace

Result<void> Engine::split_shard(const StreamName& name,
                                 const std::string& shard,
                                 const std::string& new_starting_hash_key) {
    WR_TRY_VOID(check_shard_limit(name, 1));
    return reshard(name, [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
        WR_TRY_VOID(check_provisioned(meta, "SplitShard"));
        WR_TRY(const ShardMeta* parent, find_shard(meta, shard));
        const std::string id = shard_id(parent->index);
        if (!parent->is_open()) {
            return base::fail(
                Error{ErrorCode::ResourceInUse, "Shard " + id + in_stream(name) + " is not open."});
        }
        const std::optional<Uint128> start = parse_uint128(new_starting_hash_key);
        if (!start || *start <= parent->hash_first + 1 || *start >= parent->hash_last) {
            return base::fail(invalid(
                "NewStartingHashKey " + new_starting_hash_key + " used in SplitShard() on shard " +
                id + in_stream(name) +
                " is not both greater than one plus the shard's StartingHashKey " +
                format_uint128(parent->hash_first) + " and less than the shard's EndingHashKey " +
                format_uint128(parent->hash_last) + "."));
        }
        Topology topology = *meta.topology;
        topology.split(parent->index, *start, next[parent->index], environment_.clock.now());
        meta.topology = std::make_shared<const Topology>(std::move(topology));
        return {};
    });
}

Result<void> Engine::merge_shards(const StreamName& name,
                                  const std::string& shard,
                                  const std::string& adjacent) {
    return reshard(name, [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
        WR_TRY_VOID(check_provisioned(meta, "MergeShards"));
        WR_TRY(const ShardMeta* first, find_shard(meta, shard));
        WR_TRY(const ShardMeta* second, find_shard(meta, adjacent));
        const auto meets = [](const ShardMeta& left, const ShardMeta& right) {
            return left.hash_last != uint128_max && left.hash_last + 1 == right.hash_first;
        };
        const bool is_adjacent = meets(*first, *second) || meets(*second, *first);
        if (!is_adjacent || !first->is_open() || !second->is_open()) {
            return base::fail(invalid("Shards " + shard_id(first->index) + " and " +
                                      shard_id(second->index) + in_stream(name) +
                                      " are not an adjacent pair of shards eligible for merging"));
        }
        Topology topology = *meta.topology;
        topology.merge(first->index,
                       second->index,
                       next[first->index],
                       next[second->index],
                       environment_.clock.now());
        meta.topology = std::make_shared<const Topology>(std::move(topology));
        return {};
    });
}

Result<uint32_t> Engine::update_shard_count(const StreamName& name, uint32_t target) {
    WR_TRY(const StreamMeta before, stream(name));
    auto current = static_cast<uint32_t>(before.topology->open_count());
    if (!before.is_on_demand && target > current && target <= current * 2) {
        WR_TRY_VOID(check_shard_limit(name, target - current));
    }
    const auto change = [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
        WR_TRY_VOID(check_provisioned(meta, "UpdateShardCount"));
        current = static_cast<uint32_t>(meta.topology->open_count());
        WR_TRY_VOID(check_target(current, target));
        const base::Timestamp now = environment_.clock.now();
        if (options_.has_aws_limits &&
            !meta.count_change("UpdateShardCount", scalings_a_day_max, now)) {
            return base::fail(exceeded("UpdateShardCount cannot be called more than " +
                                       std::to_string(scalings_a_day_max) +
                                       " times per rolling 24-hour period for stream " + name.name +
                                       " under account " + name.account + "."));
        }
        Topology topology = *meta.topology;
        topology.resize(target, next, now);
        meta.topology = std::make_shared<const Topology>(std::move(topology));
        return {};
    };
    WR_TRY_VOID(reshard(name, change));
    return current;
}

Result<void> Engine::check_warm_throughput(const StreamName& name, int mibps) {
    const bool is_committed =
        account_settings(name.account, name.region).is_committed(environment_.clock.now());
    if (!is_committed) {
        return base::fail(Error{ErrorCode::Validation,
                                "Warm throughput is only supported in accounts that have "
                                "MinimumThroughputBillingCommitment enabled. It is not enabled "
                                "for account " +
                                    name.account + " in " + name.region + "."});
    }
    if (mibps > static_cast<int>(on_demand_shards_max)) {
        return base::fail(exceeded("Warm throughput cannot be greater than " +
                                   std::to_string(on_demand_shards_max) +
                                   " MiBps. Requested: " + std::to_string(mibps) + "."));
    }
    return {};
}

Result<void> Engine::grow_to(const StreamName& name,
                             uint32_t shards,
                             const std::function<Result<void>(StreamMeta&)>& change) {
    return reshard(name, [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
        WR_TRY_VOID(change(meta));
        if (meta.topology->open_count() >= shards) return {};
        Topology topology = *meta.topology;
        topology.resize(shards, next, environment_.clock.now());
        meta.topology = std::make_shared<const Topology>(std::move(topology));
        return {};
    });
}

Result<void> Engine::set_mode(const StreamName& name,
                              bool is_on_demand,
                              std::optional<int> warm_mibps) {
    WR_TRY(const StreamMeta before, stream(name));
    if (warm_mibps && !is_on_demand) {
        return base::fail(Error{ErrorCode::Validation,
                                "WarmThroughputMiBps is only supported for data streams with the "
                                "on-demand capacity mode."});
    }
    if (warm_mibps) WR_TRY_VOID(check_warm_throughput(name, *warm_mibps));
    if (is_on_demand && !before.is_on_demand) WR_TRY_VOID(check_on_demand_limit(name));
    return grow_to(
        name, static_cast<uint32_t>(warm_mibps.value_or(0)), [&](StreamMeta& meta) -> Result<void> {
            const bool is_switch = meta.is_on_demand != is_on_demand;
            if (is_switch && options_.has_aws_limits &&
                !meta.count_change(
                    "UpdateStreamMode", mode_switches_a_day_max, environment_.clock.now())) {
                return base::fail(
                    exceeded("The mode of stream " + name.name + " under account " + name.account +
                             " cannot be switched more than twice in a rolling 24-hour period."));
            }
            meta.is_on_demand = is_on_demand;
            meta.warm_mibps = is_on_demand ? warm_mibps.value_or(meta.warm_mibps) : 0;
            return {};
        });
}

Result<uint32_t> Engine::set_warm_throughput(const StreamName& name, int mibps) {
    WR_TRY(const StreamMeta before, stream(name));
    if (!before.is_on_demand) {
        return base::fail(Error{ErrorCode::Validation,
                                "UpdateStreamWarmThroughput is only supported for data streams "
                                "with the on-demand capacity mode. Stream " +
                                    name.name + " under account " + name.account +
                                    " is in PROVISIONED mode."});
    }
    WR_TRY_VOID(check_warm_throughput(name, mibps));
    auto current = static_cast<uint32_t>(before.topology->open_count());
    WR_TRY_VOID(grow_to(name, static_cast<uint32_t>(mibps), [&](StreamMeta& meta) -> Result<void> {
        current = static_cast<uint32_t>(meta.topology->open_count());
        meta.warm_mibps = mibps;
        return {};
    }));
    return current;
}

void Engine::scale_on_demand() {
    for (const auto& stream : all_streams()) {
        const StreamMeta meta = stream->meta();
        if (meta.status(environment_.clock.now()) != StreamStatus::Active) continue;
        const auto load = stream->take_load(options_.load_window);
        if (!meta.is_on_demand || !load) continue;
        // A shard takes 1 MiB or 1,000 records a second; a stream is kept at twice its peak.
        constexpr double mebibyte = 1024.0 * 1024.0;
        const double used =
            std::max(load->bytes_per_second / mebibyte, load->records_per_second / 1'000);
        const auto open = static_cast<uint32_t>(meta.topology->open_count());
        if (used * 2 <= open || open >= on_demand_shards_max) continue;
        const uint32_t wanted = std::min(open * 2, on_demand_shards_max);
        const auto done =
            grow_to(meta.name, wanted, [](StreamMeta&) -> Result<void> { return {}; });
        if (!done) {
            base::log_warn("kinesis_scaling_failed",
                           {{"stream", meta.name.arn()}, {"error", done.error().message}});
            continue;
        }
        base::log_info("kinesis_scaled",
                       {{"stream", meta.name.arn()}, {"shards", static_cast<int64_t>(wanted)}});
    }
}

}  // namespace wr::kinesis
