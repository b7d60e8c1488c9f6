// Tests of the export to Flink SQL: texts, and refusals by name.
#include "sql/export/flink.h"

#include <gtest/gtest.h>

namespace wr::sql {
namespace {

std::vector<InputSchema> inputs() {
    InputSchema schema;
    schema.stream_name = "S";
    schema.columns = {{"Name", "VARCHAR(16)", "$.Name"},
                      {"Distance", "DOUBLE", "$.Distance"},
                      {"HP", "INTEGER", "$.vitals.hp"},
                      {"At", "TIMESTAMP", "$.At"}};
    InputSchema table;
    table.stream_name = "T";
    table.format = RecordFormat::Csv;
    table.columns = {{"NAME", "VARCHAR(16)", ""}, {"RIDER", "VARCHAR(16)", ""}};
    table.table = true;
    return {schema, table};
}

base::Result<FlinkScript, std::string> exported(const std::string& columns,
                                                const std::string& query,
                                                const FlinkOptions& options = {}) {
    const auto program = compile(
        "CREATE STREAM O (" + columns + "); CREATE PUMP P AS INSERT INTO O " + query, inputs());
    EXPECT_TRUE(program) << program.error().to_text() << "\n" << query;
    if (!program) return base::fail(program.error().to_text());
    return export_to_flink(**program, options);
}

/// What is inserted.
std::string insert_of(const std::string& columns,
                      const std::string& query,
                      const FlinkOptions& options = {}) {
    const auto script = exported(columns, query, options);
    if (!script) return "refused: " + script.error();
    std::string text = script->statements.back();
    text = text.substr(text.find("`O`\n") + 4);
    return text.substr(0, text.find(";\nEND"));
}

std::string expression_of(const std::string& type, const std::string& text) {
    const std::string insert = insert_of("V " + type, "SELECT STREAM " + text + " FROM S");
    if (insert.starts_with("refused")) return insert;
    return insert.substr(7, insert.find("\nFROM") - 7);
}

TEST(FlinkExport, the_wild_rydes_application_is_one_select_over_a_tumbling_window) {
    const auto script =
        exported("\"Name\" VARCHAR(16), \"Time\" TIMESTAMP, D SMALLINT, M SMALLINT",
                 "SELECT STREAM \"Name\", ROWTIME, SUM(\"Distance\"), MIN(HP) FROM S "
                 "GROUP BY FLOOR(S.ROWTIME TO MINUTE), \"Name\"");
    ASSERT_TRUE(script) << script.error();
    ASSERT_EQ(script->statements.size(), 4u);
    EXPECT_EQ(script->statements[1],
              "CREATE TABLE `S` (\n"
              "  `Name` VARCHAR(16),\n"
              "  `Distance` DOUBLE,\n"
              "  `vitals` ROW<`hp` INT>,\n"
              "  `At` TIMESTAMP(3),\n"
              "  `HP` AS `vitals`.`hp`,\n"
              "  `ROWTIME` AS PROCTIME()\n"
              ") WITH (\n"
              "  'connector' = 'kinesis',\n"
              "  'stream.arn' = 'arn:aws:kinesis:REGION:ACCOUNT:stream/NAME',\n"
              "  'aws.region' = 'REGION',\n"
              "  'source.init.position' = 'LATEST',\n"
              "  'format' = 'json',\n"
              "  'json.ignore-parse-errors' = 'true',\n"
              "  'json.timestamp-format.standard' = 'SQL'\n"
              ")");
    EXPECT_EQ(script->statements[3],
              "EXECUTE STATEMENT SET\nBEGIN\nINSERT INTO `O`\n"
              "SELECT `Name`,\n"
              "       DATE_FORMAT(window_end, 'yyyy-MM-dd HH:mm:ss.SSS'),\n"
              "       CAST(ROUND(SUM(`Distance`), 0) AS SMALLINT),\n"
              "       CAST(MIN(`HP`) AS SMALLINT)\n"
              "FROM TABLE(TUMBLE(TABLE `S`, DESCRIPTOR(`ROWTIME`), INTERVAL '1' MINUTE))\n"
              "GROUP BY window_start, window_end, `Name`;\n"
              "END");
}

TEST(FlinkExport, filters_stay_filters_and_having_stays_having) {
    EXPECT_EQ(insert_of("N VARCHAR(16)",
                        "SELECT STREAM \"Name\" FROM S WHERE (HP < 100 OR HP IS NULL) AND "
                        "\"Name\" LIKE 'S%'"),
              "SELECT `Name`\nFROM `S`\n"
              "WHERE ((`HP` < 100) OR (`HP` IS NULL)) AND (`Name` LIKE 'S%')");
    EXPECT_EQ(insert_of("C BIGINT",
                        "SELECT STREAM COUNT(*) FROM S WHERE HP > 1 GROUP BY "
                        "STEP(S.ROWTIME BY INTERVAL '10' SECOND), \"Name\" HAVING COUNT(*) > 5"),
              "SELECT COUNT(*)\n"
              "FROM TABLE(TUMBLE(TABLE `S`, DESCRIPTOR(`ROWTIME`), INTERVAL '10' SECOND))\n"
              "WHERE `HP` > 1\n"
              "GROUP BY window_start, window_end, `Name`\n"
              "HAVING COUNT(*) > 5");
}

TEST(FlinkExport, a_stream_between_pumps_is_a_view_and_several_writers_a_union) {
    const auto program = compile(
        "CREATE STREAM MID (N VARCHAR(16)); CREATE STREAM O (C BIGINT);"
        "CREATE PUMP A AS INSERT INTO MID SELECT STREAM \"Name\" FROM S WHERE HP < 1;"
        "CREATE PUMP B AS INSERT INTO MID SELECT STREAM \"Name\" FROM S WHERE HP > 9;"
        "CREATE PUMP C AS INSERT INTO O SELECT STREAM COUNT(*) FROM MID GROUP BY "
        "FLOOR(MID.ROWTIME TO HOUR)",
        inputs());
    ASSERT_TRUE(program);
    const auto script = export_to_flink(**program, {});
    ASSERT_TRUE(script) << script.error();
    EXPECT_EQ(script->statements[2],
              "CREATE TEMPORARY VIEW `MID` AS\n"
              "SELECT `Name` AS `N`,\n       `ROWTIME`\nFROM `S`\nWHERE `HP` < 1\n"
              "UNION ALL\n"
              "SELECT `Name` AS `N`,\n       `ROWTIME`\nFROM `S`\nWHERE `HP` > 9");
    EXPECT_NE(script->statements.back().find("TUMBLE(TABLE `MID`, DESCRIPTOR(`ROWTIME`), "
                                             "INTERVAL '1' HOUR)"),
              std::string::npos);
}

TEST(FlinkExport, sliding_windows_are_over_ranges_and_rows) {
    EXPECT_EQ(insert_of("N VARCHAR(16), A DOUBLE",
                        "SELECT STREAM \"Name\", AVG(\"Distance\") OVER (PARTITION BY \"Name\" "
                        "RANGE INTERVAL '90' SECOND PRECEDING) FROM S"),
              "SELECT `Name`,\n       AVG(`Distance`) OVER (PARTITION BY `Name` ORDER BY `ROWTIME` "
              "RANGE BETWEEN INTERVAL '90' SECOND PRECEDING AND CURRENT ROW)\nFROM `S`");
    EXPECT_EQ(insert_of("D DOUBLE",
                        "SELECT STREAM LAG(\"Distance\", 2) OVER (PARTITION BY \"Name\") FROM S"),
              "SELECT LAG(`Distance`, 2) OVER (PARTITION BY `Name` ORDER BY `ROWTIME`)\nFROM `S`");
    const std::string filtered = insert_of(
        "C BIGINT",
        "SELECT STREAM X.C FROM (SELECT STREAM COUNT(*) OVER (PARTITION BY \"Name\" ROWS 5 "
        "PRECEDING) AS C FROM S) AS X WHERE X.C > 3");
    EXPECT_EQ(filtered,
              "SELECT `c0`\nFROM (\n"
              "  SELECT COUNT(*) OVER (PARTITION BY `Name` ORDER BY `ROWTIME` ROWS BETWEEN 5 "
              "PRECEDING AND CURRENT ROW) AS `c0`,\n         `ROWTIME`\n  FROM `S`\n)\n"
              "WHERE `c0` > 3");
}

TEST(FlinkExport, windowed_joins_are_interval_joins_and_tables_are_joined_plainly) {
    EXPECT_EQ(
        insert_of(
            "N VARCHAR(16), R TIMESTAMP",
            "SELECT STREAM A.\"Name\", ROWTIME FROM S OVER (RANGE INTERVAL '1' MINUTE PRECEDING) "
            "AS A JOIN S AS B ON A.\"Name\" = B.\"Name\""),
        "SELECT l.`Name`,\n       DATE_FORMAT(CAST(r.`ROWTIME` AS TIMESTAMP(3)), "
        "'yyyy-MM-dd HH:mm:ss.SSS')\n"
        "FROM `S` AS l JOIN `S` AS r ON (l.`Name` = r.`Name`) AND l.`ROWTIME` BETWEEN r.`ROWTIME` "
        "- INTERVAL '1' MINUTE AND r.`ROWTIME`");
    EXPECT_EQ(
        insert_of("R VARCHAR(16)",
                  "SELECT STREAM T.RIDER FROM S JOIN T ON S.\"Name\" = T.NAME WHERE S.HP > 3"),
        "SELECT r.`RIDER`\nFROM `S` AS l JOIN `T` AS r ON l.`Name` = r.`NAME`\n"
        "WHERE l.`HP` > 3");
}

TEST(FlinkExport, approximate_functions_are_exact_queries) {
    EXPECT_EQ(insert_of("C BIGINT",
                        "SELECT STREAM * FROM TABLE(COUNT_DISTINCT_ITEMS_TUMBLING(CURSOR(SELECT "
                        "STREAM * FROM S), 'Name', 60))"),
              "SELECT COUNT(DISTINCT `Name`)\n"
              "FROM TABLE(TUMBLE(TABLE `S`, DESCRIPTOR(`ROWTIME`), INTERVAL '1' MINUTE))\n"
              "GROUP BY window_start, window_end");
    EXPECT_NE(insert_of("N VARCHAR(16), C BIGINT",
                        "SELECT STREAM * FROM TABLE(TOP_K_ITEMS_TUMBLING(CURSOR(SELECT STREAM * "
                        "FROM S), 'Name', 3, 60))")
                  .find("WHERE c2 <= 3"),
              std::string::npos);
}

TEST(FlinkExport, expressions_keep_their_meaning) {
    EXPECT_EQ(expression_of("INTEGER", "CAST(\"Distance\" AS INTEGER)"),
              "CAST(ROUND(`Distance`, 0) AS INT)");
    EXPECT_EQ(expression_of("VARCHAR(8)", "UPPER(\"Name\") || 'it''s'"),
              "CAST(UPPER(`Name`) || 'it''s' AS VARCHAR(8))");
    EXPECT_EQ(expression_of("VARCHAR(16)", "CASE WHEN HP > 1 THEN \"Name\" ELSE NULL END"),
              "CASE WHEN `HP` > 1 THEN `Name` ELSE CAST(CAST(NULL AS STRING) AS VARCHAR(16)) END");
    EXPECT_EQ(expression_of("VARCHAR(16)", "SUBSTRING(\"Name\" FROM 2 FOR 3)"),
              "SUBSTRING(`Name` FROM 2 FOR 3)");
    EXPECT_EQ(expression_of("BIGINT", "EXTRACT(HOUR FROM \"At\")"), "EXTRACT(HOUR FROM `At`)");
    EXPECT_EQ(expression_of("BIGINT",
                            "CAST((S.\"At\" - TIMESTAMP '2020-01-01 00:00:00') MINUTE AS BIGINT)"),
              "CAST(TIMESTAMPDIFF(MINUTE, TIMESTAMP '2020-01-01 00:00:00.000', `At`) AS BIGINT)");
    EXPECT_EQ(expression_of("VARCHAR(16)", "SUBSTRING(\"Name\" FROM HP)"),
              "refused: pump P: SUBSTRING from a place that is no positive number");
}

TEST(FlinkExport, what_flink_has_no_equal_of_is_refused_by_name) {
    const std::pair<const char*, const char*> cases[] = {
        {"SELECT STREAM COUNT(*) FROM S WINDOWED BY STAGGER (PARTITION BY \"Name\" RANGE INTERVAL "
         "'1' MINUTE)",
         "WINDOWED BY STAGGER"},
        {"SELECT STREAM ANOMALY_SCORE FROM TABLE(RANDOM_CUT_FOREST(CURSOR(SELECT STREAM "
         "\"Distance\" FROM S)))",
         "RANDOM_CUT_FOREST"},
        {"SELECT STREAM EXP_AVG(\"Distance\", INTERVAL '1' SECOND) FROM S GROUP BY FLOOR(S.ROWTIME "
         "TO "
         "MINUTE)",
         "EXP_AVG"},
        {"SELECT STREAM COUNT(*) OVER (ROWS 2 PRECEDING) + COUNT(*) OVER (ROWS 3 PRECEDING) FROM S",
         "two different OVER windows"},
        {"SELECT STREAM A.HP FROM S OVER (RANGE INTERVAL '1' SECOND PRECEDING) AS A LEFT JOIN S AS "
         "B "
         "ON A.HP = B.HP",
         "an outer join of streams"},
        {"SELECT STREAM A.HP FROM S AS A JOIN S AS B ON A.HP = B.HP", "equal ROWTIME"},
        {"SELECT STREAM COUNT(*) FROM S GROUP BY FLOOR(S.ROWTIME TO MONTH)", "months or years"},
        {"SELECT STREAM COUNT(*) FROM (SELECT STREAM HP, COUNT(*) AS C FROM S GROUP BY HP, "
         "FLOOR(S.ROWTIME TO SECOND)) AS X GROUP BY FLOOR(X.ROWTIME TO MINUTE)",
         "a window over the rows of another window"},
        {"SELECT STREAM CHAR_LENGTH(PARTITION_KEY) FROM S", "PARTITION_KEY"},
    };
    for (const auto& [query, construct] : cases) {
        const auto script = exported("V DOUBLE", query);
        ASSERT_FALSE(script) << query;
        EXPECT_NE(script.error().find(construct), std::string::npos) << script.error();
    }
}

TEST(FlinkExport, time_may_be_the_arrival_or_a_column) {
    FlinkOptions options;
    options.time = FlinkTime::Column;
    options.time_column = "At";
    options.connectors["S"] = "'connector' = 'filesystem', 'path' = 'in'";
    const auto script = exported("H INTEGER", "SELECT STREAM HP FROM S", options);
    ASSERT_TRUE(script) << script.error();
    EXPECT_NE(script->statements[1].find("`ROWTIME` AS CAST(`At` AS TIMESTAMP(3)),\n"
                                         "  WATERMARK FOR `ROWTIME` AS `ROWTIME`\n"),
              std::string::npos)
        << script->statements[1];
    EXPECT_NE(script->statements[1].find("'path' = 'in'"), std::string::npos);
    options.time_column = "Name";
    EXPECT_FALSE(exported("H INTEGER", "SELECT STREAM HP FROM S", options));
    options.time = FlinkTime::Arrival;
    EXPECT_NE(exported("H INTEGER", "SELECT STREAM HP FROM S", options)
                  ->to_text()
                  .find("`ROWTIME` TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL"),
              std::string::npos);
}

}  // namespace
}  // namespace wr::sql
