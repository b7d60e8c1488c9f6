#pragma once
// Where the records of one shard are: 16 bytes for each log entry, whatever it holds.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "log/log.h"

namespace wr::kinesis {

/// Not thread-safe. Counters of entries grow in the order of their positions.
class ShardIndex {
public:
    struct Place {
        uint64_t first_counter = 0;
        log::Position position;
        base::Timestamp arrival;
    };

    void append(uint64_t first_counter,
                uint32_t record_count,
                log::Position position,
                base::Timestamp arrival);

    bool empty() const { return chunks_.empty(); }
    /// Counter after the last record; at least what `raise_next` was told.
    uint64_t next_counter() const { return next_counter_; }
    void raise_next(uint64_t counter);

    /// The entry that holds `counter`, or the first behind it; empty at the tip.
    std::optional<Place> find(uint64_t counter) const;
    /// The first entry whose counters begin behind `counter`.
    std::optional<Place> find_behind(uint64_t counter) const;
    /// The first entry that arrived at or after `time`.
    std::optional<Place> find_time(base::Timestamp time) const;
    std::optional<Place> front() const;

    /// Drops leading entries that arrived before `horizon`. True when there were any.
    bool trim_before(base::Timestamp horizon);
    /// First counter that is still held; the tip when nothing is.
    uint64_t first_counter() const;

private:
    struct Slot {
        uint64_t place = 0;  // segment since the chunk's << 40 | offset
        uint32_t counter = 0;
        uint32_t arrival_ms = 0;
    };
    struct Chunk {
        uint64_t counter = 0;
        uint64_t segment = 0;
        base::Timestamp arrival_min;
        base::Timestamp arrival_max;
        size_t begin = 0;  // slots before it are trimmed
        std::vector<Slot> slots;
    };
    bool fits(const Chunk& chunk,
              uint64_t counter,
              log::Position position,
              base::Timestamp arrival) const;
    static Place place_of(const Chunk& chunk, const Slot& slot);

    std::deque<Chunk> chunks_;
    uint64_t next_counter_ = 1;
};

}  // namespace wr::kinesis
