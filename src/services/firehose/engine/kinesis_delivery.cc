// A Kinesis stream as source: every shard from its checkpoint on, parents before children.
#include <algorithm>
#include <set>

#include "base/logging.h"
#include "services/firehose/engine/delivery.h"

namespace wr::firehose {
namespace {

using kinesis::ReadFrom;
using kinesis::StartType;

constexpr size_t records_per_read = 10'000;
constexpr size_t bytes_per_read = 10 * 1024 * 1024;
constexpr std::chrono::seconds describe_interval{5};

ReadFrom read_from(const Checkpoint& checkpoint) {
    switch (checkpoint.state) {
        case Checkpoint::State::At:
            return {StartType::AtSequenceNumber, checkpoint.sequence_number, {}};
        case Checkpoint::State::After:
            return {StartType::AfterSequenceNumber, checkpoint.sequence_number, {}};
        case Checkpoint::State::FromStart:
        case Checkpoint::State::Done:
            break;
    }
    return {StartType::TrimHorizon, {}, {}};
}

/// Decimal numbers without leading zeros.
bool is_greater(const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a > b;
}

class KinesisDelivery final : public Delivery {
public:
    using Delivery::Delivery;

    size_t buffered_bytes() const override { return Delivery::buffered_bytes() + buffer_.size(); }
    std::optional<base::MonotonicTime> buffered_since() const override { return buffered_since_; }

protected:
    bool collect(const StreamConfig& config) override {
        const auto stream = parse_source_arn(config.source->stream_arn);
        if (!stream || !may_read(config)) return false;
        if (!load_checkpoints(config)) return false;
        refresh_shards(config, *stream);
        const auto size_max = static_cast<size_t>(config.destination.buffer_mib) * 1024 * 1024;
        bool took_something = false;
        for (auto& [shard_id, shard] : shards_) {
            if (shard.is_at_end || buffer_.size() >= size_max) continue;
            took_something |= read_shard(config,
                                         *stream,
                                         shard_id,
                                         shard,
                                         std::min(size_max - buffer_.size(), bytes_per_read));
        }
        return took_something;
    }

    std::optional<PendingBatch> take_batch(const StreamConfig& config, bool must_flush) override {
        if (!buffered_since_) return std::nullopt;
        const auto size_max = static_cast<size_t>(config.destination.buffer_mib) * 1024 * 1024;
        const auto age = with_.clock.monotonic() - *buffered_since_;
        const bool is_due = must_flush || buffer_.size() >= size_max ||
                            age >= std::chrono::seconds(config.destination.interval_seconds);
        if (!is_due) return std::nullopt;
        PendingBatch batch;
        batch.oldest = oldest_;
        batch.intent = make_intent(config, oldest_);
        for (auto& [shard_id, shard] : shards_) {
            if (shard.first.empty()) continue;
            batch.intent.ranges.push_back({shard_id, shard.first, shard.last});
            batch.checkpoints[shard_id] = {
                shard.is_at_end ? Checkpoint::State::Done : Checkpoint::State::After, shard.last};
            shard.first.clear();
        }
        batch.bytes = std::move(buffer_);
        buffer_.clear();
        buffered_since_.reset();
        return batch;
    }

    base::Result<PendingBatch> restore(const StreamConfig& config, Intent intent) override {
        const auto stream = parse_source_arn(config.source->stream_arn);
        PendingBatch batch;
        bool is_whole = true;
        for (const ShardRange& range : intent.ranges) {
            WR_TRY(const bool found, read_range(*stream, range, batch));
            is_whole = is_whole && found;
            batch.checkpoints[range.shard_id] = {Checkpoint::State::After, range.last};
        }
        if (!is_whole) {
            // The stream lost records. An object that is there already has them.
            const bool exists = with_.s3.get_object(intent.bucket, intent.key).has_value();
            base::log_error("firehose source lost records of the current batch",
                            {{"stream", config.name.name},
                             {"object", intent.key},
                             {"object_was_written", exists}});
            if (exists) batch.bytes.clear();
        }
        batch.intent = std::move(intent);
        return batch;
    }

    void settle(const StreamConfig& config, const PendingBatch& done, kv::Batch& batch) override {
        for (const auto& [shard_id, checkpoint] : done.checkpoints)
            batch.put(checkpoint_row(config.id, shard_id), encode(checkpoint));
    }

    bool may_expire() const override { return false; }

private:
    struct Shard {
        ReadFrom next;
        std::string first;  ///< of what is buffered; empty: nothing is
        std::string last;
        bool is_at_end = false;
    };

    bool may_read(const StreamConfig& config) {
        const bool allowed = with_.identity.role_allows(
            config.source->role_arn, "kinesis:GetRecords", config.source->stream_arn);
        if (!allowed && !has_complained_)
            base::log_error("firehose role may not read its source",
                            {{"stream", config.name.name}, {"role", config.source->role_arn}});
        has_complained_ = !allowed;
        return allowed;
    }

    bool load_checkpoints(const StreamConfig& config) {
        if (is_loaded_) return true;
        const std::string prefix = checkpoints_prefix(config.id);
        bool is_intact = true;
        const auto scanned =
            with_.store.scan(prefix, [&](std::string_view key, std::string_view value) {
                const auto checkpoint = decode_checkpoint(value);
                is_intact = is_intact && checkpoint.has_value();
                if (!checkpoint) return false;
                Shard& shard = shards_[std::string(key.substr(prefix.size()))];
                shard.next = read_from(*checkpoint);
                shard.is_at_end = checkpoint->state == Checkpoint::State::Done;
                return true;
            });
        if (!scanned || !is_intact) {
            base::log_error("firehose checkpoints cannot be read", {{"stream", config.name.name}});
            shards_.clear();
            return false;
        }
        is_loaded_ = true;
        return true;
    }

    /// Shards that came by resharding start when their parents are read to the end.
    void refresh_shards(const StreamConfig& config, const kinesis::StreamName& stream) {
        const auto now = with_.clock.monotonic();
        if (described_at_ && now - *described_at_ < describe_interval) return;
        const auto info = with_.kinesis.describe(stream);
        if (!info) {
            base::log_warn("firehose source cannot be described",
                           {{"stream", config.name.name}, {"error", info.error().message}});
            described_at_ = now;
            return;
        }
        described_at_ = now;
        std::set<std::string> listed;
        for (const auto& shard : info->shards) listed.insert(shard.id);
        // Nothing more can be read of what the stream has dropped; its children go on.
        std::erase_if(shards_, [&](const auto& entry) {
            return !listed.contains(entry.first) && entry.second.first.empty();
        });
        const auto is_read = [&](const std::optional<std::string>& parent) {
            if (!parent || !listed.contains(*parent)) return true;
            const auto known = shards_.find(*parent);
            return known != shards_.end() && known->second.is_at_end;
        };
        for (const auto& shard : info->shards) {
            if (shards_.contains(shard.id)) continue;
            if (!is_read(shard.parent_id) || !is_read(shard.adjacent_parent_id)) continue;
            shards_[shard.id].next = {StartType::TrimHorizon, {}, {}};
        }
    }

    bool read_shard(const StreamConfig& config,
                    const kinesis::StreamName& stream,
                    const std::string& shard_id,
                    Shard& shard,
                    size_t bytes_max) {
        const auto read =
            with_.kinesis.read(stream, shard_id, shard.next, records_per_read, bytes_max);
        if (!read) {
            base::log_warn("firehose source cannot be read",
                           {{"stream", config.name.name},
                            {"shard", shard_id},
                            {"error", read.error().message}});
            return false;
        }
        if (read->start_was_trimmed)
            base::log_error("firehose source dropped records before they were delivered",
                            {{"stream", config.name.name}, {"shard", shard_id}});
        for (const auto& record : read->records) {
            if (!buffered_since_) {
                buffered_since_ = with_.clock.monotonic();
                oldest_ = record.arrival;
            }
            oldest_ = std::min(oldest_, record.arrival);
            buffer_ += record.data;
            if (shard.first.empty()) shard.first = record.sequence_number;
            shard.last = record.sequence_number;
        }
        if (read->next) {
            shard.next = *read->next;
        } else {
            end_shard(config, shard_id, shard);
        }
        return !read->records.empty();
    }

    void end_shard(const StreamConfig& config, const std::string& shard_id, Shard& shard) {
        shard.is_at_end = true;
        described_at_.reset();
        // With records in the buffer, their batch says that the shard is done.
        if (!shard.first.empty()) return;
        const auto done = with_.store.put(checkpoint_row(config.id, shard_id),
                                          encode(Checkpoint{Checkpoint::State::Done, shard.last}));
        if (!done)
            base::log_warn("firehose checkpoint was not written",
                           {{"error", done.error().message}});
    }

    /// Appends the range's records. False when some of them are gone.
    base::Result<bool> read_range(const kinesis::StreamName& stream,
                                  const ShardRange& range,
                                  PendingBatch& batch) const {
        ReadFrom from{StartType::AtSequenceNumber, range.first, {}};
        for (;;) {
            const auto read =
                with_.kinesis.read(stream, range.shard_id, from, records_per_read, bytes_per_read);
            if (!read) {
                // A stream that was deleted does not come back.
                if (read.error().code == kinesis::ErrorCode::ResourceNotFound) return false;
                return base::fail(base::ErrorCode::Unavailable, read.error().message);
            }
            if (read->start_was_trimmed) return false;
            for (const auto& record : read->records) {
                if (is_greater(record.sequence_number, range.last)) return true;
                if (batch.bytes.empty()) batch.oldest = record.arrival;
                batch.bytes += record.data;
                if (record.sequence_number == range.last) return true;
            }
            if (!read->next || read->records.empty()) return false;
            from = *read->next;
        }
    }

    bool is_loaded_ = false;
    bool has_complained_ = false;
    std::map<std::string, Shard> shards_;
    std::optional<base::MonotonicTime> described_at_;
    std::string buffer_;
    base::Timestamp oldest_{};
    std::optional<base::MonotonicTime> buffered_since_;
};

}  // namespace

std::unique_ptr<Delivery> make_kinesis_delivery(Surroundings surroundings) {
    return std::make_unique<KinesisDelivery>(surroundings);
}

}  // namespace wr::firehose
