// An application as the server runs it: the stream in the log, the journal in the store.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/clock.h"
#include "base/random.h"
#include "io/file_system.h"
#include "kv/store.h"
#include "log/log.h"
#include "services/analytics/engine/runner.h"
#include "services/kinesis/engine/engine.h"
#include "sql_rate.h"

namespace wr::bench {
namespace {

constexpr size_t put_records = 500;

template <typename T>
decltype(auto) need(T&& result, const char* what) {
    if (!result) {
        std::fprintf(stderr, "%s: %s\n", what, result.error().message.c_str());
        std::exit(1);
    }
    return std::forward<T>(result);
}

struct World {
    explicit World(const std::string& folder) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder + "/log");
        kv::StoreOptions options;
        options.path = folder + "/kv";
        store = *need(kv::open_store(options), "store");
        kinesis_store = store->scoped("kinesis/");
        analytics_store = store->scoped("analytics/");
        kinesis = *need(kinesis::Engine::open(*kinesis_store, clock, random, {}), "streams");
        log::LogOptions log_options;
        log_options.directory = folder + "/log";
        log = *need(
            log::Log::open(*fs, log_options, [](uint64_t, log::Position, std::string_view) {}),
            "log");
        need(kinesis->finish_recovery(*log), "recovery");
    }
    ~World() {
        kinesis->stop();
        log->stop();
    }

    std::unique_ptr<io::FileSystem> fs = io::make_posix_file_system();
    base::SystemClock clock;
    base::SystemRandom random;
    std::unique_ptr<kv::Store> store;
    std::unique_ptr<kv::Store> kinesis_store;
    std::unique_ptr<kv::Store> analytics_store;
    std::unique_ptr<log::Log> log;
    std::unique_ptr<kinesis::Engine> kinesis;
};

analytics::Application application_of(const Script& script) {
    analytics::Application application;
    application.name = {"123456789012", "us-east-1", "bench"};
    application.uid = 1;
    application.run = 1;
    application.code = script.code;
    analytics::Input input;
    input.id = "1.1";
    input.name_prefix = "SOURCE_SQL_STREAM";
    input.stream_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/in";
    input.source.columns = {{"Distance", "DOUBLE", "$.Distance"},
                            {"HealthPoints", "INTEGER", "$.HealthPoints"},
                            {"Latitude", "DOUBLE", "$.Latitude"},
                            {"Longitude", "DOUBLE", "$.Longitude"},
                            {"MagicPoints", "INTEGER", "$.MagicPoints"},
                            {"Name", "VARCHAR(32)", "$.Name"},
                            {"StatusTime", "TIMESTAMP", "$.StatusTime"}};
    application.inputs.push_back(input);
    analytics::Output output;
    output.id = "2.1";
    output.stream_name = "O";
    output.resource_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/out";
    application.outputs.push_back(output);
    return application;
}

}  // namespace

Measured measure_application(const Script& script,
                             const std::vector<std::string>& records,
                             const std::string& folder) {
    World world(folder + "/sql");
    const kinesis::StreamName in{"123456789012", "us-east-1", "in"};
    const kinesis::StreamName out{"123456789012", "us-east-1", "out"};
    kinesis::CreateOptions one_shard;
    one_shard.shard_count = 1;
    for (const auto& name : {in, out}) {
        need(world.kinesis->create_stream(name, one_shard), "create");
    }
    std::vector<kinesis::PutEntry> entries;
    for (size_t at = 0; at < records.size(); at += put_records) {
        entries.clear();
        for (size_t i = at; i < std::min(records.size(), at + put_records); ++i)
            entries.push_back({records[i], "key", {}});
        need(world.kinesis->put_records(in, entries, std::nullopt), "put");
    }
    const auto application = application_of(script);
    const auto program = need(analytics::compile_for_start(application), "compile");
    const auto first = need(analytics::first_checkpoint(application,
                                                        *program,
                                                        {analytics::StartingPosition::TrimHorizon},
                                                        *world.kinesis,
                                                        world.clock.now()),
                            "checkpoint");
    need(analytics::Journal(*world.analytics_store, application.uid).save(*first, {}), "journal");
    analytics::Faces faces;
    faces.kinesis = world.kinesis.get();
    analytics::Runner runner(application, *program, faces, *world.analytics_store, world.clock, {});
    const double start = thread_seconds();
    while (runner.metrics().records < records.size()) runner.step();
    const double seconds = thread_seconds() - start;
    return {static_cast<double>(records.size()) / seconds, runner.metrics().records};
}

}  // namespace wr::bench
