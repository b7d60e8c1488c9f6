#pragma once
// The runtimes' bootstraps, built into the program from functions/.

#include <string_view>

namespace wr::lambda::runtimes {

extern const std::string_view node_bootstrap;
extern const std::string_view node_preload;
extern const std::string_view python_bootstrap;

}  // namespace wr::lambda::runtimes
