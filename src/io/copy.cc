// Copying through a buffer; links between file systems become copies.
#include "io/copy.h"

#include <algorithm>

namespace wr::io {
namespace {

constexpr size_t copy_bytes = 1024 * 1024;

Result<void> copy_open(const File& source, File& target, uint64_t size_bytes) {
    std::string buffer(std::min<uint64_t>(copy_bytes, size_bytes), '\0');
    for (uint64_t done = 0; done < size_bytes;) {
        const size_t wanted = std::min<uint64_t>(buffer.size(), size_bytes - done);
        WR_TRY(const size_t got, source.read_at(done, buffer.data(), wanted));
        if (got != wanted)
            return base::fail(base::ErrorCode::Corruption, "it is shorter than expected");
        WR_TRY_VOID(target.write_at(done, {buffer.data(), got}));
        done += got;
    }
    return target.sync();
}

}  // namespace

Result<void> copy_file(FileSystem& fs,
                       const std::string& from,
                       const std::string& to,
                       uint64_t size_bytes) {
    WR_TRY(const auto source, fs.open(from, OpenMode::Read));
    WR_TRY(const auto target, fs.open(to, OpenMode::CreateNew));
    auto copied = copy_open(*source, *target, size_bytes);
    if (!copied) copied.error().message = "copying " + from + ": " + copied.error().message;
    return copied;
}

Result<void> link_or_copy(FileSystem& fs, const std::string& from, const std::string& to) {
    if (fs.link(from, to)) return {};
    WR_TRY(const auto source, fs.open(from, OpenMode::Read));
    WR_TRY(const uint64_t size, source->size());
    return copy_file(fs, from, to, size);
}

}  // namespace wr::io
