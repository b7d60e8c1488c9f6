// Reading a stream: from a place asked for to a counter, from a counter to records.
#include <algorithm>

#include "base/logging.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/stream.h"

namespace wr::kinesis {
namespace {

uint64_t seconds_of(base::Timestamp time) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

Result<uint64_t> Stream::counter_of(const ShardMeta& shard, const std::string& sequence) const {
    const auto prefix = [&] {
        return "StartingSequenceNumber " + sequence + " used in GetShardIterator on shard " +
               shard_id(shard.index) + " in stream " + name_.name + " under account " +
               name_.account + " is invalid";
    };
    const std::optional<SequenceNumber> number = parse_sequence_number(sequence);
    if (!number) return base::fail(Error{ErrorCode::InvalidArgument, prefix() + "."});
    if (number->shard_index != shard.index) {
        return base::fail(
            Error{ErrorCode::InvalidArgument,
                  "Invalid StartingSequenceNumber. It encodes " + shard_id(number->shard_index) +
                      ", while it was used in a call to a shard with " + shard_id(shard.index)});
    }
    if (number->shard_created_seconds != shard.created_seconds()) {
        return base::fail(Error{ErrorCode::InvalidArgument,
                                prefix() + " because it did not come from this stream."});
    }
    return number->counter;
}

Result<Cursor> Stream::locate(const std::string& shard, const ReadFrom& from) const {
    const std::optional<uint32_t> index = parse_shard_id(shard);
    if (!index) {
        return base::fail(Error{ErrorCode::ResourceNotFound,
                                "Could not find shard " + shard + " in stream " + name_.name +
                                    " under account " + name_.account + "."});
    }
    const base::MutexLock lock(state_mutex_);
    const ShardMeta* meta = meta_.topology->find(*index);
    if (meta == nullptr) return base::fail(shard_not_found(name_, shard_id(*index)));
    const ShardIndex& records = indexes_[*index];
    Cursor cursor{*index, 0};
    switch (from.type) {
        case StartType::TrimHorizon:
            return cursor;
        case StartType::Latest:
            cursor.counter = records.next_counter();
            return cursor;
        case StartType::AtSequenceNumber: {
            WR_TRY(cursor.counter, counter_of(*meta, from.sequence_number));
            return cursor;
        }
        case StartType::AfterSequenceNumber: {
            WR_TRY(const uint64_t counter, counter_of(*meta, from.sequence_number));
            cursor.counter = counter + 1;
            return cursor;
        }
        case StartType::AtTimestamp: {
            const auto place = records.find_time(from.timestamp);
            cursor.counter = place ? place->first_counter : records.next_counter();
            return cursor;
        }
    }
    return cursor;
}

std::string Stream::sequence_before(Cursor cursor) const {
    const base::MutexLock lock(state_mutex_);
    const ShardMeta* shard = meta_.topology->find(cursor.shard_index);
    if (cursor.counter == 0 || shard == nullptr) return {};
    return SequenceNumber{shard->created_seconds(),
                          cursor.shard_index,
                          cursor.counter - 1,
                          seconds_of(environment_.clock.now())}
        .text();
}

base::Result<void> Stream::read_entry(const ShardIndex::Place& place,
                                      const ShardMeta& shard,
                                      const KeyRing& keys,
                                      size_t records_max,
                                      size_t bytes_max,
                                      CursorRead& result) const {
    WR_TRY(const std::shared_ptr<const CachedEntry> entry,
           environment_.cache.read(*environment_.log, place.position, keys, incarnation_));
    const auto& sections = entry->head.sections;
    const auto section = std::find_if(sections.begin(), sections.end(), [&](const auto& found) {
        return found.shard_index == shard.index;
    });
    if (section == sections.end()) {
        return base::fail(base::ErrorCode::Corruption,
                          "entry without records of " + shard_id(shard.index));
    }
    uint64_t counter = section->first_counter;
    const uint64_t end = counter + section->record_count;
    if (result.next.counter < counter) result.next.counter = counter;
    EntryReader reader(entry->payload.view(), *section);
    while (counter < result.next.counter && counter < end) {
        reader.next();
        ++counter;
    }
    RecordRun run{
        entry,
        reader.rest(),
        0,
        SequenceText(
            {shard.created_seconds(), shard.index, counter, seconds_of(entry->head.arrival)})};
    const size_t count_max = std::min<size_t>(records_max - result.records.size(), end - counter);
    std::string_view rest = reader.rest();
    const size_t heads_bytes = count_max * record_head_bytes;
    // All that is left of the section: its size is known without a look at each record.
    if (count_max == end - counter && heads_bytes <= rest.size() &&
        result.bytes + rest.size() - heads_bytes <= bytes_max) {
        run.count = count_max;
        result.bytes += rest.size() - heads_bytes;
        rest = {};
    }
    for (; run.count < count_max; ++run.count) {
        const std::optional<EntryRecord> record = reader.next();
        if (!record) return base::fail(base::ErrorCode::Corruption, "entry with too few records");
        const uint64_t size = record->data.size() + record->partition_key.size();
        result.is_full =
            result.bytes + size > bytes_max && (!result.records.empty() || run.count > 0);
        if (result.is_full) break;
        result.bytes += size;
        rest = reader.rest();
    }
    run.bytes.remove_suffix(rest.size());
    result.next.counter = counter + run.count;
    if (run.count > 0) result.records.add(std::move(run));
    return {};
}

void Stream::count_read(uint32_t shard_index,
                        const CursorRead& read,
                        std::chrono::nanoseconds latency) const {
    const auto bytes = static_cast<double>(read.bytes);
    const auto records = static_cast<double>(read.records.size());
    const auto age = static_cast<double>(read.behind_latest.count());
    metrics_->add({{StreamMetric::GetRecordsBytes, bytes},
                   {StreamMetric::GetRecordsIteratorAge, age},
                   {StreamMetric::GetRecordsLatency,
                    std::chrono::duration<double, std::milli>(latency).count()},
                   {StreamMetric::GetRecordsRecords, records},
                   {StreamMetric::GetRecordsSuccess, 1},
                   {StreamMetric::ReadThroughputExceeded, 0}});
    metrics_->add(shard_index,
                  {{ShardMetric::OutgoingBytes, bytes},
                   {ShardMetric::OutgoingRecords, records},
                   {ShardMetric::IteratorAge, age},
                   {ShardMetric::ReadThroughputExceeded, 0}});
}

void Stream::count_refused_read(uint32_t shard_index) const {
    metrics_->add(
        {{StreamMetric::GetRecordsSuccess, 0}, {StreamMetric::ReadThroughputExceeded, 1}});
    metrics_->add(shard_index, {{ShardMetric::ReadThroughputExceeded, 1}});
}

Result<CursorRead> Stream::read(Cursor cursor, size_t records_max, size_t bytes_max) const {
    CursorRead result;
    result.next = cursor;
    ShardMeta shard;
    std::shared_ptr<const KeyRing> keys;
    {
        const base::MutexLock lock(state_mutex_);
        keys = keys_;
        const ShardMeta* found = meta_.topology->find(cursor.shard_index);
        if (found == nullptr) {
            return base::fail(shard_not_found(name_, shard_id(cursor.shard_index)));
        }
        shard = *found;
        const uint64_t held_from = indexes_[shard.index].first_counter();
        result.start_was_trimmed = cursor.counter > 0 && cursor.counter < held_from;
    }
    while (result.records.size() < records_max && result.bytes < bytes_max && !result.is_full) {
        std::optional<ShardIndex::Place> place;
        std::optional<ShardIndex::Place> behind;
        {
            const base::MutexLock lock(state_mutex_);
            place = indexes_[shard.index].find(result.next.counter);
            if (place) behind = indexes_[shard.index].find_behind(place->first_counter);
        }
        if (!place) break;
        const size_t count_before = result.records.size();
        auto done = read_entry(*place, shard, *keys, records_max, bytes_max, result);
        if (!done && done.error().code != base::ErrorCode::NotFound) {
            base::log_error("kinesis_read_failed",
                            {{"stream", name_.arn()},
                             {"shard", shard_id(shard.index)},
                             {"error", done.error().message}});
            return base::fail(internal_failure());
        }
        if (result.records.size() > count_before || result.is_full) continue;
        // Trimmed since the look at the index, or numbers were given but never written.
        if (!behind) break;
        result.next.counter = std::max(result.next.counter, behind->first_counter);
    }
    const base::MutexLock lock(state_mutex_);
    const ShardIndex& index = indexes_[shard.index];
    if (const auto rest = index.find(result.next.counter)) {
        const auto age = environment_.clock.now() - rest->arrival;
        result.behind_latest = std::max(std::chrono::milliseconds{1}, age);
    } else if (const ShardMeta* now = meta_.topology->find(shard.index);
               now == nullptr || !now->is_open()) {
        result.at_end_of_shard = true;
        for (const ShardMeta* child : meta_.topology->children(shard.index)) {
            result.children.push_back(*child);
        }
    }
    return result;
}

}  // namespace wr::kinesis
