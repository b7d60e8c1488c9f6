#pragma once
// One request's records as one log entry, grouped by shard. docs/formats/kinesis.md has the bytes.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/clock.h"
#include "services/kinesis/engine/encryption.h"

namespace wr::kinesis {

/// The records of one shard within an entry.
struct EntrySection {
    uint32_t shard_index = 0;
    uint32_t record_count = 0;
    uint64_t first_counter = 0;  ///< of the first record; the others follow
    uint32_t begin = 0;          ///< offsets into the payload
    uint32_t end = 0;
};

struct EntryHead {
    base::Timestamp arrival;
    std::string_view producer;  ///< empty: none
    uint64_t last_ordinal = 0;  ///< of the producer, through this entry
    std::vector<EntrySection> sections;
    std::optional<Seal> seal;  ///< the sections are encrypted
};

/// Of a record in an entry, before its key and data.
constexpr size_t record_head_bytes = 6;  // u16 key length, u32 data length

struct EntryRecord {
    std::string_view partition_key;
    std::string_view data;
};

/// What goes into an entry: views, and the section each record belongs to.
struct EntryInput {
    std::string_view partition_key;
    std::string_view data;
    uint32_t section = 0;
};

/// Builds the payload once; arrival and counters are filled in when the order is known.
class EntryBuilder {
public:
    /// `sections` name the shards; their other fields are computed. `records` keep their order
    /// within a section. With a cipher they are encrypted for the stream `incarnation`.
    EntryBuilder(std::vector<EntrySection> sections,
                 const std::vector<EntryInput>& records,
                 std::string_view producer,
                 uint64_t last_ordinal,
                 const RecordCipher* cipher = nullptr,
                 uint64_t incarnation = 0);

    std::vector<EntrySection>& sections() { return sections_; }
    /// Writes what was unknown before; call once, then take().
    void seal(base::Timestamp arrival);
    std::string take() { return std::move(payload_); }
    size_t size_bytes() const { return payload_.size(); }

private:
    void lay_out(const std::vector<EntryInput>& records);
    void copy(const std::vector<EntryInput>& records);

    std::vector<EntrySection> sections_;
    std::string payload_;
    size_t directory_ = 0;
};

/// Empty when the payload is malformed. Views point into `payload`.
std::optional<EntryHead> parse_entry_head(std::string_view payload);

/// Decrypts the sections of a sealed entry. False when they were changed or the key is another.
bool open_entry(base::Buffer& payload,
                const EntryHead& head,
                const RecordCipher& cipher,
                uint64_t incarnation);

/// Walks the records of a section.
class EntryReader {
public:
    EntryReader(std::string_view payload, const EntrySection& section)
        : rest_(payload.substr(section.begin, section.end - section.begin)) {}
    /// Over what another reader left.
    explicit EntryReader(std::string_view rest) : rest_(rest) {}
    /// Empty at the end of the section, or when it is malformed.
    std::optional<EntryRecord> next();
    std::string_view rest() const { return rest_; }

private:
    template <typename T>
    T load(size_t at) const {
        T value;
        std::memcpy(&value, rest_.data() + at, sizeof value);
        return value;
    }

    static constexpr size_t prefetch_records = 6;

    std::string_view rest_;
};

inline std::optional<EntryRecord> EntryReader::next() {
    if (rest_.size() < record_head_bytes) return std::nullopt;
    const size_t key_bytes = load<uint16_t>(0);
    const size_t data_bytes = load<uint32_t>(2);
    const size_t record_bytes = record_head_bytes + key_bytes + data_bytes;
    if (rest_.size() < record_bytes) return std::nullopt;
    // Where a head stands only the one before it tells, too late to hide the way to memory: records
    // of about one size lie about there.
    if (rest_.size() > prefetch_records * record_bytes)
        __builtin_prefetch(rest_.data() + prefetch_records * record_bytes);
    const EntryRecord record{rest_.substr(record_head_bytes, key_bytes),
                             rest_.substr(record_head_bytes + key_bytes, data_bytes)};
    rest_.remove_prefix(record_bytes);
    return record;
}

}  // namespace wr::kinesis
