// FleetSource: LATEST of the shards that are there at first, all of those that come later.
#include "server/fleet_source.h"

#include <thread>

namespace wr::server {
namespace {

using namespace std::chrono_literals;

constexpr auto wait = 200ms;
constexpr auto find_interval = 5s;
constexpr size_t records_max = 10'000;
constexpr size_t bytes_max = 8 * 1024 * 1024;

}  // namespace

FleetSource::FleetSource(kinesis::Face& streams,
                         kinesis::StreamName stream,
                         const base::Clock& clock)
    : streams_(streams), stream_(std::move(stream)), clock_(clock) {}

void FleetSource::find_shards() {
    const auto now = clock_.monotonic();
    if (!shards_.empty() && now - found_at_ < find_interval) return;
    found_at_ = now;
    const auto info = streams_.describe(stream_);
    if (!info || info->created != created_) shards_.clear();
    if (!info) return;
    created_ = info->created;
    const bool is_first = shards_.empty();
    for (const auto& shard : info->shards) {
        if (shards_.contains(shard.id)) continue;
        kinesis::ReadFrom from;
        from.type = is_first ? kinesis::StartType::Latest : kinesis::StartType::TrimHorizon;
        const auto start = streams_.resolve(stream_, shard.id, from);
        if (start) shards_[shard.id] = {*start, false};
    }
}

bool FleetSource::read_shard(const std::string& id, Shard& shard, std::vector<std::string>& into) {
    auto result = streams_.read(stream_, id, shard.next, records_max, bytes_max);
    if (!result) return false;
    for (auto& record : result->records) into.push_back(std::move(record.data));
    if (result->next) {
        shard.next = *std::move(result->next);
    } else {
        shard.is_over = true;
        found_at_ = {};
    }
    return true;
}

std::vector<std::string> FleetSource::read_new() {
    find_shards();
    if (shards_.empty()) {
        std::this_thread::sleep_for(wait);
        return {};
    }
    seen_ = streams_.wait_for_records(stream_, seen_, wait);
    std::vector<std::string> records;
    for (auto& [id, shard] : shards_) {
        if (shard.is_over || read_shard(id, shard, records)) continue;
        shards_.clear();
        break;
    }
    return records;
}

}  // namespace wr::server
