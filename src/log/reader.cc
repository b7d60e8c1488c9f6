// One read for a small entry, two for a large one; the checksum is verified every time.
#include "log/reader.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "log/format.h"
#include "log/segment.h"

namespace wr::log {
namespace {

constexpr size_t first_read_bytes = 4096;
constexpr size_t open_files_max = 64;

base::Failure<base::Error> damaged(const std::string& path, uint64_t offset) {
    return base::fail(
        base::ErrorCode::Corruption,
        path + " is damaged at offset " + std::to_string(offset) + ": the entry does not check");
}

}  // namespace

Result<std::shared_ptr<const io::File>> EntryReader::file_of(uint64_t segment) {
    {
        base::MutexLock lock(mutex_);
        if (const auto found = files_.find(segment); found != files_.end()) return found->second;
    }
    WR_TRY(auto opened, fs_.open(segment_path(directory_, segment), io::OpenMode::Read));
    std::shared_ptr<const io::File> file = std::move(opened);
    base::MutexLock lock(mutex_);
    if (files_.size() >= open_files_max) files_.erase(files_.begin());
    files_[segment] = file;
    return file;
}

Result<Entry> EntryReader::read(Position position) {
    WR_TRY(const auto file, file_of(position.segment));
    const std::string path = segment_path(directory_, position.segment);
    char first[first_read_bytes];
    WR_TRY(const size_t got, file->read_at(position.offset, first, sizeof first));
    const auto header = decode_entry_header({first, got});
    if (!header || header->payload_bytes > limits::log_entry_bytes_max)
        return damaged(path, position.offset);
    base::Buffer payload(header->payload_bytes);
    const size_t have = std::min(got - entry_header_bytes, payload.size());
    std::memcpy(payload.data(), first + entry_header_bytes, have);
    if (have < payload.size()) {
        WR_TRY(const size_t more,
               file->read_at(position.offset + got, payload.data() + have, payload.size() - have));
        if (have + more < payload.size()) return damaged(path, position.offset);
    }
    if (!entry_checks({first, got}, payload.view(), *header)) return damaged(path, position.offset);
    return Entry{header->topic, position, std::move(payload)};
}

void EntryReader::forget_before(uint64_t segment) {
    base::MutexLock lock(mutex_);
    files_.erase(files_.begin(), files_.lower_bound(segment));
}

}  // namespace wr::log
