// Both API versions over one engine: what the workshop does, and how errors are told.
#include <gtest/gtest.h>

#include "services/analytics/api/service_v1.h"
#include "services/analytics/api/service_v2.h"
#include "services/analytics/engine/fake_faces_test.h"

namespace wr::analytics::api {
namespace {

using namespace std::chrono_literals;

const std::string role = "arn:aws:iam::123456789012:role/analytics";

std::string stream_arn(const std::string& name) {
    return "arn:aws:kinesis:us-east-1:123456789012:stream/" + name;
}

class AnalyticsApi : public ::testing::Test {
protected:
    AnalyticsApi() {
        kinesis_.create("wildrydes", 1);
        kinesis_.create("wildrydes-summary", 1);
        EngineOptions options;
        options.state_change_delay = 0ms;
        options.discovery_wait = 0ms;
        engine_ = *Engine::open(*store_, clock_, {&kinesis_, nullptr, nullptr, nullptr}, options);
        v1_ = std::make_unique<AnalyticsV1Service>(*engine_);
        v2_ = std::make_unique<AnalyticsV2Service>(*engine_);
        context_.account = "123456789012";
        context_.region = "us-east-1";
    }

    static v1::CreateApplicationInput workshop() {
        v1::CreateApplicationInput request;
        request.application_name = "wildrydes";
        request.application_code =
            "CREATE OR REPLACE STREAM \"DESTINATION_SQL_STREAM\" (\"Name\" VARCHAR(16));\n"
            "CREATE OR REPLACE PUMP \"STREAM_PUMP\" AS INSERT INTO \"DESTINATION_SQL_STREAM\"\n"
            "SELECT STREAM \"Name\" FROM \"SOURCE_SQL_STREAM_001\"";
        auto& input = request.inputs.emplace().emplace_back();
        input.name_prefix = "SOURCE_SQL_STREAM";
        auto& source = input.kinesis_streams_input.emplace();
        source.resource_arn = stream_arn("wildrydes");
        source.role_arn = role;
        auto& schema = input.input_schema.emplace();
        schema.record_format.emplace().record_format_type = "JSON";
        schema.record_format->mapping_parameters.emplace()
            .json_mapping_parameters.emplace()
            .record_row_path = "$";
        auto& column = schema.record_columns.emplace().emplace_back();
        column.name = "Name";
        column.sql_type = "VARCHAR(16)";
        column.mapping = "$.Name";
        auto& output = request.outputs.emplace().emplace_back();
        output.name = "DESTINATION_SQL_STREAM";
        auto& destination = output.kinesis_streams_output.emplace();
        destination.resource_arn = stream_arn("wildrydes-summary");
        destination.role_arn = role;
        output.destination_schema.emplace().record_format_type = "JSON";
        return request;
    }

    std::unique_ptr<kv::Store> store_ = *kv::open_store({"/analytics", true, kv::Durability::Os});
    base::ManualClock clock_;
    FakeKinesis kinesis_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<AnalyticsV1Service> v1_;
    std::unique_ptr<AnalyticsV2Service> v2_;
    CallContext context_;
};

TEST_F(AnalyticsApi, the_workshops_application_is_described_as_it_was_made) {
    const auto created = v1_->create_application(workshop(), context_);
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_EQ(created->application_summary->application_status, "READY");
    EXPECT_EQ(created->application_summary->application_arn,
              "arn:aws:kinesisanalytics:us-east-1:123456789012:application/wildrydes");
    v1::DescribeApplicationInput request;
    request.application_name = "wildrydes";
    const auto detail = *v1_->describe_application(request, context_)->application_detail;
    EXPECT_EQ(detail.application_version_id, 1);
    const auto& input = detail.input_descriptions->at(0);
    EXPECT_EQ(input.in_app_stream_names->at(0), "SOURCE_SQL_STREAM_001");
    EXPECT_EQ(input.kinesis_streams_input_description->role_arn, role);
    EXPECT_EQ(input.input_schema->record_columns->at(0).mapping, "$.Name");
    EXPECT_EQ(detail.output_descriptions->at(0).destination_schema->record_format_type, "JSON");
    // The second version sees the same application.
    v2::DescribeApplicationInput other;
    other.application_name = "wildrydes";
    const auto same = v2_->describe_application(other, context_);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->application_detail->runtime_environment, "SQL-1_0");
}

TEST_F(AnalyticsApi, starting_needs_an_input_of_the_application) {
    ASSERT_TRUE(v1_->create_application(workshop(), context_));
    v1::StartApplicationInput request;
    request.application_name = "wildrydes";
    auto& one = request.input_configurations.emplace().emplace_back();
    one.id = "9.9";
    one.input_starting_position_configuration.emplace().input_starting_position = "NOW";
    EXPECT_EQ(v1_->start_application(request, context_).error().code, "InvalidArgumentException");
    one.id = "1.1";
    ASSERT_TRUE(v1_->start_application(request, context_));
    EXPECT_EQ(v1_->start_application(request, context_).error().code, "ResourceInUseException");
    engine_->settle();
    v1::ListApplicationsInput list;
    const auto listed = v1_->list_applications(list, context_);
    EXPECT_EQ(listed->application_summaries->at(0).application_status, "RUNNING");
    EXPECT_EQ(listed->has_more_applications, false);
}

TEST_F(AnalyticsApi, errors_have_the_services_names) {
    auto bad = workshop();
    bad.application_code = "CREATE STREAM";
    EXPECT_EQ(v1_->create_application(bad, context_).error().code, "CodeValidationException");
    v1::DescribeApplicationInput nobody;
    nobody.application_name = "nobody";
    EXPECT_EQ(v1_->describe_application(nobody, context_).error().code,
              "ResourceNotFoundException");
    v2::CreateApplicationInput flink;
    flink.application_name = "f";
    flink.runtime_environment = "FLINK-1_18";
    EXPECT_EQ(v2_->create_application(flink, context_).error().code,
              "UnsupportedOperationException");
    ASSERT_TRUE(v1_->create_application(workshop(), context_));
    v1::UpdateApplicationInput update;
    update.application_name = "wildrydes";
    update.current_application_version_id = 3;
    EXPECT_EQ(v1_->update_application(update, context_).error().code,
              "ConcurrentModificationException");
}

TEST_F(AnalyticsApi, a_second_version_application_grows_step_by_step) {
    v2::CreateApplicationInput create;
    create.application_name = "app";
    create.runtime_environment = "SQL-1_0";
    create.service_execution_role = role;
    ASSERT_TRUE(v2_->create_application(create, context_));
    const auto v1_request = workshop();
    v2::AddApplicationInputInput add;
    add.application_name = "app";
    add.current_application_version_id = 1;
    auto& input = add.input.emplace();
    input.name_prefix = "S";
    input.kinesis_streams_input.emplace().resource_arn = stream_arn("wildrydes");
    auto& column = input.input_schema.emplace().record_columns.emplace().emplace_back();
    column.name = "A";
    column.sql_type = "INTEGER";
    const auto added = v2_->add_application_input(add, context_);
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_EQ(added->application_version_id, 2);
    EXPECT_EQ(added->input_descriptions->at(0).input_id, "1.1");
    v2::UpdateApplicationInput update;
    update.application_name = "app";
    update.current_application_version_id = 2;
    auto& code = update.application_configuration_update.emplace()
                     .application_code_configuration_update.emplace();
    code.code_content_update.emplace().text_content_update = "CREATE STREAM O (B INTEGER)";
    ASSERT_TRUE(v2_->update_application(update, context_));
    v2::DescribeApplicationInput request;
    request.application_name = "app";
    const auto detail = *v2_->describe_application(request, context_)->application_detail;
    EXPECT_EQ(detail.application_version_id, 3);
    const auto& configuration = *detail.application_configuration_description;
    EXPECT_EQ(configuration.application_code_configuration_description->code_content_description
                  ->text_content,
              "CREATE STREAM O (B INTEGER)");
    v2::DeleteApplicationInput remove;
    remove.application_name = "app";
    remove.create_timestamp = detail.create_timestamp;
    ASSERT_TRUE(v2_->delete_application(remove, context_));
    engine_->settle();
    EXPECT_FALSE(v2_->describe_application(request, context_));
}

TEST_F(AnalyticsApi, discovery_answers_with_schema_and_records) {
    v1::DiscoverInputSchemaInput request;
    request.resource_arn = stream_arn("wildrydes");
    request.input_starting_position_configuration.emplace().input_starting_position =
        "TRIM_HORIZON";
    const auto empty = v1_->discover_input_schema(request, context_);
    EXPECT_EQ(empty.error().code, "UnableToDetectSchemaException");
    kinesis_.put("wildrydes", "shardId-000000000000", "{\"Name\":\"Shadowfax\"}", clock_.now());
    const auto found = v1_->discover_input_schema(request, context_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->input_schema->record_columns->at(0).sql_type, "VARCHAR(16)");
    EXPECT_EQ(found->input_schema->record_format->record_format_type, "JSON");
    EXPECT_EQ(found->parsed_input_records->at(0).at(0), "Shadowfax");
    EXPECT_EQ(found->raw_input_records->at(0), "{\"Name\":\"Shadowfax\"}");
}

TEST_F(AnalyticsApi, access_names_the_application_and_the_roles_that_are_passed) {
    const auto request = workshop();
    const auto& operations = v1::service_model().operations;
    const auto at = std::find_if(operations.begin(), operations.end(), [](const auto& operation) {
        return operation.name == "CreateApplication";
    });
    ASSERT_NE(at, operations.end());
    const auto needed =
        v1_->access("CreateApplication", wire::InputView(*at->input, &request), context_);
    ASSERT_EQ(needed.size(), 3U);
    EXPECT_EQ(needed[0].action, "kinesisanalytics:CreateApplication");
    EXPECT_EQ(needed[0].resource,
              "arn:aws:kinesisanalytics:us-east-1:123456789012:application/wildrydes");
    EXPECT_EQ(needed[1].action, "iam:PassRole");
    EXPECT_EQ(needed[1].resource, role);
}

}  // namespace
}  // namespace wr::analytics::api
