// The engine over a fake S3 with real DuckDB workers: the workshop's questions, refusals, crashes.
#include "services/athena/engine/engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "services/athena/engine/testing/fake_s3.h"

namespace wr::athena {
namespace {

using namespace std::chrono_literals;

class EngineTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(std::filesystem::exists(WR_DUCKDB)) << "run tools/fetch_duckdb";
        std::string pattern =
            (std::filesystem::temp_directory_path() / "wr-athena-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        store_ = *kv::open_store({.path = root_ + "/kv", .in_memory = true});
        s3_.make_bucket("results");
        s3_.make_bucket("data");
        open();
    }
    void TearDown() override {
        engine_.reset();
        if (!root_.empty()) std::filesystem::remove_all(root_);
    }
    void open() {
        engine_.reset();
        EngineOptions options;
        options.scratch_directory = root_ + "/scratch";
        options.worker_command = {WR_ATHENA_WORKER};
        options.duckdb_library = WR_DUCKDB;
        options.memory_bytes_max = memory_bytes_;
        options.timeout = timeout_;
        options.limits_address_space = false;
        engine_ = *Engine::open(*store_, s3_, clock_, random_, options);
    }

    Result<std::string> start(const std::string& query, const std::string& token = "") {
        StartRequest request;
        request.scope = scope_;
        request.query = query;
        request.output_location = "s3://results/out/";
        request.token = token;
        request.authorise = authorise_;
        return engine_->start(std::move(request));
    }

    QueryExecution finished(const std::string& id) {
        for (int i = 0; i < 3000; ++i) {
            auto execution = *engine_->get(scope_, id);
            if (execution.completed) return execution;
            std::this_thread::sleep_for(10ms);
        }
        ADD_FAILURE() << "the query does not end";
        return {};
    }

    QueryExecution run(const std::string& query) { return finished(*start(query)); }

    /// The result object, or why there is none.
    std::string csv(const std::string& query) {
        const QueryExecution execution = run(query);
        if (execution.state != QueryState::Succeeded) return "failed: " + execution.reason;
        return s3_.bytes_of("results", execution.output_location.substr(13));
    }

    void create_workshop_table() {
        const auto created = run(
            "CREATE EXTERNAL TABLE IF NOT EXISTS wildrydes (Name string, StatusTime timestamp, "
            "Latitude float, Longitude float, Distance float, HealthPoints int, MagicPoints int) "
            "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://data/'");
        ASSERT_EQ(created.state, QueryState::Succeeded) << created.reason;
        // As Firehose writes them: no separator between records.
        s3_.put("data",
                "2026/11/22/10/a",
                reading("Shadowfax", "10:00:00", "10.5", 97) +
                    reading("Rocinante", "10:00:01", "20.25", 83));
        s3_.put(
            "data", "2026/11/22/11/b.gz", gzip(reading("Shadowfax", "11:00:00", "1.5", 64) + "\n"));
    }

    static std::string reading(const std::string& name,
                               const std::string& time,
                               const std::string& distance,
                               int health) {
        return "{\"Name\":\"" + name + "\",\"StatusTime\":\"2026-11-22 " + time +
               ".123\",\"Latitude\":42.26,\"Longitude\":-71.97,\"Distance\":" + distance +
               ",\"HealthPoints\":" + std::to_string(health) + ",\"MagicPoints\":150}";
    }

    std::chrono::milliseconds timeout_ = 60s;
    uint64_t memory_bytes_ = 512ULL * 1024 * 1024;
    const Scope scope_{"123456789012", "us-east-1"};
    std::string root_;
    std::unique_ptr<kv::Store> store_;
    FakeS3 s3_;
    base::SystemClock clock_;
    base::SeededRandom random_{1};
    Authorise authorise_ = [](const std::string&, const std::string&) { return true; };
    std::unique_ptr<Engine> engine_;
};

TEST_F(EngineTest, workshop_questions_are_answered) {
    create_workshop_table();
    EXPECT_EQ(csv("SELECT * FROM wildrydes ORDER BY StatusTime LIMIT 1"),
              "\"name\",\"statustime\",\"latitude\",\"longitude\",\"distance\",\"healthpoints\","
              "\"magicpoints\"\n\"Shadowfax\",\"2026-11-22 10:00:00.123\",\"42.26\",\"-71.97\","
              "\"10.5\",\"97\",\"150\"\n");
    EXPECT_EQ(csv("SELECT Name, SUM(Distance) AS Total FROM wildrydes GROUP BY Name "
                  "ORDER BY Total DESC"),
              "\"name\",\"total\"\n\"Rocinante\",\"20.25\"\n\"Shadowfax\",\"12.0\"\n");
    EXPECT_EQ(csv("SELECT Name, MIN(HealthPoints) FROM wildrydes GROUP BY Name ORDER BY 2"),
              "\"name\",\"_col1\"\n\"Shadowfax\",\"64\"\n\"Rocinante\",\"83\"\n");
    EXPECT_EQ(csv("SELECT count(*) FROM wildrydes"), "\"_col0\"\n\"3\"\n");
    EXPECT_EQ(csv("SELECT date_trunc('hour', StatusTime) h, avg(HealthPoints) FROM wildrydes "
                  "GROUP BY 1 ORDER BY 1"),
              "\"h\",\"_col1\"\n\"2026-11-22 10:00:00.000\",\"90.0\"\n\"2026-11-22 "
              "11:00:00.000\",\"64.0\"\n");
    const auto execution =
        run("SELECT 7/2, null, 'a\"b', from_iso8601_timestamp("
            "'2026-11-22T10:00:00Z'), date_add('day', 1, date '2026-11-22')");
    EXPECT_EQ(execution.state, QueryState::Succeeded) << execution.reason;
    const auto page = engine_->results(scope_, execution.id, "", 1000, authorise_);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 2u);
    EXPECT_EQ(page->rows[1][0], "3");
    EXPECT_EQ(page->rows[1][1], std::nullopt);
    EXPECT_EQ(page->rows[1][2], "a\"b");
    EXPECT_EQ(page->rows[1][3], "2026-11-22 10:00:00.000 UTC");
    EXPECT_EQ(page->rows[1][4]->substr(0, 10), "2026-11-23");
}

TEST_F(EngineTest, results_come_in_pages_with_the_header_first) {
    const auto execution = run("SELECT x FROM UNNEST(sequence(1, 5)) AS t(x)");
    ASSERT_EQ(execution.state, QueryState::Succeeded) << execution.reason;
    std::vector<std::string> seen;
    std::string token;
    do {
        const auto page = engine_->results(scope_, execution.id, token, 2, authorise_);
        ASSERT_TRUE(page);
        EXPECT_LE(page->rows.size(), 2u);
        for (const auto& row : page->rows) seen.push_back(*row[0]);
        token = page->next_token;
    } while (!token.empty());
    EXPECT_EQ(seen, (std::vector<std::string>{"x", "1", "2", "3", "4", "5"}));
    EXPECT_FALSE(engine_->results(scope_, execution.id, "junk", 2, authorise_));
}

TEST_F(EngineTest, catalogue_statements_answer_in_lines) {
    create_workshop_table();
    EXPECT_EQ(csv("SHOW TABLES"), "wildrydes\n");
    EXPECT_EQ(csv("SHOW DATABASES"), "default\n");
    EXPECT_EQ(csv("DESCRIBE wildrydes").substr(0, 41),
              "name                \tstring              ");
    EXPECT_EQ(csv("DROP TABLE wildrydes"), "");
    EXPECT_EQ(csv("SELECT 1 FROM wildrydes"),
              "failed: TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.wildrydes' does "
              "not exist");
    EXPECT_TRUE(csv("DROP TABLE wildrydes").starts_with("failed: FAILED: "));
    EXPECT_EQ(csv("DROP TABLE IF EXISTS wildrydes"), "");
}

TEST_F(EngineTest, empty_table_has_columns_and_no_rows) {
    create_workshop_table();
    s3_.clear("data");
    EXPECT_EQ(csv("SELECT Name, HealthPoints FROM wildrydes"), "\"name\",\"healthpoints\"\n");
}

TEST_F(EngineTest, partitions_come_from_the_folders) {
    ASSERT_EQ(csv("CREATE EXTERNAL TABLE p (a int) PARTITIONED BY (dt string, h int) ROW FORMAT "
                  "SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/p'"),
              "");
    s3_.put("data", "p/dt=2026-11-22/h=1/x", "{\"a\":1}");
    s3_.put("data", "p/dt=2026-11-23/h=2/y", "{\"A\":2}\n{\"a\":3}");
    s3_.put("data", "p/elsewhere", "{\"a\":9}");
    EXPECT_EQ(csv("SELECT dt, h, sum(a) s FROM p GROUP BY 1, 2 ORDER BY 1"),
              "\"dt\",\"h\",\"s\"\n\"2026-11-22\",\"1\",\"1\"\n\"2026-11-23\",\"2\",\"5\"\n");
}

TEST_F(EngineTest, memory_does_not_grow_with_the_partitions) {
    ASSERT_EQ(csv("CREATE EXTERNAL TABLE many (a string) PARTITIONED BY (h int) ROW FORMAT "
                  "SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/many'"),
              "");
    for (int h = 0; h < 60; ++h)
        s3_.put("data", "many/h=" + std::to_string(h) + "/x", "{\"a\":\"x\"}");
    s3_.put("data", "many/h=60/x", "{\"a\":\"" + std::string(3 << 20, 'x') + "\"}");
    memory_bytes_ = 256ULL * 1024 * 1024;
    open();
    EXPECT_EQ(csv("SELECT count(*), max(length(a)) FROM many"),
              "\"_col0\",\"_col1\"\n\"61\",\"3145728\"\n");
}

TEST_F(EngineTest, delimited_text_is_read_with_its_types) {
    ASSERT_EQ(csv("CREATE EXTERNAL TABLE c (a int, b string) ROW FORMAT DELIMITED FIELDS "
                  "TERMINATED BY ',' LOCATION 's3://data/c/' TBLPROPERTIES "
                  "('skip.header.line.count'='1')"),
              "");
    s3_.put("data", "c/x.csv", "a,b\n1,one\nx,\"two\n");
    EXPECT_EQ(csv("SELECT * FROM c"), "\"a\",\"b\"\n\"1\",\"one\"\n,\"\"\"two\"\n");
}

TEST_F(EngineTest, hostile_statements_reach_nothing_outside) {
    create_workshop_table();
    for (const char* hostile : {"SELECT * FROM read_csv('/etc/passwd')",
                                "SELECT * FROM '/etc/passwd'",
                                "ATTACH '/tmp/x.db' AS x",
                                "COPY (SELECT 1) TO '/scratch/x'",
                                "INSTALL httpfs",
                                "LOAD '/data/0/0/1.txt'",
                                "SELECT getenv('HOME')",
                                "SET threads = 64",
                                "WITH x AS (SELECT 1) COPY x TO '/tmp/a'",
                                "SELECT * FROM duckdb_settings()",
                                "SELECT 1; COPY (SELECT 1) TO '/tmp/x'",
                                "CREATE TABLE x AS SELECT * FROM read_text('/etc/passwd')"}) {
        const auto execution = run(hostile);
        EXPECT_EQ(execution.state, QueryState::Failed) << hostile;
    }
}

TEST_F(EngineTest, only_objects_that_the_caller_may_read_are_read) {
    create_workshop_table();
    authorise_ = [](const std::string& action, const std::string& resource) {
        return action != "s3:GetObject" || !resource.ends_with(".gz");
    };
    EXPECT_TRUE(csv("SELECT * FROM wildrydes").starts_with("failed: PERMISSION_DENIED: "));
    authorise_ = [](const std::string& action, const std::string&) {
        return action != "s3:PutObject";
    };
    EXPECT_TRUE(csv("SELECT 1").starts_with("failed: Access denied when writing output"));
}

TEST_F(EngineTest, catalogue_is_guarded_by_glues_actions) {
    create_workshop_table();
    authorise_ = [](const std::string& action, const std::string&) {
        return !action.starts_with("glue:");
    };
    for (const char* query : {"SELECT 1 FROM wildrydes",
                              "DROP TABLE wildrydes",
                              "SHOW TABLES",
                              "DESCRIBE wildrydes",
                              "CREATE DATABASE x"})
        EXPECT_TRUE(csv(query).starts_with("failed: Insufficient permissions")) << query;
    EXPECT_EQ(csv("SELECT 1 x"), "\"x\"\n\"1\"\n");
}

TEST_F(EngineTest, damaged_records_fail_the_query_unless_the_table_ignores_them) {
    for (const char* ignores : {"false", "true"}) {
        run("DROP TABLE IF EXISTS d");
        ASSERT_EQ(csv("CREATE EXTERNAL TABLE d (a int) ROW FORMAT SERDE "
                      "'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES "
                      "('ignore.malformed.json'='" +
                      std::string(ignores) + "') LOCATION 's3://data/d/'"),
                  "");
        s3_.put("data", "d/x", "{\"a\":1}\n{\"a\":\n{\"a\":x}\njunk\n{\"a\":3}\n");
        const std::string answer = csv("SELECT sum(a) s FROM d");
        EXPECT_EQ(answer,
                  std::string(ignores) == "true"
                      ? "\"s\"\n\"4\"\n"
                      : "failed: HIVE_CURSOR_ERROR: Row is not a valid JSON Object");
    }
}

TEST_F(EngineTest, runaway_query_ends_at_the_time_limit_and_can_be_cancelled) {
    const std::string runaway =
        "SELECT count(*) FROM UNNEST(sequence(1, 100000)) a(x) CROSS JOIN UNNEST(sequence(1, "
        "100000)) b(y) CROSS JOIN UNNEST(sequence(1, 1000)) c(z) WHERE x * y % 7 = z";
    const std::string id = *start(runaway);
    while (engine_->get(scope_, id)->state == QueryState::Queued) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(200ms);
    ASSERT_TRUE(engine_->cancel(scope_, id));
    EXPECT_EQ(finished(id).state, QueryState::Cancelled);
    timeout_ = 1s;
    open();
    EXPECT_EQ(csv(runaway), "failed: Query timeout");
}

TEST_F(EngineTest, same_token_is_the_same_query) {
    const std::string id = *start("SELECT 1", "token-token-token-token-token-token");
    EXPECT_EQ(*start("SELECT 1", "token-token-token-token-token-token"), id);
    EXPECT_FALSE(start("SELECT 2", "token-token-token-token-token-token"));
    finished(id);
}

TEST_F(EngineTest, list_is_newest_first_and_pages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        ids.insert(ids.begin(), *start("SHOW TABLES"));
        finished(ids.front());
        std::this_thread::sleep_for(2ms);
    }
    EXPECT_EQ(*engine_->list(scope_, "", "", 50), ids);
    EXPECT_EQ(*engine_->list(scope_, "primary", ids[0], 1), std::vector<std::string>{ids[1]});
    EXPECT_FALSE(engine_->list(scope_, "none", "", 50));
    EXPECT_TRUE(engine_->list({"999999999999", "us-east-1"}, "", "", 50)->empty());
}

TEST_F(EngineTest, query_of_a_crashed_server_is_failed) {
    const std::string id = *start("SELECT 1");
    QueryExecution execution = finished(id);
    execution.state = QueryState::Running;
    execution.completed.reset();
    kv::Batch batch;
    std::string key("q");
    std::string open_key("o");
    for (const auto& part : {scope_.account, scope_.region, id}) {
        kv::append_key_part(key, part);
        kv::append_key_part(open_key, part);
    }
    batch.put(key, encode(execution));
    batch.put(open_key, "");
    ASSERT_TRUE(store_->commit(batch));
    open();
    EXPECT_EQ(engine_->get(scope_, id)->state, QueryState::Failed);
}

TEST_F(EngineTest, output_location_comes_from_request_or_workgroup) {
    StartRequest request;
    request.scope = scope_;
    request.query = "SELECT 1";
    request.authorise = authorise_;
    EXPECT_EQ(engine_->start(request).error().message.substr(0, 28),
              "No output location provided.");
    WorkGroup group;
    group.name = "team";
    group.output_location = "s3://results/team";
    group.enforces_configuration = true;
    ASSERT_TRUE(engine_->create_workgroup(scope_, group));
    EXPECT_FALSE(engine_->create_workgroup(scope_, group));
    request.workgroup = "team";
    request.output_location = "s3://results/elsewhere";
    EXPECT_TRUE(
        finished(*engine_->start(request)).output_location.starts_with("s3://results/team/"));
    request.workgroup = "";
    request.output_location = "s3://absent/";
    EXPECT_EQ(engine_->start(request).error().message,
              "Unable to verify/create output bucket absent");
}

}  // namespace
}  // namespace wr::athena
