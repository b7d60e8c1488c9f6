#pragma once
// Deployment packages on disk: each zip once, by its hash, and its files beside it.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"

namespace wr::lambda {

/// @threads any; files are immutable once they have their name
class CodeStore {
public:
    /// @param directory  a real one, also for --memory: functions run from it
    CodeStore(io::FileSystem& files, std::string directory)
        : files_(files), directory_(std::move(directory)) {}

    /// Checks and keeps a package; durable when it returns. The hash names it from then on.
    /// @error InvalidArgument for a bad package, NoSpace, Io
    base::Result<std::string> put(std::string_view zip);
    base::Result<std::string> read(const std::string& hash) const;
    /// The unzipped package's directory, unzipped again when it has gone.
    base::Result<std::string> directory_of(const std::string& hash);
    /// Removes every package whose hash is not in `used`.
    void keep_only(const std::vector<std::string>& used);

private:
    std::string zip_path(const std::string& hash) const { return directory_ + "/" + hash + ".zip"; }
    base::Result<void> unzip(std::string_view zip, const std::string& target);

    io::FileSystem& files_;
    const std::string directory_;
};

}  // namespace wr::lambda
