// Any bytes as records, JSON and CSV, through an application that touches every column.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/discover.h"
#include "sql/engine.h"

namespace {

struct Counter final : wr::sql::Sink {
    void on_rows(const wr::sql::Rows& rows) override {
        for (size_t i = 0; i < rows.size(); ++i) {
            rows.append_json(i, text);
            rows.append_csv(i, text);
        }
        text.clear();
    }
    std::string text;
};

wr::sql::ProgramPtr program_for(wr::sql::RecordFormat format) {
    wr::sql::InputSchema schema;
    schema.stream_name = "S";
    schema.format = format;
    schema.columns = {{"A", "VARCHAR(4)", "$.a"},
                      {"B", "INTEGER", "$.b.c"},
                      {"C", "DECIMAL(9,3)", "$.l[0:].x"},
                      {"D", "TIMESTAMP", "$.d"},
                      {"E", "BOOLEAN", "$.e"},
                      {"F", "VARCHAR(100)", "$.l[0:]"},
                      {"G", "REAL", "$.l[1]"},
                      {"H", "VARBINARY(8)", "$.h"}};
    if (format == wr::sql::RecordFormat::Json) schema.columns.pop_back();
    const auto program = wr::sql::compile(
        "CREATE STREAM O (N BIGINT, A VARCHAR(2), B SMALLINT, C DOUBLE, T TIMESTAMP, F "
        "VARCHAR(90));"
        "CREATE PUMP P AS INSERT INTO O SELECT STREAM COUNT(*), A, MAX(B), AVG(C / NULLIF(G, 1)), "
        "MIN(D),"
        " MAX(UPPER(F)) FROM S WHERE E IS NOT FALSE GROUP BY FLOOR(S.ROWTIME TO SECOND), A",
        {schema},
        {"S"});
    if (!program) std::abort();
    return *program;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto json = program_for(wr::sql::RecordFormat::Json);
    static const auto csv = program_for(wr::sql::RecordFormat::Csv);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const wr::base::Timestamp start{std::chrono::seconds{1'500'000'000}};
    Counter counter;
    for (const auto& program : {json, csv}) {
        wr::sql::Engine engine(program, start, counter);
        // Two texts, so that one cannot read into the other; the first again and again, so that
        // its shape is known when the second comes.
        const wr::sql::Record first{text.substr(0, size / 2), "s", "1", "k", start};
        const wr::sql::Record second{text.substr(size / 2), "s", "2", "k", start};
        const wr::sql::Record records[] = {first, first, first, second};
        if (!engine.push("S", records, start)) std::abort();
        const std::string snapshot = engine.snapshot();
        const auto restored = wr::sql::Engine::restore(program, snapshot, counter);
        if (!restored || (*restored)->snapshot() != snapshot) std::abort();
        engine.advance(start + std::chrono::seconds{2});
        (void)wr::sql::Engine::restore(program, text, counter);
    }
    (void)wr::sql::discover_schema(std::span(&text, 1));
    return 0;
}
