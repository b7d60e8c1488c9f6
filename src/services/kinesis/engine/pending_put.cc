// Waiting for the log in both ways, and the outcomes that sequence numbers and sections give.
#include "services/kinesis/engine/pending_put.h"

#include <algorithm>

#include "base/assert.h"
#include "base/logging.h"
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

Result<void> PendingPut::result() const {
    const base::MutexLock lock(mutex_);
    WR_ASSERT(is_done_);
    if (!error_) return {};
    base::log_error("kinesis_append_failed",
                    {{"stream", stream.arn()}, {"error", error_->message}});
    return base::fail(internal_failure());
}

size_t PendingPut::refused() const {
    return static_cast<size_t>(std::count(section_of.begin(), section_of.end(), no_section));
}

void PendingPut::each(const std::function<void(const EntryOutcome& outcome)>& visit) const {
    std::vector<SequenceText> texts;
    texts.reserve(sections.size());
    std::vector<ShardIdText> ids;
    ids.reserve(sections.size());
    for (const EntrySection& section : sections) {
        const ShardMeta* shard = topology->find(section.shard_index);
        texts.emplace_back(SequenceNumber{shard->created_seconds(),
                                          section.shard_index,
                                          section.first_counter,
                                          seconds_of(arrival)});
        ids.emplace_back(section.shard_index);
    }
    for (size_t i = 0; i < section_of.size(); ++i) {
        const uint32_t section = section_of[i];
        if (section == no_section) {
            const Error refusal = rate_exceeded(stream, shard_of[i]);
            visit({&refusal, {}, nullptr});
        } else {
            visit({nullptr, ids[section].text(), &texts[section]});
            texts[section].step();
        }
    }
}

Result<std::vector<PutOutcome>> PendingPut::outcomes() const {
    WR_TRY_VOID(result());
    std::vector<PutOutcome> all(begin);
    all.reserve(begin + section_of.size());
    for (PutOutcome& duplicate : all) duplicate.duplicate = true;
    each([&](const EntryOutcome& outcome) {
        PutOutcome& one = all.emplace_back();
        if (outcome.error != nullptr) one.error = *outcome.error;
        one.shard_id = outcome.shard_id;
        if (outcome.number != nullptr) one.sequence_number = outcome.number->text();
    });
    return all;
}

}  // namespace wr::kinesis
