// Presto to DuckDB: tables, names of columns, functions, and what is refused.
#include "services/athena/engine/translate.h"

#include <gtest/gtest.h>

#include "services/athena/engine/error_text.h"
#include "services/athena/engine/frames.h"
#include "services/athena/engine/json_lines.h"

namespace wr::athena {
namespace {

SqlResult<Translation> translated(std::string_view text) {
    return translate(text, "default", [](const TableName& name) {
        return (name.database == "default" && name.table == "wildrydes") ||
               (name.database == "other" && name.table == "t");
    });
}

std::string sql(std::string_view text) {
    auto result = translated(text);
    return result ? result->sql : "error: " + result.error().message;
}

TEST(TranslateTest, tables_are_resolved_against_the_session_database) {
    const auto result = translated(
        "SELECT a FROM WildRydes w, other.t JOIN "
        "\"awsdatacatalog\".\"default\".\"wildrydes\" x ON true");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->sql,
              "SELECT a FROM \"default\".\"wildrydes\" w, \"other\".\"t\" JOIN "
              "\"default\".\"wildrydes\" x ON true");
    EXPECT_EQ(result->tables, (std::vector<TableName>{{"default", "wildrydes"}, {"other", "t"}}));
}

TEST(TranslateTest, unknown_tables_are_named_with_their_place) {
    EXPECT_EQ(sql("SELECT a,\n b FROM nowhere"),
              "error: TABLE_NOT_FOUND: line 2:9: Table 'awsdatacatalog.default.nowhere' does not "
              "exist");
    EXPECT_EQ(sql("SELECT 1 FROM (SELECT a FROM wildrydes) JOIN x ON 1=1").substr(0, 23),
              "error: TABLE_NOT_FOUND:");
    EXPECT_EQ(sql("SELECT 1 FROM hive.a.b").substr(0, 25), "error: CATALOG_NOT_FOUND:");
}

TEST(TranslateTest, unnamed_expressions_get_prestos_names) {
    EXPECT_EQ(sql("SELECT name, max(x), 1, y AS z, count(*) c, w.*, true, a.b FROM wildrydes w"),
              "SELECT name, max(x) AS \"_col1\", 1 AS \"_col2\", y AS z, count(*) c, w.*, true AS "
              "\"_col6\", a.b FROM \"default\".\"wildrydes\" w");
    EXPECT_EQ(sql("SELECT CASE WHEN a THEN b END, ARRAY[1,2], x IS NULL, interval '1' day"),
              "SELECT CASE WHEN a THEN b END AS \"_col0\", ARRAY[1,2] AS \"_col1\", x IS NULL AS "
              "\"_col2\", interval '1' day AS \"_col3\"");
    EXPECT_EQ(sql("SELECT DISTINCT upper(a) FROM wildrydes ORDER BY 1"),
              "SELECT DISTINCT upper(a) AS \"_col0\" FROM \"default\".\"wildrydes\" ORDER BY 1");
}

TEST(TranslateTest, common_tables_are_not_looked_up) {
    EXPECT_EQ(sql("WITH a AS (SELECT name n FROM wildrydes), b(x) AS (SELECT n FROM a) "
                  "SELECT x FROM b, a"),
              "WITH a AS (SELECT name n FROM \"default\".\"wildrydes\"), b(x) AS (SELECT n FROM "
              "a) SELECT x FROM b, a");
}

TEST(TranslateTest, functions_are_renamed_and_time_formats_rewritten) {
    EXPECT_EQ(sql("SELECT approx_distinct(a) x, date_format(t, '%Y-%m-%d %H:%i:%s') y"),
              "SELECT approx_count_distinct(a) x, strftime(t, '%Y-%m-%d %H:%M:%S') y");
    EXPECT_EQ(sql("SELECT date_parse('22%', '%M %d') x"), "SELECT strptime('22%', '%B %d') x");
    EXPECT_EQ(sql("SELECT cardinality FROM wildrydes"),
              "SELECT cardinality FROM \"default\".\"wildrydes\"")
        << "a column, not a call";
}

TEST(TranslateTest, from_inside_functions_names_no_table) {
    EXPECT_EQ(sql("SELECT extract(hour FROM t) h, trim(both 'x' FROM a) b WHERE a IS DISTINCT "
                  "FROM b"),
              "SELECT extract(hour FROM t) h, trim(both 'x' FROM a) b WHERE a IS DISTINCT FROM b");
}

TEST(TranslateTest, files_and_table_functions_are_refused) {
    for (const char* hostile : {"SELECT * FROM '/etc/passwd'",
                                "SELECT * FROM read_csv('/etc/passwd')",
                                "SELECT * FROM wildrydes, read_text('/etc/passwd')",
                                "SELECT * FROM (FROM '/etc/passwd')",
                                "SELECT (SELECT 1 FROM glob('*'))",
                                "SELECT * FROM (read_blob('/x') JOIN wildrydes ON true)",
                                "SELECT * FROM \"read_csv\"('/etc/passwd')",
                                "SELECT * FROM wildrydes CROSS JOIN '/x'"})
        EXPECT_EQ(sql(hostile).substr(0, 6), "error:") << hostile;
}

TEST(TranslateTest, other_statements_are_refused) {
    for (const char* hostile : {"ATTACH '/x' AS y",
                                "COPY (SELECT 1) TO '/x'",
                                "INSTALL httpfs",
                                "LOAD httpfs",
                                "PRAGMA database_list",
                                "SET memory_limit='1TB'",
                                "SELECT 1; SELECT 2",
                                "FROM '/etc/passwd'",
                                "INSERT INTO t VALUES (1)",
                                "EXPORT DATABASE 'x'",
                                "CALL x()",
                                "",
                                "SELECT ?",
                                "SELECT `a` FROM wildrydes",
                                "SELECT ((1)",
                                "SELECT 1)"})
        EXPECT_EQ(sql(hostile).substr(0, 6), "error:") << hostile;
}

TEST(TranslateTest, unnest_is_allowed) {
    EXPECT_EQ(sql("SELECT x FROM wildrydes CROSS JOIN UNNEST(a) AS t(x)"),
              "SELECT x FROM \"default\".\"wildrydes\" CROSS JOIN UNNEST(a) AS t(x)");
}

std::string lines_of(std::string_view bytes, size_t step, bool lower = true) {
    JsonLines lines(lower);
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += step) lines.feed(bytes.substr(at, step), out);
    lines.finish(out);
    return out;
}

TEST(JsonLinesTest, records_are_split_however_they_are_separated) {
    const std::string_view text =
        "{\"A\":{\"Bc\":\"X}{\\\"Y\"}}{\"A\":[1,{\"D\":2}]}\n\n {\"A\":\"\\\\\"} {\"e\":1}";
    const std::string expected =
        "{\"a\":{\"bc\":\"X}{\\\"Y\"}}\n{\"a\":[1,{\"d\":2}]}\n{\"a\":\"\\\\\"}\n{\"e\":1}\n";
    for (const size_t step : {size_t{1}, size_t{3}, text.size()})
        EXPECT_EQ(lines_of(text, step), expected) << step;
    EXPECT_EQ(lines_of("{\"A\":1}", 9, false), "{\"A\":1}\n");
}

TEST(JsonLinesTest, damaged_record_does_not_swallow_the_next_line) {
    EXPECT_EQ(lines_of("{\"a\":\"torn\n{\"a\":1}\ngarbage\n{\"a\":2}", 4),
              "{\"a\":\"torn\n{\"a\":1}\ngarbage\n{\"a\":2}\n");
}

TEST(JavaNumberTest, numbers_look_as_java_prints_them) {
    EXPECT_EQ(java_number(5.0), "5.0");
    EXPECT_EQ(java_number(0.1f), "0.1");
    EXPECT_EQ(java_number(1e7), "1.0E7");
    EXPECT_EQ(java_number(1.5e-5), "1.5E-5");
    EXPECT_EQ(java_number(-123456.75), "-123456.75");
    EXPECT_EQ(java_number(1e100), "1.0E100");
}

TEST(ErrorTextTest, known_errors_are_in_athenas_words) {
    EXPECT_EQ(athena_error_text("Binder Error: Referenced column \"nme\" not found in FROM clause!",
                                "SELECT\n  Nme FROM t"),
              "COLUMN_NOT_FOUND: line 2:3: Column 'nme' cannot be resolved or requester is not "
              "authorized to access requested resources");
    EXPECT_EQ(athena_error_text("Catalog Error: Scalar Function with name foo does not exist!\n",
                                "SELECT foo(1)"),
              "FUNCTION_NOT_FOUND: line 1:8: Function 'foo' not registered");
}

}  // namespace
}  // namespace wr::athena
