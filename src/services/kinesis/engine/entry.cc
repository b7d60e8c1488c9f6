// Encoding of log entries: head, directory of sections, records. Little-endian.
#include "services/kinesis/engine/entry.h"

#include <bit>
#include <cstring>
#include <type_traits>

#include "base/assert.h"

namespace wr::kinesis {
namespace {

constexpr uint8_t format_plain = 1;
constexpr uint8_t format_sealed = 2;  // what does not know encryption must not read it
constexpr uint8_t flag_producer = 1;
constexpr size_t head_bytes = 16;     // version, flags, 2 zero, u32 sections, u64 arrival
constexpr size_t seal_bytes = 44;     // u32 key, 16 salt, u64 count, 16 tag
constexpr size_t section_bytes = 24;  // u32 shard, u32 records, u64 counter, u32 begin, u32 end

// The machines this runs on are little-endian; memcpy is the conversion.
static_assert(std::endian::native == std::endian::little);

template <typename T>
void store(char* at, T value) {
    static_assert(std::is_unsigned_v<T>);
    std::memcpy(at, &value, sizeof value);
}

template <typename T>
T load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

void store_seal(char* at, const Seal& seal) {
    store(at, seal.key_number);
    std::memcpy(at + 4, seal.salt.data(), seal.salt.size());
    store(at + 20, seal.count);
    std::memcpy(at + 28, seal.tag.data(), seal.tag.size());
}

Seal load_seal(const char* at) {
    Seal seal;
    seal.key_number = load<uint32_t>(at);
    std::memcpy(seal.salt.data(), at + 4, seal.salt.size());
    seal.count = load<uint64_t>(at + 20);
    std::memcpy(seal.tag.data(), at + 28, seal.tag.size());
    return seal;
}

/// Ties ciphertext to its stream and shards: it opens nowhere else.
std::string bound_of(uint64_t incarnation, const std::vector<EntrySection>& sections) {
    std::string bound(8 + 16 * sections.size(), '\0');
    char* at = bound.data();
    store(at, incarnation);
    at += 8;
    for (const EntrySection& section : sections) {
        store(at, section.shard_index);
        store(at + 4, section.record_count);
        store(at + 8, section.begin);
        store(at + 12, section.end);
        at += 16;
    }
    return bound;
}

}  // namespace

EntryBuilder::EntryBuilder(std::vector<EntrySection> sections,
                           const std::vector<EntryInput>& records,
                           std::string_view producer,
                           uint64_t last_ordinal,
                           const RecordCipher* cipher,
                           uint64_t incarnation)
    : sections_(std::move(sections)) {
    const size_t producer_bytes = producer.empty() ? 0 : 2 + producer.size() + 8;
    directory_ = head_bytes + producer_bytes + (cipher != nullptr ? seal_bytes : 0);
    lay_out(records);
    char* out = payload_.data();
    out[0] = static_cast<char>(cipher != nullptr ? format_sealed : format_plain);
    out[1] = static_cast<char>(producer.empty() ? 0 : flag_producer);
    store(out + 4, static_cast<uint32_t>(sections_.size()));
    if (!producer.empty()) {
        store(out + head_bytes, static_cast<uint16_t>(producer.size()));
        std::memcpy(out + head_bytes + 2, producer.data(), producer.size());
        store(out + head_bytes + 2 + producer.size(), last_ordinal);
    }
    copy(records);
    if (cipher == nullptr || sections_.empty()) return;
    const size_t begin = sections_.front().begin;
    store_seal(
        out + head_bytes + producer_bytes,
        cipher->seal(out + begin, payload_.size() - begin, bound_of(incarnation, sections_)));
}

/// Says where each section is and makes room for all.
void EntryBuilder::lay_out(const std::vector<EntryInput>& records) {
    std::vector<size_t> sizes(sections_.size(), 0);
    for (const EntryInput& record : records) {
        sizes[record.section] +=
            record_head_bytes + record.partition_key.size() + record.data.size();
        ++sections_[record.section].record_count;
    }
    size_t end = directory_ + section_bytes * sections_.size();
    for (size_t i = 0; i < sections_.size(); ++i) {
        sections_[i].begin = static_cast<uint32_t>(end);
        end += sizes[i];
        sections_[i].end = static_cast<uint32_t>(end);
    }
    WR_ASSERT(end <= UINT32_MAX);
    payload_.resize(end);
}

void EntryBuilder::copy(const std::vector<EntryInput>& records) {
    std::vector<char*> cursors(sections_.size());
    for (size_t i = 0; i < sections_.size(); ++i) {
        cursors[i] = payload_.data() + sections_[i].begin;
    }
    for (const EntryInput& record : records) {
        char*& at = cursors[record.section];
        store(at, static_cast<uint16_t>(record.partition_key.size()));
        store(at + 2, static_cast<uint32_t>(record.data.size()));
        at += record_head_bytes;
        std::memcpy(at, record.partition_key.data(), record.partition_key.size());
        at += record.partition_key.size();
        if (!record.data.empty()) std::memcpy(at, record.data.data(), record.data.size());
        at += record.data.size();
    }
}

void EntryBuilder::seal(base::Timestamp arrival) {
    char* out = payload_.data();
    store(out + 8, static_cast<uint64_t>(arrival.time_since_epoch().count()));
    char* at = out + directory_;
    for (const EntrySection& section : sections_) {
        store(at, section.shard_index);
        store(at + 4, section.record_count);
        store(at + 8, section.first_counter);
        store(at + 16, section.begin);
        store(at + 20, section.end);
        at += section_bytes;
    }
}

std::optional<EntryHead> parse_entry_head(std::string_view payload) {
    if (payload.size() < head_bytes) return std::nullopt;
    const bool is_sealed = payload[0] == static_cast<char>(format_sealed);
    if (!is_sealed && payload[0] != static_cast<char>(format_plain)) return std::nullopt;
    const char* at = payload.data();
    const char* const end = at + payload.size();
    EntryHead head;
    const auto count = load<uint32_t>(at + 4);
    head.arrival =
        base::Timestamp{std::chrono::milliseconds{static_cast<int64_t>(load<uint64_t>(at + 8))}};
    const bool has_producer = (at[1] & flag_producer) != 0;
    at += head_bytes;
    if (has_producer) {
        if (end - at < 2) return std::nullopt;
        const auto size = load<uint16_t>(at);
        if (end - at < 2 + size + 8) return std::nullopt;
        head.producer = {at + 2, size};
        head.last_ordinal = load<uint64_t>(at + 2 + size);
        at += 2 + size + 8;
    }
    if (is_sealed) {
        if (end - at < static_cast<ptrdiff_t>(seal_bytes)) return std::nullopt;
        head.seal = load_seal(at);
        at += seal_bytes;
    }
    if (static_cast<size_t>(end - at) / section_bytes < count) return std::nullopt;
    head.sections.reserve(count);
    for (uint32_t i = 0; i < count; ++i, at += section_bytes) {
        EntrySection section;
        section.shard_index = load<uint32_t>(at);
        section.record_count = load<uint32_t>(at + 4);
        section.first_counter = load<uint64_t>(at + 8);
        section.begin = load<uint32_t>(at + 16);
        section.end = load<uint32_t>(at + 20);
        if (section.begin > section.end || section.end > payload.size()) return std::nullopt;
        if (section.record_count == 0) return std::nullopt;
        head.sections.push_back(section);
    }
    return head;
}

bool open_entry(base::Buffer& payload,
                const EntryHead& head,
                const RecordCipher& cipher,
                uint64_t incarnation) {
    if (!head.seal || head.sections.empty()) return false;
    const size_t begin = head.sections.front().begin;
    return cipher.open(payload.data() + begin,
                       payload.size() - begin,
                       *head.seal,
                       bound_of(incarnation, head.sections));
}

}  // namespace wr::kinesis
