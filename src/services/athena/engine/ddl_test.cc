// Hive DDL: the workshop's table and the other statements.
#include "services/athena/engine/ddl.h"

#include <gtest/gtest.h>

#include "services/athena/engine/hive_type.h"

namespace wr::athena {
namespace {

template <typename T>
T parsed(std::string_view text) {
    auto statement = parse_ddl(text);
    EXPECT_TRUE(statement) << statement.error().message;
    if (!statement || !*statement || !std::holds_alternative<T>(**statement)) {
        ADD_FAILURE() << text;
        return {};
    }
    return std::get<T>(**statement);
}

TEST(DdlTest, workshop_table_is_understood) {
    const auto create = parsed<CreateTable>(R"(
        CREATE EXTERNAL TABLE IF NOT EXISTS wildrydes (
               Name string,
               StatusTime timestamp,
               Latitude float,
               Longitude float,
               Distance float,
               HealthPoints int,
               MagicPoints int
        )
        ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
        LOCATION 's3://YOUR_BUCKET_NAME_HERE/';)");
    EXPECT_EQ(create.name, (TableName{"", "wildrydes"}));
    EXPECT_TRUE(create.if_not_exists);
    ASSERT_EQ(create.columns.size(), 7u);
    EXPECT_EQ(create.columns[1], (Column{"statustime", "timestamp", ""}));
    EXPECT_EQ(create.serde, "org.apache.hive.hcatalog.data.JsonSerDe");
    EXPECT_EQ(create.location, "s3://YOUR_BUCKET_NAME_HERE/");
}

TEST(DdlTest, clauses_nested_types_and_comments_are_kept) {
    const auto create = parsed<CreateTable>(
        "CREATE EXTERNAL TABLE `Db`.`T` (a struct<X:int, y:array<map<string,double>>> COMMENT "
        "'it''s', b decimal(10, 2)) COMMENT 'all' PARTITIONED BY (dt string, h int) "
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES "
        "('ignore.malformed.json' = 'true') STORED AS TEXTFILE LOCATION 's3://b/p' "
        "TBLPROPERTIES ('k'='v')");
    EXPECT_EQ(create.name, (TableName{"db", "t"}));
    EXPECT_EQ(create.columns[0],
              (Column{"a", "struct<x:int,y:array<map<string,double>>>", "it's"}));
    EXPECT_EQ(create.columns[1].type, "decimal(10,2)");
    EXPECT_EQ(create.partition_keys.size(), 2u);
    EXPECT_EQ(create.serde_parameters.at("ignore.malformed.json"), "true");
    EXPECT_EQ(create.properties.at("k"), "v");
}

TEST(DdlTest, delimited_text_is_lazy_simple) {
    const auto create = parsed<CreateTable>(
        "create external table t (a int) row format delimited fields terminated by '\\t' "
        "lines terminated by '\\n' location 's3://b/'");
    EXPECT_EQ(create.serde, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe");
    EXPECT_EQ(create.serde_parameters.at("field.delim"), "\t");
}

TEST(DdlTest, short_statements_are_understood) {
    EXPECT_TRUE(parsed<DropTable>("DROP TABLE IF EXISTS a.b").if_exists);
    EXPECT_EQ(parsed<DropTable>("drop table awsdatacatalog.a.b;").name, (TableName{"a", "b"}));
    EXPECT_EQ(parsed<ShowTables>("SHOW TABLES IN x 'w*'").pattern, "w*");
    EXPECT_EQ(parsed<ShowTables>("show tables").database, "");
    parsed<ShowDatabases>("SHOW DATABASES");
    EXPECT_EQ(parsed<Describe>("DESCRIBE FORMATTED d.t").name, (TableName{"d", "t"}));
    EXPECT_EQ(parsed<CreateDatabase>("CREATE DATABASE IF NOT EXISTS d COMMENT 'c'").comment, "c");
    EXPECT_TRUE(parsed<DropDatabase>("DROP SCHEMA d CASCADE").cascade);
    EXPECT_EQ(parsed<ShowCreateTable>("SHOW CREATE TABLE t").name.table, "t");
    EXPECT_EQ(parsed<MsckRepair>("MSCK REPAIR TABLE t").name.table, "t");
}

TEST(DdlTest, queries_are_not_ddl) {
    EXPECT_EQ(*parse_ddl("-- a comment\nSELECT 1"), std::nullopt);
    EXPECT_EQ(*parse_ddl("WITH a AS (SELECT 1) SELECT * FROM a"), std::nullopt);
}

TEST(DdlTest, faults_name_line_and_column) {
    const auto fault = parse_ddl("CREATE EXTERNAL TABLE t (\n  a int,\n  b nonsense)");
    ASSERT_FALSE(fault);
    EXPECT_EQ(fault.error().line, 3);
    EXPECT_EQ(fault.error().column, 5);
    EXPECT_NE(fault.error().message.find("nonsense"), std::string::npos);
    EXPECT_EQ(parse_ddl("DROP VIEW x").error().message, "mismatched input 'VIEW'");
    EXPECT_EQ(parse_ddl("DROP TABLE").error().message, "mismatched input '<EOF>'");
    EXPECT_FALSE(parse_ddl("CREATE EXTERNAL TABLE t (a int)")) << "without a location";
    EXPECT_FALSE(parse_ddl("SHOW TABLES 'x"));
}

TEST(HiveTypeTest, types_become_duckdbs) {
    EXPECT_EQ(*to_duckdb_type("STRING"), "VARCHAR");
    EXPECT_EQ(*to_duckdb_type("array<struct<a:int,b:map<string,bigint>>>"),
              "STRUCT(\"a\" INTEGER, \"b\" MAP(VARCHAR, BIGINT))[]");
    EXPECT_EQ(*to_duckdb_type("varchar(10)"), "VARCHAR");
    EXPECT_EQ(*to_duckdb_type("decimal(38,9)"), "DECIMAL(38,9)");
    for (const char* wrong : {"", "array<int", "map<int>", "struct<a>", "int>", "decimal(x)"})
        EXPECT_FALSE(to_duckdb_type(wrong)) << wrong;
    EXPECT_FALSE(to_duckdb_type(std::string(100, 'a')));
    std::string deep;
    for (int i = 0; i < 10'000; ++i) deep += "array<";
    EXPECT_FALSE(to_duckdb_type(deep));
}

}  // namespace
}  // namespace wr::athena
