#pragma once
// Upper and lower case of letters in UTF-8: ASCII, Latin, Greek and Cyrillic.

#include <string>

namespace wr::sql {

/// Changes every letter in place. Letters whose other case has another length stay.
void to_upper(std::string& text);
void to_lower(std::string& text);
/// The first letter of each word in upper case, the others in lower case; digits are part of words.
void to_initial_capitals(std::string& text);

}  // namespace wr::sql
