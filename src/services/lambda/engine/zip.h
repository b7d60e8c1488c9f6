#pragma once
// Deployment packages: a reader of zip files that trusts nothing they say.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace wr::lambda {

struct ZipLimits {
    size_t files_max = limits::function_files_max;
    size_t unzipped_bytes_max = limits::function_unzipped_bytes_max;
};

struct ZipEntry {
    std::string path;  ///< relative, '/' between parts, never "." or ".."
    bool is_executable = false;
};

/// Calls `each` for every file in the archive's order; directories are implied by paths.
/// Encrypted, linked, absolute, climbing, duplicate and oversized entries refuse the whole archive,
/// as does any disagreement of sizes or checksums.
/// @error InvalidArgument
base::Result<void> read_zip(
    std::string_view zip,
    const ZipLimits& limits,
    const std::function<base::Result<void>(const ZipEntry&, std::string_view content)>& each);

}  // namespace wr::lambda
