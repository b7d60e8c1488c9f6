#pragma once
// Readiness: a recent write and fdatasync on the data directory, space left, not draining.

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/json.h"
#include "io/file_system.h"

namespace wr::server {

/// Probes the directory every second from a thread of its own. @threads any
class Health {
public:
    Health(io::FileSystem& fs, std::string directory, const base::Clock& clock);
    ~Health();

    void set_draining() { draining_ = true; }
    /// Says why not, when it is not ready.
    struct Report {
        bool is_ready = false;
        base::Json body;
    };
    Report report() const;
    void stop();

private:
    base::Result<void> probe();

    io::FileSystem& fs_;
    const std::string directory_;
    const base::Clock& clock_;
    std::atomic<bool> draining_ = false;
    mutable base::Mutex mutex_;
    base::MonotonicTime last_success_ GUARDED_BY(mutex_);
    bool has_succeeded_ GUARDED_BY(mutex_) = false;
    std::string last_error_ GUARDED_BY(mutex_);
    uint64_t free_bytes_ GUARDED_BY(mutex_) = 0;
    std::unique_ptr<base::PeriodicTask> task_;
};

}  // namespace wr::server
