#pragma once
// A log's files, copied up to a cut.

#include <string>

#include "base/result.h"
#include "io/file_system.h"
#include "log/format.h"

namespace wr::log {

using base::Result;

/// The segments that `state` names, the last one up to the watermark, and the state itself. None
/// of them may be trimmed meanwhile.
Result<void> copy_log(io::FileSystem& fs,
                      const std::string& from,
                      const std::string& to,
                      const State& state);

}  // namespace wr::log
