// Changes to streams: creation, deletion, tags and retention, resharding; iterators.
#include <algorithm>

#include "base/time_format.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis {
namespace {

constexpr std::chrono::minutes iterator_life{5};
constexpr uint32_t on_demand_shards = 4;
constexpr int retention_hours_min = 24;
constexpr int retention_hours_max = 8'760;
constexpr std::string_view id_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

std::string stream_key(const StreamName& name) {
    std::string key("stream/");
    kv::append_key_part(key, name.account);
    kv::append_key_part(key, name.region);
    kv::append_key_part(key, name.name);
    return key;
}

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

std::string in_stream(const StreamName& name) {
    return " in stream " + name.name + " under account " + name.account;
}

/// Thu Jan 22 01:22:02 UTC 2015
std::string format_for_message(base::Timestamp time) {
    return base::format_time(time, "%a %b %d %H:%M:%S UTC %Y");
}

Result<const ShardMeta*> find_shard(const StreamMeta& meta, const std::string& shard) {
    const std::optional<uint32_t> index = parse_shard_id(shard);
    const ShardMeta* found = index ? meta.topology->find(*index) : nullptr;
    if (found != nullptr) return found;
    return base::fail(Error{
        ErrorCode::ResourceNotFound,
        "Could not find shard " + (index ? shard_id(*index) : shard) + in_stream(meta.name) + "."});
}

}  // namespace

Result<void> Engine::check_shard_limit(const StreamName& name, uint32_t more) {
    const AccountLimits now = limits(name.account, name.region);
    if (now.open_shards + more <= now.shard_limit) return {};
    return base::fail(Error{
        ErrorCode::LimitExceeded,
        "This request would exceed the shard limit for the account " + name.account + " in " +
            name.region + ". Current shard count for the account: " +
            std::to_string(now.open_shards) + ". Limit: " + std::to_string(now.shard_limit) +
            ". Number of additional shards that would have resulted from this request: " +
            std::to_string(more) +
            ". Refer to the AWS Service Limits page "
            "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current "
            "limits and how to request higher limits."});
}

Result<void> Engine::create_stream(const StreamName& name, const CreateOptions& options) {
    const base::MutexLock control(control_mutex_);
    const base::Timestamp now = environment_.clock.now();
    std::shared_ptr<Stream> old;
    {
        const base::MutexLock lock(registry_mutex_);
        const auto found = by_name_.find(name);
        if (found != by_name_.end()) old = found->second;
    }
    if (old) {
        if (!old->is_gone()) {
            return base::fail(Error{
                ErrorCode::ResourceInUse,
                "Stream " + name.name + " under account " + name.account + " already exists."});
        }
        if (!purge(old)) return base::fail(internal_failure());
    }
    const uint32_t count = options.is_on_demand ? on_demand_shards : options.shard_count;
    WR_TRY_VOID(check_shard_limit(name, count));

    StreamMeta meta;
    meta.name = name;
    meta.incarnation = next_incarnation_;
    meta.stream_id = random_.text(20, id_alphabet) + "-" + random_.text(3, id_alphabet);
    meta.created = now;
    meta.is_on_demand = options.is_on_demand;
    meta.record_kib_max = options.record_kib_max;
    meta.tags = options.tags;
    meta.topology = std::make_shared<const Topology>(Topology::equal(count, now));
    meta.begin_change(StreamStatus::Creating, now, options_.state_change_delay);
    kv::Batch batch;
    batch.put("next-incarnation", kv::encode_u64(next_incarnation_ + 1));
    batch.put(stream_key(name), encode_stream_meta(meta));
    if (const auto stored = store_.commit(batch); !stored) return base::fail(internal_failure());
    ++next_incarnation_;
    auto stream = std::make_shared<Stream>(environment_, meta);
    const base::MutexLock lock(registry_mutex_);
    by_incarnation_[meta.incarnation] = stream;
    by_name_[name] = std::move(stream);
    return {};
}

Result<void> Engine::delete_stream(const StreamName& name) {
    const base::MutexLock control(control_mutex_);
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    if (stream->meta().change == StreamStatus::Deleting) return {};
    const base::Timestamp now = environment_.clock.now();
    WR_TRY_VOID(stream->update(
        [&](StreamMeta& meta) -> Result<void> {
            meta.begin_change(StreamStatus::Deleting, now, options_.state_change_delay);
            return {};
        },
        [&](const StreamMeta& meta) { return store_meta(meta); }));
    if (options_.state_change_delay > std::chrono::milliseconds{0}) return {};
    if (!purge(stream)) return base::fail(internal_failure());
    return {};
}

Result<StreamMeta> Engine::stream(const StreamName& name) {
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    return stream->meta();
}

Result<PutTerms> Engine::put_terms(const StreamName& name) {
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    return stream->put_terms();
}

Result<StreamName> Engine::name_of_id(const std::string& account,
                                      const std::string& region,
                                      std::string_view stream_id) {
    for (const auto& stream : all_streams()) {
        const StreamMeta meta = stream->meta();
        if (meta.stream_id == stream_id && meta.name.account == account &&
            meta.name.region == region && !stream->is_gone()) {
            return meta.name;
        }
    }
    return base::fail(Error{
        ErrorCode::ResourceNotFound,
        "Stream with id " + std::string(stream_id) + " under account " + account + " not found."});
}

std::vector<StreamMeta> Engine::list_streams(const std::string& account,
                                             const std::string& region,
                                             const std::string& after,
                                             size_t count_max) {
    std::vector<StreamMeta> found;
    const base::MutexLock lock(registry_mutex_);
    for (auto at = by_name_.upper_bound({account, region, after});
         at != by_name_.end() && found.size() < count_max;
         ++at) {
        if (at->first.account != account || at->first.region != region) break;
        if (!at->second->is_gone()) found.push_back(at->second->meta());
    }
    return found;
}

AccountLimits Engine::limits(const std::string& account, const std::string& region) {
    AccountLimits limits;
    limits.shard_limit = options_.open_shards_max;
    for (const StreamMeta& meta : list_streams(account, region, "", SIZE_MAX)) {
        if (meta.is_on_demand) {
            ++limits.on_demand_streams;
        } else {
            limits.open_shards += static_cast<uint32_t>(meta.topology->open_count());
        }
    }
    return limits;
}

Result<void> Engine::reshard(
    const StreamName& name,
    const std::function<Result<void>(StreamMeta&, const NextCounter&)>& change) {
    const base::MutexLock control(control_mutex_);
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    const base::Timestamp now = environment_.clock.now();
    return stream->reshard(
        [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
            const StreamStatus status = meta.status(now);
            if (status != StreamStatus::Active) return base::fail(not_active(name, status));
            WR_TRY_VOID(change(meta, next));
            meta.begin_change(StreamStatus::Updating, now, options_.state_change_delay);
            return {};
        },
        [&](const StreamMeta& meta) { return store_meta(meta); });
}

Result<void> Engine::update_stream(const StreamName& name,
                                   bool needs_active,
                                   const std::function<Result<void>(StreamMeta&)>& change) {
    const base::MutexLock control(control_mutex_);
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    return stream->update(
        [&](StreamMeta& meta) -> Result<void> {
            const StreamStatus status = meta.status(environment_.clock.now());
            if (needs_active && status != StreamStatus::Active) {
                return base::fail(not_active(name, status));
            }
            return change(meta);
        },
        [&](const StreamMeta& meta) { return store_meta(meta); });
}

Result<void> Engine::set_retention(const StreamName& name, int hours, bool is_increase) {
    return update_stream(name, true, [&](StreamMeta& meta) -> Result<void> {
        const std::string requested =
            "Requested retention period (" + std::to_string(hours) + " hours)";
        if (hours < retention_hours_min) {
            return base::fail(invalid("Minimum allowed retention period is 24 hours. " + requested +
                                      " is too short."));
        }
        if (hours > retention_hours_max) {
            return base::fail(invalid("Maximum allowed retention period is 8760 hours. " +
                                      requested + " is too long."));
        }
        const std::string existing =
            " existing retention period (" + std::to_string(meta.retention_hours) + " hours). Use ";
        if (is_increase && hours < meta.retention_hours) {
            return base::fail(invalid(requested + " for stream " + name.name +
                                      " can not be shorter than" + existing +
                                      "DecreaseRetentionPeriod API."));
        }
        if (!is_increase && hours > meta.retention_hours) {
            return base::fail(invalid(requested + " for stream " + name.name +
                                      " can not be longer than" + existing +
                                      "IncreaseRetentionPeriod API."));
        }
        meta.retention_hours = hours;
        meta.begin_change(
            StreamStatus::Updating, environment_.clock.now(), options_.state_change_delay);
        return {};
    });
}

Result<void> Engine::split_shard(const StreamName& name,
                                 const std::string& shard,
                                 const std::string& new_starting_hash_key) {
    WR_TRY_VOID(check_shard_limit(name, 1));
    return reshard(name, [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
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
    const auto current = static_cast<uint32_t>(before.topology->open_count());
    if (target > current) WR_TRY_VOID(check_shard_limit(name, target - current));
    WR_TRY_VOID(reshard(name, [&](StreamMeta& meta, const NextCounter& next) -> Result<void> {
        const auto open = static_cast<uint32_t>(meta.topology->open_count());
        if (meta.is_on_demand) {
            return base::fail(
                invalid("Request is invalid: stream " + name.name + " is in ON_DEMAND mode."));
        }
        if (target > open * 2 || target * 2 < open) {
            return base::fail(Error{
                ErrorCode::LimitExceeded,
                "UpdateShardCount cannot scale " +
                    std::string(target > open ? "up over double" : "down below half") +
                    " your current open shard count. Current open shard count: " +
                    std::to_string(open) + ", target shard count: " + std::to_string(target)});
        }
        Topology topology = *meta.topology;
        topology.resize(target, next, environment_.clock.now());
        meta.topology = std::make_shared<const Topology>(std::move(topology));
        return {};
    }));
    return current;
}

Result<std::string> Engine::shard_iterator(const StreamName& name,
                                           const std::string& shard,
                                           const ReadFrom& from) {
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    WR_TRY(const Cursor cursor, stream->locate(shard, from));
    if (options_.has_aws_limits && !stream->admit_iterator(cursor.shard_index)) {
        return base::fail(rate_exceeded(name, cursor.shard_index));
    }
    return iterator_for({stream, cursor});
}

std::string Engine::iterator_for(const StreamCursor& at) const {
    return tokens_->seal(IteratorToken{at.stream->incarnation(),
                                       at.cursor.shard_index,
                                       at.cursor.counter,
                                       environment_.clock.now()});
}

std::optional<StreamName> Engine::stream_of_iterator(std::string_view iterator) {
    const std::optional<IteratorToken> token = tokens_->open_iterator(iterator);
    if (!token) return std::nullopt;
    const base::MutexLock lock(registry_mutex_);
    const auto found = by_incarnation_.find(token->incarnation);
    if (found == by_incarnation_.end()) return std::nullopt;
    return found->second->name();
}

Result<StreamCursor> Engine::open_iterator(std::string_view iterator) {
    const std::optional<IteratorToken> token = tokens_->open_iterator(iterator);
    if (!token) return base::fail(invalid("Invalid ShardIterator."));
    const base::Timestamp now = environment_.clock.now();
    if (now - token->issued > iterator_life) {
        return base::fail(
            Error{ErrorCode::ExpiredIterator,
                  "Iterator expired. The iterator was created at time " +
                      format_for_message(token->issued) + " while right now it is " +
                      format_for_message(now) +
                      " which is further in the future than the tolerated delay of 300000 "
                      "milliseconds."});
    }
    const base::MutexLock lock(registry_mutex_);
    const auto found = by_incarnation_.find(token->incarnation);
    if (found == by_incarnation_.end() || found->second->is_gone()) {
        return base::fail(Error{ErrorCode::ResourceNotFound,
                                "The stream of the shard iterator does not exist any more."});
    }
    return StreamCursor{found->second, {token->shard_index, token->counter}};
}

}  // namespace wr::kinesis
