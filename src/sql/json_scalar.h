#pragma once
// Scalars of JSON to values of columns, by their characters.

#include <cstdint>
#include <string_view>

#include "sql/batch.h"

namespace wr::sql {

enum class JsonScalar : uint8_t { Null, Boolean, Number, String };

/// False when the value does not fit the column. `characters` are those of the value; of a string
/// those inside the quotes, without escapes. Text is a view into them or into the arena.
bool convert_json(
    JsonScalar kind, std::string_view characters, const Type& to, Arena& arena, Datum& out);
bool json_number(std::string_view digits, const Type& to, Arena& arena, Datum& out);
bool plain_json_string(std::string_view characters, const Type& to, Arena& arena, Datum& out);

}  // namespace wr::sql
