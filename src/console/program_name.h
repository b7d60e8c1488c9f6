#pragma once
// How a user's shell calls this program; the page's commands begin with it.

#include <string>
#include <string_view>

namespace wr::console {

/// The file's name when one of the folders of `search_path` (as in PATH) has this very file under
/// it, else `file`, which is the whole path of the program.
std::string program_name(const std::string& file, std::string_view search_path);

/// Of the program that runs; "wildrydes" where the system does not tell.
std::string own_program_name();

}  // namespace wr::console
