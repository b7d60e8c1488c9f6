// Appends to the last segment; a new one is durable, named and in the state file before its use.
#include "log/writer.h"

#include <algorithm>

#include "base/assert.h"
#include "log/segment.h"

namespace wr::log {
namespace {

constexpr size_t buffer_kept_bytes_max = 1024 * 1024;

base::Failure<base::Error> unknown_outcome(base::Error error) {
    error.code = base::ErrorCode::Io;
    return base::fail(std::move(error));
}

}  // namespace

Result<void> SegmentWriter::start() {
    flushed_sequence_ = durable_sequence_ = tail_.next_sequence;
    if (!tail_.file) return roll(0);
    return save_watermark();
}

Result<Position> SegmentWriter::add(uint64_t topic, std::string_view payload) {
    const uint64_t size = entry_bytes(payload.size());
    if (!fits(payload.size())) WR_TRY_VOID(roll(size));
    if (buffer_.empty()) {
        buffer_first_sequence_ = tail_.next_sequence;
        buffer_previous_crc_ = tail_.last_crc;
    }
    EntryHeader header;
    header.sequence = tail_.next_sequence;
    header.topic = topic;
    header.durable_sequence = durable_sequence_;
    header.previous_crc = tail_.last_crc;
    tail_.last_crc = append_entry(buffer_, header, payload);
    const Position position{tail_.state.last_segment, tail_.end_offset};
    tail_.end_offset += size;
    ++tail_.next_sequence;
    return position;
}

void SegmentWriter::forget_buffer() {
    tail_.end_offset = buffer_start();
    tail_.next_sequence = buffer_first_sequence_;
    tail_.last_crc = buffer_previous_crc_;
    buffer_.clear();
}

Result<void> SegmentWriter::flush() {
    if (buffer_.empty()) return {};
    if (auto written = tail_.file->write_at(buffer_start(), buffer_); !written) {
        const uint64_t start = buffer_start();
        const bool no_space = written.error().code == base::ErrorCode::NoSpace;
        forget_buffer();
        if (!no_space) return unknown_outcome(std::move(written).error());
        // The file system did not reserve what it was asked to: the part that was written must
        // not look like an entry.
        if (auto erased = tail_.file->write_at(start, std::string(entry_header_bytes, '\0'));
            !erased)
            return unknown_outcome(std::move(erased).error());
        return written;
    }
    buffer_.clear();
    if (buffer_.capacity() > buffer_kept_bytes_max) buffer_.shrink_to_fit();
    flushed_sequence_ = tail_.next_sequence;
    return {};
}

Result<void> SegmentWriter::sync() {
    WR_ASSERT(buffer_.empty());
    if (!needs_sync()) return {};
    if (auto synced = tail_.file->sync(); !synced)
        return unknown_outcome(std::move(synced).error());
    durable_sequence_ = flushed_sequence_;
    return {};
}

Result<void> SegmentWriter::roll(uint64_t entry_size) {
    WR_ASSERT(buffer_.empty());
    // The next header is the durable watermark of this segment: it must not run ahead.
    WR_TRY_VOID(sync());
    SegmentHeader header;
    header.segment = tail_.state.last_segment + 1;
    header.first_sequence = tail_.next_sequence;
    header.previous_end = tail_.end_offset;
    header.previous_crc = tail_.last_crc;
    header.capacity_bytes =
        std::max<uint64_t>(options_.segment_bytes, segment_header_bytes + entry_size);
    auto file = create_segment(fs_, options_.directory, header);
    if (!file && file.error().code == base::ErrorCode::NoSpace)
        return base::fail(std::move(file).error());
    if (!file) return unknown_outcome(std::move(file).error());
    State state = tail_.state;
    state.last_segment = header.segment;
    state.watermark_segment = header.segment;
    state.watermark_offset = segment_header_bytes;
    if (auto saved = write_state(fs_, options_.directory, state); !saved) {
        if (saved.error().code != base::ErrorCode::NoSpace)
            return unknown_outcome(std::move(saved).error());
        // The state may not name a segment that is not there, so this one goes again.
        if (auto removed = fs_.remove(segment_path(options_.directory, header.segment)); !removed)
            return unknown_outcome(std::move(removed).error());
        return saved;
    }
    tail_.state = state;
    tail_.file = *std::move(file);
    tail_.capacity_bytes = header.capacity_bytes;
    tail_.end_offset = segment_header_bytes;
    return {};
}

Result<void> SegmentWriter::save_watermark() {
    WR_ASSERT(buffer_.empty() && !needs_sync());
    State state = tail_.state;
    state.watermark_segment = state.last_segment;
    state.watermark_offset = tail_.end_offset;
    if (state.watermark_offset == tail_.state.watermark_offset) return {};
    WR_TRY_VOID(write_state(fs_, options_.directory, state));
    tail_.state = state;
    return {};
}

Result<void> SegmentWriter::drop_before(uint64_t segment) {
    State state = tail_.state;
    state.first_segment = std::min(segment, state.last_segment);
    if (state.first_segment <= tail_.state.first_segment) return {};
    WR_TRY_VOID(write_state(fs_, options_.directory, state));
    const uint64_t first = tail_.state.first_segment;
    tail_.state = state;
    for (uint64_t gone = first; gone < state.first_segment; ++gone)
        WR_TRY_VOID(fs_.remove(segment_path(options_.directory, gone)));
    return fs_.sync_directory(options_.directory);
}

}  // namespace wr::log
