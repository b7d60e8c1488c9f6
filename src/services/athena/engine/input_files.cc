// Streams through isa-l's inflate and the line splitter; memory stays at two buffers.
#include "services/athena/engine/input_files.h"

#include <isa-l/igzip_lib.h>

#include <memory>
#include <vector>

#include "io/file_system.h"
#include "services/athena/engine/json_lines.h"

namespace wr::athena {
namespace {

constexpr size_t buffer_bytes = 256 * 1024;

class LineWriter {
public:
    LineWriter(io::File& file, bool lower_keys, bool forgives)
        : file_(file), lines_(lower_keys, forgives) {}

    base::Result<void> feed(std::string_view bytes) {
        lines_.feed(bytes, buffer_);
        return buffer_.size() < buffer_bytes ? base::Result<void>() : flush();
    }
    base::Result<size_t> finish() {
        lines_.finish(buffer_);
        WR_TRY_VOID(flush());
        return lines_.longest_line_bytes();
    }

private:
    base::Result<void> flush() {
        WR_TRY_VOID(file_.write_at(offset_, buffer_));
        offset_ += buffer_.size();
        buffer_.clear();
        return {};
    }

    io::File& file_;
    JsonLines lines_;
    std::string buffer_;
    uint64_t offset_ = 0;
};

class Inflater {
public:
    Inflater() : state_(std::make_unique<inflate_state>()), out_(buffer_bytes) {
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
    }

    base::Result<void> feed(std::string_view bytes, LineWriter& writer) {
        state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));
        state_->avail_in = static_cast<uint32_t>(bytes.size());
        do {
            // A gzip file may consist of several members.
            if (finished() && state_->avail_in > 0) {
                isal_inflate_reset(state_.get());
                state_->crc_flag = ISAL_GZIP;
            }
            state_->next_out = reinterpret_cast<uint8_t*>(out_.data());
            state_->avail_out = static_cast<uint32_t>(out_.size());
            if (isal_inflate(state_.get()) != ISAL_DECOMP_OK)
                return base::fail(base::ErrorCode::InvalidArgument, "damaged gzip data");
            WR_TRY_VOID(writer.feed({out_.data(), out_.size() - state_->avail_out}));
        } while (state_->avail_in > 0 || (!finished() && state_->avail_out == 0));
        return {};
    }

    bool finished() const { return state_->block_state == ISAL_BLOCK_FINISH; }

private:
    std::unique_ptr<inflate_state> state_;
    std::vector<char> out_;
};

}  // namespace

base::Result<size_t> convert_json(const std::string& from,
                                  const std::string& to,
                                  bool lower_keys,
                                  bool forgives) {
    const auto fs = io::make_posix_file_system();
    WR_TRY(const auto in, fs->open(from, io::OpenMode::Read));
    WR_TRY(const auto out, fs->open(to, io::OpenMode::CreateOrOpen));
    LineWriter writer(*out, lower_keys, forgives);
    std::vector<char> buffer(buffer_bytes);
    std::unique_ptr<Inflater> inflater;
    for (uint64_t offset = 0;;) {
        WR_TRY(const size_t got, in->read_at(offset, buffer.data(), buffer.size()));
        const std::string_view bytes(buffer.data(), got);
        if (offset == 0 && bytes.starts_with("\x1f\x8b")) inflater = std::make_unique<Inflater>();
        if (got == 0) break;
        offset += got;
        if (inflater)
            WR_TRY_VOID(inflater->feed(bytes, writer));
        else
            WR_TRY_VOID(writer.feed(bytes));
    }
    if (inflater && !inflater->finished())
        return base::fail(base::ErrorCode::InvalidArgument, "gzip data ends early");
    return writer.finish();
}

}  // namespace wr::athena
