// Each list twice: rows for the tables, and the same bytes as JSON without them.
#include "services/kinesis/api/record_rows.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "wire/scalars.h"

namespace wr::kinesis::api {
namespace {

namespace model = wr::gen::kinesis;

constexpr std::string_view throttled = "ProvisionedThroughputExceededException";

char* put(char* at, std::string_view text) {
    return std::copy(text.begin(), text.end(), at);
}

void write_records(const FoundRecords& found, base::JsonWriter& writer) {
    constexpr size_t frame_bytes = 192;  // names, number and time
    writer.reserve(base::base64_size(found.size_bytes()) + found.size() * frame_bytes);
    base::Timestamp arrival{};
    std::string behind_number;
    std::string behind_key;
    found.each([&](const FoundRecord& record) {
        // Neighbours came together: their time is printed once.
        if (behind_number.empty() || record.arrival != arrival) {
            arrival = record.arrival;
            behind_number = "\",\"ApproximateArrivalTimestamp\":";
            behind_number += wire::UnixSeconds(arrival).text();
            behind_number += ",\"Data\":\"";
            behind_key = record.is_encrypted ? ",\"EncryptionType\":\"KMS\"}" : "}";
        }
        const size_t bytes_max = frame_bytes + base::base64_size(record.data.size()) +
                                 base::json_string_size_max(record.partition_key.size());
        writer.value(bytes_max, [&](char* at) {
            at = put(at, "{\"SequenceNumber\":\"");
            at = record.number.write(at);
            at = put(at, behind_number);
            at = base::base64_write(at, record.data);
            at = put(at, "\",\"PartitionKey\":");
            at = base::write_json_string(at, record.partition_key);
            return put(at, behind_key);
        });
    });
}

void make_records(const FoundRecords& found, const wire::Rows<model::Record>::Visitor& visit) {
    // One for all: its strings keep their room.
    model::Record row;
    row.sequence_number.emplace(sequence_digits, '0');
    row.partition_key.emplace();
    row.data.emplace();
    found.each([&](const FoundRecord& record) {
        record.number.write(row.sequence_number->data());
        *row.partition_key = record.partition_key;
        *row.data = record.data;
        row.approximate_arrival_timestamp = record.arrival;
        row.encryption_type.reset();
        if (record.is_encrypted) row.encryption_type = "KMS";
        visit(row);
    });
}

void write_outcomes(const PendingPut& outcomes, base::JsonWriter& writer) {
    outcomes.each([&](const EntryOutcome& outcome) {
        if (outcome.error != nullptr) {
            writer.begin_object();
            writer.plain_key("ErrorCode");
            writer.string(throttled);
            writer.plain_key("ErrorMessage");
            writer.string(outcome.error->message);
            return writer.end_object();
        }
        constexpr size_t frame_bytes = 40;
        writer.value(frame_bytes + sequence_digits + outcome.shard_id.size(), [&](char* at) {
            at = put(at, "{\"SequenceNumber\":\"");
            at = outcome.number->write(at);
            at = put(at, "\",\"ShardId\":\"");
            at = put(at, outcome.shard_id);
            return put(at, "\"}");
        });
    });
}

void make_outcomes(const PendingPut& outcomes,
                   const wire::Rows<model::PutRecordsResultEntry>::Visitor& visit) {
    model::PutRecordsResultEntry stored;
    stored.shard_id.emplace();
    stored.sequence_number.emplace(sequence_digits, '0');
    outcomes.each([&](const EntryOutcome& outcome) {
        if (outcome.error != nullptr) {
            model::PutRecordsResultEntry refused;
            refused.error_code = throttled;
            refused.error_message = outcome.error->message;
            return visit(refused);
        }
        *stored.shard_id = outcome.shard_id;
        outcome.number->write(stored.sequence_number->data());
        visit(stored);
    });
}

}  // namespace

wire::Rows<model::Record> to_rows(FoundRecords found) {
    const size_t count = found.size();
    const auto shared = std::make_shared<const FoundRecords>(std::move(found));
    return {count,
            [shared](const auto& visit) { make_records(*shared, visit); },
            [shared](base::JsonWriter& writer) { write_records(*shared, writer); }};
}

wire::Rows<model::PutRecordsResultEntry> to_rows(std::shared_ptr<const PendingPut> put) {
    return {put->section_of.size(),
            [put](const auto& visit) { make_outcomes(*put, visit); },
            [put](base::JsonWriter& writer) { write_outcomes(*put, writer); }};
}

}  // namespace wr::kinesis::api
