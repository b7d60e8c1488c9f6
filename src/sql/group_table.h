#pragma once
// GroupTable: numbers distinct keys in the order in which they first appear.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/batch.h"
#include "sql/state_bytes.h"

namespace wr::sql {

/// Keys are encoded to bytes and kept in an arena; open addressing over their hashes.
class GroupTable {
public:
    explicit GroupTable(std::vector<Type> key_types);

    size_t size() const { return keys_.size(); }
    size_t state_bytes() const;
    /// The group of each selected row, in the order of `rows`; new keys get new numbers.
    void find(const std::vector<VectorPtr>& keys, Selection rows, std::vector<uint32_t>& groups);
    /// Appends the key columns of groups [from, to).
    void decode(size_t from, size_t to, std::vector<std::shared_ptr<Vector>>& out) const;
    void clear();
    /// Groups below `groups` are never found again: their keys come back as new groups. They can
    /// still be decoded.
    void retire(size_t groups) { retired_ = groups; }
    void drop_first(size_t groups);
    /// Drops the groups whose flag is 0; the others are numbered anew, in the same order.
    void keep_only(const std::vector<uint8_t>& flags);

    void save(StateWriter& out) const;
    /// `retired` as it was when the table was saved.
    void load(StateReader& in, size_t retired = 0);

private:
    void find_some(const std::vector<VectorPtr>& keys, Selection rows, uint32_t* groups);
    uint32_t likely_group(uint64_t hash) const;
    uint32_t find_or_add(std::string_view key, uint64_t hash);
    void grow();
    void occupy(uint64_t hash, size_t group);

    std::vector<Type> types_;
    ArenaPtr arena_;
    std::vector<std::string_view> keys_;
    std::vector<uint64_t> hashes_;
    size_t retired_ = 0;
    std::vector<uint64_t> slots_;  ///< upper half of the hash, group + 1; 0 is free
    std::string text_;             ///< the keys that are looked for
};

}  // namespace wr::sql
