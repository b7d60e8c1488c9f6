#pragma once
// Blobs: the bytes of objects and parts, as data files or, when small, as rows.
//
// A data file is written under a temporary name, synced, renamed and its directory synced before
// the caller commits the batch that names it. A crash in between leaves a file that no row names;
// sweep_step() removes such files.

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/random.h"
#include "io/file_system.h"
#include "kv/store.h"
#include "services/s3/engine/problem.h"
#include "services/s3/engine/records.h"

namespace wr::s3 {

constexpr size_t blob_in_row_bytes_max = 16 * 1024;
constexpr size_t blob_copy_bytes = 1024 * 1024;

class Blobs;

/// Bytes being stored. Destroyed without settled(), it takes its file away again.
class BlobWriter {
public:
    ~BlobWriter();
    BlobWriter(const BlobWriter&) = delete;
    BlobWriter& operator=(const BlobWriter&) = delete;

    Outcome<void> append(std::string_view bytes);
    /// Makes the bytes durable and adds the rows that keep them to `batch`.
    Outcome<Blob> finish(kv::Batch& batch);
    /// The batch was committed, or its outcome is unknown: the file stays.
    void settled() { settled_ = true; }

private:
    friend class Blobs;
    explicit BlobWriter(Blobs& blobs);
    Outcome<void> open_file();

    Blobs& blobs_;
    std::string id_;
    std::string buffer_;  ///< until it outgrows a row
    std::unique_ptr<io::File> file_;
    uint64_t size_bytes_ = 0;
    std::string name_on_disk_;  ///< temporary, then final; empty without a file
    bool settled_ = false;
};

/// An open blob: either `file` or `bytes`.
struct OpenBlob {
    std::shared_ptr<const io::File> file;
    std::string bytes;
    std::string path;
    uint64_t size_bytes = 0;
    /// Calls `take` for the range in pieces of at most blob_copy_bytes.
    Outcome<void> read(uint64_t offset,
                       uint64_t size,
                       const std::function<Outcome<void>(std::string_view piece)>& take) const;
};

/// @threads any
class Blobs {
public:
    Blobs(io::FileSystem& fs, kv::Store& store, base::Random& random, std::string directory);

    std::unique_ptr<BlobWriter> create();
    /// Empty when the blob is gone: replaced or deleted since its row was read.
    Outcome<std::optional<OpenBlob>> open(const Blob& blob) const;
    /// Adds the removal of the blob's rows to `batch`.
    void forget(kv::Batch& batch, const Blob& blob) const;
    /// While it exists no data file is removed: what goes meanwhile goes afterwards.
    class Hold {
    public:
        explicit Hold(Blobs& blobs);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        Blobs& blobs_;
    };

    /// Removes the data file; after the commit of forget(). Failures are the sweep's business.
    void discard(const Blob& blob);

    /// Removes the unnamed files of one directory; 256 steps see them all. Returns how many went.
    Outcome<size_t> sweep_step(size_t directory_index);
    static constexpr size_t directory_count = 256;

private:
    friend class BlobWriter;
    std::string directory_of(std::string_view blob_id) const;
    Outcome<void> make_directory(std::string_view blob_id);
    bool is_held() EXCLUDES(mutex_);
    bool is_in_flight(std::string_view blob_id) EXCLUDES(mutex_);

    io::FileSystem& fs_;
    kv::Store& store_;
    base::Random& random_;
    const std::string directory_;
    base::Mutex sweeping_;  ///< taken before mutex_
    base::Mutex mutex_;
    std::set<std::string, std::less<>> in_flight_ GUARDED_BY(mutex_);
    int holds_ GUARDED_BY(mutex_) = 0;
    std::vector<Blob> held_ GUARDED_BY(mutex_);  ///< to be discarded after the last hold
    std::array<bool, directory_count> made_ GUARDED_BY(mutex_){};
};

}  // namespace wr::s3
