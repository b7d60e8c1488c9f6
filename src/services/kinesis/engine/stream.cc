// State of a stream: recovery, changes of metadata and shards, retention, waiting.
#include "services/kinesis/engine/stream.h"

#include <algorithm>

#include "base/logging.h"

namespace wr::kinesis {
namespace {

constexpr uint64_t first_counter = 1;  // 0 is a shard's starting sequence number

}  // namespace

std::string floor_key(uint64_t incarnation, uint32_t shard_index) {
    return "floor/" + kv::encode_u64(incarnation) + kv::encode_u64(shard_index);
}

std::string producer_key(uint64_t incarnation, std::string_view producer) {
    return "producer/" + kv::encode_u64(incarnation) + std::string(producer);
}

Error stream_not_found(const StreamName& stream) {
    return {ErrorCode::ResourceNotFound,
            "Stream " + stream.name + " under account " + stream.account + " not found."};
}

Error shard_not_found(const StreamName& stream, const std::string& shard) {
    return {ErrorCode::ResourceNotFound,
            "Shard " + shard + " in stream " + stream.name + " under account " + stream.account +
                " does not exist"};
}

Error not_active(const StreamName& stream, StreamStatus status) {
    return {ErrorCode::ResourceInUse,
            "Stream " + stream.name + " under account " + stream.account +
                " not ACTIVE, instead in state " + std::string(status_text(status))};
}

Error rate_exceeded(const StreamName& stream, uint32_t shard_index) {
    return {ErrorCode::ProvisionedThroughputExceeded,
            "Rate exceeded for shard " + shard_id(shard_index) + " in stream " + stream.name +
                " under account " + stream.account + "."};
}

Error internal_failure() {
    return {ErrorCode::InternalFailure, "Internal service failure."};
}

Stream::Stream(StreamEnvironment& environment, StreamMeta meta)
    : environment_(environment),
      incarnation_(meta.incarnation),
      name_(meta.name),
      metrics_(std::make_shared<StreamMetrics>(meta.name, environment.metrics, environment.clock)),
      load_since_(environment.clock.monotonic()),
      meta_(std::move(meta)) {
    const base::MutexLock order(order_mutex_);
    const base::MutexLock lock(state_mutex_);
    grow(*meta_.topology);
    keys_ = unwrap_keys(meta_);
    metrics_->want_shard_metrics(meta_.shard_metrics);
}

std::shared_ptr<const KeyRing> Stream::unwrap_keys(const StreamMeta& meta) const {
    return KeyRing::unwrap(environment_.master_key, incarnation_, meta.keys, environment_.random);
}

bool Stream::has_keys() const {
    const base::MutexLock lock(state_mutex_);
    return keys_ != nullptr;
}

void Stream::grow(const Topology& topology) {
    assigned_next_.resize(topology.next_index(), first_counter);
    indexes_.resize(topology.next_index());
}

StreamMeta Stream::meta() const {
    const base::MutexLock lock(state_mutex_);
    return meta_;
}

std::string Stream::policy() const {
    const base::MutexLock lock(state_mutex_);
    return meta_.policy;
}

PutTerms Stream::put_terms() const {
    const base::Timestamp now = environment_.clock.now();
    const base::MutexLock lock(state_mutex_);
    const StreamStatus status = meta_.status(now);
    return {status == StreamStatus::Active || status == StreamStatus::Updating,
            !meta_.kms_key_id.empty(),
            meta_.record_bytes_max(),
            metrics_};
}

bool Stream::is_gone() const {
    const base::MutexLock lock(state_mutex_);
    return meta_.is_gone(environment_.clock.now());
}

void Stream::restore_floor(uint32_t shard_index, uint64_t next_counter, uint64_t held_from) {
    const base::MutexLock order(order_mutex_);
    const base::MutexLock lock(state_mutex_);
    if (shard_index >= indexes_.size()) return;
    // Nothing is indexed yet, so the next counter is also the first that replay may add.
    indexes_[shard_index].raise_next(held_from);
    assigned_next_[shard_index] = std::max(assigned_next_[shard_index], next_counter);
}

void Stream::restore_producer(const std::string& producer, uint64_t ordinal) {
    const std::shared_ptr<Producer> state = producer_state(producer);
    const base::MutexLock lock(state->mutex);
    state->ordinal = std::max(state->ordinal, ordinal);
    const base::MutexLock producers(producers_mutex_);
    stored_ordinals_[producer] = state->ordinal;
}

void Stream::replay(const EntryHead& head, log::Position position) {
    const base::MutexLock order(order_mutex_);
    {
        const base::MutexLock lock(state_mutex_);
        last_appended_ = position;
        for (const EntrySection& section : head.sections) {
            if (section.shard_index >= indexes_.size()) continue;
            ShardIndex& index = indexes_[section.shard_index];
            if (section.first_counter < index.next_counter()) continue;  // trimmed before
            index.append(section.first_counter, section.record_count, position, head.arrival);
            uint64_t& next = assigned_next_[section.shard_index];
            next = std::max(next, index.next_counter());
            seen_ += section.record_count;
        }
    }
    if (head.producer.empty()) return;
    const std::shared_ptr<Producer> state = producer_state(std::string(head.producer));
    const base::MutexLock lock(state->mutex);
    state->ordinal = std::max(state->ordinal, head.last_ordinal);
}

uint64_t Stream::wait_for_records(uint64_t seen, std::chrono::milliseconds timeout) const {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const base::MutexLock lock(state_mutex_);
    while (seen_ == seen && !is_stopping_) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= std::chrono::nanoseconds{0}) break;
        changed_.wait_for(state_mutex_, left);
    }
    return seen_;
}

void Stream::wake_for_ever() {
    const base::MutexLock lock(state_mutex_);
    is_stopping_ = true;
    changed_.notify_all();
}

std::optional<Stream::Load> Stream::take_load(std::chrono::seconds window) {
    const base::MonotonicTime now = environment_.clock.monotonic();
    const base::MutexLock lock(load_mutex_);
    const double seconds = std::chrono::duration<double>(now - load_since_).count();
    if (now - load_since_ < window) return std::nullopt;
    load_since_ = now;
    return Load{static_cast<double>(bytes_in_.exchange(0)) / seconds,
                static_cast<double>(records_in_.exchange(0)) / seconds};
}

bool Stream::admit_read(uint32_t shard_index) {
    const base::MutexLock lock(throttle_mutex_);
    if (throttles_.size() <= shard_index) throttles_.resize(shard_index + 1);
    return throttles_[shard_index].admit_read(environment_.clock.monotonic());
}

void Stream::charge_read(uint32_t shard_index, uint64_t size_bytes) {
    const base::MutexLock lock(throttle_mutex_);
    throttles_[shard_index].charge_read(size_bytes);
}

bool Stream::admit_iterator(uint32_t shard_index) {
    const base::MutexLock lock(throttle_mutex_);
    if (throttles_.size() <= shard_index) throttles_.resize(shard_index + 1);
    return throttles_[shard_index].admit_iterator(environment_.clock.monotonic());
}

Result<void> Stream::update(const std::function<Result<void>(StreamMeta&)>& change,
                            const Commit& commit) {
    return reshard([&](StreamMeta& meta, const NextCounter&) { return change(meta); }, commit);
}

Result<void> Stream::reshard(
    const std::function<Result<void>(StreamMeta&, const NextCounter&)>& change,
    const Commit& commit) {
    const base::MutexLock order(order_mutex_);
    StreamMeta next;
    {
        // A reader that sees a closed shard must also see its last record.
        const base::MutexLock lock(state_mutex_);
        while (appending_ > 0) changed_.wait(state_mutex_);
        next = meta_;
    }
    WR_TRY_VOID(change(next, assigned_next_));
    if (const auto stored = commit(next); !stored) {
        base::log_error("kinesis_metadata_write_failed", {{"stream", name_.arn()}});
        return base::fail(internal_failure());
    }
    const base::MutexLock lock(state_mutex_);
    const bool has_new_keys = next.keys.size() != meta_.keys.size();
    meta_ = std::move(next);
    if (has_new_keys) keys_ = unwrap_keys(meta_);
    metrics_->want_shard_metrics(meta_.shard_metrics);
    grow(*meta_.topology);
    changed_.notify_all();
    environment_.activity.note();
    return {};
}

bool Stream::trim(base::Timestamp horizon, kv::Batch& batch) {
    bool has_trimmed = false;
    {
        const base::MutexLock order(order_mutex_);
        const base::MutexLock lock(state_mutex_);
        for (uint32_t i = 0; i < indexes_.size(); ++i) {
            if (!indexes_[i].trim_before(horizon)) continue;
            batch.put(
                floor_key(incarnation_, i),
                kv::encode_u64(assigned_next_[i]) + kv::encode_u64(indexes_[i].first_counter()));
            has_trimmed = true;
        }
    }
    if (!has_trimmed) return false;
    std::vector<std::pair<std::string, std::shared_ptr<Producer>>> producers;
    {
        const base::MutexLock lock(producers_mutex_);
        producers.assign(producers_.begin(), producers_.end());
    }
    for (const auto& [producer, state] : producers) {
        const base::MutexLock lock(state->mutex);
        const base::MutexLock stored_lock(producers_mutex_);
        uint64_t& stored = stored_ordinals_[producer];
        if (stored == state->ordinal) continue;
        stored = state->ordinal;
        batch.put(producer_key(incarnation_, producer), kv::encode_u64(stored));
    }
    return true;
}

std::vector<uint32_t> Stream::expired_shards(base::Timestamp horizon) const {
    const base::MutexLock lock(state_mutex_);
    std::vector<uint32_t> expired;
    for (const ShardMeta& shard : meta_.topology->shards()) {
        if (shard.is_open() || shard.closed >= horizon) continue;
        if (indexes_[shard.index].empty()) expired.push_back(shard.index);
    }
    return expired;
}

Stream::LogNeeds Stream::log_needs() const {
    const base::MutexLock lock(state_mutex_);
    LogNeeds needs;
    needs.is_appending = appending_ > 0;
    needs.last_appended = last_appended_;
    for (const ShardIndex& index : indexes_) {
        const auto front = index.front();
        if (front && (!needs.first || front->position < *needs.first)) {
            needs.first = front->position;
        }
    }
    return needs;
}

}  // namespace wr::kinesis
