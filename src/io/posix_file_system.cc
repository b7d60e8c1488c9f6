// The operating system's files: pread, pwrite, fdatasync and the directory calls.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "io/file_system.h"
#include "io/posix_error.h"
#include "io/tree.h"

namespace wr::io {
namespace {

class PosixFile final : public File {
public:
    PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
    ~PosixFile() override { ::close(descriptor_); }
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;

    Result<size_t> read_at(uint64_t offset, void* buffer, size_t size) const override {
        auto* out = static_cast<char*>(buffer);
        size_t done = 0;
        while (done < size) {
            const ssize_t got =
                ::pread(descriptor_, out + done, size - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return base::fail(posix_error(errno, "read", path_));
            if (got == 0) break;
            done += static_cast<size_t>(got);
        }
        return done;
    }

    Result<void> write_at(uint64_t offset, std::string_view bytes) override {
        size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t put = ::pwrite(descriptor_,
                                         bytes.data() + done,
                                         bytes.size() - done,
                                         static_cast<off_t>(offset + done));
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return base::fail(posix_error(errno, "write", path_));
            if (put == 0)
                return base::fail(base::ErrorCode::Io, "write " + path_ + ": no progress");
            done += static_cast<size_t>(put);
        }
        return {};
    }

    Result<void> sync() override {
        // EINTR is a failure here: the kernel may have dropped the error state with it.
        if (::fdatasync(descriptor_) != 0) return base::fail(sync_error());
        return {};
    }

    Result<void> allocate(uint64_t size_bytes) override {
        int result = 0;
        do {
            result = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size_bytes));
        } while (result == EINTR);
        if (result != 0) return base::fail(posix_error(result, "allocate", path_));
        return {};
    }

    Result<void> truncate(uint64_t size_bytes) override {
        int result = 0;
        do {
            result = ::ftruncate(descriptor_, static_cast<off_t>(size_bytes));
        } while (result != 0 && errno == EINTR);
        if (result != 0) return base::fail(posix_error(errno, "truncate", path_));
        return {};
    }

    Result<uint64_t> size() const override {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0)
            return base::fail(posix_error(errno, "stat", path_));
        return static_cast<uint64_t>(status.st_size);
    }

    void drop_cache() const override { ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED); }

    int descriptor() const override { return descriptor_; }

private:
    base::Error sync_error() const {
        base::Error error = posix_error(errno, "fdatasync", path_);
        error.code = base::ErrorCode::Io;
        return error;
    }

    const int descriptor_;
    const std::string path_;
};

int open_flags(OpenMode mode) {
    switch (mode) {
        case OpenMode::Read:
            return O_RDONLY;
        case OpenMode::ReadWrite:
            return O_RDWR;
        case OpenMode::CreateNew:
            return O_RDWR | O_CREAT | O_EXCL;
        case OpenMode::CreateOrOpen:
            return O_RDWR | O_CREAT;
    }
    return O_RDONLY;
}

class PosixFileSystem final : public FileSystem {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        int descriptor = -1;
        do {
            descriptor = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, 0600);
        } while (descriptor < 0 && errno == EINTR);
        if (descriptor < 0) return base::fail(posix_error(errno, "open", path));
        return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path));
    }

    Result<void> make_directories(const std::string& path) override {
        for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
            const std::string part = path.substr(0, end);
            if (!part.empty() && ::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST)
                return base::fail(posix_error(errno, "mkdir", part));
            if (end == std::string::npos) break;
        }
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) return base::fail(posix_error(errno, "stat", path));
        if (!S_ISDIR(status.st_mode))
            return base::fail(base::ErrorCode::AlreadyExists, path + " is not a directory");
        return {};
    }

    Result<std::vector<std::string>> list(const std::string& directory) override {
        DIR* stream = ::opendir(directory.c_str());
        if (stream == nullptr) return base::fail(posix_error(errno, "list", directory));
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        const int number = errno;
        ::closedir(stream);
        if (number != 0) return base::fail(posix_error(number, "list", directory));
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<bool> exists(const std::string& path) override {
        struct stat status {};
        if (::lstat(path.c_str(), &status) == 0) return true;
        if (errno == ENOENT || errno == ENOTDIR) return false;
        return base::fail(posix_error(errno, "stat", path));
    }

    Result<void> rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0)
            return base::fail(posix_error(errno, "rename", from));
        return {};
    }

    Result<void> remove(const std::string& path) override {
        if (::remove(path.c_str()) != 0) return base::fail(posix_error(errno, "remove", path));
        return {};
    }

    Result<void> link(const std::string& from, const std::string& to) override {
        return hard_link(from, to);
    }

    Result<void> sync_directory(const std::string& path) override {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0) return base::fail(posix_error(errno, "open", path));
        const int result = ::fsync(descriptor);
        const int number = errno;
        ::close(descriptor);
        if (result == 0) return {};
        base::Error error = posix_error(number, "fsync", path);
        error.code = base::ErrorCode::Io;
        return base::fail(std::move(error));
    }

    Result<uint64_t> free_bytes(const std::string& path) override {
        struct statvfs status {};
        if (::statvfs(path.c_str(), &status) != 0)
            return base::fail(posix_error(errno, "statvfs", path));
        return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
    }
};

}  // namespace

std::unique_ptr<FileSystem> make_posix_file_system() {
    return std::make_unique<PosixFileSystem>();
}

}  // namespace wr::io
