// Creating, changing and deleting delivery streams.
#include "base/encoding.h"
#include "base/logging.h"
#include "services/firehose/engine/engine.h"
#include "services/firehose/engine/object_name.h"

namespace wr::firehose {
namespace {

constexpr const char* principal = "firehose.amazonaws.com";

Problem unavailable(const base::Error& error) {
    base::log_error("firehose storage", {{"error", error.message}});
    return problem(Fault::ServiceUnavailable, "Service is unavailable. Please try again later.");
}

template <typename T>
void replace(T& value, const std::optional<T>& change) {
    if (change) value = *change;
}

Checkpoint checkpoint_at(const kinesis::ReadFrom& from) {
    switch (from.type) {
        case kinesis::StartType::AtSequenceNumber:
            return {Checkpoint::State::At, from.sequence_number};
        case kinesis::StartType::AfterSequenceNumber:
            return {Checkpoint::State::After, from.sequence_number};
        case kinesis::StartType::TrimHorizon:
        case kinesis::StartType::Latest:
        case kinesis::StartType::AtTimestamp:
            break;
    }
    return {Checkpoint::State::FromStart, {}};
}

}  // namespace

Outcome<void> Engine::check_destination(const Destination& destination) const {
    if (bucket_of_arn(destination.bucket_arn).empty())
        return base::fail(
            problem(Fault::InvalidArgument, "Invalid bucket ARN: " + destination.bucket_arn));
    if (const auto wrong = check_prefixes(destination.prefix, destination.error_prefix))
        return base::fail(problem(Fault::InvalidArgument, *wrong));
    const int64_t interval = destination.interval_seconds;
    if (destination.buffer_mib < 1 || destination.buffer_mib > 128)
        return base::fail(
            problem(Fault::InvalidArgument, "BufferingHints SizeInMBs must be between 1 and 128"));
    if (interval < 0 || interval > 900)
        return base::fail(problem(Fault::InvalidArgument,
                                  "BufferingHints IntervalInSeconds must be between 0 and 900"));
    if (!with_.identity.can_be_assumed_by(destination.role_arn, principal))
        return base::fail(problem(Fault::InvalidArgument,
                                  "Firehose is unable to assume role " + destination.role_arn +
                                      ". Please check the role provided."));
    return {};
}

Outcome<void> Engine::check_source(const Source& source) const {
    if (!parse_source_arn(source.stream_arn))
        return base::fail(
            problem(Fault::InvalidArgument, "Invalid Kinesis stream ARN: " + source.stream_arn));
    if (!with_.identity.can_be_assumed_by(source.role_arn, principal))
        return base::fail(problem(Fault::InvalidArgument,
                                  "Firehose is unable to assume role " + source.role_arn +
                                      ". Please check the role provided."));
    if (!with_.identity.role_allows(source.role_arn, "kinesis:DescribeStream", source.stream_arn))
        return base::fail(problem(Fault::InvalidArgument,
                                  "Role " + source.role_arn +
                                      " is not authorized to perform: kinesis:DescribeStream on "
                                      "resource: " +
                                      source.stream_arn));
    return {};
}

Outcome<void> Engine::begin_at_latest(const StreamConfig& config, kv::Batch& batch) const {
    const auto stream = parse_source_arn(config.source->stream_arn);
    const auto info = with_.kinesis.describe(*stream);
    if (!info) return base::fail(problem(Fault::InvalidArgument, info.error().message));
    for (const auto& shard : info->shards) {
        Checkpoint checkpoint{Checkpoint::State::Done, {}};
        if (!shard.ending_sequence_number) {
            const auto from =
                with_.kinesis.resolve(*stream, shard.id, {kinesis::StartType::Latest, {}, {}});
            if (!from) return base::fail(problem(Fault::InvalidArgument, from.error().message));
            checkpoint = checkpoint_at(*from);
        }
        batch.put(checkpoint_row(config.id, shard.id), encode(checkpoint));
    }
    return {};
}

Outcome<StreamName> Engine::create(const StreamName& name,
                                   const std::optional<Source>& source,
                                   const Destination& destination,
                                   const std::map<std::string, std::string>& tags) {
    WR_TRY_VOID(check_destination(destination));
    if (source) WR_TRY_VOID(check_source(*source));
    if (tags.size() > tags_max)
        return base::fail(problem(Fault::LimitExceeded, "A stream can have at most 50 tags"));
    StreamConfig config;
    config.name = name;
    config.created = config.updated = with_.clock.now();
    config.source = source;
    if (config.source) config.source->start = config.created;
    config.destination = destination;
    config.tags = tags;
    std::string id(16, '\0');
    with_.random.fill(id.data(), id.size());
    config.id = base::hex_encode(id);

    base::MutexLock lock(mutex_);
    if (streams_.contains(name))
        return base::fail(problem(
            Fault::ResourceInUse,
            "Firehose " + name.name + " under accountId " + name.account + " already exists"));
    size_t count = 0;
    for (const auto& [other, stream] : streams_)
        count += other.account == name.account && other.region == name.region ? 1 : 0;
    if (count >= options_.streams_max)
        return base::fail(problem(Fault::LimitExceeded,
                                  "You have already consumed your firehose quota of " +
                                      std::to_string(options_.streams_max) + " hoses."));
    kv::Batch batch;
    batch.put(config_row(name), encode(config));
    if (source) WR_TRY_VOID(begin_at_latest(config, batch));
    if (const auto committed = with_.store.commit(batch); !committed)
        return base::fail(unavailable(committed.error()));
    auto stream = load_stream(std::move(config));
    if (!stream) return base::fail(unavailable(stream.error()));
    streams_[name] = *std::move(stream);
    return name;
}

Outcome<void> Engine::change(const StreamName& name,
                             const std::function<Outcome<void>(StreamConfig& config)>& edit) {
    WR_TRY(const StreamPointer stream, find(name));
    base::MutexLock lock(stream->mutex);
    StreamConfig config = stream->config;
    WR_TRY_VOID(edit(config));
    if (const auto put = with_.store.put(config_row(name), encode(config)); !put)
        return base::fail(unavailable(put.error()));
    stream->config = std::move(config);
    return {};
}

Outcome<void> Engine::remove(const StreamName& name) {
    WR_TRY_VOID(change(name, [&](StreamConfig& config) -> Outcome<void> {
        if (status_of(config) == Status::Creating)
            return base::fail(problem(Fault::ResourceInUse,
                                      "Firehose " + name.name + " under account " + name.account +
                                          " is in CREATING state."));
        if (!config.deleting) config.deleting = with_.clock.now();
        return {};
    }));
    if (options_.state_change_delay.count() > 0) return {};
    WR_TRY(const StreamPointer stream, find(name));
    StreamConfig config;
    {
        base::MutexLock lock(stream->mutex);
        config = stream->config;
    }
    finish_removal(stream, config);
    return {};
}

void Engine::finish_removal(const StreamPointer& stream, const StreamConfig& config) {
    base::MutexLock step_lock(stream->step_mutex);
    if (stream->is_gone) return;
    kv::Batch batch;
    batch.remove(config_row(config.name));
    batch.remove(intent_row(config.id));
    batch.remove(next_put_row(config.id));
    const auto collect = [&](std::string_view key, std::string_view) {
        batch.remove(std::string(key));
        return true;
    };
    const auto puts = with_.store.scan(puts_prefix(config.id), collect);
    const auto checkpoints = with_.store.scan(checkpoints_prefix(config.id), collect);
    const auto committed = with_.store.commit(batch);
    if (!puts || !checkpoints || !committed) {
        base::log_error("firehose deletion failed", {{"stream", config.name.name}});
        return;
    }
    stream->is_gone = true;
    base::MutexLock lock(mutex_);
    streams_.erase(config.name);
}

Outcome<Described> Engine::describe(const StreamName& name) {
    WR_TRY(const StreamPointer stream, find(name));
    base::MutexLock lock(stream->mutex);
    return Described{stream->config, status_of(stream->config)};
}

std::vector<Described> Engine::list(const std::string& account, const std::string& region) {
    base::MutexLock lock(mutex_);
    std::vector<Described> listed;
    for (const auto& [name, stream] : streams_) {
        if (name.account != account || name.region != region) continue;
        base::MutexLock stream_lock(stream->mutex);
        listed.push_back({stream->config, status_of(stream->config)});
    }
    return listed;
}

Outcome<void> Engine::update(const StreamName& name,
                             const std::string& version,
                             const DestinationUpdate& changes) {
    return change(name, [&](StreamConfig& config) -> Outcome<void> {
        if (status_of(config) != Status::Active)
            return base::fail(problem(Fault::ResourceInUse,
                                      "Firehose " + name.name + " is not in ACTIVE state."));
        if (version != std::to_string(config.version))
            return base::fail(
                problem(Fault::ConcurrentModification,
                        "Cannot update firehose: " + name.name +
                            " since the current version id: " + std::to_string(config.version) +
                            " and specified version id: " + version + " do not match"));
        Destination& destination = config.destination;
        replace(destination.role_arn, changes.role_arn);
        replace(destination.bucket_arn, changes.bucket_arn);
        replace(destination.prefix, changes.prefix);
        replace(destination.error_prefix, changes.error_prefix);
        replace(destination.compression, changes.compression);
        replace(destination.buffer_mib, changes.buffer_mib);
        replace(destination.interval_seconds, changes.interval_seconds);
        replace(destination.file_extension, changes.file_extension);
        WR_TRY_VOID(check_destination(destination));
        ++config.version;
        config.updated = with_.clock.now();
        return {};
    });
}

Outcome<void> Engine::tag(const StreamName& name, const std::map<std::string, std::string>& tags) {
    return change(name, [&](StreamConfig& config) -> Outcome<void> {
        for (const auto& [key, value] : tags) config.tags[key] = value;
        if (config.tags.size() > tags_max)
            return base::fail(problem(Fault::LimitExceeded, "A stream can have at most 50 tags"));
        return {};
    });
}

Outcome<void> Engine::untag(const StreamName& name, const std::vector<std::string>& keys) {
    return change(name, [&](StreamConfig& config) -> Outcome<void> {
        for (const std::string& key : keys) config.tags.erase(key);
        return {};
    });
}

}  // namespace wr::firehose
