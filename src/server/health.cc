// The probe writes a few bytes and syncs them, as a client's write would.
#include "server/health.h"

#include "base/limits.h"
#include "base/time_format.h"

namespace wr::server {

using namespace std::chrono_literals;

constexpr auto probe_interval = 1s;
constexpr auto probe_age_max = 5s;

Health::Health(io::FileSystem& fs, std::string directory, const base::Clock& clock)
    : fs_(fs), directory_(std::move(directory)), clock_(clock) {
    task_ = std::make_unique<base::PeriodicTask>("health", [this]() -> std::chrono::milliseconds {
        const auto result = probe();
        base::MutexLock lock(mutex_);
        if (result) {
            last_success_ = clock_.monotonic();
            has_succeeded_ = true;
            last_error_.clear();
        } else {
            last_error_ = result.error().message;
        }
        return probe_interval;
    });
}

Health::~Health() {
    stop();
}

void Health::stop() {
    task_->stop();
}

base::Result<void> Health::probe() {
    WR_TRY(auto file, fs_.open(directory_ + "/.probe", io::OpenMode::CreateOrOpen));
    WR_TRY_VOID(file->write_at(0, base::format_iso8601_ms(clock_.now())));
    WR_TRY_VOID(file->sync());
    WR_TRY(const uint64_t free, fs_.free_bytes(directory_));
    base::MutexLock lock(mutex_);
    free_bytes_ = free;
    return {};
}

Health::Report Health::report() const {
    base::MutexLock lock(mutex_);
    Report report;
    const bool fresh = has_succeeded_ && clock_.monotonic() - last_success_ <= probe_age_max;
    const bool has_space = free_bytes_ >= limits::disk_free_bytes_min;
    report.is_ready = fresh && has_space && !draining_;
    report.body.set("ready", report.is_ready);
    report.body.set("draining", draining_.load());
    report.body.set("dataDirectoryWritable", fresh);
    report.body.set("freeBytes", free_bytes_);
    if (!last_error_.empty())
        report.body.set("error", last_error_);
    else if (!has_space)
        report.body.set("error",
                        "less than " + std::to_string(limits::disk_free_bytes_min) +
                            " bytes are free at " + directory_);
    return report;
}

}  // namespace wr::server
