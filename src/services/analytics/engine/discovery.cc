// Schema discovery over a stream's records.
#include <algorithm>

#include "services/analytics/engine/engine.h"

namespace wr::analytics {
namespace {

constexpr size_t sample_records_max = 50;
constexpr size_t sample_bytes_max = 512 * 1024;

struct Sampler {
    kinesis::Face& face;
    kinesis::StreamName stream;
    std::map<std::string, kinesis::ReadFrom> positions;
    std::vector<kinesis::Record> records;

    Result<void> begin(StartingPosition start) {
        const auto info = face.describe(stream);
        if (!info) return fail(ErrorCode::ResourceNotFound, info.error().message);
        for (const auto& shard : info->shards) {
            const auto type = start == StartingPosition::Now ? kinesis::StartType::Latest
                                                             : kinesis::StartType::TrimHorizon;
            const auto from = face.resolve(stream, shard.id, {type, {}, {}});
            if (!from) return fail(ErrorCode::InternalFailure, from.error().message);
            positions[shard.id] = *from;
        }
        return {};
    }

    Result<void> read() {
        for (auto& [shard, from] : positions) {
            if (records.size() >= sample_records_max) return {};
            auto read = face.read(
                stream, shard, from, sample_records_max - records.size(), sample_bytes_max);
            if (!read) return fail(ErrorCode::InternalFailure, read.error().message);
            for (auto& record : read->records) records.push_back(std::move(record));
            if (read->next) from = *read->next;
        }
        return {};
    }
};

}  // namespace

Result<Discovery> Engine::discover(const std::string& stream_arn,
                                   const std::string& role_arn,
                                   StartingPosition position,
                                   const std::optional<Processor>& processor) {
    Application application;
    Input& input = application.inputs.emplace_back();
    input.stream_arn = stream_arn;
    input.role_arn = role_arn;
    input.processor = processor;
    WR_TRY_VOID(resolve_sources(application));
    const auto stream = kinesis::parse_stream_arn(input.readable_arn());
    if (!stream || faces_.kinesis == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    "'" + stream_arn + "' is no ARN of a Kinesis stream.");
    RoleGate gate(faces_.identity, clock_);
    const char* const action =
        input.is_delivery_stream() ? "firehose:GetRecords" : "kinesis:GetRecords";
    if (!gate.allows(role_arn, action, stream_arn))
        return fail(ErrorCode::InvalidArgument,
                    "The role " + role_arn + " does not allow to read " + stream_arn + ".");
    Sampler sampler{*faces_.kinesis, *stream, {}, {}};
    WR_TRY_VOID(sampler.begin(position));
    const auto until = clock_.monotonic() + options_.discovery_wait;
    uint64_t seen = 0;
    while (true) {
        WR_TRY_VOID(sampler.read());
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - clock_.monotonic());
        if (!sampler.records.empty() || left.count() <= 0) break;
        seen = faces_.kinesis->wait_for_records(
            *stream, seen, std::min(left, std::chrono::milliseconds{500}));
    }
    return found_in(application, std::move(sampler.records), gate);
}

Result<Discovery> Engine::discover_object(const std::string& bucket_arn,
                                          const std::string& key,
                                          const std::string& role_arn,
                                          const std::optional<Processor>& processor) {
    Application application;
    Input& input = application.inputs.emplace_back();
    input.role_arn = role_arn;
    input.processor = processor;
    RoleGate gate(faces_.identity, clock_);
    const auto bytes = read_object(faces_, gate, role_arn, bucket_arn, key);
    if (!bytes) return fail(ErrorCode::InvalidArgument, bytes.error().message);
    std::vector<kinesis::Record> samples;
    // Lines of JSON documents and rows of CSV alike: whole ones, as many as a sample has.
    for (size_t at = 0; at < bytes->size() && samples.size() < sample_records_max;) {
        const size_t end = std::min(bytes->find('\n', at), bytes->size());
        if (end > at) samples.emplace_back().data = bytes->substr(at, end - at);
        at = end + 1;
    }
    return found_in(application, std::move(samples), gate);
}

/// The schema of sampled records, after the function if there is one.
Result<Discovery> Engine::found_in(const Application& application,
                                   std::vector<kinesis::Record> samples,
                                   RoleGate& gate) const {
    Discovery discovery;
    for (const auto& record : samples) discovery.raw_records.push_back(record.data);
    discovery.processed_records = discovery.raw_records;
    if (const Input& input = application.inputs[0]; input.processor && !samples.empty()) {
        auto prepared =
            Preprocessor(application, faces_.lambda, gate)
                .prepare(input, "shardId-000000000000", kinesis::views_of(std::move(samples)));
        if (!prepared)
            return fail(ErrorCode::InvalidArgument,
                        "The function did not process the records: " + prepared.error().message);
        discovery.processed_records.clear();
        for (const auto& record : prepared->batch.records)
            discovery.processed_records.emplace_back(record.data);
    }
    const std::vector<std::string_view> views(discovery.processed_records.begin(),
                                              discovery.processed_records.end());
    auto found = sql::discover_schema(views);
    if (!found) {
        const char* const why = views.empty()
                                    ? "There is no input data in the streaming source."
                                    : "Unable to detect a schema from the sampled records.";
        return base::fail(
            Error{ErrorCode::UnableToDetectSchema, why, std::move(discovery.raw_records)});
    }
    discovery.found = *std::move(found);
    return discovery;
}

}  // namespace wr::analytics
