#pragma once
// Segment files and the state file beside them: how they come to be, durably.

#include <memory>
#include <string>

#include "base/result.h"
#include "io/file_system.h"
#include "log/format.h"

namespace wr::log {

using base::Result;

std::string segment_path(const std::string& directory, uint64_t segment);

/// Preallocated, headed, synced, and its name durable when it returns. NoSpace leaves nothing
/// behind.
Result<std::unique_ptr<io::File>> create_segment(io::FileSystem& fs,
                                                 const std::string& directory,
                                                 const SegmentHeader& header);

/// The default state when there is no file yet.
///
/// @error Corruption, Unsupported (written by a newer program)
Result<State> read_state(io::FileSystem& fs, const std::string& directory);
Result<void> write_state(io::FileSystem& fs, const std::string& directory, const State& state);

}  // namespace wr::log
