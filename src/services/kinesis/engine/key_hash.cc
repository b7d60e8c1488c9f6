// MD5 behind a small memory: a fleet sends the same few thousand keys each second.
#include "services/kinesis/engine/key_hash.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/hash.h"

namespace wr::kinesis {
namespace {

constexpr size_t remembered = 4096;  // a power of two: 256 KiB for each thread
constexpr size_t key_bytes_max = 47;

struct Slot {
    Uint128 hash = 0;
    std::array<char, key_bytes_max> key{};
    uint8_t size = 0;

    bool holds(std::string_view wanted) const {
        return size == wanted.size() && std::equal(wanted.begin(), wanted.end(), key.begin());
    }
};
static_assert(sizeof(Slot) == 64);

Uint128 md5_number(std::string_view bytes) {
    Uint128 hash = 0;
    for (const uint8_t byte : base::md5(bytes)) hash = (hash << 8) | byte;
    return hash;
}

}  // namespace

Uint128 hash_partition_key(std::string_view partition_key) {
    if (partition_key.empty() || partition_key.size() > key_bytes_max)
        return md5_number(partition_key);
    thread_local const auto slots = std::make_unique<std::array<Slot, remembered>>();
    Slot& slot = (*slots)[std::hash<std::string_view>()(partition_key) % remembered];
    if (!slot.holds(partition_key)) {
        slot.hash = md5_number(partition_key);
        slot.size = static_cast<uint8_t>(partition_key.size());
        std::copy(partition_key.begin(), partition_key.end(), slot.key.begin());
    }
    return slot.hash;
}

}  // namespace wr::kinesis
