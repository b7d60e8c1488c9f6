// LiveFleet: a table by index, and where each name stands in it.
#include "fleet/live_fleet.h"

namespace wr::fleet {
namespace {

constexpr size_t unicorns_max = 100'000;

}  // namespace

void LiveFleet::take(const Reading& reading, base::MonotonicTime now) {
    base::MutexLock lock(mutex_);
    const std::string name(reading.name);
    auto known = indexes_.find(name);
    if (known == indexes_.end()) {
        if (unicorns_.size() >= unicorns_max) return;
        known = indexes_.emplace(name, static_cast<uint32_t>(unicorns_.size())).first;
        unicorns_.emplace_back().name = name;
    }
    LiveUnicorn& unicorn = unicorns_[known->second];
    unicorn.latitude = reading.latitude;
    unicorn.longitude = reading.longitude;
    unicorn.metres_per_second = reading.metres_per_second;
    unicorn.health_points = reading.health_points;
    unicorn.magic_points = reading.magic_points;
    unicorn.seen = now;
    unicorn.version = ++version_;
}

void LiveFleet::count_records(uint64_t records, uint64_t unreadable) {
    base::MutexLock lock(mutex_);
    records_ += records;
    unreadable_ += unreadable;
}

void LiveFleet::forget_silent(std::chrono::seconds silence, base::MonotonicTime now) {
    base::MutexLock lock(mutex_);
    const auto gone =
        std::erase_if(unicorns_, [&](const LiveUnicorn& one) { return now - one.seen > silence; });
    if (gone == 0) return;
    indexes_.clear();
    for (uint32_t i = 0; i < unicorns_.size(); ++i) indexes_.emplace(unicorns_[i].name, i);
    ++generation_;
}

void LiveFleet::look(const std::function<void(const LiveView&)>& at) const {
    base::MutexLock lock(mutex_);
    at({unicorns_, generation_, version_, records_, unreadable_});
}

}  // namespace wr::fleet
