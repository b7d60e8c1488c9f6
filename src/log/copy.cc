// Full segments never change and are linked; the last one is copied up to the cut.
#include "log/copy.h"

#include "io/copy.h"
#include "log/segment.h"

namespace wr::log {
namespace {

/// A file of the same capacity, with nothing behind the cut.
Result<void> copy_last(io::FileSystem& fs,
                       const std::string& from,
                       const std::string& to,
                       uint64_t end_offset) {
    WR_TRY(const auto source, fs.open(from, io::OpenMode::Read));
    WR_TRY(const uint64_t capacity, source->size());
    WR_TRY_VOID(io::copy_file(fs, from, to, end_offset));
    WR_TRY(const auto target, fs.open(to, io::OpenMode::ReadWrite));
    WR_TRY_VOID(target->allocate(capacity));
    return target->sync();
}

}  // namespace

Result<void> copy_log(io::FileSystem& fs,
                      const std::string& from,
                      const std::string& to,
                      const State& state) {
    for (uint64_t segment = state.first_segment; segment < state.last_segment; ++segment)
        WR_TRY_VOID(io::link_or_copy(fs, segment_path(from, segment), segment_path(to, segment)));
    WR_TRY_VOID(copy_last(fs,
                          segment_path(from, state.last_segment),
                          segment_path(to, state.last_segment),
                          state.watermark_offset));
    return write_state(fs, to, state);
}

}  // namespace wr::log
