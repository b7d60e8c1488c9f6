// Streaming SQL on one core: sql_rate FOLDER RECORDS [SCRIPT], one line of JSON per measurement.
// sql_rate FOLDER FILE: the Wild Rydes application over the lines of a file.
#include "sql_rate.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "sql/engine.h"

namespace wr::bench {
namespace {

constexpr size_t batch_records = 2'000;
constexpr auto batch_step = std::chrono::milliseconds{500};

constexpr const char* summary =
    "CREATE STREAM O (\"Name\" VARCHAR(32), \"StatusTime\" TIMESTAMP, \"Distance\" BIGINT, A "
    "BIGINT, "
    "B BIGINT, C BIGINT, D BIGINT); CREATE PUMP P AS INSERT INTO O SELECT STREAM \"Name\", "
    "ROWTIME, "
    "SUM(\"Distance\"), MIN(\"MagicPoints\"), MAX(\"MagicPoints\"), MIN(\"HealthPoints\"), "
    "MAX(\"HealthPoints\") FROM SOURCE_SQL_STREAM_001 GROUP BY "
    "FLOOR(SOURCE_SQL_STREAM_001.ROWTIME TO MINUTE), \"Name\"";
constexpr const char* filter =
    "CREATE STREAM O (\"Name\" VARCHAR(32), H INTEGER, LAT DOUBLE, LON DOUBLE); CREATE PUMP P AS "
    "INSERT INTO O SELECT STREAM \"Name\", \"HealthPoints\", \"Latitude\", \"Longitude\" FROM "
    "SOURCE_SQL_STREAM_001 WHERE \"HealthPoints\" > 0";
constexpr const char* sliding =
    "CREATE STREAM O (\"Name\" VARCHAR(32), S DOUBLE, M INTEGER); CREATE PUMP P AS INSERT INTO O "
    "SELECT STREAM \"Name\", SUM(\"Distance\") OVER W, MAX(\"HealthPoints\") OVER W FROM "
    "SOURCE_SQL_STREAM_001 WINDOW W AS (PARTITION BY \"Name\" RANGE INTERVAL '10' SECOND "
    "PRECEDING)";
constexpr const char* forest =
    "CREATE STREAM O (H DOUBLE, M DOUBLE, S DOUBLE); CREATE PUMP P AS INSERT INTO O SELECT STREAM "
    "\"HealthPoints\", \"MagicPoints\", ANOMALY_SCORE FROM TABLE(RANDOM_CUT_FOREST(CURSOR(SELECT "
    "STREAM \"HealthPoints\", \"MagicPoints\" FROM SOURCE_SQL_STREAM_001), 100, 256))";

struct JsonRows final : sql::Sink {
    void on_rows(const sql::Rows& made) override {
        if (made.stream_name() != "O") return;
        rows += made.size();
        for (size_t i = 0; i < made.size(); ++i) made.append_json(i, text);
        if (text.size() > 1'000'000) text.clear();
    }
    uint64_t rows = 0;
    std::string text;
};

void print(const char* what, const char* how, const Measured& measured) {
    std::printf("{\"script\":\"%s\",\"how\":\"%s\",\"records_per_s\":%.0f,\"rows\":%llu}\n",
                what,
                how,
                measured.records_per_s,
                static_cast<unsigned long long>(measured.rows));
    std::fflush(stdout);
}

}  // namespace

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

const std::vector<Script>& scripts() {
    static const std::vector<Script> list = {
        {"wild rydes", 1'000, 100, summary},
        {"100,000 keys", 100'000, 100, summary},
        {"filter and project", 1'000, 50, filter},
        {"sliding", 1'000, 50, sliding},
        {"random cut forest", 1'000, 5, forest},
    };
    return list;
}

std::vector<std::string> readings(size_t count, size_t unicorns) {
    std::vector<std::string> records;
    records.reserve(count);
    uint64_t state = 88172645463325252ULL;
    const auto next = [&state](uint64_t below) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state % below;
    };
    char text[320];
    for (size_t i = 0; i < count; ++i) {
        std::snprintf(
            text,
            sizeof text,
            "{\"Distance\":%.14f,\"HealthPoints\":%d,\"Latitude\":%.13f,\"Longitude\":%.13f,"
            "\"MagicPoints\":%d,\"Name\":\"unicorn-%06llu\",\"StatusTime\":\"2018-03-18 "
            "03:14:%02llu.%03llu\"}\n",
            static_cast<double>(next(300'000)) / 1'001.0,
            static_cast<int>(next(200)),
            static_cast<double>(next(90'000'000)) / 1'000'003.0,
            -static_cast<double>(next(180'000'000)) / 1'000'003.0,
            static_cast<int>(next(200)),
            static_cast<unsigned long long>(next(unicorns)),
            static_cast<unsigned long long>(next(60)),
            static_cast<unsigned long long>(next(1'000)));
        records.emplace_back(text);
    }
    return records;
}

Measured measure_engine(const Script& script, const std::vector<std::string>& records) {
    sql::InputSchema schema;
    schema.stream_name = "SOURCE_SQL_STREAM_001";
    schema.columns = {{"Distance", "DOUBLE", "$.Distance"},
                      {"HealthPoints", "INTEGER", "$.HealthPoints"},
                      {"Latitude", "DOUBLE", "$.Latitude"},
                      {"Longitude", "DOUBLE", "$.Longitude"},
                      {"MagicPoints", "INTEGER", "$.MagicPoints"},
                      {"Name", "VARCHAR(32)", "$.Name"},
                      {"StatusTime", "TIMESTAMP", "$.StatusTime"}};
    const auto program = sql::compile(script.code, {schema}, {"O"});
    if (!program) {
        std::fprintf(stderr, "%s: %s\n", script.name, program.error().to_text().c_str());
        std::exit(1);
    }
    JsonRows sink;
    base::Timestamp now{std::chrono::milliseconds{1'521'342'840'000}};
    sql::Engine engine(*program, now, sink);
    std::vector<sql::Record> views;
    for (const auto& record : records)
        views.push_back({record, "shardId-000000000000", "1", "key", now});
    const double start = thread_seconds();
    for (size_t at = 0; at < views.size(); at += batch_records) {
        const size_t count = std::min(batch_records, views.size() - at);
        (void)engine.push("SOURCE_SQL_STREAM_001", {views.data() + at, count}, now);
        now += batch_step;
    }
    engine.advance(now + std::chrono::minutes{1});
    const double seconds = thread_seconds() - start;
    if (engine.errors() > 0) {
        std::fprintf(stderr, "%s: rows were refused\n", script.name);
        std::exit(1);
    }
    return {static_cast<double>(records.size()) / seconds, sink.rows};
}

int run(const std::string& folder, size_t count, const std::string& only) {
    for (const auto& script : scripts()) {
        if (!only.empty() && only != script.name) continue;
        const auto records = readings(count * script.records_per_hundred / 100, script.unicorns);
        print(script.name, "bare", measure_bare(records));
        print(script.name, "engine", measure_engine(script, records));
        print(script.name, "application", measure_application(script, records, folder));
    }
    return 0;
}

int run_file(const std::string& folder, const std::string& path) {
    std::vector<std::string> records;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) records.push_back(line + "\n");
    if (records.empty()) {
        std::fprintf(stderr, "%s: no records\n", path.c_str());
        return 1;
    }
    const Script& script = scripts().front();
    print(script.name, "application", measure_application(script, records, folder));
    return 0;
}

}  // namespace wr::bench

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) {
        std::fprintf(stderr, "usage: sql_rate FOLDER RECORDS|FILE [SCRIPT]\n");
        return 2;
    }
    const size_t count = std::strtoul(argv[2], nullptr, 10);
    if (count == 0) return wr::bench::run_file(argv[1], argv[2]);
    return wr::bench::run(argv[1], count, argc == 4 ? argv[3] : "");
}
