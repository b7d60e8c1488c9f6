#pragma once
// One shard of an event source mapping: batches in order, retried, split, checkpointed.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kv/store.h"
#include "services/kinesis/kinesis.h"
#include "services/lambda/engine/mapping.h"
#include "services/lambda/lambda.h"

namespace wr::lambda {

struct LaneContext {
    kinesis::Face* kinesis = nullptr;
    const base::Clock* clock = nullptr;
    kv::Store* checkpoints = nullptr;  ///< of this mapping, by shard id
    std::chrono::milliseconds retry_delay_first{1'000};
    std::chrono::milliseconds retry_delay_max{60'000};
    /// ARN of the role, for the events.
    std::string role_arn;
    std::function<base::Result<InvokeOutcome, Error>(const std::string& payload)> invoke;
};

/// Used by one thread at a time.
class ShardLane {
public:
    ShardLane(LaneContext context, const Mapping& mapping, std::string shard_id, ShardCheckpoint at)
        : context_(std::move(context)),
          mapping_(mapping),
          shard_id_(std::move(shard_id)),
          checkpoint_(std::move(at)) {}

    enum class Progress {
        Idle,      ///< nothing to read now
        Advanced,  ///< call again
        Waiting,   ///< call again at wake_at()
        Finished,  ///< the shard is closed and done
    };
    Progress step();
    base::MonotonicTime wake_at() const { return wake_at_; }
    const std::string& last_result() const { return last_result_; }
    const std::string& shard_id() const { return shard_id_; }
    /// Arrival of the oldest record that was read and not acknowledged; nothing when none waits.
    std::optional<base::Timestamp> oldest_waiting() const {
        if (done_ >= records_.size()) return std::nullopt;
        return records_[done_].arrival;
    }

private:
    /// Records [begin, end) of `records_`, as they are handed to the function.
    struct Batch {
        size_t begin = 0;
        size_t end = 0;
        int64_t attempts = 0;
    };

    Progress read();
    Progress process();
    Progress fail_batch(Batch& batch, size_t first_failed, const std::string& result);
    Progress wait(std::chrono::milliseconds delay);
    bool drop_expired(Batch& batch);
    bool acknowledge(size_t count);
    std::string event_of(const Batch& batch) const;
    std::optional<size_t> first_failure(const Batch& batch, const std::string& payload) const;
    std::chrono::milliseconds retry_delay(int64_t failures) const;

    const LaneContext context_;
    const Mapping& mapping_;
    const std::string shard_id_;
    ShardCheckpoint checkpoint_;
    std::vector<kinesis::Record> records_;
    size_t done_ = 0;  ///< of `records_`, checkpointed
    std::deque<Batch> batches_;
    int64_t obstacles_ = 0;  ///< throttles and failures of services in a row
    std::optional<base::MonotonicTime> window_began_;
    base::MonotonicTime wake_at_{};
    std::string last_result_;
};

}  // namespace wr::lambda
