// Writing to a stream: route, throttle, build one log entry, number it, append, index.
#include <algorithm>

#include "base/logging.h"
#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/engine/stream.h"

namespace wr::kinesis {
namespace {

constexpr uint32_t no_section = UINT32_MAX;
/// Well under the log's bound; a request of AWS's largest size is 10 MiB.
constexpr size_t entry_bytes_max = 32 * 1024 * 1024;

uint64_t seconds_of(base::Timestamp time) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

/// One call's records against one topology.
struct Stream::Plan {
    std::shared_ptr<const Topology> topology;
    std::shared_ptr<const KeyRing> keys;
    const RecordCipher* cipher = nullptr;  // of `keys`; null: not encrypted
    size_t begin = 0;                      // entries before it are duplicates
    std::vector<uint32_t> shard_of;        // by entry from `begin`
    std::vector<uint32_t> section_of;      // the same; no_section when throttled
    std::vector<EntrySection> sections;
    std::vector<EntryInput> inputs;
};

/// An append that a thread waits for; the log's thread may still hold it when the waiter has gone.
struct Stream::Append {
    std::vector<EntrySection> sections;
    base::Timestamp arrival;
    base::Mutex mutex;
    base::CondVar finished;
    bool is_done GUARDED_BY(mutex) = false;
    std::optional<base::Error> error GUARDED_BY(mutex);
};

Result<void> Stream::make_plan(const std::vector<PutEntry>& entries,
                               size_t begin,
                               bool is_all_or_nothing,
                               Plan& plan) {
    {
        const base::MutexLock lock(state_mutex_);
        const StreamStatus status = meta_.status(environment_.clock.now());
        if (status == StreamStatus::Creating || status == StreamStatus::Deleting) {
            return base::fail(not_active(name_, status));
        }
        plan.topology = meta_.topology;
        plan.keys = keys_;
        plan.cipher = meta_.kms_key_id.empty() ? nullptr : keys_->newest();
    }
    plan.begin = begin;
    plan.shard_of.resize(entries.size() - begin);
    plan.section_of.assign(entries.size() - begin, 0);
    plan.sections.clear();
    plan.inputs.clear();
    size_t bytes = 0;
    for (size_t i = begin; i < entries.size(); ++i) {
        const PutEntry& entry = entries[i];
        Uint128 hash = 0;
        if (entry.explicit_hash_key.empty()) {
            hash = hash_partition_key(entry.partition_key);
        } else if (const auto given = parse_uint128(entry.explicit_hash_key)) {
            hash = *given;
        } else {
            return base::fail(
                Error{ErrorCode::InvalidArgument,
                      "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, "
                      "2^128-1]. Specified value was " +
                          std::string(entry.explicit_hash_key)});
        }
        plan.shard_of[i - begin] = plan.topology->route(hash);
        bytes += entry.data.size() + entry.partition_key.size();
        if (entry.partition_key.size() > UINT16_MAX || bytes > entry_bytes_max) {
            return base::fail(Error{ErrorCode::InvalidArgument, "Records size exceeds the limit"});
        }
    }
    if (environment_.has_aws_limits) throttle(entries, is_all_or_nothing, plan);

    std::vector<uint32_t> section_by_shard(plan.topology->next_index(), no_section);
    plan.inputs.reserve(plan.shard_of.size());
    for (size_t i = 0; i < plan.shard_of.size(); ++i) {
        if (plan.section_of[i] == no_section) continue;
        uint32_t& section = section_by_shard[plan.shard_of[i]];
        if (section == no_section) {
            section = static_cast<uint32_t>(plan.sections.size());
            plan.sections.push_back({.shard_index = plan.shard_of[i]});
        }
        plan.section_of[i] = section;
        const PutEntry& entry = entries[begin + i];
        plan.inputs.push_back({entry.partition_key, entry.data, section});
    }
    return {};
}

void Stream::throttle(const std::vector<PutEntry>& entries, bool is_all_or_nothing, Plan& plan) {
    const base::MonotonicTime now = environment_.clock.monotonic();
    const base::MutexLock lock(throttle_mutex_);
    if (throttles_.size() < plan.topology->next_index()) {
        throttles_.resize(plan.topology->next_index());
    }
    bool has_refused = false;
    for (size_t i = 0; i < plan.shard_of.size(); ++i) {
        const PutEntry& entry = entries[plan.begin + i];
        const uint64_t size = entry.data.size() + entry.partition_key.size();
        // With ordinals, a record after a refused one would mark the refused one as written.
        const bool is_admitted = !(has_refused && is_all_or_nothing) &&
                                 throttles_[plan.shard_of[i]].admit_write(size, now);
        if (!is_admitted) {
            plan.section_of[i] = no_section;
            has_refused = true;
        }
    }
}

Result<bool> Stream::submit(Plan& plan,
                            const std::shared_ptr<Append>& append,
                            std::string_view producer,
                            uint64_t ordinal) {
    EntryBuilder builder(
        std::move(plan.sections), plan.inputs, producer, ordinal, plan.cipher, incarnation_);
    const base::MutexLock order(order_mutex_);
    {
        const base::MutexLock lock(state_mutex_);
        if (meta_.topology != plan.topology || meta_.kms_key_id.empty() != !plan.cipher) {
            return false;
        }
        ++appending_;
    }
    for (EntrySection& section : builder.sections()) {
        section.first_counter = assigned_next_[section.shard_index];
        assigned_next_[section.shard_index] += section.record_count;
    }
    append->sections = builder.sections();
    append->arrival = environment_.clock.now();
    builder.seal(append->arrival);
    environment_.log->append_async(
        topic(), builder.take(), [this, append](base::Result<log::Position> position) {
            finish(*append, std::move(position));
        });
    return true;
}

void Stream::finish(Append& append, base::Result<log::Position> position) {
    {
        const base::MutexLock lock(state_mutex_);
        --appending_;
        if (position) {
            last_appended_ = *position;
            for (const EntrySection& section : append.sections) {
                indexes_[section.shard_index].append(
                    section.first_counter, section.record_count, *position, append.arrival);
                seen_ += section.record_count;
            }
        }
        changed_.notify_all();
    }
    environment_.activity.note();
    {
        const base::MutexLock lock(append.mutex);
        if (!position) append.error = std::move(position).error();
        append.is_done = true;
    }
    append.finished.notify_one();
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
    uint64_t bytes = 0;
    for (const EntryInput& input : plan.inputs) {
        bytes += input.partition_key.size() + input.data.size();
    }
    bytes_in_ += bytes;
    records_in_ += plan.inputs.size();
    metrics_->add({{StreamMetric::IncomingBytes, static_cast<double>(bytes)},
                   {StreamMetric::IncomingRecords, static_cast<double>(plan.inputs.size())},
                   {StreamMetric::WriteThroughputExceeded,
                    static_cast<double>(plan.shard_of.size() - plan.inputs.size())}});
    if (!metrics_->wants_shard_metrics()) return;
    struct Share {
        double bytes = 0;
        double records = 0;
        double refused = 0;
    };
    std::map<uint32_t, Share> shares;
    for (size_t i = 0; i < plan.shard_of.size(); ++i) {
        Share& share = shares[plan.shard_of[i]];
        if (plan.section_of[i] == no_section) {
            ++share.refused;
            continue;
        }
        const PutEntry& entry = entries[plan.begin + i];
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

Result<std::vector<PutOutcome>> Stream::put(const std::vector<PutEntry>& entries,
                                            const std::optional<ProducerOrdinal>& producer) {
    std::vector<PutOutcome> outcomes(entries.size());
    size_t begin = 0;
    std::shared_ptr<Producer> state;
    std::optional<base::MutexLock> turn;
    if (producer) {
        state = producer_state(producer->producer);
        turn.emplace(state->mutex);
        while (begin < entries.size() && producer->first_ordinal + begin <= state->ordinal) {
            outcomes[begin++].duplicate = true;
        }
    }
    if (begin == entries.size()) return outcomes;

    Plan plan;
    const auto append = std::make_shared<Append>();
    uint64_t last_ordinal = 0;
    for (bool is_submitted = false; !is_submitted;) {
        WR_TRY_VOID(make_plan(entries, begin, producer.has_value(), plan));
        if (plan.inputs.empty()) break;
        if (producer) last_ordinal = producer->first_ordinal + begin + plan.inputs.size() - 1;
        // Resharded in between, so that shards and numbers are others, or now encrypted: plan anew.
        const std::string_view name = producer ? std::string_view(producer->producer) : "";
        WR_TRY(is_submitted, submit(plan, append, name, last_ordinal));
    }
    if (!plan.inputs.empty()) {
        const base::MutexLock lock(append->mutex);
        while (!append->is_done) append->finished.wait(append->mutex);
        if (append->error) {
            base::log_error("kinesis_append_failed",
                            {{"stream", name_.arn()}, {"error", append->error->message}});
            return base::fail(internal_failure());
        }
    }
    count_put(entries, plan);
    if (producer && !plan.inputs.empty()) state->ordinal = last_ordinal;

    std::vector<SequenceText> texts;
    std::vector<std::string> ids;
    for (const EntrySection& section : append->sections) {
        const ShardMeta* shard = plan.topology->find(section.shard_index);
        texts.emplace_back(SequenceNumber{shard->created_seconds(),
                                          section.shard_index,
                                          section.first_counter,
                                          seconds_of(append->arrival)});
        ids.push_back(shard_id(section.shard_index));
    }
    for (size_t i = begin; i < entries.size(); ++i) {
        const uint32_t section = plan.section_of[i - begin];
        if (section == no_section) {
            outcomes[i].error = rate_exceeded(name_, plan.shard_of[i - begin]);
            continue;
        }
        outcomes[i].shard_id = ids[section];
        outcomes[i].sequence_number = texts[section].take();
    }
    return outcomes;
}

}  // namespace wr::kinesis
