// A segment gets its final name only when it is whole, so a named one is never half made.
#include "log/segment.h"

namespace wr::log {
namespace {

std::string state_path(const std::string& directory) {
    return directory + "/STATE";
}

Result<std::unique_ptr<io::File>> make_segment(io::FileSystem& fs,
                                               const std::string& path,
                                               const SegmentHeader& header) {
    WR_TRY(auto file, fs.open(path, io::OpenMode::CreateOrOpen));
    WR_TRY_VOID(file->truncate(0));
    WR_TRY_VOID(file->allocate(header.capacity_bytes));
    WR_TRY_VOID(file->write_at(0, encode_segment_header(header)));
    WR_TRY_VOID(file->sync());
    return file;
}

}  // namespace

std::string segment_path(const std::string& directory, uint64_t segment) {
    return directory + "/" + segment_name(segment);
}

Result<std::unique_ptr<io::File>> create_segment(io::FileSystem& fs,
                                                 const std::string& directory,
                                                 const SegmentHeader& header) {
    const std::string path = segment_path(directory, header.segment);
    const std::string temporary = path + ".new";
    auto file = make_segment(fs, temporary, header);
    if (!file) {
        // Space taken by half a file would keep the disk full.
        (void)fs.remove(temporary);
        return file;
    }
    WR_TRY_VOID(fs.rename(temporary, path));
    WR_TRY_VOID(fs.sync_directory(directory));
    return file;
}

Result<State> read_state(io::FileSystem& fs, const std::string& directory) {
    const std::string path = state_path(directory);
    auto bytes = io::read_file(fs, path, 4096);
    if (!bytes && bytes.error().code == base::ErrorCode::NotFound) return State{};
    if (!bytes) return base::fail(std::move(bytes).error());
    DecodeFailure why{};
    const auto state = decode_state(*bytes, why);
    if (state) return *state;
    if (why == DecodeFailure::NewerVersion)
        return base::fail(base::ErrorCode::Unsupported, path + " was written by a newer version");
    return base::fail(base::ErrorCode::Corruption, path + " is damaged at offset 0");
}

Result<void> write_state(io::FileSystem& fs, const std::string& directory, const State& state) {
    return io::write_file_atomically(fs, state_path(directory), encode_state(state));
}

}  // namespace wr::log
