// Compact index of a shard's entries: chunks of slots relative to the chunk's first.
#include "services/kinesis/engine/shard_index.h"

#include <algorithm>

#include "base/assert.h"

namespace wr::kinesis {
namespace {

constexpr size_t slots_per_chunk = 512;
constexpr int offset_bits = 40;
constexpr uint64_t offset_limit = uint64_t{1} << offset_bits;
constexpr uint64_t segment_limit = uint64_t{1} << (64 - offset_bits);
constexpr uint64_t delta_limit = uint64_t{1} << 32;

}  // namespace

bool ShardIndex::fits(const Chunk& chunk,
                      uint64_t counter,
                      log::Position position,
                      base::Timestamp arrival) const {
    // The chunk's arrivals count from its first slot: a clock set back begins a new chunk.
    return chunk.slots.size() < slots_per_chunk && counter - chunk.counter < delta_limit &&
           position.segment - chunk.segment < segment_limit && arrival >= chunk.arrival_min &&
           static_cast<uint64_t>((arrival - chunk.arrival_min).count()) < delta_limit;
}

void ShardIndex::append(uint64_t first_counter,
                        uint32_t record_count,
                        log::Position position,
                        base::Timestamp arrival) {
    WR_ASSERT(first_counter >= next_counter_);
    WR_ASSERT(position.offset < offset_limit);
    if (chunks_.empty() || !fits(chunks_.back(), first_counter, position, arrival)) {
        Chunk chunk;
        chunk.counter = first_counter;
        chunk.segment = position.segment;
        chunk.arrival_min = chunk.arrival_max = arrival;
        chunks_.push_back(std::move(chunk));
    }
    Chunk& chunk = chunks_.back();
    Slot slot;
    slot.place = ((position.segment - chunk.segment) << offset_bits) | position.offset;
    slot.counter = static_cast<uint32_t>(first_counter - chunk.counter);
    slot.arrival_ms = static_cast<uint32_t>((arrival - chunk.arrival_min).count());
    chunk.slots.push_back(slot);
    chunk.arrival_max = std::max(chunk.arrival_max, arrival);
    next_counter_ = first_counter + record_count;
}

void ShardIndex::raise_next(uint64_t counter) {
    next_counter_ = std::max(next_counter_, counter);
}

ShardIndex::Place ShardIndex::place_of(const Chunk& chunk, const Slot& slot) {
    Place place;
    place.first_counter = chunk.counter + slot.counter;
    place.position.segment = chunk.segment + (slot.place >> offset_bits);
    place.position.offset = slot.place & (offset_limit - 1);
    place.arrival = chunk.arrival_min + std::chrono::milliseconds{slot.arrival_ms};
    return place;
}

std::optional<ShardIndex::Place> ShardIndex::find(uint64_t counter) const {
    if (chunks_.empty() || counter >= next_counter_) return std::nullopt;
    auto chunk = std::upper_bound(
        chunks_.begin(), chunks_.end(), counter, [](uint64_t wanted, const Chunk& candidate) {
            return wanted < candidate.counter;
        });
    if (chunk == chunks_.begin()) return front();
    --chunk;
    const auto delta = std::min(counter - chunk->counter, delta_limit - 1);
    const auto begin = chunk->slots.begin() + static_cast<std::ptrdiff_t>(chunk->begin);
    auto slot = std::upper_bound(
        begin, chunk->slots.end(), delta, [](uint64_t wanted, const Slot& candidate) {
            return wanted < candidate.counter;
        });
    if (slot == begin) return front();
    return place_of(*chunk, *--slot);
}

std::optional<ShardIndex::Place> ShardIndex::find_behind(uint64_t counter) const {
    const auto chunk =
        std::partition_point(chunks_.begin(), chunks_.end(), [&](const Chunk& candidate) {
            return candidate.counter + candidate.slots.back().counter <= counter;
        });
    if (chunk == chunks_.end()) return std::nullopt;
    for (size_t i = chunk->begin; i < chunk->slots.size(); ++i) {
        const Place place = place_of(*chunk, chunk->slots[i]);
        if (place.first_counter > counter) return place;
    }
    return std::nullopt;
}

std::optional<ShardIndex::Place> ShardIndex::find_time(base::Timestamp time) const {
    for (const Chunk& chunk : chunks_) {
        if (chunk.arrival_max < time) continue;
        for (size_t i = chunk.begin; i < chunk.slots.size(); ++i) {
            const Place place = place_of(chunk, chunk.slots[i]);
            if (place.arrival >= time) return place;
        }
    }
    return std::nullopt;
}

std::optional<ShardIndex::Place> ShardIndex::front() const {
    if (chunks_.empty()) return std::nullopt;
    return place_of(chunks_.front(), chunks_.front().slots[chunks_.front().begin]);
}

bool ShardIndex::trim_before(base::Timestamp horizon) {
    bool trimmed = false;
    while (!chunks_.empty()) {
        Chunk& chunk = chunks_.front();
        while (chunk.begin < chunk.slots.size() &&
               place_of(chunk, chunk.slots[chunk.begin]).arrival < horizon) {
            ++chunk.begin;
            trimmed = true;
        }
        if (chunk.begin < chunk.slots.size()) break;
        chunks_.pop_front();
    }
    return trimmed;
}

uint64_t ShardIndex::first_counter() const {
    const auto place = front();
    return place ? place->first_counter : next_counter_;
}

}  // namespace wr::kinesis
