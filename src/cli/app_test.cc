// Tests of the parts of `wildrydes app`: cutting records, times, schemas, local runs.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/time_format.h"
#include "cli/exit_code.h"
#include "cli/input_schema.h"
#include "cli/record_source.h"
#include "cli/record_time.h"
#include "cli/run.h"

namespace wr::cli {
namespace {

std::vector<std::string> cut(const std::string& text, bool csv) {
    std::vector<std::string> records;
    RecordCutter cutter(csv);
    for (const char c : text) cutter.feed(std::string_view(&c, 1), records);
    cutter.finish(records);
    return records;
}

TEST(RecordCutter, takes_documents_however_they_are_laid_out) {
    const std::vector<std::string> two = {R"({"a":1})", R"({"b":"}{"})"};
    EXPECT_EQ(cut("{\"a\":1}\n{\"b\":\"}{\"}\n", false), two);
    EXPECT_EQ(cut("{\"a\":1}{\"b\":\"}{\"}", false), two);
    EXPECT_EQ(cut("[{\"a\":1},\n {\"b\":\"}{\"}]\n", false), two);
    EXPECT_EQ(cut("{\n  \"a\": [1,\n 2]\n}\n", false),
              std::vector<std::string>{"{\n  \"a\": [1,\n 2]\n}"});
}

TEST(RecordCutter, broken_documents_come_out_and_hide_none_that_follow) {
    EXPECT_EQ(cut("{\"a\":\n{\"b\":2}\nnonsense\n{\"c\":\"\\\"\"}", false),
              (std::vector<std::string>{"{\"a\":", "{\"b\":2}", "nonsense", "{\"c\":\"\\\"\"}"}));
}

TEST(RecordCutter, a_row_of_csv_may_hold_line_breaks_in_quotes) {
    EXPECT_EQ(cut("a,\"x\ny\"\r\n\nb,2", true), (std::vector<std::string>{"a,\"x\ny\"", "b,2"}));
}

TEST(RecordTime, moments_are_read_as_text_and_as_numbers_of_any_unit) {
    const base::Timestamp moment{std::chrono::milliseconds{1'521'342'840'500}};
    for (const base::Json& value : {base::Json("2018-03-18T03:14:00.500Z"),
                                    base::Json("2018-03-18 03:14:00.5"),
                                    base::Json("1521342840500"),
                                    base::Json(int64_t{1'521'342'840'500}),
                                    base::Json(1521342840.5),
                                    base::Json(int64_t{1'521'342'840'500'000}),
                                    base::Json(int64_t{1'521'342'840'500'000'000})})
        EXPECT_EQ(moment_of(value), moment) << value.dump();
    EXPECT_FALSE(moment_of(base::Json("yesterday")));
    EXPECT_FALSE(moment_of(base::Json()));
}

TEST(RecordTime, a_column_is_found_by_name_mapping_path_or_place) {
    sql::InputSchema schema;
    schema.columns = {{"Name", "VARCHAR(4)", "$.n"}, {"Sent", "TIMESTAMP", "$.meta.sent"}};
    ShardRecord record;
    record.data =
        R"({"n":"2001-01-01","meta":{"sent":"2018-03-18 03:14:00","other":"1970-01-02"}})";
    const auto time = [&](const char* spec) { return RecordTime::parse(spec, schema)->of(record); };
    EXPECT_EQ(base::format_sql_timestamp(*time("sent")), "2018-03-18 03:14:00.000");
    EXPECT_EQ(base::format_sql_timestamp(*time("meta.other")), "1970-01-02 00:00:00.000");
    EXPECT_FALSE(time("meta.absent"));
    record.arrival = base::Timestamp{std::chrono::milliseconds{5}};
    EXPECT_EQ(time("arrival"), record.arrival);
    schema.format = sql::RecordFormat::Csv;
    record.data = "x,\"2018-03-18 03:14:00\"";
    EXPECT_EQ(base::format_sql_timestamp(*time("SENT")), "2018-03-18 03:14:00.000");
    EXPECT_FALSE(RecordTime::parse("absent", schema));
}

TEST(InputSchema, comes_from_the_apis_json_at_any_depth_and_from_a_list_of_columns) {
    const auto schema = input_schema_from_json(R"({"InputSchema":{"RecordFormat":{
        "RecordFormatType":"CSV","MappingParameters":{"CSVMappingParameters":{
        "RecordRowDelimiter":"\\n","RecordColumnDelimiter":"|"}}},
        "RecordColumns":[{"Name":"a","SqlType":"INTEGER"}]}})");
    ASSERT_TRUE(schema);
    EXPECT_EQ(schema->format, sql::RecordFormat::Csv);
    EXPECT_EQ(schema->row_delimiter, "\n");
    EXPECT_EQ(schema->column_delimiter, "|");
    EXPECT_EQ(schema->columns[0].sql_type, "INTEGER");
    EXPECT_FALSE(input_schema_from_json("{}"));
    const auto listed = input_schema_from_columns("name VARCHAR(16), \"hp\" DECIMAL(5, 2)", false);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->columns[0].name, "NAME");
    EXPECT_EQ(listed->columns[1].name, "hp");
    EXPECT_FALSE(input_schema_from_columns("name", false));
}

class Folder : public testing::Test {
protected:
    void SetUp() override {
        char pattern[] = "app_test_XXXXXX";
        folder_ = mkdtemp(pattern);
    }
    void TearDown() override {
        for (const auto& path : files_) std::remove(path.c_str());
        rmdir(folder_.c_str());
    }
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = folder_ + "/" + name;
        std::ofstream(path) << text;
        files_.push_back(path);
        return path;
    }
    /// What the command prints, and its exit code.
    static std::pair<int, std::string> run_words(std::vector<std::string> words) {
        words.insert(words.begin(), {"wildrydes", "app"});
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        testing::internal::CaptureStdout();
        const int code = run(static_cast<int>(arguments.size()), arguments.data());
        return {code, testing::internal::GetCapturedStdout()};
    }
    std::string folder_;
    std::vector<std::string> files_;
};

constexpr const char* per_minute = R"(
CREATE STREAM OUT_STREAM ("Name" VARCHAR(16), "At" TIMESTAMP, N INTEGER, D DECIMAL(6,2));
CREATE PUMP P AS INSERT INTO OUT_STREAM
  SELECT STREAM "Name", ROWTIME, COUNT(*), SUM("Distance") FROM SOURCE_SQL_STREAM_001 S
  GROUP BY FLOOR(S.ROWTIME TO MINUTE), "Name";
)";
constexpr const char* readings =
    "{\"Name\":\"Shadowfax\",\"Distance\":10.5,\"StatusTime\":\"2018-03-18 03:13:01.000\"}\n"
    "{\"Name\":\"Shadowfax\",\"Distance\":1.25,\"StatusTime\":\"2018-03-18 03:13:59.999\"}\n"
    "{\"Name\":\"Rocinante\",\"Distance\":3,\"StatusTime\":\"2018-03-18 03:14:00.000\"}\n";

TEST_F(Folder, a_run_replays_past_records_with_their_own_times) {
    const auto script = write("a.sql", per_minute);
    const auto input = write("in.json", readings);
    const auto [code, out] = run_words({"run", "-i", input, "-t", "StatusTime", script});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out,
              "{\"Name\":\"Shadowfax\",\"At\":\"2018-03-18 03:14:00.000\",\"N\":2,\"D\":11.75}\n"
              "{\"Name\":\"Rocinante\",\"At\":\"2018-03-18 03:15:00.000\",\"N\":1,\"D\":3.00}\n");
}

TEST_F(Folder, records_of_a_file_are_put_in_the_order_of_their_times) {
    const auto script = write("f.sql",
                              "CREATE STREAM O (N VARCHAR(16)); CREATE PUMP P AS INSERT INTO O "
                              "SELECT STREAM \"Name\" FROM S");
    const auto input = write("in.json",
                             "{\"Name\":\"c\",\"t\":3}\n{\"Name\":\"a\",\"t\":1}\n"
                             "{\"Name\":\"a2\"}\n{\"Name\":\"b\",\"t\":2}\n");
    const auto [code, out] = run_words({"run", script, "-i", input, "-t", "t"});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out, "{\"N\":\"a\"}\n{\"N\":\"a2\"}\n{\"N\":\"b\"}\n{\"N\":\"c\"}\n");
}

TEST_F(Folder, a_table_is_aligned_and_keeps_the_digits_of_decimals) {
    const auto script = write("a.sql", per_minute);
    const auto input = write("in.json", readings);
    const auto [code, out] =
        run_words({"run", script, "-i", input, "-t", "StatusTime", "-o", "table", "-n", "2"});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out,
              "Name       At                       N      D\n"
              "---------  -----------------------  -  -----\n"
              "Shadowfax  2018-03-18 03:14:00.000  2  11.75\n"
              "Rocinante  2018-03-18 03:15:00.000  1   3.00\n");
}

TEST_F(Folder, csv_with_a_header_needs_no_schema_and_may_be_printed_as_csv) {
    const auto script = write("a.sql", per_minute);
    const auto input = write("in.csv",
                             "Name,Distance,StatusTime\nA,10.5,2018-03-18 03:13:01\n"
                             "B,2,2018-03-18 03:13:02\n");
    const auto [code, out] =
        run_words({"run", script, "-i", input, "-t", "StatusTime", "-o", "csv", "--rowtime"});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out,
              "ROWTIME,Name,At,N,D\n"
              "2018-03-18 03:14:00.000,A,2018-03-18 03:14:00.000,1,10.50\n"
              "2018-03-18 03:14:00.000,B,2018-03-18 03:14:00.000,1,2.00\n");
}

TEST_F(Folder, a_stream_is_joined_with_a_table_of_a_file) {
    const auto script = write("j.sql",
                              "CREATE STREAM O (N VARCHAR(16), R VARCHAR(16)); CREATE PUMP P AS "
                              "INSERT INTO O SELECT STREAM S.\"Name\", T.RIDER FROM S LEFT JOIN T "
                              "ON S.\"Name\" = T.NAME");
    const auto input = write("in.json", readings);
    const auto table = write("riders.csv", "Shadowfax,Gandalf\nRocinante,Quixote\n");
    const auto [code, out] = run_words({"run",
                                        script,
                                        "-i",
                                        input,
                                        "-t",
                                        "StatusTime",
                                        "--table",
                                        "T=" + table,
                                        "--columns",
                                        "T=NAME VARCHAR(16), RIDER VARCHAR(16)"});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out,
              "{\"N\":\"Shadowfax\",\"R\":\"Gandalf\"}\n"
              "{\"N\":\"Shadowfax\",\"R\":\"Gandalf\"}\n"
              "{\"N\":\"Rocinante\",\"R\":\"Quixote\"}\n");
}

TEST_F(Folder, explain_draws_the_pumps_and_checks_names_when_columns_are_known) {
    const auto script = write("a.sql", per_minute);
    const auto [code, out] = run_words({"explain", script});
    EXPECT_EQ(code, exit_ok);
    EXPECT_EQ(out,
              "SOURCE_SQL_STREAM_001  (input)\n"
              "└─ P\n"
              "   │  tumbling  FLOOR(S.ROWTIME TO MINUTE)\n"
              "   │  group by  \"Name\"\n"
              "   │  select    \"Name\", ROWTIME, COUNT(*), SUM(\"Distance\")\n"
              "   └─ OUT_STREAM  (result)\n"
              "         Name VARCHAR(16), At TIMESTAMP, N INTEGER, D DECIMAL(6, 2)\n");
    EXPECT_EQ(run_words({"explain", script, "--columns", "\"Name\" VARCHAR(16)"}).first, exit_no);
    EXPECT_EQ(run_words({"explain", folder_ + "/absent.sql"}).first, exit_environment);
    std::string unknown = per_minute;
    unknown.replace(unknown.find("COUNT("), 6, "KOUNT(");
    EXPECT_EQ(run_words({"explain", write("b.sql", unknown)}).first, exit_no);
}

TEST_F(Folder, an_export_is_flink_sql_or_a_refusal) {
    const auto script = write("a.sql", per_minute);
    const std::string columns = "\"Name\" VARCHAR(16), \"Distance\" DOUBLE";
    const auto [code, out] = run_words({"export", "--flink", script, "--columns", columns});
    EXPECT_EQ(code, exit_ok);
    EXPECT_NE(out.find("FROM TABLE(TUMBLE(TABLE `SOURCE_SQL_STREAM_001`, DESCRIPTOR(`ROWTIME`), "
                       "INTERVAL '1' MINUTE))"),
              std::string::npos);
    EXPECT_EQ(run_words({"export", "--flink", script}).first, exit_usage);
    const auto stagger = write("s.sql",
                               "CREATE STREAM O (C BIGINT); CREATE PUMP P AS INSERT INTO O SELECT "
                               "STREAM COUNT(*) FROM SOURCE_SQL_STREAM_001 WINDOWED BY STAGGER "
                               "(PARTITION BY \"Name\" RANGE INTERVAL '1' MINUTE)");
    EXPECT_EQ(run_words({"export", "--flink", stagger, "--columns", columns}),
              (std::pair<int, std::string>{exit_no, ""}));
}

TEST_F(Folder, what_is_not_told_is_asked_for) {
    const auto script = write("a.sql", per_minute);
    const auto input = write("in.json", readings);
    EXPECT_EQ(run_words({"run", script}).first, exit_usage);
    EXPECT_EQ(run_words({"run", script, "-i", folder_ + "/absent"}).first, exit_environment);
    EXPECT_EQ(run_words({"run", script, "-i", input, "-s", "NO_STREAM"}).first, exit_usage);
    EXPECT_EQ(run_words({"run", script, "-i", input, "--speed", "2"}).first, exit_usage);
    EXPECT_EQ(run_words({"run", write("b.sql", "CREATE NONSENSE"), "-i", input}).first, exit_no);
}

}  // namespace
}  // namespace wr::cli
