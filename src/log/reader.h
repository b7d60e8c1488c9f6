#pragma once
// Reads single entries of any segment, verified, through a bounded set of open files.

#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "io/file_system.h"
#include "log/log.h"

namespace wr::log {

/// @threads any
class EntryReader {
public:
    EntryReader(io::FileSystem& fs, std::string directory)
        : fs_(fs), directory_(std::move(directory)) {}

    /// The entry that starts at `position`, which the log holds.
    ///
    /// @error Corruption, NotFound (the file went meanwhile), Io
    Result<Entry> read(Position position);
    /// Closes files of segments before `segment`.
    void forget_before(uint64_t segment);

private:
    Result<std::shared_ptr<const io::File>> file_of(uint64_t segment);

    io::FileSystem& fs_;
    const std::string directory_;
    base::Mutex mutex_;
    std::map<uint64_t, std::shared_ptr<const io::File>> files_ GUARDED_BY(mutex_);
};

}  // namespace wr::log
