// Walks a segment's entries through a window buffer, so that memory stays small.
#include <algorithm>

#include "base/limits.h"
#include "log/recovery.h"

namespace wr::log {
namespace {

constexpr size_t window_bytes = 1024 * 1024;

/// Sequential reads of a file through one buffer that grows only for a large entry.
class Window {
public:
    Window(const io::File& file, uint64_t end) : file_(file), end_(end) {}

    /// Bytes from `offset`, at least `size` of them unless the file ends.
    Result<std::string_view> at(uint64_t offset, size_t size) {
        if (offset >= end_) return std::string_view();
        const uint64_t wanted = std::min<uint64_t>(size, end_ - offset);
        if (offset < start_ || offset + wanted > start_ + buffer_.size()) {
            const uint64_t count =
                std::min<uint64_t>(std::max<uint64_t>(wanted, window_bytes), end_ - offset);
            buffer_.resize(count);
            WR_TRY(const size_t got, file_.read_at(offset, buffer_.data(), buffer_.size()));
            buffer_.resize(got);
            start_ = offset;
        }
        return std::string_view(buffer_).substr(offset - start_);
    }

private:
    const io::File& file_;
    const uint64_t end_;
    std::string buffer_;
    uint64_t start_ = 0;
};

/// The entry at `offset` if its own checksum holds.
Result<std::optional<EntryHeader>> entry_at(Window& window, uint64_t offset, uint64_t end_max) {
    const std::optional<EntryHeader> none;
    WR_TRY(const std::string_view bytes, window.at(offset, entry_header_bytes));
    const auto header = decode_entry_header(bytes);
    if (!header || header->payload_bytes > limits::log_entry_bytes_max ||
        offset + entry_bytes(header->payload_bytes) > end_max)
        return none;
    WR_TRY(const std::string_view whole,
           window.at(offset, entry_header_bytes + header->payload_bytes));
    if (whole.size() < entry_header_bytes + header->payload_bytes) return none;
    return entry_checks(whole, *header) ? header : none;
}

}  // namespace

Result<Scan> scan_entries(const io::File& file,
                          const SegmentHeader& header,
                          uint64_t end_max,
                          const Replay& replay) {
    const Scan start{segment_header_bytes, header.first_sequence, header.previous_crc};
    return scan_entries_from(file, header.segment, start, end_max, replay);
}

Result<Scan> scan_entries_from(const io::File& file,
                               uint64_t segment,
                               const Scan& start,
                               uint64_t end_max,
                               const Replay& replay) {
    Window window(file, end_max);
    Scan scan = start;
    while (true) {
        WR_TRY(const auto entry, entry_at(window, scan.end_offset, end_max));
        if (!entry || entry->sequence != scan.next_sequence || entry->previous_crc != scan.last_crc)
            return scan;
        WR_TRY(const std::string_view bytes,
               window.at(scan.end_offset, entry_header_bytes + entry->payload_bytes));
        replay(entry->topic,
               {segment, scan.end_offset},
               bytes.substr(entry_header_bytes, entry->payload_bytes));
        scan.end_offset += entry_bytes(entry->payload_bytes);
        scan.next_sequence = entry->sequence + 1;
        scan.last_crc = entry->crc;
    }
}

namespace {

/// Calls `found` for every intact entry from `offset` on, wherever it stands, until it returns
/// true.
Result<void> search_entries(const io::File& file,
                            uint64_t offset,
                            uint64_t end_max,
                            const std::function<bool(uint64_t offset, const EntryHeader&)>& found) {
    Window window(file, end_max);
    while (offset + entry_header_bytes <= end_max) {
        WR_TRY(const std::string_view bytes, window.at(offset, entry_header_bytes));
        if (bytes.size() < entry_header_bytes) break;
        const size_t magic = bytes.find(entry_magic_bytes);
        if (magic == std::string_view::npos) {
            // The magic may straddle the window's end, but it starts at an aligned offset.
            offset += (bytes.size() - 1) / entry_alignment * entry_alignment;
            continue;
        }
        offset += magic;
        WR_TRY(const auto entry, entry_at(window, offset, end_max));
        if (offset % entry_alignment == 0 && entry && found(offset, *entry)) return {};
        offset = (offset / entry_alignment + 1) * entry_alignment;
    }
    return {};
}

}  // namespace

Result<std::optional<Scan>> find_entry(const io::File& file, uint64_t offset, uint64_t end_max) {
    std::optional<Scan> scan;
    WR_TRY_VOID(search_entries(file, offset, end_max, [&](uint64_t at, const EntryHeader& entry) {
        scan = Scan{at, entry.sequence, entry.previous_crc};
        return true;
    }));
    return scan;
}

Result<uint64_t> find_proof_of_damage(const io::File& file, const Scan& scan, uint64_t end_max) {
    uint64_t proof = 0;
    // Entries of one batch may survive a power cut without those before them. Only one that was
    // written after the missing entry had been synced proves a loss.
    WR_TRY_VOID(
        search_entries(file, scan.end_offset, end_max, [&](uint64_t at, const EntryHeader& entry) {
            if (entry.durable_sequence <= scan.next_sequence) return false;
            proof = at;
            return true;
        }));
    return proof;
}

}  // namespace wr::log
