#pragma once
// The shards of a stream: hash ranges, lineage, and the changes that resharding makes to them.
//
// Shards are numbered from 0 in the order of their birth and never renumbered. Open shards cover
// all hash keys without overlap; closed ones keep their range and are dropped once expired.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "services/kinesis/engine/uint128.h"

namespace wr::kinesis {

struct ShardMeta {
    uint32_t index = 0;
    Uint128 hash_first = 0;
    Uint128 hash_last = 0;
    std::optional<uint32_t> parent;
    std::optional<uint32_t> adjacent_parent;
    base::Timestamp created;
    /// Counter that no record of the shard reaches; set when it is closed.
    std::optional<uint64_t> closed_counter;
    base::Timestamp closed;

    bool is_open() const { return !closed_counter; }
    uint64_t created_seconds() const;
};

std::string shard_id(uint32_t index);
/// The same without an allocation.
class ShardIdText {
public:
    explicit ShardIdText(uint32_t index);
    std::string_view text() const { return {text_.data(), text_.size()}; }

private:
    std::array<char, 20> text_;
};
/// Below and above the numbers of all its records.
std::string starting_sequence_number(const ShardMeta& shard);
std::string ending_sequence_number(const ShardMeta& shard);  // closed shards
/// "shardId-000000000007", and as AWS does also "7" behind any prefix; empty when it is no shard.
std::optional<uint32_t> parse_shard_id(std::string_view id);

/// Counters at which parents close, asked for when a change needs them.
using NextCounter = std::vector<uint64_t>;

class Topology {
public:
    /// `count` shards of equal ranges: 2^128 / count each, the last takes the rest.
    static Topology equal(uint32_t count, base::Timestamp now);

    const std::vector<ShardMeta>& shards() const { return shards_; }
    const ShardMeta* find(uint32_t index) const;
    /// Index of the open shard that owns `hash`.
    uint32_t route(Uint128 hash) const;
    size_t open_count() const { return open_.size(); }
    /// The index the next shard will get; every index of this topology is below it.
    uint32_t next_index() const { return next_index_; }
    std::vector<const ShardMeta*> children(uint32_t parent) const;

    /// Closes `index` at `closed_counter` and opens two children that meet at `hash_start`.
    void split(uint32_t index, Uint128 hash_start, uint64_t closed_counter, base::Timestamp now);
    /// Closes two adjacent open shards and opens one in their place.
    void merge(uint32_t a,
               uint32_t b,
               uint64_t closed_counter_a,
               uint64_t closed_counter_b,
               base::Timestamp now);
    /// Splits and merges until the open shards are `count` equal ranges. `next_counter[i]` is where
    /// shard i closes; shards born on the way close empty.
    void resize(uint32_t count, const NextCounter& next_counter, base::Timestamp now);
    /// When a shard began to take records: creation times run ahead so that numbers grow.
    base::Timestamp opened(const ShardMeta& shard) const;
    /// Forgets a closed shard; its children keep naming it.
    void drop(uint32_t index);

    base::Json to_json() const;
    static std::optional<Topology> from_json(const base::Json& json);

private:
    ShardMeta& get(uint32_t index);
    void close(uint32_t index, uint64_t closed_counter, base::Timestamp now);
    uint32_t open(Uint128 first,
                  Uint128 last,
                  std::optional<uint32_t> parent,
                  std::optional<uint32_t> adjacent,
                  base::Timestamp now);

    std::vector<ShardMeta> shards_;  // by index
    struct Route {
        Uint128 hash_last;
        uint32_t index;
    };
    static bool ends_before(const Route& route, Uint128 hash) { return route.hash_last < hash; }
    std::vector<Route>::iterator route_of(Uint128 hash_last);
    void rebuild_routes();

    std::vector<Route> open_;  // by hash
    uint32_t next_index_ = 0;
};

}  // namespace wr::kinesis
