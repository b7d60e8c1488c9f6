// Module 2, the summaries of each minute, and the vitals alert of the further work: streaming SQL
// applications.
#include "fleet/pipeline_parts.h"
#include "fleet/policy_text.h"
#include "gen/kinesisanalytics/types.h"

namespace wr::fleet {
namespace {

struct Column {
    const char* name;
    const char* type;
};

/// What DiscoverInputSchema finds in the fleet's records.
constexpr Column columns[] = {
    {"Distance", "DOUBLE"},
    {"HealthPoints", "INTEGER"},
    {"Latitude", "DOUBLE"},
    {"Longitude", "DOUBLE"},
    {"MagicPoints", "INTEGER"},
    {"Name", "VARCHAR(16)"},
    {"StatusTime", "TIMESTAMP"},
};

constexpr const char* output_in_app_stream = "DESTINATION_SQL_STREAM";

gen::kinesisanalytics::CreateApplicationInput application_input(const Aws& aws,
                                                                const std::string& account,
                                                                const char* name,
                                                                const std::string& code,
                                                                const char* output_stream) {
    namespace ka = gen::kinesisanalytics;
    ka::CreateApplicationInput input;
    input.application_name = name;
    input.application_code = code;
    ka::Input source;
    source.name_prefix = "SOURCE_SQL_STREAM";
    source.kinesis_streams_input.emplace();
    source.kinesis_streams_input->resource_arn = stream_arn(aws, account, names::stream);
    source.kinesis_streams_input->role_arn = role_arn(account, names::service_role);
    auto& schema = source.input_schema.emplace();
    schema.record_encoding = "UTF-8";
    auto& format = schema.record_format.emplace();
    format.record_format_type = "JSON";
    format.mapping_parameters.emplace().json_mapping_parameters.emplace().record_row_path = "$";
    auto& list = schema.record_columns.emplace();
    for (const auto& column : columns) {
        auto& entry = list.emplace_back();
        entry.name = column.name;
        entry.mapping = std::string("$.") + column.name;
        entry.sql_type = column.type;
    }
    input.inputs = std::vector<ka::Input>{source};
    ka::Output output;
    output.name = output_in_app_stream;
    output.kinesis_streams_output.emplace();
    output.kinesis_streams_output->resource_arn = stream_arn(aws, account, output_stream);
    output.kinesis_streams_output->role_arn = role_arn(account, names::service_role);
    output.destination_schema.emplace().record_format_type = "JSON";
    input.outputs = std::vector<ka::Output>{output};
    return input;
}

wire::ApiResult<gen::kinesisanalytics::ApplicationDetail> describe(Aws& aws,
                                                                   const char* application) {
    gen::kinesisanalytics::DescribeApplicationInput input;
    input.application_name = application;
    WR_TRY(auto described, aws.analytics.describe_application(input));
    return described.application_detail.value_or(gen::kinesisanalytics::ApplicationDetail{});
}

wire::ApiResult<void> start(Aws& aws, const char* application) {
    WR_TRY(const auto detail, describe(aws, application));
    gen::kinesisanalytics::StartApplicationInput input;
    input.application_name = application;
    auto& configurations = input.input_configurations.emplace();
    for (const auto& source : detail.input_descriptions.value_or(
             std::vector<gen::kinesisanalytics::InputDescription>{})) {
        auto& configuration = configurations.emplace_back();
        configuration.id = source.input_id;
        configuration.input_starting_position_configuration.emplace().input_starting_position =
            "NOW";
    }
    return done(aws.analytics.start_application(input));
}

}  // namespace

std::string summary_sql() {
    return R"(CREATE OR REPLACE STREAM "DESTINATION_SQL_STREAM" (
  "Name"                VARCHAR(16),
  "StatusTime"          TIMESTAMP,
  "Distance"            SMALLINT,
  "MinMagicPoints"      SMALLINT,
  "MaxMagicPoints"      SMALLINT,
  "MinHealthPoints"     SMALLINT,
  "MaxHealthPoints"     SMALLINT
);
CREATE OR REPLACE PUMP "STREAM_PUMP" AS
  INSERT INTO "DESTINATION_SQL_STREAM"
    SELECT STREAM "Name", "ROWTIME", SUM("Distance"), MIN("MagicPoints"),
                  MAX("MagicPoints"), MIN("HealthPoints"), MAX("HealthPoints")
    FROM "SOURCE_SQL_STREAM_001"
    GROUP BY FLOOR("SOURCE_SQL_STREAM_001"."ROWTIME" TO MINUTE), "Name";
)";
}

std::string vitals_sql() {
    return R"(-- Every reading with a vital below 100, as it arrives.
CREATE OR REPLACE STREAM "DESTINATION_SQL_STREAM" (
  "Name"          VARCHAR(16),
  "StatusTime"    TIMESTAMP,
  "HealthPoints"  SMALLINT,
  "MagicPoints"   SMALLINT
);
CREATE OR REPLACE PUMP "VITALS_PUMP" AS
  INSERT INTO "DESTINATION_SQL_STREAM"
    SELECT STREAM "Name", "StatusTime", "HealthPoints", "MagicPoints"
    FROM "SOURCE_SQL_STREAM_001"
    WHERE "HealthPoints" < 100 OR "MagicPoints" < 100;
)";
}

void add_application_steps(std::vector<Step>& steps,
                           Aws& aws,
                           int module,
                           const std::string& account,
                           const char* application,
                           const std::string& code,
                           const char* output_stream) {
    Step create;
    create.module = module;
    create.title = std::string("SQL application ") + application;
    create.fix = "wildrydes workshop setup " + std::to_string(module);
    create.exists = [&aws, application] { return found(describe(aws, application)); };
    create.create = [&aws, account, application, code, output_stream] {
        return done(aws.analytics.create_application(
            application_input(aws, account, application, code, output_stream)));
    };
    steps.push_back(std::move(create));
    Step running;
    running.module = module;
    running.title = std::string("SQL application ") + application + " runs";
    running.fix = "wildrydes workshop setup " + std::to_string(module);
    running.exists = [&aws, application]() -> wire::ApiResult<bool> {
        const auto detail = describe(aws, application);
        if (!detail) return found(detail);
        return detail->application_status == "RUNNING";
    };
    running.create = [&aws, application] { return start(aws, application); };
    steps.push_back(std::move(running));
}

std::vector<Step> module_aggregation(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    add_stream_step(steps, aws, 2, names::summary_stream);
    const std::string policy =
        allow({{{"kinesis:*"}, {"arn:aws:kinesis:*:" + account + ":stream/wildrydes*"}}});
    add_role_step(
        steps, aws, 2, account, names::service_role, "kinesisanalytics.amazonaws.com", policy);
    add_application_steps(
        steps, aws, 2, account, names::application, summary_sql(), names::summary_stream);
    return steps;
}

}  // namespace wr::fleet
