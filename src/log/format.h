#pragma once
// Bytes of the log on disk: segment header, entry header, state file. See docs/formats/log.md.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wr::log {

constexpr uint32_t format_version = 1;
constexpr size_t segment_header_bytes = 64;
constexpr size_t entry_header_bytes = 40;
constexpr size_t entry_alignment = 8;
constexpr size_t state_bytes = 64;
constexpr std::string_view entry_magic_bytes("WRE1", 4);

/// First bytes of a segment. `previous_*` describe where the segment before it ended.
struct SegmentHeader {
    uint64_t segment = 0;
    uint64_t first_sequence = 0;
    uint64_t previous_end = 0;  ///< offset after its last entry; 0 when there is no previous one
    uint64_t capacity_bytes = 0;
    uint32_t previous_crc = 0;  ///< of its last entry
};

/// `durable_sequence`: every entry below it was synced before this one was written.
struct EntryHeader {
    uint32_t payload_bytes = 0;
    uint64_t sequence = 0;
    uint64_t topic = 0;
    uint64_t durable_sequence = 0;
    uint32_t previous_crc = 0;
    uint32_t crc = 0;  ///< over the header before it and the payload
};

/// Which segments there must be and up to where the log is known to be on disk.
struct State {
    uint64_t first_segment = 1;
    uint64_t last_segment = 0;
    uint64_t watermark_segment = 0;
    uint64_t watermark_offset = 0;
};

enum class DecodeFailure { Damaged, NewerVersion };

std::string encode_segment_header(const SegmentHeader& header);
/// `failure` says why, when empty.
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes, DecodeFailure& failure);

std::string encode_state(const State& state);
std::optional<State> decode_state(std::string_view bytes, DecodeFailure& failure);

/// Bytes that an entry takes on disk, padding included.
constexpr uint64_t entry_bytes(uint64_t payload_bytes) {
    return (entry_header_bytes + payload_bytes + entry_alignment - 1) / entry_alignment *
           entry_alignment;
}

/// Appends header, payload and padding to `out`; returns the entry's checksum.
uint32_t append_entry(std::string& out, EntryHeader header, std::string_view payload);

/// The header at the front of `bytes`, unverified; empty when there is none.
std::optional<EntryHeader> decode_entry_header(std::string_view bytes);
/// `bytes` starts with the header and holds at least the payload.
bool entry_checks(std::string_view bytes, const EntryHeader& header);
/// The same of a payload that lies elsewhere.
bool entry_checks(std::string_view header_bytes,
                  std::string_view payload,
                  const EntryHeader& header);

/// 16 hexadecimal digits and ".log".
std::string segment_name(uint64_t segment);
std::optional<uint64_t> parse_segment_name(std::string_view name);

}  // namespace wr::log
