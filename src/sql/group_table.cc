// Keys to group numbers. Emission follows the numbers, so the order of slots is never seen.
#include "sql/group_table.h"

#include <algorithm>
#include <functional>

namespace wr::sql {
namespace {

constexpr size_t slots_min = 64;

void encode(const Vector& column, uint32_t row, std::string& out) {
    if (column.nulls[row] != 0) {
        out += '\0';
        return;
    }
    out += '\1';
    switch (column.type.storage()) {
        case Storage::Integer:
            out.append(reinterpret_cast<const char*>(&column.integers[row]), sizeof(int64_t));
            break;
        case Storage::Double: {
            // -0.0 and 0.0 are one key.
            const double value = column.doubles[row] == 0 ? 0.0 : column.doubles[row];
            out.append(reinterpret_cast<const char*>(&value), sizeof value);
            break;
        }
        case Storage::Text: {
            const auto size = static_cast<uint32_t>(column.texts[row].size());
            out.append(reinterpret_cast<const char*>(&size), sizeof size);
            out += column.texts[row];
            break;
        }
    }
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
    const uint64_t hash = std::hash<std::string_view>{}(key);
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
    std::string key;
    for (const uint32_t row : rows) {
        key.clear();
        for (const auto& column : keys) encode(*column, row, key);
        groups.push_back(find_or_add(key));
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
