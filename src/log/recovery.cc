// Opens what is on disk: all segments that the state names, linked end to end, then the tail.
#include "log/recovery.h"

#include <algorithm>

#include "log/segment.h"

namespace wr::log {
namespace {

struct Found {
    std::vector<uint64_t> segments;  ///< sorted
    std::vector<std::string> half_made;
};

base::Failure<base::Error> damaged(const std::string& path, uint64_t offset, std::string what) {
    return base::fail(
        base::ErrorCode::Corruption,
        path + " is damaged at offset " + std::to_string(offset) + ": " + std::move(what));
}

Result<Found> find_segments(io::FileSystem& fs, const std::string& directory) {
    WR_TRY(const auto names, fs.list(directory));
    Found found;
    for (const auto& name : names) {
        if (const auto segment = parse_segment_name(name)) found.segments.push_back(*segment);
        if (name.ends_with(".new") || name.ends_with(".tmp")) found.half_made.push_back(name);
    }
    return found;
}

struct OpenSegment {
    std::unique_ptr<io::File> file;
    SegmentHeader header;
};

Result<OpenSegment> open_segment(io::FileSystem& fs,
                                 const std::string& directory,
                                 uint64_t segment,
                                 bool is_last) {
    const std::string path = segment_path(directory, segment);
    auto file = fs.open(path, io::OpenMode::ReadWrite);
    if (!file && file.error().code == base::ErrorCode::NotFound)
        return damaged(path, 0, "the file is missing");
    if (!file) return base::fail(std::move(file).error());
    // After a failed sync the cache may hold what the disk does not. Full segments were synced
    // before their successors came to be.
    if (is_last) (*file)->drop_cache();
    std::string bytes(segment_header_bytes, '\0');
    WR_TRY(const size_t got, (*file)->read_at(0, bytes.data(), bytes.size()));
    bytes.resize(got);
    DecodeFailure why{};
    const auto header = decode_segment_header(bytes, why);
    if (!header && why == DecodeFailure::NewerVersion)
        return base::fail(base::ErrorCode::Unsupported, path + " was written by a newer version");
    if (!header) return damaged(path, 0, "the segment header does not check");
    if (header->segment != segment) return damaged(path, 0, "it is another segment's file");
    WR_TRY(const uint64_t size, (*file)->size());
    if (size < header->capacity_bytes) return damaged(path, size, "the file was shortened");
    return OpenSegment{*std::move(file), *header};
}

/// A segment beyond the state's last one: made, but never acknowledged from, or the state is old.
Result<void> check_unused(io::FileSystem& fs, const std::string& directory, uint64_t segment) {
    WR_TRY(const auto open, open_segment(fs, directory, segment, true));
    WR_TRY(
        const Scan scan,
        scan_entries(*open.file, open.header, open.header.capacity_bytes, [](auto, auto, auto) {}));
    if (scan.end_offset == segment_header_bytes) return {};
    return damaged(directory + "/STATE", 0, "it does not know " + segment_name(segment));
}

Result<void> check_set(io::FileSystem& fs,
                       const std::string& directory,
                       const Found& found,
                       const State& state) {
    for (uint64_t segment = state.first_segment; segment <= state.last_segment; ++segment)
        if (!std::binary_search(found.segments.begin(), found.segments.end(), segment))
            return damaged(segment_path(directory, segment), 0, "the file is missing");
    for (const uint64_t segment : found.segments)
        if (segment > state.last_segment) WR_TRY_VOID(check_unused(fs, directory, segment));
    return {};
}

Result<void> remove_left_overs(io::FileSystem& fs,
                               const std::string& directory,
                               const Found& found,
                               const State& state) {
    bool removed = false;
    for (const auto& name : found.half_made) {
        WR_TRY_VOID(fs.remove(directory + "/" + name));
        removed = true;
    }
    for (const uint64_t segment : found.segments) {
        if (segment >= state.first_segment && segment <= state.last_segment) continue;
        WR_TRY_VOID(fs.remove(segment_path(directory, segment)));
        removed = true;
    }
    return removed ? fs.sync_directory(directory) : Result<void>();
}

Result<void> check_link(const std::string& path, const SegmentHeader& header, const Tail& tail) {
    if (header.first_sequence != tail.next_sequence)
        return damaged(path, 0, "its first sequence does not follow the segment before it");
    if (header.previous_crc != tail.last_crc)
        return damaged(path, 0, "it does not continue the segment before it");
    return {};
}

/// Decides about the bytes behind the last intact entry of the last segment; cuts a torn tail.
Result<void> settle_tail(const std::string& path, Tail& tail, const Scan& scan) {
    if (tail.state.watermark_segment == tail.state.last_segment &&
        scan.end_offset < tail.state.watermark_offset)
        return damaged(path, scan.end_offset, "an entry below the durable watermark is not intact");
    WR_TRY(const uint64_t proof, find_proof_of_damage(*tail.file, scan, tail.capacity_bytes));
    if (proof != 0)
        return damaged(path,
                       scan.end_offset,
                       "an acknowledged entry is not intact, as the later one at offset " +
                           std::to_string(proof) + " shows");
    return {};
}

Result<void> cut(Tail& tail) {
    constexpr size_t step = 1024 * 1024;
    std::string bytes;
    for (uint64_t offset = tail.end_offset; offset < tail.capacity_bytes; offset += step) {
        bytes.resize(std::min<uint64_t>(step, tail.capacity_bytes - offset));
        WR_TRY(const size_t got, tail.file->read_at(offset, bytes.data(), bytes.size()));
        const size_t last = bytes.find_last_not_of('\0', got);
        if (last == std::string::npos) continue;
        WR_TRY_VOID(tail.file->write_at(offset, std::string(last + 1, '\0')));
    }
    // Also covers entries that were written, never synced, and survived a killed process.
    return tail.file->sync();
}

}  // namespace

Result<Tail> recover(io::FileSystem& fs, const std::string& directory, const Replay& replay) {
    Tail tail;
    WR_TRY(tail.state, read_state(fs, directory));
    WR_TRY(const Found found, find_segments(fs, directory));
    WR_TRY_VOID(check_set(fs, directory, found, tail.state));

    std::unique_ptr<OpenSegment> current;
    const State& state = tail.state;
    for (uint64_t segment = state.first_segment; segment <= state.last_segment; ++segment) {
        const std::string path = segment_path(directory, segment);
        if (!current) {
            WR_TRY(auto opened,
                   open_segment(fs, directory, segment, segment == state.last_segment));
            current = std::make_unique<OpenSegment>(std::move(opened));
            tail.next_sequence = current->header.first_sequence;
            tail.last_crc = current->header.previous_crc;
        }
        WR_TRY_VOID(check_link(path, current->header, tail));
        std::unique_ptr<OpenSegment> next;
        uint64_t end_max = current->header.capacity_bytes;
        if (segment < state.last_segment) {
            WR_TRY(auto opened,
                   open_segment(fs, directory, segment + 1, segment + 1 == state.last_segment));
            next = std::make_unique<OpenSegment>(std::move(opened));
            end_max = std::min(end_max, next->header.previous_end);
        }
        WR_TRY(const Scan scan, scan_entries(*current->file, current->header, end_max, replay));
        if (next && scan.end_offset != next->header.previous_end)
            return damaged(path, scan.end_offset, "an entry is not intact or out of order");
        tail.end_offset = scan.end_offset;
        tail.next_sequence = scan.next_sequence;
        tail.last_crc = scan.last_crc;
        if (!next) {
            tail.capacity_bytes = current->header.capacity_bytes;
            tail.file = std::move(current->file);
            WR_TRY_VOID(settle_tail(path, tail, scan));
        }
        current = std::move(next);
    }
    // Nothing is changed before everything has been checked.
    WR_TRY_VOID(remove_left_overs(fs, directory, found, state));
    if (tail.file) WR_TRY_VOID(cut(tail));
    return tail;
}

}  // namespace wr::log
