// Life of the engine and its rounds over the delivery streams; direct puts.
#include "services/firehose/engine/engine.h"

#include "base/encoding.h"
#include "base/logging.h"

namespace wr::firehose {

Engine::~Engine() {
    stop();
}

base::Result<std::unique_ptr<Engine>> Engine::open(Surroundings surroundings,
                                                   const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine(surroundings, options));
    WR_TRY_VOID(engine->load());
    return engine;
}

base::Result<void> Engine::load() {
    std::vector<StreamConfig> configs;
    bool is_intact = true;
    WR_TRY_VOID(with_.store.scan("s/", [&](std::string_view, std::string_view row) {
        auto config = decode_config(row);
        is_intact = is_intact && config.has_value();
        if (config) configs.push_back(*std::move(config));
        return is_intact;
    }));
    if (!is_intact)
        return base::fail(base::ErrorCode::Corruption, "a row of a delivery stream is damaged");
    base::MutexLock lock(mutex_);
    for (StreamConfig& config : configs) {
        const StreamName name = config.name;
        WR_TRY(streams_[name], load_stream(std::move(config)));
    }
    return {};
}

base::Result<Engine::StreamPointer> Engine::load_stream(StreamConfig config) {
    auto stream = std::make_shared<Stream>();
    base::MutexLock step_lock(stream->step_mutex);
    base::MutexLock lock(stream->mutex);
    if (config.source) {
        stream->delivery = make_kinesis_delivery(with_);
    } else {
        auto puts = make_put_delivery(with_);
        stream->delivery = std::move(puts.delivery);
        stream->gauge = std::move(puts.gauge);
        WR_TRY(const auto next, with_.store.get(next_put_row(config.id)));
        if (next && next->size() == 8) stream->next_row = kv::decode_u64(*next);
        const std::string prefix = puts_prefix(config.id);
        WR_TRY_VOID(with_.store.scan(prefix, [&](std::string_view key, std::string_view row) {
            const uint64_t number = kv::decode_u64(key.substr(prefix.size()));
            stream->next_row = std::max(stream->next_row, number + 1);
            if (const auto put = decode_put(row))
                for (const std::string_view record : put->records)
                    stream->gauge->add(record.size());
            return true;
        }));
    }
    stream->config = std::move(config);
    return stream;
}

void Engine::start() {
    task_ = std::make_unique<base::PeriodicTask>("firehose", [this] {
        return step() ? std::chrono::milliseconds(0) : options_.poll_interval;
    });
}

void Engine::stop() {
    if (task_) task_->stop();
}

bool Engine::step() {
    std::vector<StreamPointer> streams;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [name, stream] : streams_) streams.push_back(stream);
    }
    bool has_more = false;
    size_t buffered = 0;
    for (const StreamPointer& stream : streams) {
        StreamConfig config;
        {
            base::MutexLock lock(stream->mutex);
            config = stream->config;
        }
        if (config.deleting) {
            if (with_.clock.now() - *config.deleting >= options_.state_change_delay)
                finish_removal(stream, config);
            continue;
        }
        if (status_of(config) != Status::Active) continue;
        base::MutexLock step_lock(stream->step_mutex);
        if (stream->is_gone) continue;
        has_more |= stream->delivery->step(config, buffered > options_.buffered_bytes_max);
        buffered += stream->delivery->buffered_bytes();
    }
    return has_more;
}

Outcome<Fill> Engine::fill(const StreamName& name) {
    WR_TRY(const StreamPointer stream, find(name));
    base::MutexLock step_lock(stream->step_mutex);
    if (stream->is_gone) return Fill{};
    Fill fill{stream->delivery->buffered_bytes(), {}, stream->delivery->failures()};
    if (const auto since = stream->delivery->buffered_since())
        fill.age = std::chrono::duration_cast<std::chrono::milliseconds>(with_.clock.monotonic() -
                                                                         *since);
    return fill;
}

Status Engine::status_of(const StreamConfig& config) const {
    if (config.deleting) return Status::Deleting;
    return with_.clock.now() - config.created < options_.state_change_delay ? Status::Creating
                                                                            : Status::Active;
}

Outcome<Engine::StreamPointer> Engine::find(const StreamName& name) {
    base::MutexLock lock(mutex_);
    const auto found = streams_.find(name);
    if (found != streams_.end()) return found->second;
    return base::fail(
        problem(Fault::ResourceNotFound,
                "Firehose " + name.name + " under account " + name.account + " not found."));
}

Outcome<std::vector<std::string>> Engine::put(const StreamName& name,
                                              const std::vector<std::string_view>& records) {
    size_t size_bytes = 0;
    for (const std::string_view record : records) {
        if (record.size() > record_bytes_max)
            return base::fail(
                problem(Fault::InvalidArgument, "The record size exceeds the limit of 1000 KB"));
        size_bytes += record.size();
    }
    if (size_bytes > batch_bytes_max)
        return base::fail(problem(Fault::InvalidArgument, "Records size exceeds 4 MB limit"));
    WR_TRY(const StreamPointer stream, find(name));
    std::string id;
    uint64_t row = 0;
    {
        base::MutexLock lock(stream->mutex);
        if (status_of(stream->config) != Status::Active)
            return base::fail(problem(
                Fault::ResourceNotFound,
                "Firehose " + name.name + " under account " + name.account + " not found."));
        if (stream->config.source)
            return base::fail(problem(Fault::InvalidArgument,
                                      "This operation is not permitted on KinesisStreamAsSource "
                                      "delivery stream type."));
        id = stream->config.id;
        row = stream->next_row++;
    }
    // Before the row: a delivery must not settle bytes that were never counted.
    stream->gauge->add(size_bytes);
    const auto committed =
        with_.store.put(put_row(id, row), encode_put(with_.clock.now(), records));
    if (!committed) {
        stream->gauge->remove(size_bytes);
        base::log_error("firehose put failed", {{"error", committed.error().message}});
        return base::fail(
            problem(Fault::ServiceUnavailable, "Service is unavailable. Please try again later."));
    }
    std::vector<std::string> ids;
    for (size_t i = 0; i < records.size(); ++i)
        ids.push_back(base::base64_encode(id + kv::encode_u64(row) + kv::encode_u64(i)));
    return ids;
}

base::Result<void, Error> Engine::put_records(const std::string& delivery_stream_arn,
                                              const std::vector<std::string_view>& records) {
    const auto name = parse_delivery_stream_arn(delivery_stream_arn);
    if (!name)
        return base::fail(Error{ErrorCode::InvalidArgument,
                                "not the ARN of a delivery stream: " + delivery_stream_arn});
    const auto done = put(*name, records);
    if (done) return {};
    const ErrorCode code =
        done.error().fault == Fault::ResourceNotFound  ? ErrorCode::ResourceNotFound
        : done.error().fault == Fault::InvalidArgument ? ErrorCode::InvalidArgument
                                                       : ErrorCode::ServiceUnavailable;
    return base::fail(Error{code, done.error().message});
}

base::Result<std::string, Error> Engine::source_stream(const std::string& delivery_stream_arn) {
    const auto name = parse_delivery_stream_arn(delivery_stream_arn);
    if (!name)
        return base::fail(Error{ErrorCode::InvalidArgument,
                                "not the ARN of a delivery stream: " + delivery_stream_arn});
    const auto described = describe(*name);
    if (!described)
        return base::fail(Error{ErrorCode::ResourceNotFound, described.error().message});
    if (!described->config.source)
        return base::fail(Error{ErrorCode::InvalidArgument,
                                "records are put directly into " + delivery_stream_arn});
    return described->config.source->stream_arn;
}

}  // namespace wr::firehose
