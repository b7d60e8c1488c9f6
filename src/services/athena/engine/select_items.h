#pragma once
// Names for a SELECT list's unnamed expressions: _col0, _col1 ... as Presto gives them.

#include <span>

#include "services/athena/engine/lexer.h"

namespace wr::athena {

/// Whether one item of a SELECT list already has a name of its own: a column, a star, an alias.
bool select_item_is_named(std::span<const Token> item);

}  // namespace wr::athena
