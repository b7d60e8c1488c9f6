// Athena and Glue as a client meets them: shapes, states, errors, and what must be allowed first.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "services/athena/api/athena_service.h"
#include "services/athena/api/glue_service.h"
#include "services/athena/engine/testing/fake_s3.h"

namespace wr::athena::api {
namespace {

using namespace std::chrono_literals;
namespace glue = wr::gen::glue;

class AthenaApiTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "wr-athena-api-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        store_ = *kv::open_store({.path = root_ + "/kv", .in_memory = true});
        s3_.make_bucket("results");
        EngineOptions options;
        options.scratch_directory = root_ + "/scratch";
        options.worker_command = {"/bin/false"};
        engine_ = *Engine::open(*store_, s3_, clock_, random_, options);
        const Judge judge = [](const CallContext&) {
            return [](const std::string&, const std::string&) { return true; };
        };
        athena_ = std::make_unique<AthenaService>(*engine_, judge);
        glue_ = std::make_unique<GlueService>(engine_->catalog());
        context_.account = "123456789012";
        context_.region = "us-east-1";
    }
    void TearDown() override {
        engine_.reset();
        std::filesystem::remove_all(root_);
    }

    model::QueryExecution run(const std::string& query) {
        model::StartQueryExecutionInput input;
        input.query_string = query;
        input.result_configuration.emplace().output_location = "s3://results/";
        const auto started = athena_->start_query_execution(input, context_);
        EXPECT_TRUE(started) << started.error().message;
        model::GetQueryExecutionInput get;
        get.query_execution_id = started->query_execution_id;
        while (true) {
            const auto got = athena_->get_query_execution(get, context_);
            EXPECT_TRUE(got);
            const auto& status = *got->query_execution->status;
            if (status.completion_date_time) return *got->query_execution;
            std::this_thread::sleep_for(5ms);
        }
    }

    std::string root_;
    std::unique_ptr<kv::Store> store_;
    FakeS3 s3_;
    base::SystemClock clock_;
    base::SeededRandom random_{7};
    CallContext context_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<AthenaService> athena_;
    std::unique_ptr<GlueService> glue_;
};

TEST_F(AthenaApiTest, table_created_by_sql_is_seen_through_glue) {
    const auto created =
        run("CREATE EXTERNAL TABLE w (Name string) ROW FORMAT SERDE "
            "'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/'");
    EXPECT_EQ(created.status->state, "SUCCEEDED");
    EXPECT_EQ(created.statement_type, "DDL");
    EXPECT_EQ(created.substatement_type, "CREATE_TABLE");
    EXPECT_TRUE(created.result_configuration->output_location->ends_with(".txt"));
    glue::GetTableInput input;
    input.database_name = "default";
    input.name = "W";
    const auto table = glue_->get_table(input, context_);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->table->table_type, "EXTERNAL_TABLE");
    EXPECT_EQ((*table->table->storage_descriptor->columns)[0].name, "name");
    EXPECT_EQ(table->table->storage_descriptor->serde_info->serialization_library,
              "org.openx.data.jsonserde.JsonSerDe");
    input.name = "absent";
    EXPECT_EQ(glue_->get_table(input, context_).error().code, "EntityNotFoundException");
}

TEST_F(AthenaApiTest, results_of_show_have_no_header_row) {
    run("CREATE DATABASE fleet");
    const auto shown = run("SHOW DATABASES");
    model::GetQueryResultsInput input;
    input.query_execution_id = shown.query_execution_id;
    const auto results = athena_->get_query_results(input, context_);
    ASSERT_TRUE(results);
    ASSERT_EQ(results->result_set->rows->size(), 2u);
    EXPECT_EQ((*(*results->result_set->rows)[1].data)[0].var_char_value, "fleet");
    EXPECT_EQ((*results->result_set->result_set_metadata->column_info)[0].name, "database_name");
}

TEST_F(AthenaApiTest, failed_query_says_why_and_has_no_results) {
    const auto failed = run("SELECT * FROM nowhere");
    EXPECT_EQ(failed.status->state, "FAILED");
    EXPECT_EQ(failed.status->athena_error->error_category, 2);
    EXPECT_EQ(failed.status->state_change_reason,
              "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nowhere' does not exist");
    model::GetQueryResultsInput input;
    input.query_execution_id = failed.query_execution_id;
    const auto results = athena_->get_query_results(input, context_);
    ASSERT_FALSE(results);
    EXPECT_EQ(results.error().code, "InvalidRequestException");
    EXPECT_EQ(run("SELECT 1").status->athena_error->error_category, 1) << "no library installed";
}

TEST_F(AthenaApiTest, unknown_execution_is_an_invalid_request) {
    model::GetQueryExecutionInput input;
    input.query_execution_id = "none";
    const auto got = athena_->get_query_execution(input, context_);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, "InvalidRequestException");
    EXPECT_EQ(got.error().message, "QueryExecution none was not found");
}

TEST_F(AthenaApiTest, executions_and_workgroups_page_without_gaps) {
    std::vector<std::string> expected;
    for (int i = 0; i < 5; ++i) {
        expected.insert(expected.begin(), *run("SHOW TABLES").query_execution_id);
        std::this_thread::sleep_for(2ms);
    }
    std::vector<std::string> seen;
    model::ListQueryExecutionsInput input;
    input.max_results = 2;
    do {
        const auto page = athena_->list_query_executions(input, context_);
        ASSERT_TRUE(page);
        for (const auto& id : *page->query_execution_ids) seen.push_back(id);
        input.next_token = page->next_token;
    } while (input.next_token);
    EXPECT_EQ(seen, expected);

    model::CreateWorkGroupInput create;
    create.name = "team";
    ASSERT_TRUE(athena_->create_work_group(create, context_));
    model::ListWorkGroupsInput list;
    list.max_results = 1;
    const auto first = athena_->list_work_groups(list, context_);
    EXPECT_EQ((*first->work_groups)[0].name, "primary");
    list.next_token = first->next_token;
    EXPECT_EQ((*athena_->list_work_groups(list, context_)->work_groups)[0].name, "team");
    model::DeleteWorkGroupInput remove;
    remove.work_group = "primary";
    EXPECT_FALSE(athena_->delete_work_group(remove, context_));
    remove.work_group = "team";
    EXPECT_TRUE(athena_->delete_work_group(remove, context_));
}

TEST_F(AthenaApiTest, named_queries_are_kept) {
    model::CreateNamedQueryInput create;
    create.name = "lowest health";
    create.database = "default";
    create.query_string = "SELECT 1";
    const auto made = athena_->create_named_query(create, context_);
    ASSERT_TRUE(made);
    model::GetNamedQueryInput get;
    get.named_query_id = made->named_query_id;
    EXPECT_EQ(athena_->get_named_query(get, context_)->named_query->work_group, "primary");
    EXPECT_EQ(athena_->list_named_queries({}, context_)->named_query_ids->size(), 1u);
    model::DeleteNamedQueryInput remove;
    remove.named_query_id = made->named_query_id;
    ASSERT_TRUE(athena_->delete_named_query(remove, context_));
    EXPECT_FALSE(athena_->get_named_query(get, context_));
}

TEST_F(AthenaApiTest, another_account_sees_nothing) {
    const auto mine = run("CREATE DATABASE fleet");
    context_.account = "999999999999";
    model::GetQueryExecutionInput get;
    get.query_execution_id = mine.query_execution_id;
    EXPECT_FALSE(athena_->get_query_execution(get, context_));
    EXPECT_EQ(glue_->get_databases({}, context_)->database_list->size(), 1u);
}

}  // namespace
}  // namespace wr::athena::api
