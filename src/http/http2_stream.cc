// Bodies of responses in HTTP/2: from memory, from a file, or as they are made.
#include "http/http2_stream.h"

#include <algorithm>
#include <cstring>

namespace wr::http {

Http2Stream::Read Http2Stream::read_pieces(char* to, size_t size, size_t& count) {
    count = std::min(size, pieces.size() - pieces_sent);
    std::memcpy(to, pieces.data() + pieces_sent, count);
    pieces_sent += count;
    writer->count_sent(count);
    const bool is_empty = pieces_sent == pieces.size();
    // Moved to the front now and then, not at every frame.
    if (is_empty || pieces_sent > pieces.size() / 2) {
        pieces.erase(0, pieces_sent);
        pieces_sent = 0;
    }
    if (is_empty && has_last_piece) return Read::Last;
    return count > 0 ? Read::More : Read::Nothing;
}

Http2Stream::Read Http2Stream::read_body(char* to, size_t size, size_t& count) {
    if (writer) return read_pieces(to, size, count);
    count = static_cast<size_t>(std::min<uint64_t>(size, body_bytes() - sent_bytes));
    if (response.file_body) {
        const FileBody& file = *response.file_body;
        const auto read = file.file->read_at(file.offset + sent_bytes, to, count);
        if (!read || *read != count) return Read::Failed;
    } else {
        std::memcpy(to, response.body.data() + sent_bytes, count);
    }
    sent_bytes += count;
    return sent_bytes == body_bytes() ? Read::Last : Read::More;
}

}  // namespace wr::http
