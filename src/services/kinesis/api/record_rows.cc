// Each list twice: rows for the tables, and the same bytes as JSON without them.
#include "services/kinesis/api/record_rows.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "wire/cbor_writer.h"
#include "wire/scalars.h"

namespace wr::kinesis::api {
namespace {

namespace model = wr::gen::kinesis;

constexpr std::string_view throttled = "ProvisionedThroughputExceededException";

char* put(char* at, std::string_view text) {
    return std::copy(text.begin(), text.end(), at);
}

/// Records that came together: what is the same for them is printed once.
class Neighbours {
public:
    /// Whether this record does not belong to those before it.
    bool begin_with(const FoundRecord& record) {
        const Shared mine{record.arrival, record.is_encrypted};
        const bool begins = shared_ != mine;
        shared_ = mine;
        return begins;
    }

private:
    using Shared = std::pair<base::Timestamp, bool>;
    std::optional<Shared> shared_;
};

void write_records(const FoundRecords& found, base::JsonWriter& writer) {
    constexpr size_t frame_bytes = 192;  // names, number and time
    writer.reserve(base::base64_size(found.size_bytes()) + found.size() * frame_bytes);
    Neighbours neighbours;
    std::string behind_number;
    std::string behind_key;
    found.each([&](const FoundRecord& record) {
        if (neighbours.begin_with(record)) {
            behind_number = "\",\"ApproximateArrivalTimestamp\":";
            behind_number += wire::UnixSeconds(record.arrival).text();
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

void write_records(const FoundRecords& found, wire::CborWriter& writer) {
    constexpr size_t frame_bytes = 160;  // names, number and time
    writer.reserve(found.size_bytes() + found.size() * frame_bytes);
    Neighbours neighbours;
    std::string before_number;
    std::string behind_number;
    found.each([&](const FoundRecord& record) {
        if (neighbours.begin_with(record)) {
            wire::CborWriter head(writer.time());
            head.map(record.is_encrypted ? 5 : 4);
            head.text("SequenceNumber");
            before_number = head.take();
            wire::CborWriter middle(writer.time());
            middle.text("ApproximateArrivalTimestamp");
            middle.timestamp(record.arrival);
            middle.text("Data");
            behind_number = middle.take();
        }
        writer.raw(before_number);
        writer.text_of(sequence_digits, [&](char* at) { record.number.write(at); });
        writer.raw(behind_number);
        writer.bytes(record.data);
        writer.text("PartitionKey");
        writer.text(record.partition_key);
        if (!record.is_encrypted) return;
        writer.text("EncryptionType");
        writer.text("KMS");
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
            [shared](base::JsonWriter& writer) { write_records(*shared, writer); },
            [shared](wire::CborWriter& writer) { write_records(*shared, writer); }};
}

wire::Rows<model::PutRecordsResultEntry> to_rows(std::shared_ptr<const PendingPut> put) {
    return {put->section_of.size(),
            [put](const auto& visit) { make_outcomes(*put, visit); },
            [put](base::JsonWriter& writer) { write_outcomes(*put, writer); }};
}

}  // namespace wr::kinesis::api
