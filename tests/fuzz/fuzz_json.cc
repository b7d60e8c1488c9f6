// Hostile JSON values: what parses is written as text that parses to the same text.
#include <cstdlib>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto first = wr::base::parse_json({reinterpret_cast<const char*>(data), size});
    if (!first) return 0;
    const std::string text = first->dump();
    const auto second = wr::base::parse_json(text);
    if (!second || second->dump() != text) std::abort();
    return 0;
}
