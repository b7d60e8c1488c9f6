// Module 4: the bucket, the delivery stream that fills it, and the table over it.
#include <thread>

#include "fleet/pipeline_parts.h"
#include "fleet/policy_text.h"
#include "gen/athena/types.h"
#include "gen/firehose/types.h"
#include "gen/s3/types.h"

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

constexpr auto ddl_poll = 20ms;
constexpr int ddl_polls_max = 1'500;

wire::ApiResult<void> run_ddl(Aws& aws, const std::string& sql, const std::string& results) {
    gen::athena::StartQueryExecutionInput input;
    input.query_string = sql;
    input.query_execution_context.emplace().database = "default";
    input.result_configuration.emplace().output_location = "s3://" + results + "/";
    WR_TRY(const auto started, aws.athena.start_query_execution(input));
    gen::athena::GetQueryExecutionInput query;
    query.query_execution_id = started.query_execution_id;
    for (int i = 0; i < ddl_polls_max; ++i) {
        WR_TRY(const auto execution, aws.athena.get_query_execution(query));
        const auto& status = execution.query_execution->status;
        if (status->state == "SUCCEEDED") return {};
        if (status->state == "FAILED" || status->state == "CANCELLED")
            return base::fail(wire::ApiError{
                *status->state, status->state_change_reason.value_or(""), 400, {}, {}});
        std::this_thread::sleep_for(ddl_poll);
    }
    return base::fail(
        wire::ApiError{"Timeout", "the statement did not end within 30 s", 504, {}, {}});
}

void add_bucket_step(std::vector<Step>& steps, Aws& aws, const std::string& bucket) {
    Step step;
    step.module = 4;
    step.title = "bucket " + bucket;
    step.fix = "aws s3 mb s3://" + bucket;
    step.exists = [&aws, bucket] {
        gen::s3::HeadBucketInput input;
        input.bucket = bucket;
        return found(aws.s3.head_bucket(input));
    };
    step.create = [&aws, bucket] {
        gen::s3::CreateBucketInput input;
        input.bucket = bucket;
        return done(aws.s3.create_bucket(input));
    };
    steps.push_back(std::move(step));
}

Step delivery_step(Aws& aws, const std::string& account) {
    Step step;
    step.module = 4;
    step.title = "delivery stream wildrydes into the bucket";
    step.fix = "wildrydes workshop setup 4";
    step.exists = [&aws]() -> wire::ApiResult<bool> {
        gen::firehose::DescribeDeliveryStreamInput input;
        input.delivery_stream_name = names::delivery_stream;
        const auto described = aws.firehose.describe_delivery_stream(input);
        if (described)
            return described->delivery_stream_description->delivery_stream_status == "ACTIVE";
        return found(described);
    };
    step.create = [&aws, account] {
        gen::firehose::CreateDeliveryStreamInput input;
        input.delivery_stream_name = names::delivery_stream;
        input.delivery_stream_type = "KinesisStreamAsSource";
        auto& source = input.kinesis_stream_source_configuration.emplace();
        source.kinesis_stream_arn = stream_arn(aws, account, names::stream);
        source.role_arn = role_arn(account, "WildRydesDeliveryRole");
        auto& target = input.extended_s3_destination_configuration.emplace();
        target.role_arn = role_arn(account, "WildRydesDeliveryRole");
        target.bucket_arn = "arn:aws:s3:::" + data_bucket(account);
        auto& hints = target.buffering_hints.emplace();
        hints.interval_in_seconds = 60;
        hints.size_in_mbs = 1;
        return done(aws.firehose.create_delivery_stream(input));
    };
    return step;
}

}  // namespace

std::vector<Step> module_archive(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    add_bucket_step(steps, aws, data_bucket(account));
    add_bucket_step(steps, aws, results_bucket(account));
    const std::string bucket_arn = "arn:aws:s3:::" + data_bucket(account);
    const std::string policy = allow({{{"kinesis:DescribeStream",
                                        "kinesis:GetShardIterator",
                                        "kinesis:GetRecords",
                                        "kinesis:ListShards"},
                                       {stream_arn(aws, account, names::stream)}},
                                      {{"s3:*"}, {bucket_arn, bucket_arn + "/*"}}});
    add_role_step(
        steps, aws, 4, account, "WildRydesDeliveryRole", "firehose.amazonaws.com", policy);
    steps.push_back(delivery_step(aws, account));
    Step table;
    table.module = 4;
    table.title = "Athena table wildrydes over the bucket";
    table.fix = "wildrydes workshop setup 4";
    table.exists = [&aws]() -> wire::ApiResult<bool> {
        gen::athena::GetTableMetadataInput input;
        input.catalog_name = "AwsDataCatalog";
        input.database_name = "default";
        input.table_name = names::athena_table;
        const auto metadata = aws.athena.get_table_metadata(input);
        if (!metadata && metadata.error().code == "MetadataException") return false;
        return found(metadata);
    };
    table.create = [&aws, account] {
        return run_ddl(aws, archive_table_sql(data_bucket(account)), results_bucket(account));
    };
    steps.push_back(std::move(table));
    return steps;
}

}  // namespace wr::fleet
