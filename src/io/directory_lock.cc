// One process per data directory: an flock on its LOCK file, dropped by the kernel when we end.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "io/file_system.h"
#include "io/posix_error.h"

namespace wr::io {
namespace {

class FlockDirectoryLock final : public DirectoryLock {
public:
    explicit FlockDirectoryLock(int descriptor) : descriptor_(descriptor) {}
    ~FlockDirectoryLock() override { ::close(descriptor_); }
    FlockDirectoryLock(const FlockDirectoryLock&) = delete;
    FlockDirectoryLock& operator=(const FlockDirectoryLock&) = delete;

private:
    const int descriptor_;
};

}  // namespace

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::acquire(const std::string& directory) {
    const std::string path = directory + "/LOCK";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return base::fail(posix_error(errno, "open", path));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int number = errno;
        ::close(descriptor);
        if (number == EWOULDBLOCK)
            return base::fail(base::ErrorCode::Unavailable,
                              directory + " is in use by another process");
        return base::fail(posix_error(number, "flock", path));
    }
    return std::unique_ptr<DirectoryLock>(std::make_unique<FlockDirectoryLock>(descriptor));
}

}  // namespace wr::io
