// Keys to group numbers. Emission follows the numbers, so the order of slots is never seen.
#include "sql/group_table.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace wr::sql {
namespace {

constexpr size_t slots_min = 64;
/// Keys that are looked for together.
constexpr size_t keys_together = 64;
constexpr uint64_t group_bits = 0xFFFFFFFF;

size_t encoded_bytes(const Vector& column, uint32_t row) {
    if (column.nulls[row] != 0) return 1;
    if (column.type.storage() != Storage::Text) return 1 + sizeof(int64_t);
    return 1 + sizeof(uint32_t) + column.texts[row].size();
}

template <typename T>
char* put(char* out, T value) {
    std::memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

/// Writes `encoded_bytes` bytes; returns their end.
char* encode(const Vector& column, uint32_t row, char* out) {
    if (column.nulls[row] != 0) return put(out, '\0');
    out = put(out, '\1');
    switch (column.type.storage()) {
        case Storage::Integer:
            return put(out, column.integers[row]);
        case Storage::Double:
            // -0.0 and 0.0 are one key.
            return put(out, column.doubles[row] == 0 ? 0.0 : column.doubles[row]);
        case Storage::Text:
            break;
    }
    const std::string_view text = column.texts[row];
    out = put(out, static_cast<uint32_t>(text.size()));
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

__extension__ typedef unsigned __int128 Product;

uint64_t folded(uint64_t a, uint64_t b) {
    const Product product = Product{a} * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Eight bytes a multiplication. Never stored: what the order of slots is, nobody sees.
uint64_t hash_of(std::string_view key) {
    constexpr uint64_t first = 0x9E3779B97F4A7C15;
    constexpr uint64_t second = 0xD6E8FEB86659FD93;
    uint64_t hash = key.size() ^ first;
    uint64_t word = 0;
    if (key.size() >= sizeof word) {
        // The last eight bytes once more, rather than a call that copies those left over.
        std::memcpy(&word, key.data() + key.size() - sizeof word, sizeof word);
        const uint64_t last = word;
        for (; key.size() > sizeof word; key.remove_prefix(sizeof word)) {
            std::memcpy(&word, key.data(), sizeof word);
            hash = folded(hash ^ word, second);
        }
        return folded(hash ^ last, first);
    }
    if (!key.empty()) std::memcpy(&word, key.data(), key.size());
    return folded(hash ^ word, first);
}

template <typename T>
bool take(std::string_view& rest, T& value) {
    if (rest.size() < sizeof value) return false;
    std::memcpy(&value, rest.data(), sizeof value);
    rest.remove_prefix(sizeof value);
    return true;
}

/// False for bytes that encode() did not write: a snapshot may be damaged.
bool decode_key(std::string_view& rest, const Type& type, Datum& value) {
    value = {};
    if (rest.empty()) return false;
    const bool null = rest.front() == '\0';
    rest.remove_prefix(1);
    if (null) return true;
    value.null = false;
    if (type.storage() == Storage::Integer) return take(rest, value.i);
    if (type.storage() == Storage::Double) return take(rest, value.d);
    uint32_t size = 0;
    if (!take(rest, size) || size > rest.size()) return false;
    value.s = rest.substr(0, size);
    rest.remove_prefix(size);
    return true;
}

}  // namespace

GroupTable::GroupTable(std::vector<Type> key_types) : types_(std::move(key_types)) {
    clear();
}

void GroupTable::clear() {
    arena_ = std::make_shared<Arena>();
    keys_.clear();
    hashes_.clear();
    retired_ = 0;
    slots_.assign(slots_min, 0);
}

size_t GroupTable::state_bytes() const {
    return arena_->size_bytes() + keys_.size() * (sizeof(std::string_view) + sizeof(uint64_t)) +
           slots_.size() * sizeof(uint64_t);
}

void GroupTable::occupy(uint64_t hash, size_t group) {
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = (hash & ~group_bits) | (group + 1);
}

void GroupTable::grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t group = 0; group < keys_.size(); ++group) occupy(hashes_[group], group);
}

/// One more than the first group whose hash looks the same; 0 for none.
uint32_t GroupTable::likely_group(uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
        const uint64_t found = slots_[slot];
        const auto number = static_cast<uint32_t>(found & group_bits);
        if (((found ^ hash) & ~group_bits) == 0 && number > retired_) return number;
    }
    return 0;
}

uint32_t GroupTable::find_or_add(std::string_view key, uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
        const auto group = static_cast<uint32_t>((slots_[slot] & group_bits) - 1);
        if (group >= retired_ && hashes_[group] == hash && keys_[group] == key) return group;
    }
    keys_.push_back(arena_->copy(key));
    hashes_.push_back(hash);
    if (keys_.size() * 2 > slots_.size())
        grow();
    else
        occupy(hash, keys_.size() - 1);
    return static_cast<uint32_t>(keys_.size() - 1);
}

void GroupTable::find(const std::vector<VectorPtr>& keys,
                      Selection rows,
                      std::vector<uint32_t>& groups) {
    groups.resize(rows.size());
    for (size_t from = 0; from < rows.size(); from += keys_together) {
        const auto some = rows.subspan(from, std::min(keys_together, rows.size() - from));
        find_some(keys, some, groups.data() + from);
    }
}

/// Step by step for all of them, so that nobody waits for the memory of one key alone.
void GroupTable::find_some(const std::vector<VectorPtr>& keys, Selection rows, uint32_t* groups) {
    std::array<uint64_t, keys_together> hashes;
    std::array<size_t, keys_together> ends;
    size_t size = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const size_t begin = size;
        for (const auto& column : keys) size += encoded_bytes(*column, rows[i]);
        if (text_.size() < size) text_.resize(size * 2);
        char* end = text_.data() + begin;
        for (const auto& column : keys) end = encode(*column, rows[i], end);
        ends[i] = size;
        hashes[i] = hash_of({text_.data() + begin, size - begin});
        __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        groups[i] = likely_group(hashes[i]);
        if (groups[i] > 0) __builtin_prefetch(&keys_[groups[i] - 1]);
    }
    for (size_t i = 0; i < rows.size(); ++i)
        if (groups[i] > 0) __builtin_prefetch(keys_[groups[i] - 1].data());
    size_t begin = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const std::string_view key(text_.data() + begin, ends[i] - begin);
        begin = ends[i];
        const bool found = groups[i] > 0 && keys_[groups[i] - 1] == key;
        groups[i] = found ? groups[i] - 1 : find_or_add(key, hashes[i]);
    }
}

void GroupTable::decode(size_t from, size_t to, std::vector<std::shared_ptr<Vector>>& out) const {
    for (const auto& column : out) column->keep(arena_);
    for (size_t group = from; group < to; ++group) {
        std::string_view rest = keys_[group];
        for (size_t i = 0; i < types_.size(); ++i) {
            Datum value;
            decode_key(rest, types_[i], value);
            out[i]->append(value);
        }
    }
}

void GroupTable::keep_only(const std::vector<uint8_t>& flags) {
    const ArenaPtr arena = arena_;
    const auto keys = keys_;
    clear();
    for (size_t group = 0; group < keys.size(); ++group)
        if (flags[group] != 0) find_or_add(keys[group], hash_of(keys[group]));
}

void GroupTable::drop_first(size_t groups) {
    std::vector<uint8_t> flags(keys_.size(), 1);
    std::fill_n(flags.begin(), groups, uint8_t{0});
    keep_only(flags);
}

void GroupTable::save(StateWriter& out) const {
    out.u64(keys_.size());
    for (const auto key : keys_) out.bytes(key);
}

void GroupTable::load(StateReader& in, size_t retired) {
    clear();
    retired_ = retired;
    const size_t count = in.count();
    for (size_t i = 0; i < count && in.ok(); ++i) {
        const auto key = in.bytes();
        std::string_view rest = key;
        for (const auto& type : types_) {
            Datum value;
            if (!decode_key(rest, type, value)) in.fail();
        }
        if (!rest.empty() || find_or_add(key, hash_of(key)) != i) in.fail();
    }
}

}  // namespace wr::sql
