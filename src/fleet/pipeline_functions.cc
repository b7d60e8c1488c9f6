// Module 3, the function that stores the summaries, and the function that raises vitals alerts.
#include "fleet/pipeline_parts.h"
#include "fleet/policy_text.h"
#include "fleet/zip_writer.h"
#include "gen/lambda/types.h"

namespace wr::fleet {
namespace {

constexpr const char* runtime = "nodejs20.x";
constexpr int64_t function_timeout_seconds = 60;

wire::ApiResult<void> create_function(Aws& aws,
                                      const std::string& account,
                                      const FunctionSpec& spec) {
    gen::lambda::CreateFunctionInput input;
    input.function_name = spec.name;
    input.runtime = runtime;
    input.handler = spec.handler;
    input.role = role_arn(account, spec.role);
    input.timeout = function_timeout_seconds;
    input.memory_size = 256;
    input.code.emplace().zip_file = write_zip({{spec.file, spec.source}});
    input.environment.emplace().variables.emplace()["TABLE_NAME"] = spec.table;
    return done(aws.lambda.create_function(input));
}

std::string function_policy(const Aws& aws, const std::string& account, const char* table) {
    const std::string table_arn =
        "arn:aws:dynamodb:" + aws.region + ":" + account + ":table/" + table;
    return allow({{{"dynamodb:BatchWriteItem", "dynamodb:PutItem"}, {table_arn}},
                  {{"kinesis:DescribeStream",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                    "kinesis:ListStreams",
                    "logs:*"},
                   {"*"}}});
}

}  // namespace

void add_function_steps(std::vector<Step>& steps,
                        Aws& aws,
                        int module,
                        const std::string& account,
                        const FunctionSpec& spec) {
    add_table_step(steps, aws, module, spec.table, "Name", module == 3 ? "StatusTime" : "Metric");
    add_role_step(steps,
                  aws,
                  module,
                  account,
                  spec.role,
                  "lambda.amazonaws.com",
                  function_policy(aws, account, spec.table));
    Step function;
    function.module = module;
    function.title = std::string("function ") + spec.name;
    function.fix = "wildrydes workshop setup " + std::to_string(module);
    function.exists = [&aws, name = spec.name]() -> wire::ApiResult<bool> {
        gen::lambda::GetFunctionConfigurationInput input;
        input.function_name = name;
        const auto configuration = aws.lambda.get_function_configuration(input);
        if (configuration) return configuration->state == "Active";
        return found(configuration);
    };
    function.create = [&aws, account, spec] { return create_function(aws, account, spec); };
    steps.push_back(std::move(function));
    Step trigger;
    trigger.module = module;
    trigger.title = std::string("function ") + spec.name + " is triggered by stream " + spec.stream;
    trigger.fix = std::string("aws lambda create-event-source-mapping --function-name ") +
                  spec.name + " --starting-position TRIM_HORIZON --event-source-arn " +
                  stream_arn(aws, account, spec.stream);
    trigger.exists = [&aws, account, spec]() -> wire::ApiResult<bool> {
        gen::lambda::ListEventSourceMappingsInput input;
        input.function_name = spec.name;
        input.event_source_arn = stream_arn(aws, account, spec.stream);
        WR_TRY(const auto mappings, aws.lambda.list_event_source_mappings(input));
        return mappings.event_source_mappings && !mappings.event_source_mappings->empty();
    };
    trigger.create = [&aws, account, spec] {
        gen::lambda::CreateEventSourceMappingInput input;
        input.function_name = spec.name;
        input.event_source_arn = stream_arn(aws, account, spec.stream);
        input.starting_position = "TRIM_HORIZON";
        input.batch_size = 100;
        return done(aws.lambda.create_event_source_mapping(input));
    };
    steps.push_back(std::move(trigger));
}

std::vector<Step> module_processing(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    add_function_steps(steps,
                       aws,
                       3,
                       account,
                       {names::processor,
                        names::processor_role,
                        "index.handler",
                        "index.js",
                        std::string(function_source("WildRydesStreamProcessor/index.js")),
                        names::table,
                        names::summary_stream});
    return steps;
}

std::vector<Step> module_vitals(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    add_stream_step(steps, aws, 5, names::vitals_stream);
    add_application_steps(
        steps, aws, 5, account, names::vitals_application, vitals_sql(), names::vitals_stream);
    add_function_steps(steps,
                       aws,
                       5,
                       account,
                       {names::vitals_function,
                        "WildRydesVitalsAlertRole",
                        "index.handler",
                        "index.mjs",
                        std::string(function_source("WildRydesVitalsAlert/index.mjs")),
                        names::alerts_table,
                        names::vitals_stream});
    return steps;
}

}  // namespace wr::fleet
