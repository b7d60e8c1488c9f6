// Whole files at once: replaced atomically, read with a bound.
#include "io/file_system.h"

namespace wr::io {
namespace {

std::string directory_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> write_synced(FileSystem& fs, const std::string& path, std::string_view content) {
    WR_TRY(auto file, fs.open(path, OpenMode::CreateOrOpen));
    WR_TRY_VOID(file->truncate(0));
    WR_TRY_VOID(file->write_at(0, content));
    return file->sync();
}

}  // namespace

Result<void> write_file_atomically(FileSystem& fs,
                                   const std::string& path,
                                   std::string_view content) {
    const std::string temporary = path + ".tmp";
    if (auto written = write_synced(fs, temporary, content); !written) {
        // The error that counts is the first one; a left-over is overwritten by the next attempt.
        (void)fs.remove(temporary);
        return written;
    }
    WR_TRY_VOID(fs.rename(temporary, path));
    return fs.sync_directory(directory_of(path));
}

Result<std::string> read_file(FileSystem& fs, const std::string& path, uint64_t size_bytes_max) {
    WR_TRY(auto file, fs.open(path, OpenMode::Read));
    WR_TRY(const uint64_t size, file->size());
    if (size > size_bytes_max)
        return base::fail(base::ErrorCode::InvalidArgument,
                          path + " is larger than " + std::to_string(size_bytes_max) + " bytes");
    std::string content(size, '\0');
    WR_TRY(const size_t got, file->read_at(0, content.data(), content.size()));
    content.resize(got);
    return content;
}

}  // namespace wr::io
