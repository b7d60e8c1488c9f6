// Data files in 256 directories, small blobs as rows, and the sweep for what crashes leave behind.
#include "services/s3/engine/blobs.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/logging.h"

namespace wr::s3 {
namespace {

constexpr std::string_view temporary_suffix = ".tmp";
constexpr size_t held_max = 100'000;

}  // namespace

Problem storage_problem(const base::Error& error) {
    base::log_error("s3 storage", {{"error", error.message}});
    if (error.code == base::ErrorCode::NoSpace || error.code == base::ErrorCode::Unavailable)
        return problem(Fault::ServiceUnavailable);
    return problem(Fault::InternalError);
}

BlobWriter::BlobWriter(Blobs& blobs) : blobs_(blobs) {
    std::array<char, 16> id{};
    blobs_.random_.fill(id.data(), id.size());
    id_ = base::hex_encode({id.data(), id.size()});
    base::MutexLock lock(blobs_.mutex_);
    blobs_.in_flight_.insert(id_);
}

BlobWriter::~BlobWriter() {
    file_.reset();
    if (!settled_ && !name_on_disk_.empty()) {
        // What cannot be removed now is removed by the sweep.
        (void)blobs_.fs_.remove(name_on_disk_).has_value();
    }
    base::MutexLock lock(blobs_.mutex_);
    blobs_.in_flight_.erase(id_);
}

Outcome<void> BlobWriter::open_file() {
    WR_TRY_VOID(blobs_.make_directory(id_));
    WR_S3_TRY(const uint64_t free_bytes, blobs_.fs_.free_bytes(blobs_.directory_));
    if (free_bytes < limits::disk_free_bytes_min) {
        base::log_error("s3 disk is nearly full", {{"free_bytes", free_bytes}});
        return base::fail(problem(Fault::ServiceUnavailable));
    }
    name_on_disk_ = blobs_.directory_of(id_) + "/" + id_ + std::string(temporary_suffix);
    WR_S3_TRY(file_, blobs_.fs_.open(name_on_disk_, io::OpenMode::CreateNew));
    WR_S3_TRY_VOID(file_->write_at(0, buffer_));
    buffer_.clear();
    return {};
}

Outcome<void> BlobWriter::append(std::string_view bytes) {
    if (!file_ && size_bytes_ + bytes.size() <= blob_in_row_bytes_max) {
        buffer_ += bytes;
        size_bytes_ += bytes.size();
        return {};
    }
    if (!file_) WR_TRY_VOID(open_file());
    WR_S3_TRY_VOID(file_->write_at(size_bytes_, bytes));
    size_bytes_ += bytes.size();
    return {};
}

Outcome<Blob> BlobWriter::finish(kv::Batch& batch) {
    Blob blob{id_, size_bytes_, file_ != nullptr};
    if (!file_) {
        if (size_bytes_ == 0) return Blob{};
        batch.put(blob_row(id_), std::move(buffer_));
        return blob;
    }
    WR_S3_TRY_VOID(file_->sync());
    file_.reset();
    const std::string directory = blobs_.directory_of(id_);
    const std::string name = directory + "/" + id_;
    WR_S3_TRY_VOID(blobs_.fs_.rename(name_on_disk_, name));
    name_on_disk_ = name;
    WR_S3_TRY_VOID(blobs_.fs_.sync_directory(directory));
    batch.put(blob_file_row(id_), "");
    return blob;
}

Outcome<void> OpenBlob::read(
    uint64_t offset,
    uint64_t size,
    const std::function<Outcome<void>(std::string_view piece)>& take) const {
    if (!file) return take(std::string_view(bytes).substr(offset, size));
    std::string buffer(std::min<uint64_t>(size, blob_copy_bytes), '\0');
    while (size > 0) {
        const size_t wanted = std::min<uint64_t>(size, buffer.size());
        WR_S3_TRY(const size_t got, file->read_at(offset, buffer.data(), wanted));
        if (got != wanted) {
            base::log_error("s3 data file is short", {{"path", path}});
            return base::fail(problem(Fault::InternalError));
        }
        WR_TRY_VOID(take(std::string_view(buffer).substr(0, got)));
        offset += got;
        size -= got;
    }
    return {};
}

Blobs::Blobs(io::FileSystem& fs, kv::Store& store, base::Random& random, std::string directory)
    : fs_(fs), store_(store), random_(random), directory_(std::move(directory)) {}

std::unique_ptr<BlobWriter> Blobs::create() {
    return std::unique_ptr<BlobWriter>(new BlobWriter(*this));
}

Outcome<std::optional<OpenBlob>> Blobs::open(const Blob& blob) const {
    OpenBlob opened;
    opened.size_bytes = blob.size_bytes;
    if (blob.id.empty()) return std::optional(std::move(opened));
    if (!blob.is_file) {
        WR_S3_TRY(auto bytes, store_.get(blob_row(blob.id)));
        if (!bytes) return std::optional<OpenBlob>();
        opened.bytes = std::move(*bytes);
        return std::optional(std::move(opened));
    }
    const std::string path = directory_of(blob.id) + "/" + blob.id;
    auto file = fs_.open(path, io::OpenMode::Read);
    if (!file) {
        if (file.error().code == base::ErrorCode::NotFound) return std::optional<OpenBlob>();
        return base::fail(storage_problem(file.error()));
    }
    if ((*file)->descriptor() >= 0) opened.path = path;
    opened.file = *std::move(file);
    return std::optional(std::move(opened));
}

void Blobs::forget(kv::Batch& batch, const Blob& blob) const {
    if (blob.id.empty()) return;
    batch.remove(blob.is_file ? blob_file_row(blob.id) : blob_row(blob.id));
}

void Blobs::discard(const Blob& blob) {
    if (!blob.is_file) return;
    {
        base::MutexLock lock(mutex_);
        // Beyond the bound it is the sweep's business.
        if (holds_ > 0 && held_.size() < held_max) held_.push_back(blob);
        if (holds_ > 0) return;
    }
    const auto removed = fs_.remove(directory_of(blob.id) + "/" + blob.id);
    if (!removed) base::log_warn("s3 data file stays", {{"error", removed.error().message}});
}

Blobs::Hold::Hold(Blobs& blobs) : blobs_(blobs) {
    {
        base::MutexLock lock(blobs_.mutex_);
        ++blobs_.holds_;
    }
    // A sweep that has not seen it yet may still be at work.
    base::MutexLock waited(blobs_.sweeping_);
}

Blobs::Hold::~Hold() {
    std::vector<Blob> gone;
    {
        base::MutexLock lock(blobs_.mutex_);
        if (--blobs_.holds_ == 0) gone.swap(blobs_.held_);
    }
    for (const Blob& blob : gone) blobs_.discard(blob);
}

std::string Blobs::directory_of(std::string_view blob_id) const {
    return directory_ + "/" + std::string(blob_id.substr(0, 2));
}

Outcome<void> Blobs::make_directory(std::string_view blob_id) {
    const auto index_bytes = base::hex_decode(blob_id.substr(0, 2));
    WR_ASSERT(index_bytes.has_value());
    const auto index = static_cast<unsigned char>(index_bytes->front());
    base::MutexLock lock(mutex_);
    if (made_[index]) return {};
    WR_S3_TRY_VOID(fs_.make_directories(directory_of(blob_id)));
    WR_S3_TRY_VOID(fs_.sync_directory(directory_));
    made_[index] = true;
    return {};
}

bool Blobs::is_held() {
    base::MutexLock lock(mutex_);
    return holds_ > 0;
}

bool Blobs::is_in_flight(std::string_view blob_id) {
    base::MutexLock lock(mutex_);
    return in_flight_.contains(blob_id);
}

Outcome<size_t> Blobs::sweep_step(size_t directory_index) {
    base::MutexLock sweeping(sweeping_);
    const char index = static_cast<char>(directory_index);
    const std::string directory = directory_of(base::hex_encode({&index, 1}));
    WR_S3_TRY(const bool exists, fs_.exists(directory));
    if (!exists || is_held()) return size_t{0};
    WR_S3_TRY(const auto names, fs_.list(directory));
    size_t removed = 0;
    for (const std::string& name : names) {
        const std::string id = name.substr(0, name.find('.'));
        // In-flight first: a writer leaves that set only after its row is visible.
        if (is_in_flight(id)) continue;
        WR_S3_TRY(const auto row, store_.get(blob_file_row(id)));
        if (row && name == id) continue;
        WR_S3_TRY_VOID(fs_.remove(directory + "/" + name));
        ++removed;
    }
    return removed;
}

}  // namespace wr::s3
