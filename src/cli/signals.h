#pragma once
// SIGINT and SIGTERM as values: a command sleeps in wait() and ends when one arrives.

#include <chrono>
#include <csignal>

namespace wr::cli {

/// Blocks both signals for the process's later threads; construct before any thread starts.
class Signals {
public:
    Signals();
    /// Sleeps; the signal's number when one arrived before `timeout`, else 0. A signal once seen is
    /// returned by every later call.
    int wait(std::chrono::milliseconds timeout);

private:
    sigset_t set_{};
    int seen_ = 0;
};

}  // namespace wr::cli
