// Repeats the run of a SQL application that kept its journal, on a fresh engine that nothing
// disturbs, and prints the rows of one of its outputs: the bytes that its destination was given, in
// order.
//
//   replay_journal DATA APPLICATION IN_APPLICATION_STREAM [--shift INDEX MILLISECONDS]
//   replay_journal DATA APPLICATION --forget
//
// DATA belongs to a server that was started with --keep-journal and has stopped. --shift moves the
// rowtime of one entry: a comparison that cannot see that is worth nothing. --forget removes the
// entries that a restart would need, as if there were no journal, and prints how many.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "base/clock.h"
#include "base/random.h"
#include "io/file_system.h"
#include "kv/store.h"
#include "log/log.h"
#include "services/analytics/engine/application.h"
#include "services/analytics/engine/journal.h"
#include "services/kinesis/engine/engine.h"
#include "sql/engine.h"

namespace {

using namespace wr;

base::Failure<base::Error> refuse(std::string why) {
    return base::fail(base::ErrorCode::InvalidArgument, std::move(why));
}

struct Arguments {
    std::string data;
    std::string application;
    std::string output;
    uint64_t shifted_index = UINT64_MAX;
    std::chrono::milliseconds shift{0};
};

/// Members are destroyed in reverse: the engine before its log and stores.
struct StoppedServer {
    std::unique_ptr<io::FileSystem> fs = io::make_posix_file_system();
    std::unique_ptr<io::DirectoryLock> lock;
    base::SystemClock clock;
    base::SystemRandom random;
    std::unique_ptr<kv::Store> store;
    std::unique_ptr<kv::Store> analytics;
    std::unique_ptr<kv::Store> kinesis_store;
    std::unique_ptr<log::Log> log;
    std::unique_ptr<kinesis::Engine> kinesis;

    ~StoppedServer() {
        if (kinesis) kinesis->stop();
        if (log) log->stop();
    }
};

base::Result<void> open_stores(const std::string& data, StoppedServer& server) {
    if (!std::filesystem::exists(data + "/VERSION")) return refuse(data + " is no data directory");
    WR_TRY(server.lock, io::DirectoryLock::acquire(data));
    kv::StoreOptions store_options;
    store_options.path = data + "/kv";
    WR_TRY(server.store, kv::open_store(store_options));
    server.analytics = server.store->scoped("analytics/");
    server.kinesis_store = server.store->scoped("kinesis/");
    return {};
}

/// As the server opens them, so that damage is found in the same way.
base::Result<void> open(const std::string& data, StoppedServer& server) {
    WR_TRY_VOID(open_stores(data, server));
    WR_TRY(server.kinesis,
           kinesis::Engine::open(*server.kinesis_store, server.clock, server.random, {}));
    log::LogOptions log_options;
    log_options.directory = data + "/log";
    const auto replay = [&](uint64_t topic, log::Position position, std::string_view payload) {
        if (kinesis::Engine::owns_topic(topic)) server.kinesis->replay(topic, position, payload);
    };
    WR_TRY(server.log, log::Log::open(*server.fs, log_options, replay));
    return server.kinesis->finish_recovery(*server.log);
}

base::Result<analytics::Application> find_application(const kv::Store& store,
                                                      const std::string& name) {
    std::vector<std::string> found;
    WR_TRY_VOID(store.scan("a", [&](std::string_view, std::string_view value) {
        found.emplace_back(value);
        return true;
    }));
    for (const auto& text : found) {
        WR_TRY(const base::Json json, base::parse_json(text));
        WR_TRY(analytics::Application application, analytics::application_from_json(json));
        if (application.name.name == name) return application;
    }
    return refuse("there is no application " + name);
}

class Printer final : public sql::Sink {
public:
    explicit Printer(const analytics::Output& output) : output_(output) {}
    void on_rows(const sql::Rows& rows) override {
        if (rows.stream_name() != output_.stream_name) return;
        std::string text;
        for (size_t row = 0; row < rows.size(); ++row) {
            if (output_.format == sql::RecordFormat::Csv)
                rows.append_csv(row, text);
            else
                rows.append_json(row, text);
        }
        std::fwrite(text.data(), 1, text.size(), stdout);
        count_ += rows.size();
    }
    size_t count() const { return count_; }

private:
    const analytics::Output& output_;
    size_t count_ = 0;
};

/// The records of a journalled batch: all of them, and no others, or an error.
base::Result<std::vector<kinesis::Record>> records_of(kinesis::Engine& kinesis,
                                                      const analytics::Application& application,
                                                      const analytics::JournalEntry& entry) {
    const auto stream = kinesis::parse_stream_arn(application.inputs.at(entry.input).stream_arn);
    if (!stream) return refuse("the application's input is no stream");
    constexpr size_t bytes_max = 8 * 1024 * 1024;
    std::vector<kinesis::Record> records;
    kinesis::ReadFrom from{kinesis::StartType::AtSequenceNumber, entry.first_sequence_number, {}};
    while (records.size() < entry.count) {
        auto read =
            kinesis.read(*stream, entry.shard_id, from, entry.count - records.size(), bytes_max);
        if (!read) return refuse(read.error().message);
        for (auto& record : read->records) records.push_back(std::move(record));
        if (read->records.empty() || !read->next) break;
        from = *read->next;
    }
    if (records.size() != entry.count ||
        records.front().sequence_number != entry.first_sequence_number ||
        records.back().sequence_number != entry.last_sequence_number)
        return refuse(entry.shard_id + " no longer holds the batch that begins with " +
                      entry.first_sequence_number);
    return records;
}

base::Result<void> feed(sql::Engine& engine,
                        const analytics::JournalEntry& entry,
                        const std::vector<kinesis::Record>& records) {
    if (entry.count == 0) {
        engine.advance(entry.rowtime);
        if (!entry.lost.empty()) engine.report("RecordsLost", entry.lost);
        return {};
    }
    std::vector<sql::Record> views;
    for (const auto& record : records)
        views.push_back({record.data,
                         entry.shard_id,
                         record.sequence_number,
                         record.partition_key,
                         record.arrival});
    return engine.push(entry.stream_name, views, entry.rowtime);
}

base::Result<void> repeat(const Arguments& arguments) {
    StoppedServer server;
    WR_TRY_VOID(open(arguments.data, server));
    WR_TRY(const auto application, find_application(*server.analytics, arguments.application));
    const analytics::Output* output = nullptr;
    for (const auto& one : application.outputs)
        if (one.stream_name == arguments.output) output = &one;
    if (output == nullptr) return refuse("the application has no output of " + arguments.output);
    const auto program = analytics::compile_for_start(application);
    if (!program) return refuse(program.error().message);

    analytics::Journal journal(*server.analytics, application.uid);
    WR_TRY(const auto newest, journal.load());
    WR_TRY(const auto beginning, journal.beginning());
    if (!newest || !beginning || beginning->run != newest->run)
        return refuse("the journal of the last run was not kept from its beginning");

    Printer printer(*output);
    WR_TRY(const auto first, sql::Engine::restore(*program, beginning->engine, printer));
    sql::Engine engine(*program, first->started_at(), printer);
    if (engine.snapshot() != beginning->engine)
        return refuse("the run did not begin with an empty engine");
    uint64_t records_count = 0;
    for (uint64_t index = beginning->next_index; index < journal.next_index(); ++index) {
        WR_TRY(auto entry, journal.read(index));
        if (!entry) return refuse("entry " + std::to_string(index) + " was not kept");
        std::vector<kinesis::Record> records;
        if (entry->count > 0) {
            WR_TRY(records, records_of(*server.kinesis, application, *entry));
        }
        if (index == arguments.shifted_index) entry->rowtime += arguments.shift;
        WR_TRY_VOID(feed(engine, *entry, records));
        records_count += records.size();
    }
    std::cerr << "entries " << journal.next_index() - beginning->next_index << " records "
              << records_count << " rows " << printer.count() << "\n";
    return {};
}

/// Entries have the keys of docs/formats/analytics.md.
base::Result<void> forget(const std::string& data, const std::string& name) {
    StoppedServer server;
    WR_TRY_VOID(open_stores(data, server));
    WR_TRY(const auto application, find_application(*server.analytics, name));
    analytics::Journal journal(*server.analytics, application.uid);
    WR_TRY(const auto newest, journal.load());
    if (!newest) return refuse("the application never ran");
    kv::Batch batch;
    for (uint64_t index = newest->next_index; index < journal.next_index(); ++index)
        batch.remove("j" + kv::encode_u64(application.uid) + kv::encode_u64(index));
    WR_TRY_VOID(server.analytics->commit(batch));
    std::cout << journal.next_index() - newest->next_index << "\n";
    return {};
}

int complain(const base::Error& error) {
    std::cerr << "replay_journal: " << error.message << "\n";
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::strcmp(argv[3], "--forget") == 0) {
        const auto done = forget(argv[1], argv[2]);
        return done ? 0 : complain(done.error());
    }
    if (argc != 4 && !(argc == 7 && std::strcmp(argv[4], "--shift") == 0)) {
        std::cerr << "usage: replay_journal DATA APPLICATION IN_APPLICATION_STREAM"
                     " [--shift INDEX MILLISECONDS]\n"
                     "       replay_journal DATA APPLICATION --forget\n";
        return 2;
    }
    Arguments arguments{argv[1], argv[2], argv[3]};
    if (argc == 7) {
        arguments.shifted_index = std::strtoull(argv[5], nullptr, 10);
        arguments.shift = std::chrono::milliseconds(std::strtoll(argv[6], nullptr, 10));
    }
    const auto done = repeat(arguments);
    return done ? 0 : complain(done.error());
}
