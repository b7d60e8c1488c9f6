// Every segment by itself, so that one damage does not hide another, and the links between them.
#include "log/check.h"

#include <algorithm>
#include <optional>

#include "log/recovery.h"
#include "log/segment.h"

namespace wr::log {
namespace {

constexpr size_t read_bytes = 1024 * 1024;

struct Segment {
    std::string path;
    std::unique_ptr<io::File> file;
    SegmentHeader header;
    uint64_t size_bytes = 0;
};

class Checker {
public:
    Checker(io::FileSystem& fs, const std::string& directory) : fs_(fs), directory_(directory) {}

    Result<CheckReport> run() {
        auto state = read_state(fs_, directory_);
        if (!state && state.error().code == base::ErrorCode::Corruption) {
            damaged(directory_ + "/STATE", 0, "its checksum does not hold");
            return std::move(report_);
        }
        if (!state) return base::fail(std::move(state).error());
        state_ = *state;
        WR_TRY_VOID(check_unknown_segments());
        WR_TRY(auto current, open(state_.first_segment));
        for (uint64_t segment = state_.first_segment; segment <= state_.last_segment; ++segment) {
            WR_TRY(auto next, open(segment + 1));
            if (current) {
                WR_TRY_VOID(check_segment(*current, next ? &next->header : nullptr));
            } else {
                before_.reset();
            }
            current = std::move(next);
        }
        return std::move(report_);
    }

private:
    void damaged(const std::string& path, uint64_t offset, std::string what) {
        report_.damages.push_back({path, offset, std::move(what)});
    }

    /// A segment beyond the state's last one holds nothing, or the state is not the newest.
    Result<void> check_unknown_segments() {
        WR_TRY(const auto names, fs_.list(directory_));
        for (const std::string& name : names) {
            const auto number = parse_segment_name(name);
            if (!number || *number <= state_.last_segment) continue;
            const std::string path = segment_path(directory_, *number);
            WR_TRY(const auto file, fs_.open(path, io::OpenMode::Read));
            WR_TRY(const uint64_t size, file->size());
            WR_TRY(const auto entry, find_entry(*file, segment_header_bytes, size));
            if (entry) damaged(directory_ + "/STATE", 0, "it does not know " + name);
        }
        return {};
    }

    /// Empty when there is no segment to look into: the damage is then in the report.
    Result<std::optional<Segment>> open(uint64_t number) {
        std::optional<Segment> none;
        if (number > state_.last_segment) return none;
        Segment segment;
        segment.path = segment_path(directory_, number);
        auto file = fs_.open(segment.path, io::OpenMode::Read);
        if (!file && file.error().code == base::ErrorCode::NotFound) {
            damaged(segment.path, 0, "the file is missing");
            return none;
        }
        if (!file) return base::fail(std::move(file).error());
        segment.file = *std::move(file);
        segment.file->drop_cache();
        WR_TRY(segment.size_bytes, segment.file->size());
        std::string bytes(segment_header_bytes, '\0');
        WR_TRY(const size_t got, segment.file->read_at(0, bytes.data(), bytes.size()));
        bytes.resize(got);
        DecodeFailure why{};
        const auto header = decode_segment_header(bytes, why);
        if (!header && why == DecodeFailure::NewerVersion)
            return base::fail(base::ErrorCode::Unsupported,
                              segment.path + " was written by a newer version");
        if (!header || header->segment != number) {
            damaged(segment.path,
                    0,
                    header ? "it is another segment's file" : "the segment header does not check");
            return none;
        }
        segment.header = *header;
        ++report_.segments;
        report_.bytes += segment.size_bytes;
        if (segment.size_bytes < header->capacity_bytes)
            damaged(segment.path, segment.size_bytes, "the file was shortened");
        return std::optional<Segment>(std::move(segment));
    }

    void check_link(const Segment& segment) {
        if (!before_) return;
        if (segment.header.first_sequence != before_->next_sequence)
            damaged(segment.path, 0, "its first sequence does not follow the segment before it");
        else if (segment.header.previous_crc != before_->last_crc)
            damaged(segment.path, 0, "it does not continue the segment before it");
    }

    /// Whether something is missing where the entries in `scan` end.
    Result<bool> is_gap(const Segment& segment,
                        const Scan& scan,
                        uint64_t end,
                        bool is_end_known,
                        bool has_later_entry) const {
        if (is_end_known) return scan.end_offset != end;
        const bool is_last = segment.header.segment == state_.last_segment;
        // The successor would say where this one ends; without it only what follows can tell.
        if (!is_last) return has_later_entry;
        if (state_.watermark_segment == state_.last_segment &&
            scan.end_offset < state_.watermark_offset)
            return true;
        WR_TRY(const uint64_t proof, find_proof_of_damage(*segment.file, scan, end));
        return proof != 0;
    }

    Result<void> check_segment(const Segment& segment, const SegmentHeader* next) {
        check_link(segment);
        before_.reset();
        const uint64_t size = std::min(segment.size_bytes, segment.header.capacity_bytes);
        const uint64_t end = next != nullptr ? std::min(next->previous_end, size) : size;
        Scan scan{segment_header_bytes, segment.header.first_sequence, segment.header.previous_crc};
        const auto count = [this](auto, auto, auto) { ++report_.entries; };
        for (size_t gaps = 0; gaps < damages_per_segment_max; ++gaps) {
            WR_TRY(scan,
                   scan_entries_from(*segment.file, segment.header.segment, scan, end, count));
            WR_TRY(const auto later, find_entry(*segment.file, scan.end_offset + 1, end));
            WR_TRY(const bool gap, is_gap(segment, scan, end, next != nullptr, later.has_value()));
            if (!gap) {
                before_ = scan;
                break;
            }
            damaged(segment.path, scan.end_offset, "an entry is not intact or out of order");
            if (!later) break;
            // Goes on behind the damage, with what stands there.
            scan = *later;
        }
        if (segment.header.segment != state_.last_segment) return {};
        return count_torn_bytes(segment, scan.end_offset);
    }

    Result<void> count_torn_bytes(const Segment& segment, uint64_t from) {
        std::string bytes;
        for (uint64_t offset = from; offset < segment.size_bytes; offset += read_bytes) {
            bytes.resize(std::min<uint64_t>(read_bytes, segment.size_bytes - offset));
            WR_TRY(const size_t got, segment.file->read_at(offset, bytes.data(), bytes.size()));
            const size_t last = bytes.find_last_not_of('\0', got);
            if (last != std::string::npos) report_.torn_bytes = offset + last + 1 - from;
        }
        return {};
    }

    io::FileSystem& fs_;
    const std::string directory_;
    State state_;
    CheckReport report_;
    std::optional<Scan> before_;  ///< the end of the segment before, when it is intact
};

}  // namespace

Result<CheckReport> check(io::FileSystem& fs, const std::string& directory) {
    return Checker(fs, directory).run();
}

}  // namespace wr::log
