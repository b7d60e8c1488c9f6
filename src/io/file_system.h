#pragma once
// Files are an interface: real, in memory, and faulty for tests.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wr::io {

using base::Result;

/// An open file. Offsets and sizes are bytes. Calls from several threads are safe when they do not
/// overlap.
class File {
public:
    virtual ~File() = default;
    /// Reads up to `size` bytes; fewer only at the end of the file.
    virtual Result<size_t> read_at(uint64_t offset, void* buffer, size_t size) const = 0;
    /// Writes all bytes or fails; after a failure the range is unknown.
    virtual Result<void> write_at(uint64_t offset, std::string_view bytes) = 0;
    /// fdatasync. After a failure the file must not be trusted: never retry.
    virtual Result<void> sync() = 0;
    /// Reserves space without changing what reads return below the old size.
    virtual Result<void> allocate(uint64_t size_bytes) = 0;
    virtual Result<void> truncate(uint64_t size_bytes) = 0;
    virtual Result<uint64_t> size() const = 0;
    /// Forgets clean cached pages, so that later reads show what the disk holds.
    virtual void drop_cache() const {}
    /// The descriptor for sendfile and mmap; -1 when there is none (in-memory files).
    virtual int descriptor() const { return -1; }
};

enum class OpenMode {
    Read,       ///< must exist
    ReadWrite,  ///< must exist
    CreateNew,  ///< must not exist
    CreateOrOpen,
};

class FileSystem {
public:
    virtual ~FileSystem() = default;
    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<void> make_directories(const std::string& path) = 0;
    /// Names, not paths, sorted; without "." and "..".
    virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    /// A second name for the same file. Unsupported where there is no such thing.
    virtual Result<void> link(const std::string& from, const std::string& /*to*/) {
        return base::fail(base::ErrorCode::Unsupported, "link " + from);
    }
    /// Makes the directory's entries durable. A new, renamed or removed name is durable only after
    /// it.
    virtual Result<void> sync_directory(const std::string& path) = 0;
    /// Bytes available to this user.
    virtual Result<uint64_t> free_bytes(const std::string& path) = 0;
};

/// The operating system's files.
std::unique_ptr<FileSystem> make_posix_file_system();
/// Files that end with the process, for --memory and tests.
std::unique_ptr<FileSystem> make_memory_file_system();

/// Temporary name in the same directory, sync, rename, sync directory: the whole file or the old
/// one.
Result<void> write_file_atomically(FileSystem& fs,
                                   const std::string& path,
                                   std::string_view content);
Result<std::string> read_file(FileSystem& fs, const std::string& path, uint64_t size_bytes_max);

/// Holds an exclusive lock on `directory`/LOCK until destroyed; Unavailable when another process
/// has it.
class DirectoryLock {
public:
    static Result<std::unique_ptr<DirectoryLock>> acquire(const std::string& directory);
    virtual ~DirectoryLock() = default;
};

}  // namespace wr::io
