// Keys to group numbers. Emission follows the numbers, so the order of slots is never seen.
#include "sql/group_table.h"

#include <algorithm>
#include <cstring>

namespace wr::sql {
namespace {

constexpr size_t slots_min = 64;

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
    for (; key.size() >= sizeof word; key.remove_prefix(sizeof word)) {
        std::memcpy(&word, key.data(), sizeof word);
        hash = folded(hash ^ word, second);
    }
    word = 0;
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
           slots_.size() * sizeof(uint32_t);
}

void GroupTable::grow() {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t group = 0; group < keys_.size(); ++group) {
        size_t slot = hashes_[group] & (slots_.size() - 1);
        while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = static_cast<uint32_t>(group + 1);
    }
}

uint32_t GroupTable::find_or_add(std::string_view key) {
    const uint64_t hash = hash_of(key);
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != 0) {
        const uint32_t group = slots_[slot] - 1;
        if (group >= retired_ && hashes_[group] == hash && keys_[group] == key) return group;
        slot = (slot + 1) & (slots_.size() - 1);
    }
    keys_.push_back(arena_->copy(key));
    hashes_.push_back(hash);
    slots_[slot] = static_cast<uint32_t>(keys_.size());
    if (keys_.size() * 2 > slots_.size()) grow();
    return static_cast<uint32_t>(keys_.size() - 1);
}

void GroupTable::find(const std::vector<VectorPtr>& keys,
                      Selection rows,
                      std::vector<uint32_t>& groups) {
    groups.clear();
    groups.reserve(rows.size());
    for (const uint32_t row : rows) {
        size_t size = 0;
        for (const auto& column : keys) size += encoded_bytes(*column, row);
        if (key_.size() < size) key_.resize(size * 2);
        char* end = key_.data();
        for (const auto& column : keys) end = encode(*column, row, end);
        groups.push_back(find_or_add({key_.data(), size}));
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
        if (flags[group] != 0) find_or_add(keys[group]);
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
        if (!rest.empty() || find_or_add(key) != i) in.fail();
    }
}

}  // namespace wr::sql
