// A pipe, its reader thread, and the lines that come out.
#include "services/lambda/engine/output_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace wr::lambda {

namespace {

constexpr size_t line_bytes_max = 256 * 1024 - 26;        // CloudWatch's limit of an event
constexpr size_t invocation_bytes_max = 4 * 1024 * 1024;  // a function in a loop fills no disk
constexpr size_t tail_bytes_max = 4 * 1024;

}  // namespace

OutputReader::OutputReader(logs::Face& logs, logs::StreamName stream, const base::Clock& clock)
    : logs_(logs), stream_(std::move(stream)), clock_(clock), allowance_(invocation_bytes_max) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) == 0) {
        reader_ = ends[0];
        writer_ = ends[1];
        fcntl(reader_, F_SETFL, O_NONBLOCK);
    }
    stop_ = eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] { run(); });
}

OutputReader::~OutputReader() {
    const uint64_t one = 1;
    (void)!write(stop_, &one, sizeof(one));
    thread_.join();
    drain();
    close_writer();
    close(stop_);
    if (reader_ >= 0) close(reader_);
}

void OutputReader::close_writer() {
    if (writer_ >= 0) close(writer_);
    writer_ = -1;
}

void OutputReader::run() {
    for (;;) {
        std::array<pollfd, 2> polled = {pollfd{stop_, POLLIN, 0}, pollfd{reader_, POLLIN, 0}};
        if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
        if (polled[0].revents) return;
        if (!polled[1].revents) continue;
        base::MutexLock lock(mutex_);
        const bool is_open = read_available();
        flush();
        if (!is_open) return;
    }
}

/// False at the end of the pipe.
bool OutputReader::read_available() {
    std::array<char, 16 * 1024> buffer;
    // A bound, because a process may write faster than this reads.
    for (int turn = 0; turn < 256; ++turn) {
        const ssize_t count = read(reader_, buffer.data(), buffer.size());
        if (count > 0) {
            take({buffer.data(), static_cast<size_t>(count)});
            continue;
        }
        if (count < 0 && errno == EINTR) continue;
        return count < 0;
    }
    return true;
}

void OutputReader::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const size_t end = bytes.find('\n');
        partial_.append(bytes.substr(0, end));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        if (end != std::string_view::npos || partial_.size() > line_bytes_max) {
            keep(std::move(partial_));
            partial_.clear();
        }
    }
}

void OutputReader::keep(std::string line) {
    line.resize(std::min(line.size(), line_bytes_max));
    if (line.size() > allowance_) {
        if (allowance_ == 0) return;
        allowance_ = 0;
        line = "[further output of this invocation was dropped]";
    } else {
        allowance_ -= line.size();
    }
    line += '\n';
    tail_ += line;
    if (tail_.size() > 2 * tail_bytes_max) tail_.erase(0, tail_.size() - tail_bytes_max);
    events_.push_back({clock_.now(), std::move(line)});
}

void OutputReader::flush() {
    if (events_.empty()) return;
    logs_.append(stream_, events_);
    events_.clear();
}

void OutputReader::begin() {
    base::MutexLock lock(mutex_);
    read_available();
    tail_.clear();
    allowance_ = invocation_bytes_max;
}

void OutputReader::add_line(const std::string& line) {
    base::MutexLock lock(mutex_);
    read_available();
    if (!partial_.empty()) keep(std::exchange(partial_, {}));
    // The platform's lines are never the ones that are dropped.
    const size_t left = std::exchange(allowance_, invocation_bytes_max);
    keep(line);
    allowance_ = left;
    flush();
}

void OutputReader::drain() {
    base::MutexLock lock(mutex_);
    read_available();
    flush();
}

std::string OutputReader::tail() const {
    base::MutexLock lock(mutex_);
    return tail_.size() > tail_bytes_max ? tail_.substr(tail_.size() - tail_bytes_max) : tail_;
}

}  // namespace wr::lambda
