// Bodies in memory or in an unlinked temporary file that is mapped when whole.
#include "http/body_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/limits.h"
#include "http/message.h"

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr size_t first_reservation_bytes_max = 1024 * 1024;
constexpr size_t staging_bytes = 256 * 1024;

base::Failure<base::Error> system_failure(const char* what) {
    const ErrorCode code = errno == ENOSPC ? ErrorCode::NoSpace : ErrorCode::Io;
    return fail(code, std::string(what) + ": " + strerror(errno));
}

}  // namespace

BodyBuffer::~BodyBuffer() {
    reset();
}

void BodyBuffer::reset() {
    free(data_);
    data_ = nullptr;
    capacity_ = 0;
    size_ = 0;
    if (file_ >= 0) close(file_);
    file_ = -1;
}

bool BodyBuffer::reserve(size_t size) {
    if (size + body_padding_bytes <= capacity_) return true;
    void* grown = realloc(data_, size + body_padding_bytes);
    if (!grown) return false;
    data_ = static_cast<char*>(grown);
    capacity_ = size + body_padding_bytes;
    return true;
}

Result<void> BodyBuffer::open_file() {
    std::string path = *spool_directory_;
    if (path.empty()) {
        const char* system = getenv("TMPDIR");
        path = system && *system ? system : "/tmp";
    }
    path += "/wildrydes-body-XXXXXX";
    file_ = mkostemp(path.data(), O_CLOEXEC);
    if (file_ < 0) return system_failure("temporary file for a request body");
    if (unlink(path.c_str()) != 0) return system_failure("unlink of a temporary file");
    return {};
}

Result<void> BodyBuffer::write_file(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written =
            pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return system_failure("writing a request body");
        bytes.remove_prefix(static_cast<size_t>(written));
        size_ += static_cast<uint64_t>(written);
    }
    return {};
}

Result<void> BodyBuffer::begin(uint64_t size_bytes) {
    reset();
    expected_ = size_bytes;
    size_t reservation =
        static_cast<size_t>(std::min<uint64_t>(size_bytes, first_reservation_bytes_max));
    if (size_bytes > limits::http_body_in_memory_bytes_max) {
        WR_TRY_VOID(open_file());
        reservation = staging_bytes;
    }
    if (!reserve(reservation)) return fail(ErrorCode::NoSpace, "no memory for a request body");
    return {};
}

std::span<char> BodyBuffer::free_space() {
    const uint64_t left = expected_ - size_;
    if (file_ >= 0) {
        return {data_, static_cast<size_t>(std::min<uint64_t>(left, staging_bytes))};
    }
    size_t room = capacity_ - body_padding_bytes - static_cast<size_t>(size_);
    if (room == 0 && left > 0) {
        const size_t wanted = static_cast<size_t>(std::min<uint64_t>(expected_, size_ * 2));
        if (reserve(wanted)) room = wanted - static_cast<size_t>(size_);
    }
    return {data_ + size_, static_cast<size_t>(std::min<uint64_t>(left, room))};
}

Result<void> BodyBuffer::commit(size_t size) {
    if (file_ >= 0) return write_file({data_, size});
    size_ += size;
    return {};
}

Result<void> BodyBuffer::append(std::string_view bytes) {
    if (file_ >= 0) return write_file(bytes);
    const size_t held = static_cast<size_t>(size_);
    const size_t wanted = held + bytes.size();
    if (wanted > limits::http_body_in_memory_bytes_max) {
        WR_TRY_VOID(open_file());
        size_ = 0;
        WR_TRY_VOID(write_file({data_, held}));
        return write_file(bytes);
    }
    if (wanted + body_padding_bytes > capacity_ && !reserve(std::max(wanted, capacity_ * 2))) {
        return fail(ErrorCode::NoSpace, "no memory for a request body");
    }
    memcpy(data_ + held, bytes.data(), bytes.size());
    size_ += bytes.size();
    return {};
}

Result<BodyBuffer::Body> BodyBuffer::finish() {
    const size_t size = static_cast<size_t>(size_);
    if (file_ >= 0) {
        const size_t mapped = size + body_padding_bytes;
        if (ftruncate(file_, static_cast<off_t>(mapped)) != 0) {
            return system_failure("sizing a request body's file");
        }
        void* bytes = mmap(nullptr, mapped, PROT_READ, MAP_PRIVATE, file_, 0);
        if (bytes == MAP_FAILED) return system_failure("mapping a request body");
        reset();
        std::shared_ptr<void> owner(bytes, [mapped](void* start) { munmap(start, mapped); });
        return Body{{static_cast<const char*>(bytes), size}, std::move(owner)};
    }
    memset(data_ + size, 0, body_padding_bytes);
    Body body{{data_, size}, std::shared_ptr<void>(data_, free)};
    data_ = nullptr;
    capacity_ = 0;
    size_ = 0;
    return body;
}

}  // namespace wr::http
