#pragma once
// wildrydes verify: reads every byte of a data directory or a backup and says what is damaged.

#include <string>

namespace wr::server {

/// Prints what it read, and each damage with its file and place. Changes nothing.
///
/// @return the exit code: 0 intact, 1 damaged, 5 it could not be read (a server runs there, there
/// is no data directory, the disk fails)
int run_verify(const std::string& directory);

}  // namespace wr::server
