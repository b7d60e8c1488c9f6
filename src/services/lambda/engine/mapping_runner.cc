// A mapping at work: shards found, parents before children, lanes on the shared executor.
#include "services/lambda/engine/mapping_runner.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::lambda {

using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr int steps_per_turn = 64;

std::vector<std::string> parents_of(const kinesis::ShardInfo& shard) {
    std::vector<std::string> parents;
    if (shard.parent_id) parents.push_back(*shard.parent_id);
    if (shard.adjacent_parent_id) parents.push_back(*shard.adjacent_parent_id);
    return parents;
}

}  // namespace

kinesis::Result<std::map<std::string, ShardCheckpoint>> starting_checkpoints(
    kinesis::Face& kinesis, const Mapping& mapping) {
    WR_TRY(const auto info, kinesis.describe(mapping.stream));
    std::map<std::string, ShardCheckpoint> result;
    for (const auto& shard : info.shards) {
        ShardCheckpoint checkpoint;
        kinesis::ReadFrom from;
        switch (mapping.starting_position) {
            case StartingPosition::TrimHorizon:
                from.type = kinesis::StartType::TrimHorizon;
                break;
            case StartingPosition::Latest:
                from.type = kinesis::StartType::Latest;
                // Nothing new ever comes to a closed shard.
                checkpoint.is_finished = shard.ending_sequence_number.has_value();
                break;
            case StartingPosition::AtTimestamp:
                from = {kinesis::StartType::AtTimestamp, {}, mapping.starting_timestamp};
                break;
        }
        checkpoint.next = from;
        if (!checkpoint.is_finished && from.type != kinesis::StartType::TrimHorizon) {
            WR_TRY(checkpoint.next, kinesis.resolve(mapping.stream, shard.id, from));
        }
        result[shard.id] = std::move(checkpoint);
    }
    return result;
}

MappingRunner::MappingRunner(RunnerContext context,
                             Mapping mapping,
                             std::unique_ptr<kv::Store> checkpoints)
    : context_(std::move(context)),
      checkpoints_(std::move(checkpoints)),
      mapping_(std::move(mapping)),
      health_(std::make_shared<MappingHealth>(mapping_.id, mapping_.function)) {
    task_ = std::make_unique<base::PeriodicTask>("lambda-mapping", [this] { return turn(); });
}

MappingRunner::~MappingRunner() {
    stop();
}

void MappingRunner::stop() {
    {
        base::MutexLock lock(mutex_);
        is_stopping_ = true;
    }
    task_->stop();
    base::MutexLock lock(mutex_);
    while (running_ > 0) lane_ended_.wait(mutex_);
}

std::chrono::milliseconds MappingRunner::turn() {
    const auto now = context_.clock->monotonic();
    if (!discovered_at_ || now - *discovered_at_ >= context_.discovery_period) {
        discovered_at_ = now;
        if (auto found = discover(); !found) {
            note_result("PROBLEM: " + found.error().message);
            return std::min<std::chrono::milliseconds>(context_.discovery_period, 1s);
        }
    }
    seen_ = context_.kinesis->wait_for_records(mapping_.stream, seen_, context_.poll_period);
    start_due();
    // A pause, so that a stream with many small writes does not make this loop spin.
    return 10ms;
}

Result<void> MappingRunner::begin() {
    auto starts = starting_checkpoints(*context_.kinesis, mapping_);
    if (!starts) return base::fail(base::ErrorCode::Unavailable, starts.error().message);
    kv::Batch batch;
    for (const auto& [shard, checkpoint] : *starts) batch.put(shard, checkpoint.encode());
    WR_TRY_VOID(checkpoints_->commit(batch));
    base::MutexLock lock(mutex_);
    mapping_.is_started = true;
    return context_.changed(mapping_);
}

Result<void> MappingRunner::discover() {
    if (!mapping_.is_started) WR_TRY_VOID(begin());
    const auto info = context_.kinesis->describe(mapping_.stream);
    if (!info) return base::fail(base::ErrorCode::Unavailable, info.error().message);
    base::MutexLock lock(mutex_);
    for (const auto& shard : info->shards) {
        if (!lanes_.contains(shard.id)) add_lane(shard);
    }
    // A shard that the stream has forgotten holds nobody back any more.
    std::erase_if(lanes_, [&](const auto& entry) {
        return !entry.second.is_running &&
               std::none_of(info->shards.begin(), info->shards.end(), [&](const auto& shard) {
                   return shard.id == entry.first;
               });
    });
    return {};
}

void MappingRunner::add_lane(const kinesis::ShardInfo& shard) {
    // Shards that came after the beginning are children: from their first record on.
    ShardCheckpoint checkpoint;
    checkpoint.next.type = kinesis::StartType::TrimHorizon;
    const auto stored = checkpoints_->get(shard.id);
    if (!stored) return;
    if (*stored) {
        auto decoded = ShardCheckpoint::decode(**stored);
        if (!decoded) {
            base::log_error("lambda_checkpoint_damaged",
                            {{"mapping", mapping_.id}, {"shard", shard.id}});
            return;
        }
        checkpoint = *std::move(decoded);
    }
    LaneContext context;
    context.kinesis = context_.kinesis;
    context.clock = context_.clock;
    context.checkpoints = checkpoints_.get();
    context.retry_delay_first = context_.retry_delay_first;
    context.retry_delay_max = context_.retry_delay_max;
    context.role_arn = context_.role_of(mapping_.function);
    context.invoke = [this](const std::string& payload) {
        return context_.invoke(mapping_.function, payload);
    };
    Lane lane;
    lane.is_finished = checkpoint.is_finished;
    lane.lane =
        std::make_unique<ShardLane>(std::move(context), mapping_, shard.id, std::move(checkpoint));
    lane.parents = parents_of(shard);
    lanes_.emplace(shard.id, std::move(lane));
}

/// Records of a parent come before those of its children.
bool MappingRunner::may_run(const Lane& lane) const {
    return std::all_of(lane.parents.begin(), lane.parents.end(), [&](const std::string& parent) {
        const auto found = lanes_.find(parent);
        return found == lanes_.end() || found->second.is_finished;
    });
}

void MappingRunner::start_due() {
    const auto now = context_.clock->monotonic();
    base::MutexLock lock(mutex_);
    if (is_stopping_) return;
    for (auto& [id, lane] : lanes_) {
        if (lane.is_running || lane.is_finished || !may_run(lane)) continue;
        if (now < lane.lane->wake_at()) continue;
        lane.is_running = true;
        ++running_;
        if (!context_.executor->post([this, shard = id] { run_lane(shard); })) {
            lane.is_running = false;
            --running_;
        }
    }
}

void MappingRunner::run_lane(const std::string& shard_id) {
    ShardLane* lane = nullptr;
    {
        base::MutexLock lock(mutex_);
        lane = lanes_.at(shard_id).lane.get();
    }
    auto progress = ShardLane::Progress::Advanced;
    for (int i = 0; i < steps_per_turn && progress == ShardLane::Progress::Advanced; ++i) {
        {
            base::MutexLock lock(mutex_);
            if (is_stopping_) break;
        }
        progress = lane->step();
        note_health(shard_id, *lane);
        if (!lane->last_result().empty()) note_result(lane->last_result());
    }
    if (progress == ShardLane::Progress::Finished) task_->wake();
    base::MutexLock lock(mutex_);
    Lane& entry = lanes_.at(shard_id);
    entry.is_running = false;
    entry.is_finished = progress == ShardLane::Progress::Finished;
    --running_;
    lane_ended_.notify_all();
}

void MappingRunner::note_health(const std::string& shard_id, const ShardLane& lane) {
    const auto oldest = lane.oldest_waiting();
    base::MutexLock lock(mutex_);
    waiting_.erase(shard_id);
    if (oldest) waiting_[shard_id] = oldest->time_since_epoch().count();
    int64_t least = 0;
    for (const auto& [shard, arrival] : waiting_)
        least = least == 0 ? arrival : std::min(least, arrival);
    health_->oldest_waiting_ms = least;
}

void MappingRunner::note_result(const std::string& result) {
    base::MutexLock lock(mutex_);
    if (mapping_.last_result == result) return;
    mapping_.last_result = result;
    health_->is_failing = result.starts_with("PROBLEM");
    if (auto stored = context_.changed(mapping_); !stored) {
        base::log_warn("lambda_mapping_not_stored", {{"reason", stored.error().message}});
    }
}

}  // namespace wr::lambda
