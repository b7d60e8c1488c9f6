// Hash ranges and lineage of shards, split, merge and resize.
#include "services/kinesis/engine/topology.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "services/kinesis/engine/sequence.h"

namespace wr::kinesis {
namespace {

/// Counter at which a shard born and closed within one change closes: it never takes a record.
constexpr uint64_t first_counter = 1;

uint64_t seconds_of(base::Timestamp time) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::vector<Uint128> equal_starts(uint32_t count) {
    // 2^128 does not fit: floor(2^128 / n) is floor((2^128 - 1) / n), but for powers of two one
    // more, as the remainder then is n - 1.
    Uint128 width = uint128_max / count;
    if (uint128_max % count == count - 1) width += 1;
    std::vector<Uint128> starts;
    starts.reserve(count);
    for (uint32_t i = 0; i < count; ++i) starts.push_back(width * i);
    return starts;
}

base::Json optional_index(const std::optional<uint32_t>& index) {
    return index ? base::Json(int64_t{*index}) : base::Json();
}

}  // namespace

uint64_t ShardMeta::created_seconds() const {
    return seconds_of(created);
}

ShardIdText::ShardIdText(uint32_t index) {
    constexpr std::string_view prefix = "shardId-";
    std::copy(prefix.begin(), prefix.end(), text_.begin());
    for (size_t at = text_.size(); at-- > prefix.size(); index /= 10)
        text_[at] = static_cast<char>('0' + index % 10);
}

std::string shard_id(uint32_t index) {
    return std::string(ShardIdText(index).text());
}

std::string starting_sequence_number(const ShardMeta& shard) {
    return SequenceNumber{shard.created_seconds(), shard.index, 0, shard.created_seconds()}.text();
}

std::string ending_sequence_number(const ShardMeta& shard) {
    WR_ASSERT(shard.closed_counter);
    return SequenceNumber{
        shard.created_seconds(), shard.index, *shard.closed_counter, seconds_of(shard.closed)}
        .text();
}

std::optional<uint32_t> parse_shard_id(std::string_view id) {
    if (const size_t dash = id.find('-'); dash != std::string_view::npos)
        id.remove_prefix(dash + 1);
    constexpr uint64_t index_max = 2'147'483'647;
    uint64_t index = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), index);
    if (id.empty() || error != std::errc() || end != id.data() + id.size()) return std::nullopt;
    if (index > index_max) return std::nullopt;
    return static_cast<uint32_t>(index);
}

Topology Topology::equal(uint32_t count, base::Timestamp now) {
    WR_ASSERT(count > 0);
    Topology topology;
    const std::vector<Uint128> starts = equal_starts(count);
    for (uint32_t i = 0; i < count; ++i) {
        const Uint128 last = i + 1 < count ? starts[i + 1] - 1 : uint128_max;
        topology.open(starts[i], last, std::nullopt, std::nullopt, now);
    }
    topology.rebuild_routes();
    return topology;
}

const ShardMeta* Topology::find(uint32_t index) const {
    // Nearly always none is missing between the first and this one.
    if (!shards_.empty() && index >= shards_.front().index) {
        const size_t place = index - shards_.front().index;
        if (place < shards_.size() && shards_[place].index == index) return &shards_[place];
    }
    const auto at = std::lower_bound(
        shards_.begin(), shards_.end(), index, [](const ShardMeta& shard, uint32_t wanted) {
            return shard.index < wanted;
        });
    return at != shards_.end() && at->index == index ? &*at : nullptr;
}

ShardMeta& Topology::get(uint32_t index) {
    const ShardMeta* shard = find(index);
    WR_ASSERT(shard != nullptr);
    return const_cast<ShardMeta&>(*shard);
}

uint32_t Topology::route(Uint128 hash) const {
    // Ranges of equal size, as nearly all streams have them, are found by where the hash lies.
    const auto guess = static_cast<size_t>((hash >> 64) * open_.size() >> 64);
    const bool is_it =
        open_[guess].hash_last >= hash && (guess == 0 || open_[guess - 1].hash_last < hash);
    if (is_it) return open_[guess].index;
    const auto at = std::lower_bound(open_.begin(), open_.end(), hash, ends_before);
    WR_ASSERT(at != open_.end());
    return at->index;
}

std::vector<Topology::Route>::iterator Topology::route_of(Uint128 hash_last) {
    const auto at = std::lower_bound(open_.begin(), open_.end(), hash_last, ends_before);
    WR_ASSERT(at != open_.end() && at->hash_last == hash_last);
    return at;
}

std::vector<const ShardMeta*> Topology::children(uint32_t parent) const {
    std::vector<const ShardMeta*> found;
    for (const ShardMeta& shard : shards_) {
        if (shard.parent == parent || shard.adjacent_parent == parent) found.push_back(&shard);
    }
    return found;
}

void Topology::close(uint32_t index, uint64_t closed_counter, base::Timestamp now) {
    ShardMeta& shard = get(index);
    WR_ASSERT(shard.is_open());
    shard.closed_counter = closed_counter;
    shard.closed = now;
}

uint32_t Topology::open(Uint128 first,
                        Uint128 last,
                        std::optional<uint32_t> parent,
                        std::optional<uint32_t> adjacent,
                        base::Timestamp now) {
    WR_ASSERT(first <= last);
    ShardMeta shard;
    shard.index = next_index_++;
    shard.hash_first = first;
    shard.hash_last = last;
    shard.parent = parent;
    shard.adjacent_parent = adjacent;
    // Creation leads a sequence number: children are later than their parents, also within a
    // second.
    shard.created = now;
    for (const std::optional<uint32_t>& older : {parent, adjacent}) {
        const ShardMeta* found = older ? find(*older) : nullptr;
        if (found != nullptr) {
            shard.created = std::max(shard.created, found->created + std::chrono::seconds{1});
        }
    }
    shards_.push_back(shard);
    return shard.index;
}

void Topology::split(uint32_t index,
                     Uint128 hash_start,
                     uint64_t closed_counter,
                     base::Timestamp now) {
    const ShardMeta parent = get(index);
    WR_ASSERT(hash_start > parent.hash_first && hash_start <= parent.hash_last);
    close(index, closed_counter, now);
    open(parent.hash_first, hash_start - 1, index, std::nullopt, now);
    const uint32_t upper = open(hash_start, parent.hash_last, index, std::nullopt, now);
    const auto at = route_of(parent.hash_last);
    at->index = upper;
    open_.insert(at, {hash_start - 1, upper - 1});
}

void Topology::merge(uint32_t a,
                     uint32_t b,
                     uint64_t closed_counter_a,
                     uint64_t closed_counter_b,
                     base::Timestamp now) {
    const ShardMeta first = get(a);
    const ShardMeta second = get(b);
    WR_ASSERT(first.hash_last + 1 == second.hash_first || second.hash_last + 1 == first.hash_first);
    close(a, closed_counter_a, now);
    close(b, closed_counter_b, now);
    const uint32_t child = open(std::min(first.hash_first, second.hash_first),
                                std::max(first.hash_last, second.hash_last),
                                a,
                                b,
                                now);
    const auto at = open_.erase(route_of(std::min(first.hash_last, second.hash_last)));
    at->index = child;
}

void Topology::resize(uint32_t count, const NextCounter& next_counter, base::Timestamp now) {
    const std::vector<Uint128> starts = equal_starts(count);
    const auto closes_at = [&](uint32_t index) {
        return index < next_counter.size() ? next_counter[index] : first_counter;
    };
    // A shard has at most two parents, so ranges first split at every new boundary, then merge in
    // pairs within it.
    for (const Uint128 start : starts) {
        const uint32_t owner = route(start);
        if (get(owner).hash_first != start) split(owner, start, closes_at(owner), now);
    }
    for (uint32_t i = 0; i < count; ++i) {
        const Uint128 last = i + 1 < count ? starts[i + 1] - 1 : uint128_max;
        for (uint32_t left = route(starts[i]); get(left).hash_last != last;
             left = route(starts[i])) {
            const uint32_t right = route(get(left).hash_last + 1);
            merge(left, right, closes_at(left), closes_at(right), now);
        }
    }
}

base::Timestamp Topology::opened(const ShardMeta& shard) const {
    base::Timestamp opened = shard.created;
    bool has_parent = false;
    for (const std::optional<uint32_t>& older : {shard.parent, shard.adjacent_parent}) {
        const ShardMeta* parent = older ? find(*older) : nullptr;
        if (parent == nullptr) continue;
        opened = has_parent ? std::max(opened, parent->closed) : parent->closed;
        has_parent = true;
    }
    return opened;
}

void Topology::drop(uint32_t index) {
    std::erase_if(shards_,
                  [&](const ShardMeta& shard) { return shard.index == index && !shard.is_open(); });
}

void Topology::rebuild_routes() {
    open_.clear();
    for (const ShardMeta& shard : shards_) {
        if (shard.is_open()) open_.push_back({shard.hash_last, shard.index});
    }
    std::sort(open_.begin(), open_.end(), [](const Route& a, const Route& b) {
        return a.hash_last < b.hash_last;
    });
}

base::Json Topology::to_json() const {
    base::Json list{base::Json::Array{}};
    for (const ShardMeta& shard : shards_) {
        base::Json json;
        json.set("index", int64_t{shard.index});
        json.set("first", format_uint128(shard.hash_first));
        json.set("last", format_uint128(shard.hash_last));
        json.set("parent", optional_index(shard.parent));
        json.set("adjacent", optional_index(shard.adjacent_parent));
        json.set("created", int64_t{shard.created.time_since_epoch().count()});
        if (!shard.is_open()) {
            json.set("closedCounter", std::to_string(*shard.closed_counter));
            json.set("closed", int64_t{shard.closed.time_since_epoch().count()});
        }
        list.push(std::move(json));
    }
    base::Json json;
    json.set("next", int64_t{next_index_});
    json.set("shards", std::move(list));
    return json;
}

std::optional<Topology> Topology::from_json(const base::Json& json) {
    const auto index_of = [](const base::Json& value) {
        return value.is_int() ? std::optional(static_cast<uint32_t>(value.as_int())) : std::nullopt;
    };
    const auto time_of = [](const base::Json& value) {
        return base::Timestamp{std::chrono::milliseconds{value.as_int()}};
    };
    Topology topology;
    topology.next_index_ = static_cast<uint32_t>(json["next"].as_int());
    for (const base::Json& item : json["shards"].as_array()) {
        const auto first = parse_uint128(item["first"].as_string());
        const auto last = parse_uint128(item["last"].as_string());
        if (!first || !last || !item["index"].is_int()) return std::nullopt;
        ShardMeta shard;
        shard.index = static_cast<uint32_t>(item["index"].as_int());
        shard.hash_first = *first;
        shard.hash_last = *last;
        shard.parent = index_of(item["parent"]);
        shard.adjacent_parent = index_of(item["adjacent"]);
        shard.created = time_of(item["created"]);
        if (const std::string& counter = item["closedCounter"].as_string(); !counter.empty()) {
            const auto closed = parse_uint128(counter);
            if (!closed) return std::nullopt;
            shard.closed_counter = static_cast<uint64_t>(*closed);
            shard.closed = time_of(item["closed"]);
        }
        topology.shards_.push_back(shard);
    }
    topology.rebuild_routes();
    if (topology.open_.empty()) return std::nullopt;
    return topology;
}

}  // namespace wr::kinesis
