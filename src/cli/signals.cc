// Waiting for signals without handlers.
#include "cli/signals.h"

#include <pthread.h>

#include <algorithm>
#include <ctime>

namespace wr::cli {

Signals::Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
}

void Signals::hold() {
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

void Signals::release() {
    pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
}

int Signals::wait(std::chrono::milliseconds timeout) {
    if (seen_ != 0) return seen_;
    hold();
    const auto left = std::max<int64_t>(0, timeout.count());
    timespec limit{};
    limit.tv_sec = left / 1000;
    limit.tv_nsec = left % 1000 * 1'000'000;
    const int signal = sigtimedwait(&set_, nullptr, &limit);
    if (signal > 0) seen_ = signal;
    return seen_;
}

}  // namespace wr::cli
