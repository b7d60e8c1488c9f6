#pragma once
// The dialect's reserved words.

#include <string_view>

namespace wr::sql {

bool is_reserved(std::string_view upper_case_word);

}  // namespace wr::sql
