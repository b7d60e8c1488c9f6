// Paths that follow from where the program stands.
#include "server/program_files.h"

#include <cstdlib>
#include <filesystem>

namespace wr::server {

std::string program_path() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string("wildrydes") : path.string();
}

std::string third_party_path(const std::string& name) {
    const char* configured = std::getenv("WILDRYDES_THIRD_PARTY");
    if (configured != nullptr) return std::string(configured) + "/" + name;
    // build/release/wildrydes and build/third_party.
    const auto build = std::filesystem::path(program_path()).parent_path().parent_path();
    return (build / "third_party" / name).string();
}

}  // namespace wr::server
