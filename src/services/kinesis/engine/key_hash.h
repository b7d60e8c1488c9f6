#pragma once
// Where a partition key lands.

#include <string_view>

#include "services/kinesis/engine/uint128.h"

namespace wr::kinesis {

/// MD5 of its bytes, read as a big-endian number. Short keys that come again and again are
/// remembered by each thread.
Uint128 hash_partition_key(std::string_view partition_key);

}  // namespace wr::kinesis
