// Changes to streams: creation, deletion, tags and retention, resharding; iterators.
#include <algorithm>

#include "base/time_format.h"
#include "services/kinesis/engine/engine.h"

namespace wr::kinesis {
namespace {

constexpr std::chrono::minutes iterator_life{5};
constexpr int retention_hours_min = 24;
constexpr int retention_hours_max = 8'760;
constexpr std::string_view id_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

Error invalid(std::string message) {
    return {ErrorCode::InvalidArgument, std::move(message)};
}

/// Thu Jan 22 01:22:02 UTC 2015
std::string format_for_message(base::Timestamp time) {
    return base::format_time(time, "%a %b %d %H:%M:%S UTC %Y");
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

Result<void> Engine::check_on_demand_limit(const StreamName& name) {
    const AccountLimits now = limits(name.account, name.region);
    if (now.on_demand_streams < now.on_demand_stream_limit) return {};
    return base::fail(Error{
        ErrorCode::LimitExceeded,
        "This request would exceed the on-demand stream limit for the account " + name.account +
            " in " + name.region + ". Limit: " + std::to_string(now.on_demand_stream_limit) + "."});
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
    const uint32_t count =
        options.is_on_demand
            ? std::max(on_demand_shards_min, static_cast<uint32_t>(options.warm_mibps))
            : options.shard_count;
    if (options.warm_mibps > 0) WR_TRY_VOID(check_warm_throughput(name, options.warm_mibps));
    if (options.is_on_demand) {
        WR_TRY_VOID(check_on_demand_limit(name));
    } else {
        WR_TRY_VOID(check_shard_limit(name, count));
    }

    StreamMeta meta;
    meta.name = name;
    meta.incarnation = next_incarnation_;
    meta.stream_id = random_.text(20, id_alphabet) + "-" + random_.text(3, id_alphabet);
    meta.created = now;
    meta.is_on_demand = options.is_on_demand;
    meta.record_kib_max = options.record_kib_max;
    meta.warm_mibps = options.warm_mibps;
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

Result<void> Engine::delete_stream(const StreamName& name, bool with_consumers) {
    const base::MutexLock control(control_mutex_);
    WR_TRY(const std::shared_ptr<Stream> stream, find(name));
    const StreamMeta before = stream->meta();
    if (before.change == StreamStatus::Deleting) return {};
    const base::Timestamp now = environment_.clock.now();
    const bool has_consumers =
        std::any_of(before.consumers.begin(), before.consumers.end(), [&](const auto& consumer) {
            return !consumer.second.is_gone(now);
        });
    if (has_consumers && !with_consumers) {
        return base::fail(Error{ErrorCode::ResourceInUse,
                                "Stream " + name.name + " under account " + name.account +
                                    " has registered consumers: deregister them first, or set "
                                    "EnforceConsumerDeletion."});
    }
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
    limits.on_demand_stream_limit = options_.on_demand_streams_max;
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

Result<StreamCursor> Engine::locate(const StreamName& name,
                                    const std::string& shard,
                                    const ReadFrom& from) {
    WR_TRY(std::shared_ptr<Stream> stream, find(name));
    WR_TRY(const Cursor cursor, stream->locate(shard, from));
    return StreamCursor{std::move(stream), cursor};
}

std::string Engine::continuation(const StreamCursor& at) const {
    std::string text = at.stream->sequence_before(at.cursor);
    if (!text.empty()) return text;
    const StreamMeta meta = at.stream->meta();
    const ShardMeta* shard = meta.topology->find(at.cursor.shard_index);
    return shard != nullptr ? starting_sequence_number(*shard) : std::string();
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
