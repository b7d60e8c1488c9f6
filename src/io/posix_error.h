#pragma once
// The operating system's error numbers as our errors.

#include <string>

#include "base/result.h"

namespace wr::io {

/// NotFound, AlreadyExists, NoSpace, InvalidArgument or Io, with the call, the path and the text.
base::Error posix_error(int number, const char* call, const std::string& path);

}  // namespace wr::io
