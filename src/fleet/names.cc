// The names of the fleet.
#include "fleet/names.h"

#include <array>
#include <string_view>

namespace wr::fleet {
namespace {

constexpr std::array<std::string_view, 25> names = {
    "Shadowfax", "Bucephalus", "Rocinante",  "Sleipnir", "Pegasus", "Arion",     "Balius",
    "Xanthos",   "Grani",      "Gullfaxi",   "Marengo",  "Babieca", "Incitatus", "Copenhagen",
    "Comanche",  "Traveller",  "Tencendur",  "Bayard",   "Rakhsh",  "Chetak",    "Abraxas",
    "Skinfaxi",  "Hrimfaxi",   "Svadilfari", "Asfaloth"};

}  // namespace

std::string unicorn_name(size_t index) {
    std::string name(names[index % names.size()]);
    if (index >= names.size()) name += "-" + std::to_string(index / names.size() + 1);
    return name;
}

}  // namespace wr::fleet
