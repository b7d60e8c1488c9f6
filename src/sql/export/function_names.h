#pragma once
// Whether the functions that a script calls exist: as much as can be said without its inputs.

#include "sql/ast.h"

namespace wr::sql {

/// @error the first call, in the order of the text's pumps, of a function that there is not
Compiled<void> check_function_names(const ast::Application& application);

}  // namespace wr::sql
