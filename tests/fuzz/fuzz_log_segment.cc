// Any bytes as a segment file: recovery ends with intact entries, a cut tail or a named damage.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "io/file_system.h"
#include "log/log.h"
#include "log/segment.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    if (size == 0) return 0;
    const bool raw_header = (data[0] & 1) != 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto fs = io::make_memory_file_system();
    if (!fs->make_directories("/d")) std::abort();
    constexpr uint64_t capacity = 64 * 1024;
    log::SegmentHeader header;
    header.segment = 1;
    header.first_sequence = 1;
    header.capacity_bytes = capacity;
    log::State state;
    state.last_segment = 1;
    if (!log::write_state(*fs, "/d", state)) std::abort();
    {
        // With a valid header, the fuzzer spends its time on entries.
        auto file = log::create_segment(*fs, "/d", header);
        if (!file) std::abort();
        const uint64_t offset = raw_header ? 0 : log::segment_header_bytes;
        if (!(*file)->write_at(offset, bytes.substr(0, capacity - offset))) std::abort();
    }
    const log::LogOptions options{.directory = "/d", .segment_bytes = capacity};
    size_t first = 0;
    auto log = log::Log::open(*fs, options, [&](auto, auto, auto) { ++first; });
    if (!log) return 0;
    if (!(*log)->append(7, "after")) std::abort();
    log->reset();
    size_t second = 0;
    if (!log::Log::open(*fs, options, [&](auto, auto, auto) { ++second; })) std::abort();
    // What was recovered once is recovered again, and what was appended with it.
    if (second != first + 1) std::abort();
    return 0;
}
