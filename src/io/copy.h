#pragma once
// Copies of files, durable when they are made; the directory's entry is the caller's to sync.

#include <cstdint>
#include <string>

#include "io/file_system.h"

namespace wr::io {

/// The first `size_bytes` of `from` as the new file `to`.
///
/// @error Corruption  `from` is shorter
Result<void> copy_file(FileSystem& fs,
                       const std::string& from,
                       const std::string& to,
                       uint64_t size_bytes);
/// A file that will not change any more: a second name for it, or a copy where that is not
/// possible.
Result<void> link_or_copy(FileSystem& fs, const std::string& from, const std::string& to);

}  // namespace wr::io
