#pragma once
// Names for a fleet of any size.

#include <cstddef>
#include <string>

namespace wr::fleet {

/// The first few are names of horses of legend; later ones get a number. Distinct for distinct
/// indexes.
std::string unicorn_name(size_t index);

}  // namespace wr::fleet
