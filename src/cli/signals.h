#pragma once
// SIGINT and SIGTERM as values: a command sleeps in wait() and ends when one arrives.

#include <chrono>
#include <csignal>

namespace wr::cli {

class Signals {
public:
    Signals();
    /// From now on the signals wait to be asked for; before, and after release(), they end the
    /// process. Threads inherit it: hold before starting any.
    void hold();
    void release();
    /// Holds, then sleeps; the signal's number when one arrived before `timeout`, else 0. A signal
    /// once seen is returned by every later call.
    int wait(std::chrono::milliseconds timeout);

private:
    sigset_t set_{};
    int seen_ = 0;
};

}  // namespace wr::cli
