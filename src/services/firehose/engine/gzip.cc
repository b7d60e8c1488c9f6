// Streaming deflate into a growing buffer.
#include "services/firehose/engine/gzip.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <vector>

#include "base/assert.h"

namespace wr::firehose {

std::string gzip(std::string_view bytes) {
    isal_zstream stream{};
    isal_deflate_init(&stream);
    std::vector<uint8_t> level_buffer(ISAL_DEF_LVL1_DEFAULT);
    stream.level = 1;
    stream.level_buf = level_buffer.data();
    stream.level_buf_size = static_cast<uint32_t>(level_buffer.size());
    stream.gzip_flag = IGZIP_GZIP;

    std::string out(std::max<size_t>(bytes.size() / 4, 4096), '\0');
    size_t written = 0;
    constexpr size_t piece_max = size_t{1} << 30;
    do {
        if (stream.avail_in == 0) {
            const size_t piece = std::min(bytes.size(), piece_max);
            // The library does not write through next_in.
            stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));  // NOLINT
            stream.avail_in = static_cast<uint32_t>(piece);
            bytes.remove_prefix(piece);
            stream.end_of_stream = bytes.empty() ? 1 : 0;
        }
        if (written == out.size()) out.resize(out.size() * 2);
        const size_t room = std::min(out.size() - written, piece_max);
        stream.next_out = reinterpret_cast<uint8_t*>(out.data() + written);
        stream.avail_out = static_cast<uint32_t>(room);
        WR_ASSERT(isal_deflate(&stream) == COMP_OK);
        written += room - stream.avail_out;
    } while (stream.internal_state.state != ZSTATE_END);
    out.resize(written);
    return out;
}

}  // namespace wr::firehose
