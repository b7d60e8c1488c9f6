// Putting records, and reading them through iterators.
#include <algorithm>

#include "gen/kinesis/errors.h"
#include "services/kinesis/api/record_rows.h"
#include "services/kinesis/api/service.h"
#include "services/kinesis/engine/sequence.h"

namespace wr::kinesis::api {
namespace {

constexpr size_t records_per_read_max = 10'000;
constexpr size_t bytes_per_read_max = 10 * 1024 * 1024;
constexpr size_t bytes_per_put_max = 10 * 1024 * 1024;

std::optional<StartType> parse_start_type(std::string_view text) {
    if (text == "TRIM_HORIZON") return StartType::TrimHorizon;
    if (text == "LATEST") return StartType::Latest;
    if (text == "AT_SEQUENCE_NUMBER") return StartType::AtSequenceNumber;
    if (text == "AFTER_SEQUENCE_NUMBER") return StartType::AfterSequenceNumber;
    if (text == "AT_TIMESTAMP") return StartType::AtTimestamp;
    return std::nullopt;
}

double milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

/// A put whose entries are on their way into the log.
class PendingAnswer : public wire::Pending {
public:
    PendingAnswer(std::shared_ptr<PendingPut> put, const PutTerms& terms, const Engine& engine)
        : put_(std::move(put)), terms_(terms), engine_(engine), begun_(engine.monotonic()) {}
    bool when_ready(std::function<void()> ready) override {
        return put_->when_done(std::move(ready));
    }

protected:
    double latency_ms() const { return milliseconds(engine_.monotonic() - begun_); }

    const std::shared_ptr<PendingPut> put_;
    const PutTerms terms_;

private:
    const Engine& engine_;
    const base::MonotonicTime begun_;
};

class PendingRecord final : public PendingAnswer {
public:
    using PendingAnswer::PendingAnswer;
    ApiResult<wire::AnyStruct> outcome() override {
        auto outcomes = put_->outcomes();
        const bool is_stored = outcomes && !outcomes->front().error;
        terms_.metrics->add(
            {{StreamMetric::PutRecordBytes, is_stored ? static_cast<double>(put_->bytes) : 0},
             {StreamMetric::PutRecordLatency, latency_ms()},
             {StreamMetric::PutRecordSuccess, is_stored ? 1.0 : 0.0}});
        if (!outcomes) return base::fail(to_api_error(outcomes.error()));
        PutOutcome& outcome = outcomes->front();
        if (outcome.error) return base::fail(to_api_error(*outcome.error));
        const auto output = std::make_shared<model::PutRecordOutput>();
        output->shard_id = std::move(outcome.shard_id);
        output->sequence_number = std::move(outcome.sequence_number);
        if (terms_.is_encrypted) output->encryption_type = "KMS";
        return wire::AnyStruct(output);
    }
};

class PendingRecords final : public PendingAnswer {
public:
    using PendingAnswer::PendingAnswer;
    ApiResult<wire::AnyStruct> outcome() override {
        const Result<void> result = put_->result();
        count(result.has_value());
        if (!result) return base::fail(to_api_error(result.error()));
        const auto output = std::make_shared<model::PutRecordsOutput>();
        output->records = to_rows(put_);
        output->failed_record_count = static_cast<int64_t>(put_->refused());
        if (terms_.is_encrypted) output->encryption_type = "KMS";
        return wire::AnyStruct(output);
    }

private:
    void count(bool is_stored) const {
        const size_t total = put_->section_of.size();
        const size_t throttled = is_stored ? put_->refused() : 0;
        const size_t succeeded = is_stored ? total - throttled : 0;
        const auto number = [](uint64_t value) { return static_cast<double>(value); };
        terms_.metrics->add(
            {{StreamMetric::PutRecordsBytes, is_stored ? number(put_->bytes) : 0},
             {StreamMetric::PutRecordsLatency, latency_ms()},
             {StreamMetric::PutRecordsRecords, number(succeeded)},
             {StreamMetric::PutRecordsSuccess, succeeded > 0 ? 1.0 : 0.0},
             {StreamMetric::PutRecordsTotalRecords, number(total)},
             {StreamMetric::PutRecordsSuccessfulRecords, number(succeeded)},
             {StreamMetric::PutRecordsFailedRecords, number(total - succeeded - throttled)},
             {StreamMetric::PutRecordsThrottledRecords, number(throttled)}});
    }
};

wire::ApiError record_too_large(size_t size_bytes, size_t bytes_max) {
    return wire::validation_error("Record size of " + std::to_string(size_bytes) +
                                  " bytes exceeds the maximum record size of " +
                                  std::to_string(bytes_max) + " bytes.");
}

}  // namespace

std::span<const std::string_view> KinesisService::quick_operations() const {
    static constexpr std::string_view names[] = {"PutRecord", "PutRecords"};
    return names;
}

std::vector<model::ChildShard> to_children(const std::vector<ShardMeta>& shards) {
    std::vector<model::ChildShard> children;
    for (const ShardMeta& shard : shards) {
        model::ChildShard& child = children.emplace_back();
        child.shard_id = shard_id(shard.index);
        child.parent_shards.emplace();
        for (const std::optional<uint32_t>& parent : {shard.parent, shard.adjacent_parent}) {
            if (parent) child.parent_shards->push_back(shard_id(*parent));
        }
        child.hash_key_range =
            model::HashKeyRange{format_uint128(shard.hash_first), format_uint128(shard.hash_last)};
    }
    return children;
}

ApiResult<model::PutRecordOutput> KinesisService::put_record(const model::PutRecordInput& input,
                                                             CallContext& context) {
    WR_TRY(const StreamName name, target_of(input, context));
    WR_KINESIS_TRY(const PutTerms terms, engine_.put_terms(name));
    if (!terms.is_writable) return base::fail(to_api_error(stream_not_found(name)));
    if (input.sequence_number_for_ordering &&
        !parse_sequence_number(*input.sequence_number_for_ordering)) {
        return base::fail(model::errors::invalid_argument_exception(
            "ExclusiveMinimumSequenceNumber " + *input.sequence_number_for_ordering +
            " used in PutRecord on stream " + name.name + " under account " + name.account +
            " is invalid."));
    }
    const PutEntry entry{
        *input.data,
        *input.partition_key,
        input.explicit_hash_key ? std::string_view(*input.explicit_hash_key) : std::string_view()};
    const size_t size = entry.data.size() + entry.partition_key.size();
    if (entry.data.size() > terms.record_bytes_max) {
        return base::fail(record_too_large(size, terms.record_bytes_max));
    }
    WR_KINESIS_TRY(auto put, engine_.begin_put(name, {entry}));
    context.pending = std::make_shared<PendingRecord>(std::move(put), terms, engine_);
    return model::PutRecordOutput{};
}

ApiResult<model::PutRecordsOutput> KinesisService::put_records(const model::PutRecordsInput& input,
                                                               CallContext& context) {
    WR_TRY(const StreamName name, target_of(input, context));
    WR_KINESIS_TRY(const PutTerms terms, engine_.put_terms(name));
    if (!terms.is_writable) return base::fail(to_api_error(stream_not_found(name)));
    std::vector<PutEntry> entries;
    entries.reserve(input.records->size());
    size_t total = 0;
    for (const model::PutRecordsRequestEntry& record : *input.records) {
        if (record.data->size() > terms.record_bytes_max) {
            return base::fail(record_too_large(record.data->size(), terms.record_bytes_max));
        }
        total += record.data->size() + record.partition_key->size();
        entries.push_back({*record.data,
                           *record.partition_key,
                           record.explicit_hash_key ? std::string_view(*record.explicit_hash_key)
                                                    : std::string_view()});
    }
    if (total > bytes_per_put_max) {
        return base::fail(
            model::errors::invalid_argument_exception("Records size exceeds 10 MiB limit"));
    }
    WR_KINESIS_TRY(auto put, engine_.begin_put(name, entries));
    context.pending = std::make_shared<PendingRecords>(std::move(put), terms, engine_);
    return model::PutRecordsOutput{};
}

ApiResult<ReadFrom> KinesisService::start_of(const std::string& type_text,
                                             const std::optional<std::string>& number,
                                             const std::optional<base::Timestamp>& timestamp) {
    namespace errors = model::errors;
    const std::optional<StartType> type = parse_start_type(type_text);
    if (!type) return base::fail(wire::validation_error("Unknown ShardIteratorType."));
    const bool takes_number =
        *type == StartType::AtSequenceNumber || *type == StartType::AfterSequenceNumber;
    if (*type != StartType::AtTimestamp && takes_number != number.has_value()) {
        return base::fail(errors::invalid_argument_exception(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
            "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. "
            "Request specified " +
            type_text +
            (takes_number ? " and no StartingSequenceNumber."
                          : " and also a StartingSequenceNumber.")));
    }
    ReadFrom from{*type, number.value_or(""), {}};
    if (*type == StartType::AtTimestamp) {
        if (!timestamp) {
            return base::fail(errors::invalid_argument_exception(
                "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
                "Current request has no timestamp parameter."));
        }
        const base::Timestamp now = engine_.now();
        if (*timestamp > now) {
            return base::fail(errors::invalid_argument_exception(
                "The timestampInMillis parameter cannot be greater than the "
                "currentTimestampInMillis. timestampInMillis: " +
                std::to_string(timestamp->time_since_epoch().count()) +
                ", currentTimestampInMillis: " + std::to_string(now.time_since_epoch().count())));
        }
        from.timestamp = *timestamp;
    }
    return from;
}

ApiResult<model::GetShardIteratorOutput> KinesisService::get_shard_iterator(
    const model::GetShardIteratorInput& input, CallContext& context) {
    WR_TRY(const StreamName name, target_of(input, context));
    WR_TRY(const ReadFrom from,
           start_of(*input.shard_iterator_type, input.starting_sequence_number, input.timestamp));
    WR_KINESIS_TRY(std::string iterator, engine_.shard_iterator(name, *input.shard_id, from));
    return model::GetShardIteratorOutput{std::move(iterator)};
}

ApiResult<model::GetRecordsOutput> KinesisService::get_records(const model::GetRecordsInput& input,
                                                               CallContext&) {
    WR_KINESIS_TRY(StreamCursor at, engine_.open_iterator(*input.shard_iterator));
    const StreamName& name = at.stream->name();
    if (input.stream_arn && *input.stream_arn != name.arn()) {
        return base::fail(model::errors::invalid_argument_exception(
            "The shard iterator does not belong to stream " + *input.stream_arn + "."));
    }
    if (input.stream_id && *input.stream_id != at.stream->meta().stream_id) {
        return base::fail(model::errors::invalid_argument_exception(
            "The shard iterator does not belong to the stream with id " + *input.stream_id + "."));
    }
    const bool has_limits = engine_.options().has_aws_limits;
    if (has_limits && !at.stream->admit_read(at.cursor.shard_index)) {
        at.stream->count_refused_read(at.cursor.shard_index);
        return base::fail(to_api_error(rate_exceeded(name, at.cursor.shard_index)));
    }
    const auto limit =
        static_cast<size_t>(input.limit.value_or(static_cast<int64_t>(records_per_read_max)));
    const base::MonotonicTime begun = engine_.monotonic();
    WR_KINESIS_TRY(CursorRead read, at.stream->read(at.cursor, limit, bytes_per_read_max));
    at.stream->count_read(at.cursor.shard_index, read, engine_.monotonic() - begun);
    if (has_limits) at.stream->charge_read(at.cursor.shard_index, read.bytes);

    model::GetRecordsOutput output;
    output.records = to_rows(std::move(read.records));
    output.millis_behind_latest = read.behind_latest.count();
    if (!read.at_end_of_shard) {
        output.next_shard_iterator = engine_.iterator_for({at.stream, read.next});
        return output;
    }
    output.child_shards = to_children(read.children);
    return output;
}

}  // namespace wr::kinesis::api
