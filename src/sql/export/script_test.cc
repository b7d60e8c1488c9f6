// Tests of the description of scripts.
#include "sql/export/script.h"

#include <gtest/gtest.h>

namespace wr::sql {
namespace {

constexpr const char* chain = R"(
CREATE OR REPLACE STREAM "LOW" ("Name" VARCHAR(16), HP SMALLINT);
CREATE OR REPLACE STREAM PER_MINUTE ("Name" VARCHAR(16), N INTEGER);
CREATE OR REPLACE PUMP "FILTER" AS INSERT INTO "LOW"
  SELECT STREAM "Name", "HealthPoints"   -- the weak
  FROM "SOURCE_SQL_STREAM_001"
  WHERE ("HealthPoints" < 100 OR "MagicPoints" < 100) AND "Name" <> 'x  y';
CREATE OR REPLACE PUMP COUNTS AS INSERT INTO PER_MINUTE
  SELECT STREAM "Name", COUNT(*) FROM "LOW"
  GROUP BY STEP("LOW".ROWTIME BY INTERVAL '1' MINUTE), "Name" HAVING COUNT(*) > 1;
)";

TEST(DescribeScript, names_inputs_streams_and_results) {
    const auto script = describe_script(chain);
    ASSERT_TRUE(script) << script.error().to_text();
    EXPECT_EQ(script->inputs, std::vector<std::string>{"SOURCE_SQL_STREAM_001"});
    ASSERT_EQ(script->streams.size(), 2u);
    EXPECT_EQ(script->streams[0].columns[1],
              (std::pair<std::string, std::string>{"HP", "SMALLINT"}));
    EXPECT_EQ(script->results(), std::vector<std::string>{"PER_MINUTE"});
}

TEST(DescribeScript, steps_quote_the_script_in_the_order_of_their_work) {
    const auto script = describe_script(chain);
    ASSERT_TRUE(script);
    using Steps = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(script->pumps[0].steps,
              (Steps{{"where",
                      "(\"HealthPoints\" < 100 OR \"MagicPoints\" < 100) AND \"Name\" <> 'x  y'"},
                     {"select", "\"Name\", \"HealthPoints\""}}));
    EXPECT_EQ(script->pumps[1].steps,
              (Steps{{"tumbling", "STEP(\"LOW\".ROWTIME BY INTERVAL '1' MINUTE)"},
                     {"group by", "\"Name\""},
                     {"having", "COUNT(*) > 1"},
                     {"select", "\"Name\", COUNT(*)"}}));
}

TEST(DescribeScript, a_redefined_stream_counts_once_and_a_join_reads_both) {
    const auto script = describe_script(R"(
CREATE STREAM A (X INTEGER); CREATE OR REPLACE STREAM A (X BIGINT);
CREATE PUMP P AS INSERT INTO A SELECT STREAM S.X
FROM S OVER (RANGE INTERVAL '1' MINUTE PRECEDING) AS S LEFT JOIN T ON S.X = T.X)");
    ASSERT_TRUE(script) << script.error().to_text();
    ASSERT_EQ(script->streams.size(), 1u);
    EXPECT_EQ(script->streams[0].columns[0].second, "BIGINT");
    EXPECT_EQ(script->inputs, (std::vector<std::string>{"S", "T"}));
    EXPECT_EQ(script->pumps[0].steps[0].first, "left join");
    EXPECT_EQ(script->pumps[0].steps[0].second, "T on S.X = T.X");
}

TEST(DescribeScript, a_function_that_there_is_not_is_an_error_wherever_it_stands) {
    const auto refused = [](const std::string& query) {
        const auto script = describe_script(
            "CREATE FUNCTION DOUBLED(X INTEGER) RETURNS INTEGER CONTAINS SQL "
            "RETURN X + X;\nCREATE PUMP P AS INSERT INTO O\n" +
            query);
        return script ? "" : script.error().to_text();
    };
    EXPECT_EQ(refused("SELECT STREAM DOUBLED(A), COALESCE(A, 1), SUBSTRING(B FROM 1 FOR 2), LAG(A) "
                      "OVER (ROWS 2 PRECEDING), EXTRACT(SECOND FROM ROWTIME) FROM S WHERE A IN (1) "
                      "AND B LIKE 'x%' AND B IS NOT NULL AND CHAR_LENGTH(B) > 1"),
              "");
    EXPECT_EQ(refused("SELECT STREAM DUBLED(A) FROM S"),
              "From line 3, column 15 to line 3, column 23: There is no function DUBLED");
    EXPECT_EQ(refused("SELECT STREAM A FROM (SELECT STREAM A FROM S WHERE 1 < UPER(A)) AS T"),
              "From line 3, column 56 to line 3, column 62: There is no function UPER");
    EXPECT_EQ(refused("SELECT STREAM A FROM TABLE(RANDOM_FOREST(CURSOR(SELECT STREAM A FROM S)))"),
              "From line 3, column 28 to line 3, column 40: There is no table function "
              "RANDOM_FOREST");
}

TEST(DescribeScript, streams_that_feed_each_other_are_all_results) {
    const auto script = describe_script(
        "CREATE STREAM A (X INTEGER); CREATE STREAM B (X INTEGER);"
        "CREATE PUMP P AS INSERT INTO A SELECT STREAM X FROM B;"
        "CREATE PUMP Q AS INSERT INTO B SELECT STREAM X FROM A");
    ASSERT_TRUE(script);
    EXPECT_EQ(script->results(), (std::vector<std::string>{"A", "B"}));
}

TEST(Underlined, puts_carets_below_the_characters_of_the_span) {
    const std::string code = "SELECT\n  'ä', \"Nam\" FROM s\n";
    EXPECT_EQ(underlined(code, {2, 8, 2, 12}), "      'ä', \"Nam\" FROM s\n           ^^^^^\n");
    EXPECT_EQ(underlined("x", {1, 2, 1, 2}), "    x\n     ^\n");
}

}  // namespace
}  // namespace wr::sql
