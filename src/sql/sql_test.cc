// The engine's edges that golden cases do not show: snapshots, inputs, discovery.
#include <gtest/gtest.h>

#include "sql/discover.h"
#include "sql/engine.h"
#include "sql/parser.h"

namespace wr::sql {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp start{1'521'342'840'000ms};  // 2018-03-18 03:14:00

class Texts final : public Sink {
public:
    void on_rows(const Rows& rows) override {
        if (rows.stream_name() != "O") return;
        for (size_t i = 0; i < rows.size(); ++i) rows.append_json(i, text_);
    }
    std::string text_;
};

ProgramPtr counting_program(const std::string& extra = "") {
    InputSchema schema;
    schema.stream_name = "S";
    schema.columns = {{"K", "VARCHAR(8)", "$.K"}};
    auto program = compile(
        "CREATE STREAM O (K VARCHAR(8), N BIGINT); CREATE PUMP P AS INSERT INTO O "
        "SELECT STREAM K, COUNT(*) FROM S GROUP BY FLOOR(S.ROWTIME TO MINUTE), K;" +
            extra,
        {schema});
    EXPECT_TRUE(program) << program.error().to_text();
    return *program;
}

void push_keys(Engine& engine, int from, int to, base::Timestamp at) {
    std::vector<std::string> texts;
    for (int i = from; i < to; ++i)
        texts.push_back(R"({"K":"k)" + std::to_string(i % 5000) + "\"}");
    std::vector<Record> records;
    for (const auto& text : texts) records.push_back({text, "shard", "1", "key", at});
    ASSERT_TRUE(engine.push("S", records, at));
}

TEST(SqlEngine, a_restored_engine_continues_with_the_same_rows) {
    const auto program = counting_program();
    Texts whole;
    Engine undisturbed(program, start, whole);
    push_keys(undisturbed, 0, 7000, start);
    Texts second;
    auto restored = Engine::restore(program, undisturbed.snapshot(), second);
    ASSERT_TRUE(restored) << restored.error().message;
    for (Engine* engine : {&undisturbed, restored->get()}) {
        push_keys(*engine, 3000, 9000, start + 30s);
        EXPECT_FALSE(engine->would_emit(start + 59'999ms));
        EXPECT_TRUE(engine->would_emit(start + 60s));
        engine->advance(start + 60s);
    }
    EXPECT_FALSE(whole.text_.empty());
    EXPECT_EQ(whole.text_, second.text_);
    EXPECT_EQ(undisturbed.snapshot(), (*restored)->snapshot());
}

TEST(SqlEngine, a_damaged_or_foreign_snapshot_is_refused) {
    const auto program = counting_program();
    Texts out;
    Engine engine(program, start, out);
    push_keys(engine, 0, 100, start);
    const std::string good = engine.snapshot();
    for (size_t at = 0; at < good.size(); at += 7) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        const auto restored = Engine::restore(program, bad, out);
        ASSERT_FALSE(restored) << at;
        EXPECT_EQ(restored.error().code, base::ErrorCode::Corruption);
    }
    EXPECT_FALSE(Engine::restore(program, good.substr(0, good.size() - 1), out));
    const auto other = Engine::restore(counting_program(" CREATE STREAM Z (A INT);"), good, out);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, base::ErrorCode::InvalidArgument);
}

TEST(SqlEngine, time_never_runs_backwards) {
    const auto program = counting_program();
    Texts out;
    Engine engine(program, start, out);
    push_keys(engine, 0, 1, start + 10s);
    push_keys(engine, 0, 1, start);
    EXPECT_EQ(engine.rowtime(), start + 10s);
    engine.advance(start + 60s);
    EXPECT_EQ(out.text_, "{\"K\":\"k0\",\"N\":2}\n");
}

TEST(SqlEngine, an_unknown_input_is_not_found) {
    Texts out;
    Engine engine(counting_program(), start, out);
    const auto pushed = engine.push("T", {}, start);
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().code, base::ErrorCode::NotFound);
}

TEST(SqlCompile, schemas_are_checked_too) {
    InputSchema schema;
    schema.stream_name = "S";
    schema.columns = {{"A", "STRING", "$.A"}};
    const auto program = compile("", {schema});
    ASSERT_FALSE(program);
    EXPECT_NE(program.error().message.find("'STRING'"), std::string::npos);
}

TEST(SqlParser, deep_nesting_is_refused_without_recursion_without_end) {
    for (const std::string& unit : {std::string("("),
                                    std::string("NOT "),
                                    std::string("- "),
                                    std::string("1 + "),
                                    std::string("CASE WHEN "),
                                    std::string("ABS(")}) {
        std::string code = "CREATE PUMP P AS INSERT INTO O SELECT STREAM ";
        while (code.size() + unit.size() < 100'000) code += unit;
        const auto parsed = parse_application(code);
        ASSERT_FALSE(parsed);
        EXPECT_NE(parsed.error().message.find("nested too deeply"), std::string::npos)
            << parsed.error().to_text();
    }
}

TEST(SqlDiscovery, finds_the_workshops_columns) {
    const std::string_view records[] = {
        R"({"Name":"Shadowfax","StatusTime":"2018-03-18 03:13:00.000",)"
        R"("Latitude":42.264444250051326,)"
        R"("Longitude":-71.97582775216,"Distance":175.94032,)"
        R"("MagicPoints":110,"HealthPoints":150})",
        R"({"Name":"Rocinante","StatusTime":"2018-03-18 03:13:01.000","Latitude":42,)"
        R"("Longitude":-71.97582775216,"Distance":182,"MagicPoints":null,"HealthPoints":150})"};
    const auto found = discover_schema(records);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->schema.format, RecordFormat::Json);
    std::vector<std::string> columns;
    for (const auto& column : found->schema.columns)
        columns.push_back(column.name + " " + column.sql_type + " " + column.mapping);
    const std::vector<std::string> expected = {"Distance DOUBLE $.Distance",
                                               "HealthPoints INTEGER $.HealthPoints",
                                               "Latitude DOUBLE $.Latitude",
                                               "Longitude DOUBLE $.Longitude",
                                               "MagicPoints INTEGER $.MagicPoints",
                                               "Name VARCHAR(16) $.Name",
                                               "StatusTime TIMESTAMP $.StatusTime"};
    EXPECT_EQ(columns, expected);
    ASSERT_EQ(found->rows.size(), 2U);
    EXPECT_EQ(found->rows[0][5], "Shadowfax");
    EXPECT_EQ(found->rows[1][4], "");
}

TEST(SqlDiscovery, names_and_types_follow_the_services_rules) {
    const std::string_view records[] = {
        R"({"USER@DOMAIN":"ab","value":5000000000,"@@":1.5,"1st":true,)"
        R"("iso":"2018-03-18T03:13:00","in":{"ner":"xxxxx"},"list":[1,2]})"};
    const auto found = discover_schema(records);
    ASSERT_TRUE(found);
    std::vector<std::string> columns;
    for (const auto& column : found->schema.columns)
        columns.push_back(column.name + " " + column.sql_type + " " + column.mapping);
    const std::vector<std::string> expected = {"COL_1 REAL $.@@",
                                               "COL_1st BOOLEAN $.1st",
                                               "COL_USERDOMAIN VARCHAR(4) $.USER@DOMAIN",
                                               "COL_value BIGINT $.value",
                                               "iso VARCHAR(32) $.iso",
                                               "list VARCHAR(8) $.list[0:]",
                                               "ner VARCHAR(8) $.in.ner"};
    EXPECT_EQ(columns, expected);
}

TEST(SqlDiscovery, reads_csv_with_and_without_a_header) {
    const std::string_view records[] = {"symbol|price\nAMZN|1.5\n", "QXZ|22"};
    const auto found = discover_schema(records);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->schema.format, RecordFormat::Csv);
    EXPECT_EQ(found->schema.column_delimiter, "|");
    ASSERT_EQ(found->schema.columns.size(), 2U);
    EXPECT_EQ(found->schema.columns[0].name, "symbol");
    EXPECT_EQ(found->schema.columns[0].sql_type, "VARCHAR(4)");
    EXPECT_EQ(found->schema.columns[1].sql_type, "REAL");
    const std::string_view bare[] = {"1,2"};
    ASSERT_TRUE(discover_schema(bare));
    EXPECT_EQ(discover_schema(bare)->schema.columns[1].name, "COL_1");
    const std::string_view rubbish[] = {"hello"};
    EXPECT_FALSE(discover_schema(rubbish));
}

}  // namespace
}  // namespace wr::sql
