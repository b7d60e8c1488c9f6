// Delivery in batches; what a destination has taken leaves the queue, the rest stays first.
#include "services/analytics/engine/outputs.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/logging.h"
#include "services/analytics/engine/monitoring_log.h"

namespace wr::analytics {
namespace {

constexpr size_t batch_rows_max = 500;
/// An entry of the log each: the fewer, the less waiting for the disk.
constexpr size_t stream_batch_rows_max = 2'000;
constexpr size_t key_bytes_max = 20;  ///< the digits of a row's number
constexpr size_t batch_bytes_max = 4 * 1024 * 1024;
constexpr size_t function_bytes_max = 1024 * 1024;
constexpr auto answer_life = std::chrono::seconds{5};

const char* action_of(Destination destination) {
    switch (destination) {
        case Destination::Kinesis:
            return "kinesis:PutRecords";
        case Destination::Firehose:
            return "firehose:PutRecordBatch";
        case Destination::Lambda:
            return "lambda:InvokeFunction";
    }
    return "";
}

}  // namespace

bool RoleGate::allows(const std::string& role,
                      const std::string& action,
                      const std::string& resource) {
    if (identity_ == nullptr) return true;
    if (role.empty()) return false;
    const auto now = clock_.monotonic();
    Answer& answer = answers_[role + "\n" + action + "\n" + resource];
    if (answer.until <= now) {
        answer.allowed = identity_->role_allows(role, action, resource);
        answer.until = now + answer_life;
    }
    return answer.allowed;
}

Outputs::Outputs(const Application& application,
                 const Faces& faces,
                 RoleGate& gate,
                 MonitoringLog& monitoring)
    : application_arn_(application.name.arn()),
      service_role_(application.service_role),
      faces_(faces),
      gate_(gate),
      monitoring_(monitoring) {
    for (const auto& output : application.outputs) {
        Channel channel;
        channel.output = output;
        // A new run counts its rows from the start again, so it is another producer.
        channel.producer = application_arn_ + "/" + std::to_string(application.uid) + "/" +
                           std::to_string(application.run) + "/" + output.id;
        channels_.push_back(std::move(channel));
    }
}

void Outputs::on_rows(const sql::Rows& rows) {
    for (auto& channel : channels_) {
        if (channel.output.stream_name != rows.stream_name()) continue;
        const bool csv = channel.output.format == sql::RecordFormat::Csv;
        for (size_t i = 0; i < rows.size(); ++i) {
            if (rows.ordinal(i) < channel.next_ordinal) continue;
            channel.rows.add(rows.ordinal(i), [&](std::string& text) {
                if (csv)
                    rows.append_csv(i, text);
                else
                    rows.append_json(i, text);
            });
        }
    }
}

bool Outputs::empty() const {
    return std::all_of(channels_.begin(), channels_.end(), [](const Channel& channel) {
        return channel.rows.empty();
    });
}

void Outputs::resume(const Delivered& delivered) {
    for (auto& channel : channels_) {
        const auto at = delivered.find(channel.output.id);
        if (at != delivered.end()) channel.next_ordinal = at->second;
        if (channel.output.destination != Destination::Kinesis || faces_.kinesis == nullptr)
            continue;
        // The stream itself knows best; an unreachable one drops duplicates later.
        const auto stream = kinesis::parse_stream_arn(channel.output.resource_arn);
        if (!stream) continue;
        const auto last = faces_.kinesis->last_ordinal(*stream, channel.producer);
        if (last) channel.next_ordinal = *last;
    }
}

Delivered Outputs::delivered() const {
    Delivered delivered;
    for (const auto& channel : channels_)
        if (channel.next_ordinal > 0) delivered[channel.output.id] = channel.next_ordinal;
    return delivered;
}

bool Outputs::deliver() {
    bool all = true;
    for (auto& channel : channels_)
        while (all && !channel.rows.empty()) all = deliver(channel);
    return all;
}

bool Outputs::deliver(Channel& channel) {
    const Output& output = channel.output;
    const std::string& role = output.role_arn.empty() ? service_role_ : output.role_arn;
    if (!gate_.allows(role, action_of(output.destination), output.resource_arn))
        return refused(channel,
                       "the role " + role + " does not allow " + action_of(output.destination));
    const size_t bytes_max =
        output.destination == Destination::Lambda ? function_bytes_max : batch_bytes_max;
    const size_t rows_max =
        output.destination == Destination::Kinesis ? stream_batch_rows_max : batch_rows_max;
    size_t count = 0;
    size_t bytes = 0;
    while (count < std::min(channel.rows.size(), rows_max) &&
           (count == 0 || bytes + channel.rows.text(count).size() <= bytes_max))
        bytes += channel.rows.text(count++).size();
    switch (output.destination) {
        case Destination::Kinesis:
            return to_kinesis(channel, count);
        case Destination::Firehose:
            return to_firehose(channel, count);
        case Destination::Lambda:
            return to_lambda(channel, count);
    }
    return false;
}

bool Outputs::to_kinesis(Channel& channel, size_t count) {
    const auto stream = kinesis::parse_stream_arn(channel.output.resource_arn);
    if (!stream || faces_.kinesis == nullptr) return refused(channel, "no such stream");
    std::string keys(count * key_bytes_max, '\0');
    std::vector<kinesis::PutEntry> entries;
    entries.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        // Spread over the shards, and the same after a replay.
        char* const key = keys.data() + i * key_bytes_max;
        const char* const end =
            std::to_chars(key, key + key_bytes_max, channel.rows.ordinal(i)).ptr;
        entries.push_back(
            {channel.rows.text(i), std::string_view(key, static_cast<size_t>(end - key)), {}});
    }
    const kinesis::ProducerOrdinal ordinal{channel.producer, channel.rows.ordinal(0) + 1};
    const auto outcomes = faces_.kinesis->put_records(*stream, entries, ordinal);
    if (!outcomes) return refused(channel, outcomes.error().message);
    size_t taken = 0;
    while (taken < outcomes->size() && taken < count && !(*outcomes)[taken].error) ++taken;
    const bool all = taken == count;
    const std::string why = all || taken >= outcomes->size() ? "not every row was taken"
                                                             : (*outcomes)[taken].error->message;
    drop(channel, taken);
    return all || refused(channel, why);
}

bool Outputs::to_firehose(Channel& channel, size_t count) {
    if (faces_.firehose == nullptr) return refused(channel, "no such delivery stream");
    std::vector<std::string_view> records;
    for (size_t i = 0; i < count; ++i) records.push_back(channel.rows.text(i));
    const auto put = faces_.firehose->put_records(channel.output.resource_arn, records);
    if (!put) return refused(channel, put.error().message);
    drop(channel, count);
    return true;
}

bool Outputs::to_lambda(Channel& channel, size_t count) {
    if (faces_.lambda == nullptr) return refused(channel, "no such function");
    base::Json event;
    event.set("invocationId", channel.producer + "/" + std::to_string(channel.rows.ordinal(0)));
    event.set("applicationArn", application_arn_);
    base::Json records{base::Json::Array{}};
    for (size_t i = 0; i < count; ++i) {
        base::Json metadata;
        metadata.set("retryHint", channel.attempts);
        base::Json record;
        record.set("recordId", std::to_string(channel.rows.ordinal(i)));
        record.set("lambdaDeliveryRecordMetadata", std::move(metadata));
        record.set("data", base::base64_encode(channel.rows.text(i)));
        records.push(std::move(record));
    }
    event.set("records", std::move(records));
    const auto answer = faces_.lambda->invoke(channel.output.resource_arn, event.dump());
    if (!answer) return refused(channel, answer.error().message);
    if (!answer->function_error.empty()) return refused(channel, answer->payload.substr(0, 500));
    const auto reply = base::parse_json(answer->payload);
    if (!reply) return refused(channel, "the function's answer is no JSON");
    // Rows leave in order: those after the first that the function did not take are sent again.
    std::map<std::string, bool> results;
    for (const auto& record : (*reply)["records"].as_array())
        results[record["recordId"].as_string()] = record["result"].as_string() == "Ok";
    size_t taken = 0;
    while (taken < count && results[std::to_string(channel.rows.ordinal(taken))]) ++taken;
    drop(channel, taken);
    return taken == count || refused(channel, "the function did not take every record");
}

void Outputs::drop(Channel& channel, size_t count) {
    if (count == 0) return;
    channel.next_ordinal = channel.rows.ordinal(count - 1) + 1;
    channel.rows.drop_first(count);
    channel.attempts = 0;
}

bool Outputs::refused(Channel& channel, const std::string& why) {
    // Said at the first attempt and then ever more seldom.
    ++channel.attempts;
    if ((channel.attempts & (channel.attempts - 1)) == 0) {
        monitoring_.error("OutputDeliveryError",
                          "Rows of " + channel.output.stream_name + " were not taken by " +
                              channel.output.resource_arn + ": " + why);
        base::log_warn("analytics.delivery",
                       {{"application", application_arn_},
                        {"output", channel.output.stream_name},
                        {"destination", channel.output.resource_arn},
                        {"attempts", channel.attempts},
                        {"error", why}});
    }
    return false;
}

}  // namespace wr::analytics
