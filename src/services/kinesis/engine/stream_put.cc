// Writing to a stream: route, throttle, build one log entry, number it, append, index.
#include <algorithm>

#include "base/logging.h"
#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/key_hash.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/stream.h"

namespace wr::kinesis {
namespace {

/// Well under the log's bound; a request of AWS's largest size is 10 MiB.
constexpr size_t entry_bytes_max = 32 * 1024 * 1024;

}  // namespace

/// One call's records against one topology: what the log gets, and in `put` what the caller is
/// told.
struct Stream::Plan {
    PendingPut& put;
    std::shared_ptr<const KeyRing> keys{};
    const RecordCipher* cipher = nullptr;  // of `keys`; null: not encrypted
    std::vector<EntrySection> sections{};
    std::vector<EntryInput> inputs{};
};

Result<void> Stream::make_plan(const std::vector<PutEntry>& entries,
                               bool is_all_or_nothing,
                               Plan& plan) {
    PendingPut& put = plan.put;
    const size_t begin = put.begin;
    {
        const base::MutexLock lock(state_mutex_);
        const StreamStatus status = meta_.status(environment_.clock.now());
        if (status == StreamStatus::Creating || status == StreamStatus::Deleting) {
            return base::fail(not_active(name_, status));
        }
        put.topology = meta_.topology;
        plan.keys = keys_;
        plan.cipher = meta_.kms_key_id.empty() ? nullptr : keys_->newest();
    }
    put.shard_of.resize(entries.size() - begin);
    put.section_of.assign(entries.size() - begin, 0);
    plan.sections.clear();
    plan.inputs.clear();
    put.bytes = 0;
    size_t bytes = 0;
    for (size_t i = begin; i < entries.size(); ++i) {
        const PutEntry& entry = entries[i];
        Uint128 hash = 0;
        if (entry.explicit_hash_key.empty()) {
            // One shard takes whatever the hash is.
            if (put.topology->open_count() > 1) hash = hash_partition_key(entry.partition_key);
        } else if (const auto given = parse_uint128(entry.explicit_hash_key)) {
            hash = *given;
        } else {
            return base::fail(
                Error{ErrorCode::InvalidArgument,
                      "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, "
                      "2^128-1]. Specified value was " +
                          std::string(entry.explicit_hash_key)});
        }
        put.shard_of[i - begin] = put.topology->route(hash);
        bytes += entry.data.size() + entry.partition_key.size();
        if (entry.partition_key.size() > UINT16_MAX || bytes > entry_bytes_max) {
            return base::fail(Error{ErrorCode::InvalidArgument, "Records size exceeds the limit"});
        }
    }
    if (environment_.has_aws_limits) throttle(entries, is_all_or_nothing, put);

    std::vector<uint32_t> section_by_shard(put.topology->next_index(), no_section);
    plan.inputs.reserve(put.shard_of.size());
    for (size_t i = 0; i < put.shard_of.size(); ++i) {
        if (put.section_of[i] == no_section) continue;
        uint32_t& section = section_by_shard[put.shard_of[i]];
        if (section == no_section) {
            section = static_cast<uint32_t>(plan.sections.size());
            plan.sections.push_back({.shard_index = put.shard_of[i]});
        }
        put.section_of[i] = section;
        const PutEntry& entry = entries[begin + i];
        put.bytes += entry.partition_key.size() + entry.data.size();
        plan.inputs.push_back({entry.partition_key, entry.data, section});
    }
    return {};
}

void Stream::throttle(const std::vector<PutEntry>& entries,
                      bool is_all_or_nothing,
                      PendingPut& put) {
    const base::MonotonicTime now = environment_.clock.monotonic();
    const base::MutexLock lock(throttle_mutex_);
    if (throttles_.size() < put.topology->next_index()) {
        throttles_.resize(put.topology->next_index());
    }
    bool has_refused = false;
    for (size_t i = 0; i < put.shard_of.size(); ++i) {
        const PutEntry& entry = entries[put.begin + i];
        const uint64_t size = entry.data.size() + entry.partition_key.size();
        // With ordinals, a record after a refused one would mark the refused one as written.
        const bool is_admitted = !(has_refused && is_all_or_nothing) &&
                                 throttles_[put.shard_of[i]].admit_write(size, now);
        if (!is_admitted) {
            put.section_of[i] = no_section;
            has_refused = true;
        }
    }
}

Result<bool> Stream::submit(Plan& plan,
                            const std::shared_ptr<PendingPut>& put,
                            std::string_view producer,
                            uint64_t ordinal) {
    EntryBuilder builder(
        std::move(plan.sections), plan.inputs, producer, ordinal, plan.cipher, incarnation_);
    const base::MutexLock order(order_mutex_);
    {
        const base::MutexLock lock(state_mutex_);
        if (meta_.topology != put->topology || meta_.kms_key_id.empty() != !plan.cipher) {
            return false;
        }
        ++appending_;
    }
    for (EntrySection& section : builder.sections()) {
        section.first_counter = assigned_next_[section.shard_index];
        assigned_next_[section.shard_index] += section.record_count;
    }
    put->sections = builder.sections();
    put->arrival = environment_.clock.now();
    builder.seal(put->arrival);
    environment_.log->append_async(
        topic(),
        builder.take(),
        [this, put](base::Result<log::Position> position) { finish(*put, std::move(position)); },
        log::Writer::Caller);
    return true;
}

void Stream::finish(PendingPut& put, base::Result<log::Position> position) {
    {
        const base::MutexLock lock(state_mutex_);
        --appending_;
        if (position) {
            last_appended_ = *position;
            for (const EntrySection& section : put.sections) {
                indexes_[section.shard_index].append(
                    section.first_counter, section.record_count, *position, put.arrival);
                seen_ += section.record_count;
            }
        }
        changed_.notify_all();
    }
    environment_.activity.note();
    put.complete(position ? std::nullopt : std::optional(std::move(position).error()));
}

std::shared_ptr<Stream::Producer> Stream::producer_state(const std::string& producer) {
    const base::MutexLock lock(producers_mutex_);
    std::shared_ptr<Producer>& state = producers_[producer];
    if (!state) state = std::make_shared<Producer>();
    return state;
}

uint64_t Stream::last_ordinal(const std::string& producer) const {
    std::shared_ptr<Producer> state;
    {
        const base::MutexLock lock(producers_mutex_);
        const auto found = producers_.find(producer);
        if (found == producers_.end()) return 0;
        state = found->second;
    }
    const base::MutexLock lock(state->mutex);
    return state->ordinal;
}

void Stream::count_put(const std::vector<PutEntry>& entries, const Plan& plan) {
    const PendingPut& put = plan.put;
    bytes_in_ += put.bytes;
    records_in_ += plan.inputs.size();
    metrics_->add({{StreamMetric::IncomingBytes, static_cast<double>(put.bytes)},
                   {StreamMetric::IncomingRecords, static_cast<double>(plan.inputs.size())},
                   {StreamMetric::WriteThroughputExceeded,
                    static_cast<double>(put.shard_of.size() - plan.inputs.size())}});
    if (!metrics_->wants_shard_metrics()) return;
    struct Share {
        double bytes = 0;
        double records = 0;
        double refused = 0;
    };
    std::map<uint32_t, Share> shares;
    for (size_t i = 0; i < put.shard_of.size(); ++i) {
        Share& share = shares[put.shard_of[i]];
        if (put.section_of[i] == no_section) {
            ++share.refused;
            continue;
        }
        const PutEntry& entry = entries[put.begin + i];
        ++share.records;
        share.bytes += static_cast<double>(entry.data.size() + entry.partition_key.size());
    }
    for (const auto& [shard, share] : shares) {
        metrics_->add(shard,
                      {{ShardMetric::IncomingBytes, share.bytes},
                       {ShardMetric::IncomingRecords, share.records},
                       {ShardMetric::WriteThroughputExceeded, share.refused}});
    }
}

Result<std::shared_ptr<PendingPut>> Stream::begin_put(const std::vector<PutEntry>& entries) {
    return begin_put(entries, 0, "", 0);
}

Result<std::shared_ptr<PendingPut>> Stream::begin_put(const std::vector<PutEntry>& entries,
                                                      size_t begin,
                                                      std::string_view producer,
                                                      uint64_t first_ordinal) {
    const auto put = std::make_shared<PendingPut>();
    put->stream = name_;
    put->begin = begin;
    Plan plan{*put};
    for (bool is_submitted = false; !is_submitted;) {
        WR_TRY_VOID(make_plan(entries, !producer.empty(), plan));
        if (plan.inputs.empty()) {
            count_put(entries, plan);
            put->complete({});
            return put;
        }
        const uint64_t last_ordinal = first_ordinal + begin + plan.inputs.size() - 1;
        // Resharded in between, so that shards and numbers are others, or now encrypted: plan anew.
        WR_TRY(is_submitted, submit(plan, put, producer, last_ordinal));
    }
    environment_.log->write_waiting();
    count_put(entries, plan);
    return put;
}

Result<std::vector<PutOutcome>> Stream::put(const std::vector<PutEntry>& entries,
                                            const std::optional<ProducerOrdinal>& producer) {
    if (!producer) {
        WR_TRY(const auto put, begin_put(entries));
        put->wait();
        return put->outcomes();
    }
    const std::shared_ptr<Producer> state = producer_state(producer->producer);
    const base::MutexLock turn(state->mutex);
    size_t begin = 0;
    while (begin < entries.size() && producer->first_ordinal + begin <= state->ordinal) ++begin;
    if (begin == entries.size()) {
        PutOutcome duplicate;
        duplicate.duplicate = true;
        return std::vector<PutOutcome>(begin, duplicate);
    }
    WR_TRY(const auto put, begin_put(entries, begin, producer->producer, producer->first_ordinal));
    put->wait();
    WR_TRY_VOID(put->result());
    std::vector<PutOutcome> outcomes(entries.size());
    for (size_t i = 0; i < begin; ++i) outcomes[i].duplicate = true;
    for (size_t i = begin; i < outcomes.size(); ++i) {
        if (put->section_of[i - begin] == no_section)
            outcomes[i].error = rate_exceeded(name_, put->shard_of[i - begin]);
        else
            state->ordinal = producer->first_ordinal + i;
    }
    return outcomes;
}

}  // namespace wr::kinesis
