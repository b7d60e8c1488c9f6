#pragma once
// Recovery: reads every segment, tells a torn tail from damage, and says where writing goes on.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/file_system.h"
#include "log/format.h"
#include "log/log.h"

namespace wr::log {

/// The point after the last intact entry.
struct Tail {
    std::unique_ptr<io::File> file;  ///< of state.last_segment; none when there is no segment
    uint64_t capacity_bytes = 0;
    uint64_t end_offset = 0;
    uint64_t next_sequence = 1;
    uint32_t last_crc = 0;
    State state;
};

using Replay = std::function<void(uint64_t topic, Position position, std::string_view payload)>;

/// Cuts a torn tail and syncs what remains; removes left-overs of trims and half-made segments.
///
/// @error Corruption  file and offset; nothing has been changed
Result<Tail> recover(io::FileSystem& fs, const std::string& directory, const Replay& replay);

/// One segment's bytes, as the fuzzer feeds them: entries up to the first that does not check.
struct Scan {
    uint64_t end_offset = segment_header_bytes;
    uint64_t next_sequence = 0;
    uint32_t last_crc = 0;
};
Result<Scan> scan_entries(const io::File& file,
                          const SegmentHeader& header,
                          uint64_t end_max,
                          const Replay& replay);

/// The same from `start` on.
Result<Scan> scan_entries_from(const io::File& file,
                               uint64_t segment,
                               const Scan& start,
                               uint64_t end_max,
                               const Replay& replay);
/// Where the next entry at or behind `offset` stands whose own checksum holds, whatever came
/// before it; empty when there is none.
Result<std::optional<Scan>> find_entry(const io::File& file, uint64_t offset, uint64_t end_max);

/// Offset of an entry behind `scan.end_offset` that proves that what is missing there had been
/// synced; 0 when there is none, so the tail is torn.
Result<uint64_t> find_proof_of_damage(const io::File& file, const Scan& scan, uint64_t end_max);

}  // namespace wr::log
