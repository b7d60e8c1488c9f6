#pragma once
// Checks a log that nobody writes: every byte of every segment, changing nothing.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"

namespace wr::log {

using base::Result;

struct Damage {
    std::string path;
    uint64_t offset = 0;
    std::string what;
};

struct CheckReport {
    uint64_t segments = 0;
    uint64_t entries = 0;
    uint64_t bytes = 0;       ///< read
    uint64_t torn_bytes = 0;  ///< behind the last entry: never acknowledged, cut at the next start
    std::vector<Damage> damages;  ///< of each segment at most damages_per_segment_max
};

constexpr size_t damages_per_segment_max = 16;

/// @error Io       a file could not be read
///        Unsupported  written by a newer program
Result<CheckReport> check(io::FileSystem& fs, const std::string& directory);

}  // namespace wr::log
