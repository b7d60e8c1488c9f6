#pragma once
// Makes files that DuckDB reads from the objects that the server handed over.

#include <string>

#include "base/result.h"

namespace wr::athena {

/// Inflates `from` when it is gzip and writes JSON lines to `to`.
///
/// @return bytes of the longest line
/// @error InvalidArgument  damaged gzip data
base::Result<size_t> convert_json(const std::string& from,
                                  const std::string& to,
                                  bool lower_keys,
                                  bool forgives);

}  // namespace wr::athena
