// Events and answers as Lambda functions for Kinesis Analytics know them.
#include "services/analytics/engine/preprocessor.h"

#include <deque>
#include <map>

#include "base/encoding.h"
#include "base/json.h"

namespace wr::analytics {
namespace {

constexpr size_t invocation_records_max = 500;
constexpr size_t invocation_bytes_max = 3 * 1024 * 1024;  ///< 4 MiB as base64; a call takes six

base::Json event_record(const Input& input,
                        const std::string& shard_id,
                        const kinesis::RecordView& record,
                        const std::string& id) {
    base::Json metadata;
    if (!input.is_delivery_stream()) {
        metadata.set("sequenceNumber", std::string(record.sequence_number));
        metadata.set("partitionKey", std::string(record.partition_key));
        metadata.set("shardId", shard_id);
    }
    metadata.set("approximateArrivalTimestamp", record.arrival.time_since_epoch().count());
    base::Json json;
    json.set("recordId", id);
    json.set(input.is_delivery_stream() ? "kinesisFirehoseRecordMetadata"
                                        : "kinesisStreamRecordMetadata",
             std::move(metadata));
    json.set("data", base::base64_encode(record.data));
    return json;
}

base::Failure<base::Error> unavailable(std::string message) {
    return base::fail(base::ErrorCode::Unavailable, std::move(message));
}

}  // namespace

Preprocessor::Preprocessor(const Application& application, lambda::Face* lambda, RoleGate& gate)
    : application_(application), lambda_(lambda), gate_(gate) {}

base::Result<Prepared> Preprocessor::prepare(const Input& input,
                                             const std::string& shard_id,
                                             kinesis::RecordViews batch) {
    const auto& records = batch.records;
    const std::string& role = application_.role_of_processor(input);
    if (lambda_ == nullptr) return unavailable("no function can be called here");
    if (!gate_.allows(role, "lambda:InvokeFunction", input.processor->function_arn))
        return unavailable("the role " + role + " does not allow lambda:InvokeFunction");
    Prepared prepared;
    prepared.count_read = records.size();
    prepared.batch.owners = batch.owners;
    for (size_t first = 0; first < records.size();) {
        size_t end = first;
        size_t bytes = 0;
        while (end < records.size() && end - first < invocation_records_max &&
               (end == first || bytes + records[end].data.size() <= invocation_bytes_max))
            bytes += records[end++].data.size();
        WR_TRY_VOID(invoke(input, shard_id, records, first, end, prepared));
        first = end;
    }
    return prepared;
}

base::Result<void> Preprocessor::invoke(const Input& input,
                                        const std::string& shard_id,
                                        const std::vector<kinesis::RecordView>& records,
                                        size_t first,
                                        size_t end,
                                        Prepared& prepared) {
    base::Json list{base::Json::Array{}};
    for (size_t i = first; i < end; ++i)
        list.push(event_record(input, shard_id, records[i], std::to_string(i)));
    base::Json event;
    event.set("invocationId",
              input.id + "/" + shard_id + "/" + std::string(records[first].sequence_number));
    event.set("applicationArn", application_.name.arn());
    event.set("streamArn", input.stream_arn);
    event.set("records", std::move(list));
    const auto answer = lambda_->invoke(input.processor->function_arn, event.dump());
    if (!answer) return unavailable(answer.error().message);
    if (!answer->function_error.empty()) return unavailable(answer->payload.substr(0, 500));
    const auto reply = base::parse_json(answer->payload);
    if (!reply) return unavailable("the function's answer is no JSON");
    std::map<std::string, const base::Json*> by_id;
    for (const auto& one : (*reply)["records"].as_array())
        by_id[one["recordId"].as_string()] = &one;
    std::vector<kinesis::RecordView> kept;
    const auto texts = std::make_shared<std::deque<std::string>>();
    std::vector<std::string> failures;
    for (size_t i = first; i < end; ++i) {
        const auto at = by_id.find(std::to_string(i));
        if (at == by_id.end()) return unavailable("the function did not answer for every record");
        const std::string& result = (*at->second)["result"].as_string();
        if (result == "Dropped") continue;
        if (result != "Ok") {
            failures.push_back("the function could not process the record " +
                               std::string(records[i].sequence_number) + " of " + shard_id);
            continue;
        }
        auto data = base::base64_decode((*at->second)["data"].as_string());
        if (!data) return unavailable("the function's answer holds data that are not base64");
        kept.push_back(records[i]);
        kept.back().data = texts->emplace_back(*std::move(data));
    }
    prepared.batch.owners.push_back(texts);
    for (const auto& record : kept) prepared.batch.records.push_back(record);
    for (auto& failure : failures) prepared.failures.push_back(std::move(failure));
    return {};
}

}  // namespace wr::analytics
