#pragma once
// Where the program itself and the libraries that travel beside it are.

#include <string>

namespace wr::server {

/// Absolute path of this program.
std::string program_path();
/// A file below the third_party folder: WILDRYDES_THIRD_PARTY, or beside the build's folder. May
/// not exist.
std::string third_party_path(const std::string& name);

}  // namespace wr::server
