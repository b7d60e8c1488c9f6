#pragma once
// Folders as wholes, for scratch space of child processes. The operating system's files only.

#include <string>

#include "base/result.h"

namespace wr::io {

/// A second name for the same file; both must be on one file system.
base::Result<void> hard_link(const std::string& from, const std::string& to);
/// Removes a folder with everything below it; symbolic links are removed, not followed. Absent is
/// fine.
base::Result<void> remove_tree(const std::string& path);

}  // namespace wr::io
