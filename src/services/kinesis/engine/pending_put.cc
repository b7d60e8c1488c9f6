// Waiting for the log in both ways, and the outcomes that sequence numbers and sections give.
#include "services/kinesis/engine/pending_put.h"

#include "base/assert.h"
#include "base/logging.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/stream.h"

namespace wr::kinesis {
namespace {

uint64_t seconds_of(base::Timestamp time) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

bool PendingPut::when_done(std::function<void()> ready) {
    const base::MutexLock lock(mutex_);
    if (is_done_) return false;
    ready_ = std::move(ready);
    return true;
}

void PendingPut::wait() {
    const base::MutexLock lock(mutex_);
    while (!is_done_) finished_.wait(mutex_);
}

void PendingPut::complete(std::optional<base::Error> error) {
    std::function<void()> ready;
    {
        const base::MutexLock lock(mutex_);
        error_ = std::move(error);
        is_done_ = true;
        ready = std::exchange(ready_, nullptr);
    }
    if (ready)
        ready();
    else
        finished_.notify_all();
}

Result<std::vector<PutOutcome>> PendingPut::take_outcomes() {
    {
        const base::MutexLock lock(mutex_);
        WR_ASSERT(is_done_);
        if (error_) {
            base::log_error("kinesis_append_failed",
                            {{"stream", stream.arn()}, {"error", error_->message}});
            return base::fail(internal_failure());
        }
    }
    std::vector<SequenceText> texts;
    std::vector<std::string> ids;
    for (const EntrySection& section : sections) {
        const ShardMeta* shard = topology->find(section.shard_index);
        texts.emplace_back(SequenceNumber{shard->created_seconds(),
                                          section.shard_index,
                                          section.first_counter,
                                          seconds_of(arrival)});
        ids.push_back(shard_id(section.shard_index));
    }
    for (size_t i = begin; i < outcomes.size(); ++i) {
        const uint32_t section = section_of[i - begin];
        if (section == no_section) {
            outcomes[i].error = rate_exceeded(stream, shard_of[i - begin]);
            continue;
        }
        outcomes[i].shard_id = ids[section];
        outcomes[i].sequence_number = texts[section].take();
    }
    return std::move(outcomes);
}

}  // namespace wr::kinesis
