// Encodes and decodes the log's bytes: little-endian fields, CRC-32C over all of them.
#include "log/format.h"

#include <cstring>

#include "base/assert.h"
#include "base/hash.h"

namespace wr::log {
namespace {

constexpr std::string_view segment_magic("WRLOGSEG", 8);
constexpr std::string_view state_magic("WRLOGSTA", 8);
constexpr uint32_t entry_magic = 0x31455257;  // "WRE1"

template <typename T>
void put(std::string& out, T value) {
    for (size_t i = 0; i < sizeof value; ++i, value = static_cast<T>(value >> 4 >> 4))
        out += static_cast<char>(value & 255);
}

template <typename T>
T get(std::string_view bytes, size_t offset) {
    T value = 0;
    for (size_t i = sizeof value; i-- > 0;)
        value = static_cast<T>((value << 4 << 4) | static_cast<uint8_t>(bytes[offset + i]));
    return value;
}

/// Fills up to four bytes before `size`, then the checksum of everything before it.
void seal(std::string& out, size_t size) {
    out.resize(size - 4, '\0');
    put(out, base::crc32c(out));
}

/// Checks magic, checksum and version, in that order: a damaged version is not a newer one.
bool is_sealed(std::string_view bytes, size_t size, std::string_view magic, DecodeFailure& why) {
    why = DecodeFailure::Damaged;
    if (bytes.size() < size || bytes.substr(0, magic.size()) != magic) return false;
    if (base::crc32c(bytes.substr(0, size - 4)) != get<uint32_t>(bytes, size - 4)) return false;
    if (get<uint32_t>(bytes, 8) == format_version) return true;
    why = DecodeFailure::NewerVersion;
    return false;
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
    std::string out(segment_magic);
    put(out, format_version);
    put(out, header.previous_crc);
    put(out, header.segment);
    put(out, header.first_sequence);
    put(out, header.previous_end);
    put(out, header.capacity_bytes);
    seal(out, segment_header_bytes);
    return out;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes, DecodeFailure& failure) {
    if (!is_sealed(bytes, segment_header_bytes, segment_magic, failure)) return std::nullopt;
    SegmentHeader header;
    header.previous_crc = get<uint32_t>(bytes, 12);
    header.segment = get<uint64_t>(bytes, 16);
    header.first_sequence = get<uint64_t>(bytes, 24);
    header.previous_end = get<uint64_t>(bytes, 32);
    header.capacity_bytes = get<uint64_t>(bytes, 40);
    return header;
}

std::string encode_state(const State& state) {
    std::string out(state_magic);
    put(out, format_version);
    put(out, uint32_t{0});
    put(out, state.first_segment);
    put(out, state.last_segment);
    put(out, state.watermark_segment);
    put(out, state.watermark_offset);
    seal(out, state_bytes);
    return out;
}

std::optional<State> decode_state(std::string_view bytes, DecodeFailure& failure) {
    if (!is_sealed(bytes, state_bytes, state_magic, failure)) return std::nullopt;
    State state;
    state.first_segment = get<uint64_t>(bytes, 16);
    state.last_segment = get<uint64_t>(bytes, 24);
    state.watermark_segment = get<uint64_t>(bytes, 32);
    state.watermark_offset = get<uint64_t>(bytes, 40);
    return state;
}

uint32_t append_entry(std::string& out, EntryHeader header, std::string_view payload) {
    WR_ASSERT(payload.size() <= UINT32_MAX);
    const size_t start = out.size();
    put(out, entry_magic);
    put(out, static_cast<uint32_t>(payload.size()));
    put(out, header.sequence);
    put(out, header.topic);
    put(out, header.durable_sequence);
    put(out, header.previous_crc);
    const uint32_t crc = base::crc32c(payload, base::crc32c(std::string_view(out).substr(start)));
    put(out, crc);
    out += payload;
    out.resize(start + entry_bytes(payload.size()), '\0');
    return crc;
}

std::optional<EntryHeader> decode_entry_header(std::string_view bytes) {
    if (bytes.size() < entry_header_bytes || get<uint32_t>(bytes, 0) != entry_magic)
        return std::nullopt;
    EntryHeader header;
    header.payload_bytes = get<uint32_t>(bytes, 4);
    header.sequence = get<uint64_t>(bytes, 8);
    header.topic = get<uint64_t>(bytes, 16);
    header.durable_sequence = get<uint64_t>(bytes, 24);
    header.previous_crc = get<uint32_t>(bytes, 32);
    header.crc = get<uint32_t>(bytes, 36);
    return header;
}

bool entry_checks(std::string_view bytes, const EntryHeader& header) {
    WR_ASSERT(bytes.size() >= entry_header_bytes + header.payload_bytes);
    return entry_checks(bytes, bytes.substr(entry_header_bytes, header.payload_bytes), header);
}

bool entry_checks(std::string_view header_bytes,
                  std::string_view payload,
                  const EntryHeader& header) {
    const uint32_t crc = base::crc32c(header_bytes.substr(0, entry_header_bytes - 4));
    return base::crc32c(payload, crc) == header.crc;
}

std::string segment_name(uint64_t segment) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string name(16, '0');
    for (size_t i = 16; i-- > 0; segment >>= 4) name[i] = digits[segment & 15];
    return name + ".log";
}

std::optional<uint64_t> parse_segment_name(std::string_view name) {
    if (name.size() != 20 || name.substr(16) != ".log") return std::nullopt;
    uint64_t segment = 0;
    for (const char c : name.substr(0, 16)) {
        const bool decimal = c >= '0' && c <= '9';
        if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
        segment = segment << 4 | static_cast<uint64_t>(decimal ? c - '0' : c - 'a' + 10);
    }
    return segment;
}

}  // namespace wr::log
