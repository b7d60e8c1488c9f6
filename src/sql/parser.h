#pragma once
// Recursive descent over tokens, precedence climbing for expressions.

#include <string_view>

#include "sql/ast.h"

namespace wr::sql {

/// The whole application. Errors name the place and what was expected there.
Compiled<ast::Application> parse_application(std::string_view code);

/// A column type as it stands in CREATE STREAM or in a record column's SqlType.
Compiled<Type> parse_type(std::string_view text);

}  // namespace wr::sql
