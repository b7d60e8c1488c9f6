// Packages: zips written atomically, unzipped trees renamed into place as a whole.
#include "services/lambda/engine/code_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/hash.h"
#include "base/limits.h"
#include "services/lambda/engine/zip.h"

namespace wr::lambda {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

namespace fs = std::filesystem;

base::Failure<base::Error> system_failure(const std::string& what) {
    const ErrorCode code = errno == ENOSPC ? ErrorCode::NoSpace : ErrorCode::Io;
    return fail(code, what + ": " + strerror(errno));
}

Result<void> write_plain(const std::string& path, std::string_view content, mode_t mode) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return system_failure(path);
    while (!content.empty()) {
        const ssize_t count = write(file, content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            auto failure = system_failure(path);
            close(file);
            return failure;
        }
        content.remove_prefix(static_cast<size_t>(count));
    }
    // Whatever the umask says: another user's sandbox must be able to read and run it.
    fchmod(file, mode);
    close(file);
    return {};
}

}  // namespace

Result<std::string> CodeStore::put(std::string_view zip) {
    const std::string hash = base::sha256_hex(zip);
    WR_TRY_VOID(files_.make_directories(directory_));
    std::error_code ignored;
    // Unzipping is the check; a tree that is there has passed it.
    if (!fs::exists(directory_ + "/" + hash, ignored)) {
        WR_TRY_VOID(unzip(zip, directory_ + "/" + hash));
    }
    WR_TRY(const bool is_there, files_.exists(zip_path(hash)));
    if (!is_there) WR_TRY_VOID(io::write_file_atomically(files_, zip_path(hash), zip));
    return hash;
}

Result<std::string> CodeStore::read(const std::string& hash) const {
    return io::read_file(files_, zip_path(hash), limits::function_zip_bytes_max);
}

Result<std::string> CodeStore::directory_of(const std::string& hash) {
    std::string path = directory_ + "/" + hash;
    std::error_code ignored;
    if (fs::exists(path, ignored)) return path;
    WR_TRY(const std::string zip, read(hash));
    if (base::sha256_hex(zip) != hash) {
        return fail(ErrorCode::Corruption, zip_path(hash) + ": not the package that was stored");
    }
    WR_TRY_VOID(unzip(zip, path));
    return path;
}

Result<void> CodeStore::unzip(std::string_view zip, const std::string& target) {
    std::error_code error;
    fs::create_directories(directory_, error);
    std::string scratch = directory_ + "/unzip-XXXXXX";
    if (!mkdtemp(scratch.data())) return system_failure(scratch);
    auto outcome = read_zip(zip, {}, [&](const ZipEntry& entry, std::string_view content) {
        const fs::path path = fs::path(scratch) / entry.path;
        std::error_code made;
        fs::create_directories(path.parent_path(), made);
        if (made) {
            return Result<void>(fail(ErrorCode::InvalidArgument, "a path is file and directory"));
        }
        return write_plain(path.string(), content, entry.is_executable ? 0755 : 0644);
    });
    chmod(scratch.c_str(), 0755);
    if (outcome) fs::rename(scratch, target, error);
    // Another thread may have put the same tree there first: that is as good.
    if (!outcome || error) fs::remove_all(scratch, error);
    return outcome;
}

void CodeStore::keep_only(const std::vector<std::string>& used) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory_, error)) {
        const std::string name = entry.path().filename().string();
        const std::string hash = name.substr(0, 64);
        const bool is_used = std::find(used.begin(), used.end(), hash) != used.end();
        std::error_code ignored;
        if (!is_used) fs::remove_all(entry.path(), ignored);
    }
}

}  // namespace wr::lambda
