// link(2) and a recursive removal that stays inside its folder.
#include "io/tree.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "io/posix_error.h"

namespace wr::io {

base::Result<void> hard_link(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) != 0) return base::fail(posix_error(errno, "link", from));
    return {};
}

base::Result<void> remove_tree(const std::string& path) {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return base::fail(posix_error(error.value(), "remove", path));
    return {};
}

}  // namespace wr::io
