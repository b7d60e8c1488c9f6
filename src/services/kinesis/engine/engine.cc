// The engine's life (open, replay, retention, stop) and the face other services use.
#include "services/kinesis/engine/engine.h"

#include <algorithm>

#include "base/json.h"
#include "base/logging.h"

namespace wr::kinesis {
namespace {

constexpr std::string_view stream_prefix = "stream/";
constexpr std::string_view floor_prefix = "floor/";
constexpr std::string_view producer_prefix = "producer/";
constexpr std::string_view incarnation_key = "next-incarnation";
constexpr std::string_view token_key = "token-key";
constexpr std::string_view leaps_key = "clock-leaps";
constexpr size_t number_bytes = 8;

base::Error damaged(std::string_view what) {
    return {base::ErrorCode::Corruption, "kinesis metadata is damaged: " + std::string(what)};
}

RetentionClock::Leaps decode_leaps(std::string_view text) {
    RetentionClock::Leaps leaps;
    const auto json = base::parse_json(text);
    if (!json) return leaps;
    for (const base::Json& item : (*json).as_array()) {
        leaps.push_back({std::chrono::milliseconds{item["by"].as_int()},
                         base::Timestamp{std::chrono::milliseconds{item["at"].as_int()}}});
    }
    return leaps;
}

std::string encode_leaps(const RetentionClock::Leaps& leaps) {
    base::Json list{base::Json::Array{}};
    for (const RetentionClock::Leap& leap : leaps) {
        base::Json item;
        item.set("by", int64_t{leap.by.count()});
        item.set("at", int64_t{leap.at.time_since_epoch().count()});
        list.push(std::move(item));
    }
    return list.dump();
}

ShardInfo shard_info(const ShardMeta& shard) {
    ShardInfo info;
    info.id = shard_id(shard.index);
    info.starting_hash_key = format_uint128(shard.hash_first);
    info.ending_hash_key = format_uint128(shard.hash_last);
    info.starting_sequence_number = starting_sequence_number(shard);
    if (!shard.is_open()) info.ending_sequence_number = ending_sequence_number(shard);
    if (shard.parent) info.parent_id = shard_id(*shard.parent);
    if (shard.adjacent_parent) info.adjacent_parent_id = shard_id(*shard.adjacent_parent);
    return info;
}

}  // namespace

std::string stream_key(const StreamName& name) {
    std::string key(stream_prefix);
    kv::append_key_part(key, name.account);
    kv::append_key_part(key, name.region);
    kv::append_key_part(key, name.name);
    return key;
}

Engine::Engine(kv::Store& store,
               const base::Clock& clock,
               base::Random& random,
               const EngineOptions& options)
    : store_(store),
      random_(random),
      options_(options),
      environment_{clock,
                   random,
                   options.has_aws_limits,
                   options.master_key,
                   EntryCache(options.cache_bytes_max),
                   options.metrics} {}

base::Result<std::unique_ptr<Engine>> Engine::open(kv::Store& store,
                                                   const base::Clock& clock,
                                                   base::Random& random,
                                                   const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(store, clock, random, options));
    WR_TRY_VOID(engine->load());
    return engine;
}

base::Result<void> Engine::load() {
    WR_TRY(auto key, store_.get(token_key));
    if (!key) {
        constexpr size_t key_bytes = 32;
        key.emplace(key_bytes, '\0');
        random_.fill(key->data(), key_bytes);
        WR_TRY_VOID(store_.put(std::string(token_key), *key));
    }
    tokens_ = std::make_unique<TokenCodec>(*key);

    const base::MutexLock lock(control_mutex_);
    WR_TRY(const auto leaps, store_.get(leaps_key));
    retention_clock_ =
        std::make_unique<RetentionClock>(environment_.clock, decode_leaps(leaps.value_or("")));
    WR_TRY(const auto next, store_.get(incarnation_key));
    if (next) {
        if (next->size() != number_bytes) return base::fail(damaged(incarnation_key));
        next_incarnation_ = kv::decode_u64(*next);
    }
    WR_TRY_VOID(load_streams());
    return load_floors();
}

base::Result<void> Engine::load_streams() {
    std::string bad_key;
    const base::MutexLock lock(registry_mutex_);
    WR_TRY_VOID(store_.scan(stream_prefix, [&](std::string_view key, std::string_view value) {
        std::optional<StreamMeta> meta = decode_stream_meta(value);
        if (!meta) {
            bad_key = key;
            return false;
        }
        auto stream = std::make_shared<Stream>(environment_, *meta);
        if (!stream->has_keys()) {
            bad_key = "the keys of " + meta->name.arn() + " do not open with this server's";
            return false;
        }
        by_incarnation_[meta->incarnation] = stream;
        by_name_[meta->name] = std::move(stream);
        return true;
    }));
    if (!bad_key.empty()) return base::fail(damaged(bad_key));
    return {};
}

base::Result<void> Engine::load_floors() {
    std::string bad_key;
    const base::MutexLock lock(registry_mutex_);
    const auto stream_of = [&](std::string_view key) -> Stream* {
        const auto found = by_incarnation_.find(kv::decode_u64(key));
        return found == by_incarnation_.end() ? nullptr : found->second.get();
    };
    WR_TRY_VOID(store_.scan(floor_prefix, [&](std::string_view key, std::string_view value) {
        std::string_view id = key.substr(floor_prefix.size());
        if (id.size() != 2 * number_bytes || value.size() != 2 * number_bytes) {
            bad_key = "floor";
            return false;
        }
        if (Stream* stream = stream_of(id)) {
            stream->restore_floor(static_cast<uint32_t>(kv::decode_u64(id.substr(number_bytes))),
                                  kv::decode_u64(value),
                                  kv::decode_u64(value.substr(number_bytes)));
        }
        return true;
    }));
    WR_TRY_VOID(store_.scan(producer_prefix, [&](std::string_view key, std::string_view value) {
        std::string_view id = key.substr(producer_prefix.size());
        if (id.size() < number_bytes || value.size() != number_bytes) {
            bad_key = "producer";
            return false;
        }
        if (Stream* stream = stream_of(id)) {
            stream->restore_producer(std::string(id.substr(number_bytes)), kv::decode_u64(value));
        }
        return true;
    }));
    if (!bad_key.empty()) return base::fail(damaged(bad_key));
    return {};
}

void Engine::replay(uint64_t topic, log::Position position, std::string_view payload) {
    if (!owns_topic(topic)) return;
    constexpr uint64_t incarnation_mask = (uint64_t{1} << 56) - 1;
    const base::MutexLock lock(registry_mutex_);
    const auto found = by_incarnation_.find(topic & incarnation_mask);
    if (found == by_incarnation_.end()) return;  // of a stream deleted since
    const std::optional<EntryHead> head = parse_entry_head(payload);
    if (head) {
        found->second->replay(*head, position);
    } else if (replay_damage_.empty()) {
        replay_damage_ = "log segment " + std::to_string(position.segment) + ", offset " +
                         std::to_string(position.offset) + ": no entry of a stream";
    }
}

base::Result<void> Engine::finish_recovery(log::Log& log) {
    if (!replay_damage_.empty()) {
        return base::fail(base::ErrorCode::Corruption, replay_damage_);
    }
    environment_.log = &log;
    WR_TRY_VOID(run_retention());
    return {};
}

base::Result<log::Position> Engine::run_retention() {
    scale_on_demand();
    const base::MutexLock control(control_mutex_);
    // Before the streams are looked at: what is queued later lies behind it.
    log::Position horizon = environment_.log->end();
    const std::vector<std::shared_ptr<Stream>> streams = all_streams();
    std::chrono::hours longest{24};
    for (const auto& stream : streams) {
        longest = std::max(longest, std::chrono::hours{stream->meta().retention_hours});
    }
    const RetentionClock::Leaps leaps_before = retention_clock_->leaps();
    const base::Timestamp now = retention_clock_->now(longest);

    kv::Batch batch;
    if (retention_clock_->leaps() != leaps_before) {
        batch.put(std::string(leaps_key), encode_leaps(retention_clock_->leaps()));
    }
    for (const auto& stream : streams) {
        const StreamMeta meta = stream->meta();
        if (meta.is_gone(environment_.clock.now())) {
            WR_TRY_VOID(purge(stream));
            continue;
        }
        const base::Timestamp oldest = now - std::chrono::hours{meta.retention_hours};
        stream->trim(oldest, batch);
        const std::vector<uint32_t> expired = stream->expired_shards(oldest);
        if (!expired.empty()) {
            auto dropped = stream->update(
                [&](StreamMeta& changed) -> Result<void> {
                    Topology topology = *changed.topology;
                    for (const uint32_t index : expired) topology.drop(index);
                    changed.topology = std::make_shared<const Topology>(std::move(topology));
                    return {};
                },
                [&](const StreamMeta& changed) { return store_meta(changed); });
            if (!dropped) {
                return base::fail(base::ErrorCode::Io, std::move(dropped).error().message);
            }
        }
        const Stream::LogNeeds needs = stream->log_needs();
        if (needs.first) horizon = std::min(horizon, *needs.first);
        if (needs.is_appending) horizon = std::min(horizon, needs.last_appended);
    }
    // What the log forgets must be stored first.
    if (!batch.empty()) WR_TRY_VOID(store_.commit(batch));
    return horizon;
}

void Engine::stop() {
    {
        const base::MutexLock lock(registry_mutex_);
        is_stopping_ = true;
        stopped_.notify_all();
    }
    for (const auto& stream : all_streams()) stream->wake_for_ever();
}

std::vector<std::shared_ptr<Stream>> Engine::all_streams() {
    const base::MutexLock lock(registry_mutex_);
    std::vector<std::shared_ptr<Stream>> streams;
    for (const auto& [incarnation, stream] : by_incarnation_) streams.push_back(stream);
    return streams;
}

Result<std::shared_ptr<Stream>> Engine::find(const StreamName& name) {
    std::shared_ptr<Stream> stream;
    {
        const base::MutexLock lock(registry_mutex_);
        const auto found = by_name_.find(name);
        if (found != by_name_.end()) stream = found->second;
    }
    if (!stream || stream->is_gone()) return base::fail(stream_not_found(name));
    return stream;
}

base::Result<void> Engine::store_meta(const StreamMeta& meta) {
    return store_.put(stream_key(meta.name), encode_stream_meta(meta));
}

void Engine::report_metrics() {
    for (const auto& stream : all_streams()) stream->metrics().report_now();
}

std::vector<std::pair<StreamName, std::vector<MetricTotal>>> Engine::metric_totals() {
    std::vector<std::pair<StreamName, std::vector<MetricTotal>>> all;
    for (const auto& stream : all_streams()) {
        all.emplace_back(stream->name(), stream->metrics().totals());
    }
    return all;
}

uint64_t Engine::refused(const StreamName& stream) {
    const auto found = find(stream);
    if (!found) return 0;
    const StreamMetrics& metrics = (*found)->metrics();
    return static_cast<uint64_t>(metrics.sum(StreamMetric::WriteThroughputExceeded) +
                                 metrics.sum(StreamMetric::ReadThroughputExceeded));
}

base::Result<void> Engine::purge(const std::shared_ptr<Stream>& stream) {
    stream->metrics().report_now();
    const StreamMeta meta = stream->meta();
    kv::Batch batch;
    const auto collect = [&](std::string_view prefix) {
        const std::string own = std::string(prefix) + kv::encode_u64(meta.incarnation);
        return store_.scan(own, [&](std::string_view key, std::string_view) {
            batch.remove(std::string(key));
            return true;
        });
    };
    batch.remove(stream_key(meta.name));
    WR_TRY_VOID(collect(floor_prefix));
    WR_TRY_VOID(collect(producer_prefix));
    WR_TRY_VOID(store_.commit(batch));
    const base::MutexLock lock(registry_mutex_);
    by_incarnation_.erase(meta.incarnation);
    const auto named = by_name_.find(meta.name);
    if (named != by_name_.end() && named->second == stream) by_name_.erase(named);
    return {};
}

Result<StreamInfo> Engine::describe(const StreamName& stream) {
    WR_TRY(const StreamMeta meta, this->stream(stream));
    StreamInfo info;
    info.name = meta.name;
    info.status = meta.status(environment_.clock.now());
    info.retention_hours = meta.retention_hours;
    info.created = meta.created;
    for (const ShardMeta& shard : meta.topology->shards()) info.shards.push_back(shard_info(shard));
    return info;
}

Result<std::vector<PutOutcome>> Engine::put_records(
    const StreamName& stream,
    const std::vector<PutEntry>& entries,
    const std::optional<ProducerOrdinal>& producer) {
    WR_TRY(const std::shared_ptr<Stream> target, find(stream));
    return target->put(entries, producer);
}

Result<std::shared_ptr<PendingPut>> Engine::begin_put(const StreamName& stream,
                                                      const std::vector<PutEntry>& entries) {
    WR_TRY(const std::shared_ptr<Stream> target, find(stream));
    return target->begin_put(entries);
}

Result<uint64_t> Engine::last_ordinal(const StreamName& stream, const std::string& producer) {
    WR_TRY(const std::shared_ptr<Stream> target, find(stream));
    return target->last_ordinal(producer);
}

Result<ReadFrom> Engine::place_of(Stream& stream, const Cursor& cursor) const {
    ReadFrom from;
    from.sequence_number = stream.sequence_before(cursor);
    if (!from.sequence_number.empty()) from.type = StartType::AfterSequenceNumber;
    return from;
}

Result<ReadFrom> Engine::resolve(const StreamName& stream,
                                 const std::string& shard_id,
                                 const ReadFrom& from) {
    WR_TRY(const std::shared_ptr<Stream> target, find(stream));
    WR_TRY(const Cursor cursor, target->locate(shard_id, from));
    return place_of(*target, cursor);
}

Result<FoundRecords> Engine::find_records(const StreamName& stream,
                                          const std::string& shard_id,
                                          const ReadFrom& from,
                                          size_t records_max,
                                          size_t bytes_max,
                                          ReadEnd& end) {
    WR_TRY(const std::shared_ptr<Stream> target, find(stream));
    WR_TRY(const Cursor cursor, target->locate(shard_id, from));
    const base::MonotonicTime begun = monotonic();
    WR_TRY(CursorRead found, target->read(cursor, records_max, bytes_max));
    target->count_read(cursor.shard_index, found, monotonic() - begun);
    end.behind_latest = found.behind_latest;
    end.start_was_trimmed = found.start_was_trimmed;
    if (found.at_end_of_shard) {
        for (const ShardMeta& child : found.children) {
            end.child_shard_ids.push_back(kinesis::shard_id(child.index));
        }
    } else {
        WR_TRY(end.next, place_of(*target, found.next));
    }
    return std::move(found.records);
}

Result<ReadResult> Engine::read(const StreamName& stream,
                                const std::string& shard_id,
                                const ReadFrom& from,
                                size_t records_max,
                                size_t bytes_max) {
    ReadResult result;
    WR_TRY(const FoundRecords found,
           find_records(stream, shard_id, from, records_max, bytes_max, result));
    result.records.reserve(found.size());
    found.each([&](const FoundRecord& record) {
        result.records.push_back({record.number.text(),
                                  std::string(record.partition_key),
                                  std::string(record.data),
                                  record.arrival,
                                  record.is_encrypted});
    });
    return result;
}

Result<ViewResult> Engine::read_views(const StreamName& stream,
                                      const std::string& shard_id,
                                      const ReadFrom& from,
                                      size_t records_max,
                                      size_t bytes_max,
                                      Numbered numbered) {
    ViewResult result;
    WR_TRY(FoundRecords found,
           find_records(stream, shard_id, from, records_max, bytes_max, result));
    auto& records = result.views.records;
    records.reserve(found.size());
    const auto view_of = [](const FoundRecord& record) {
        return RecordView{{}, record.partition_key, record.data, record.arrival};
    };
    // The numbers are nowhere yet: one buffer for all of them.
    const bool has_all = numbered == Numbered::All;
    const auto numbers =
        std::make_shared<std::vector<char>>((has_all ? found.size() : 2) * sequence_digits);
    char* at = numbers->data();
    const auto number = [&at](const SequenceText& text) {
        char* const begin = std::exchange(at, text.write(at));
        return std::string_view(begin, sequence_digits);
    };
    if (has_all) {
        found.each([&](const FoundRecord& record) {
            records.push_back(view_of(record));
            records.back().sequence_number = number(record.number);
        });
    } else if (!found.empty()) {
        found.each<false>([&](const FoundRecord& record) { records.push_back(view_of(record)); });
        records.front().sequence_number = number(found.first_number());
        records.back().sequence_number = number(found.last_number());
    }
    result.views.owners = {std::make_shared<FoundRecords>(std::move(found)), numbers};
    return result;
}

uint64_t Engine::wait_for_records(const StreamName& stream,
                                  uint64_t seen,
                                  std::chrono::milliseconds timeout) {
    if (const auto target = find(stream)) return (*target)->wait_for_records(seen, timeout);
    // Nothing to wait for but the end: a stream that is created meanwhile shows at the next call.
    const base::MutexLock lock(registry_mutex_);
    if (!is_stopping_) stopped_.wait_for(registry_mutex_, timeout);
    return seen;
}

}  // namespace wr::kinesis
