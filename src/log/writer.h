#pragma once
// SegmentWriter: lays entries end to end, rolls segments, syncs. One thread uses it at a time.

#include <memory>
#include <string>
#include <vector>

#include "io/file_system.h"
#include "log/format.h"
#include "log/log.h"
#include "log/recovery.h"

namespace wr::log {

class SegmentWriter {
public:
    SegmentWriter(io::FileSystem& fs, const LogOptions& options, Tail tail)
        : fs_(fs), options_(options), tail_(std::move(tail)) {}

    /// Makes the first segment of an empty log; records the recovered end as durable.
    Result<void> start();

    /// Puts one entry into the buffer, rolling to a new segment first when it does not fit. Flush
    /// before that: a NoSpace of the roll must not be one of earlier entries.
    ///
    /// @error NoSpace  the entry was not taken; the log is as before
    /// @error Io       the log must not be written again
    Result<Position> add(uint64_t topic, std::string_view payload);
    /// Writes the buffer. NoSpace: none of its entries is in the log.
    Result<void> flush();
    /// Makes everything flushed durable.
    Result<void> sync();
    /// Records the end in the state file, so that later damage below it is never a torn tail.
    Result<void> save_watermark();
    /// Drops segments before `segment`; the one being written stays.
    Result<void> drop_before(uint64_t segment);

    /// What a state file would say if everything written were durable.
    State state_at_end() const {
        State state = tail_.state;
        state.watermark_segment = state.last_segment;
        state.watermark_offset = buffer_start();
        return state;
    }
    Position end() const { return {tail_.state.last_segment, buffer_start()}; }
    uint64_t first_segment() const { return tail_.state.first_segment; }
    bool needs_sync() const { return durable_sequence_ != flushed_sequence_; }
    /// Whether the current segment takes a payload of this size.
    bool fits(uint64_t payload_bytes) const {
        return tail_.end_offset + entry_bytes(payload_bytes) <= tail_.capacity_bytes;
    }
    size_t buffered_bytes() const { return buffer_.size(); }

private:
    uint64_t buffer_start() const { return tail_.end_offset - buffer_.size(); }
    Result<void> roll(uint64_t entry_size);
    void forget_buffer();

    io::FileSystem& fs_;
    const LogOptions options_;
    Tail tail_;  ///< the end includes what is buffered
    std::string buffer_;
    uint64_t buffer_first_sequence_ = 0;
    uint32_t buffer_previous_crc_ = 0;
    uint64_t flushed_sequence_ = 0;  ///< entries below it are written
    uint64_t durable_sequence_ = 0;  ///< entries below it are synced
};

}  // namespace wr::log
