#pragma once
// Reads what a function's process prints, line by line, into its log stream.

#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "services/logs/logs.h"

namespace wr::lambda {

/// @threads any; a thread of its own reads while nobody drains
class OutputReader {
public:
    OutputReader(logs::Face& logs, logs::StreamName stream, const base::Clock& clock);
    ~OutputReader();
    OutputReader(const OutputReader&) = delete;
    OutputReader& operator=(const OutputReader&) = delete;

    /// The end of the pipe that the process writes to; close_writer() once the process has it.
    int writer() const { return writer_; }
    void close_writer();

    /// Starts the log of an invocation: the tail is empty and the allowance full again.
    void begin();
    /// A line of the platform's own, after everything the process printed before.
    void add_line(const std::string& line);
    /// Takes in what is in the pipe now.
    void drain();
    /// The last 4 KiB since begin().
    std::string tail() const;

private:
    void run();
    bool read_available() REQUIRES(mutex_);
    void take(std::string_view bytes) REQUIRES(mutex_);
    void keep(std::string line) REQUIRES(mutex_);
    void flush() REQUIRES(mutex_);

    logs::Face& logs_;
    const logs::StreamName stream_;
    const base::Clock& clock_;
    int reader_ = -1;
    int writer_ = -1;
    int stop_ = -1;
    mutable base::Mutex mutex_;
    std::string partial_ GUARDED_BY(mutex_);
    std::string tail_ GUARDED_BY(mutex_);
    std::vector<logs::Event> events_ GUARDED_BY(mutex_);
    size_t allowance_ GUARDED_BY(mutex_) = 0;
    std::thread thread_;
};

}  // namespace wr::lambda
