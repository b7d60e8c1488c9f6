#pragma once
// A zip archive of a few files, stored without compression: what CreateFunction takes.

#include <string>
#include <utility>
#include <vector>

namespace wr::fleet {

/// (name, content); names have forward slashes.
std::string write_zip(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace wr::fleet
