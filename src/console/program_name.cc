// Finds out how a shell calls this program: by its name where PATH has it, else by its whole path.
#include "console/program_name.h"

#include <cstdlib>
#include <filesystem>

namespace wr::console {
namespace {

namespace fs = std::filesystem;

/// What Linux appends when the file was replaced while it ran, as by a build.
constexpr std::string_view replaced_suffix = " (deleted)";

}  // namespace

std::string program_name(const std::string& file, std::string_view search_path) {
    const std::string name = fs::path(file).filename().string();
    while (!search_path.empty()) {
        const auto end = std::min(search_path.find(':'), search_path.size());
        const std::string_view folder = search_path.substr(0, end);
        search_path.remove_prefix(std::min(end + 1, search_path.size()));
        // A relative folder means another place in another shell.
        if (!folder.starts_with('/')) continue;
        std::error_code error;
        const fs::path found = fs::path(folder) / name;
        if (!fs::exists(found, error)) continue;
        // The first is the one that a shell takes.
        return fs::equivalent(found, file, error) ? name : file;
    }
    return file;
}

std::string own_program_name() {
    std::error_code error;
    std::string file = fs::read_symlink("/proc/self/exe", error).string();
    if (error || file.empty()) return "wildrydes";
    if (file.ends_with(replaced_suffix)) file.resize(file.size() - replaced_suffix.size());
    const char* path = std::getenv("PATH");
    return program_name(file, path != nullptr ? path : "");
}

}  // namespace wr::console
