// Documents as AWS publishes them; a program may compare them.
#include "services/identity/engine/aws_policies.h"

#include <array>

#include "base/time_format.h"

namespace wr::identity {
namespace {

struct Published {
    const char* name;
    const char* path;
    const char* version;
    const char* created;
    const char* updated;
    const char* document;
};

const Published published[] = {
    // clang-format off
    {"AdministratorAccess",
     "/",
     "v1",
     "2015-02-06T18:39:46Z",
     "2015-02-06T18:39:46Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]})"},
    {"AmazonDynamoDBFullAccess",
     "/",
     "v15",
     "2015-02-06T18:40:11Z",
     "2021-01-29T17:38:30Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["dynamodb:*","dax:*","application-auto)"
     R"(scaling:DeleteScalingPolicy","application-autoscaling:DeregisterScalableTarget","appli)"
     R"(cation-autoscaling:DescribeScalableTargets","application-autoscaling:DescribeScalingAc)"
     R"(tivities","application-autoscaling:DescribeScalingPolicies","application-autoscaling:P)"
     R"(utScalingPolicy","application-autoscaling:RegisterScalableTarget","cloudwatch:DeleteAl)"
     R"(arms","cloudwatch:DescribeAlarmHistory","cloudwatch:DescribeAlarms","cloudwatch:Descri)"
     R"(beAlarmsForMetric","cloudwatch:GetMetricStatistics","cloudwatch:ListMetrics","cloudwat)"
     R"(ch:PutMetricAlarm","cloudwatch:GetMetricData","datapipeline:ActivatePipeline","datapip)"
     R"(eline:CreatePipeline","datapipeline:DeletePipeline","datapipeline:DescribeObjects","da)"
     R"(tapipeline:DescribePipelines","datapipeline:GetPipelineDefinition","datapipeline:ListP)"
     R"(ipelines","datapipeline:PutPipelineDefinition","datapipeline:QueryObjects","ec2:Descri)"
     R"(beVpcs","ec2:DescribeSubnets","ec2:DescribeSecurityGroups","iam:GetRole","iam:ListRole)"
     R"(s","kms:DescribeKey","kms:ListAliases","sns:CreateTopic","sns:DeleteTopic","sns:ListSu)"
     R"(bscriptions","sns:ListSubscriptionsByTopic","sns:ListTopics","sns:Subscribe","sns:Unsu)"
     R"(bscribe","sns:SetTopicAttributes","lambda:CreateFunction","lambda:ListFunctions","lamb)"
     R"(da:ListEventSourceMappings","lambda:CreateEventSourceMapping","lambda:DeleteEventSourc)"
     R"(eMapping","lambda:GetFunctionConfiguration","lambda:DeleteFunction","resource-groups:L)"
     R"(istGroups","resource-groups:ListGroupResources","resource-groups:GetGroup","resource-g)"
     R"(roups:GetGroupQuery","resource-groups:DeleteGroup","resource-groups:CreateGroup","tag:)"
     R"(GetResources","kinesis:ListStreams","kinesis:DescribeStream","kinesis:DescribeStreamSu)"
     R"(mmary"],"Effect":"Allow","Resource":"*"},{"Action":"cloudwatch:GetInsightRuleReport",")"
     R"(Effect":"Allow","Resource":"arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorIns)"
     R"(ights*"},{"Action":["iam:PassRole"],"Condition":{"StringLike":{"iam:PassedToService":[)"
     R"("application-autoscaling.amazonaws.com","application-autoscaling.amazonaws.com.cn","da)"
     R"(x.amazonaws.com"]}},"Effect":"Allow","Resource":"*"},{"Action":["iam:CreateServiceLink)"
     R"(edRole"],"Condition":{"StringEquals":{"iam:AWSServiceName":["replication.dynamodb.amaz)"
     R"(onaws.com","dax.amazonaws.com","dynamodb.application-autoscaling.amazonaws.com","contr)"
     R"(ibutorinsights.dynamodb.amazonaws.com","kinesisreplication.dynamodb.amazonaws.com"]}},)"
     R"("Effect":"Allow","Resource":"*"}]})"},
    {"AmazonDynamoDBReadOnlyAccess",
     "/",
     "v15",
     "2015-02-06T18:40:12Z",
     "2024-11-18T17:38:15Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["application-autoscaling:DescribeScala)"
     R"(bleTargets","application-autoscaling:DescribeScalingActivities","application-autoscali)"
     R"(ng:DescribeScalingPolicies","cloudwatch:DescribeAlarmHistory","cloudwatch:DescribeAlar)"
     R"(ms","cloudwatch:DescribeAlarmsForMetric","cloudwatch:GetMetricStatistics","cloudwatch:)"
     R"(ListMetrics","cloudwatch:GetMetricData","datapipeline:DescribeObjects","datapipeline:D)"
     R"(escribePipelines","datapipeline:GetPipelineDefinition","datapipeline:ListPipelines","d)"
     R"(atapipeline:QueryObjects","dynamodb:BatchGetItem","dynamodb:Describe*","dynamodb:List*)"
     R"(","dynamodb:GetAbacStatus","dynamodb:GetItem","dynamodb:GetResourcePolicy","dynamodb:Q)"
     R"(uery","dynamodb:Scan","dynamodb:PartiQLSelect","dax:Describe*","dax:List*","dax:GetIte)"
     R"(m","dax:BatchGetItem","dax:Query","dax:Scan","ec2:DescribeVpcs","ec2:DescribeSubnets",)"
     R"("ec2:DescribeSecurityGroups","iam:GetRole","iam:ListRoles","kms:DescribeKey","kms:List)"
     R"(Aliases","sns:ListSubscriptionsByTopic","sns:ListTopics","lambda:ListFunctions","lambd)"
     R"(a:ListEventSourceMappings","lambda:GetFunctionConfiguration","resource-groups:ListGrou)"
     R"(ps","resource-groups:ListGroupResources","resource-groups:GetGroup","resource-groups:G)"
     R"(etGroupQuery","tag:GetResources","kinesis:ListStreams","kinesis:DescribeStream","kines)"
     R"(is:DescribeStreamSummary"],"Effect":"Allow","Resource":"*","Sid":"GeneralReadOnlyAcces)"
     R"(s"},{"Action":"cloudwatch:GetInsightRuleReport","Effect":"Allow","Resource":"arn:aws:c)"
     R"(loudwatch:*:*:insight-rule/DynamoDBContributorInsights*","Sid":"CCIAccess"}]})"},
    {"AmazonKinesisAnalyticsFullAccess",
     "/",
     "v1",
     "2016-09-21T19:01:14Z",
     "2016-09-21T19:01:14Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":"kinesisanalytics:*","Effect":"Allow",")"
     R"(Resource":"*"},{"Action":["kinesis:CreateStream","kinesis:DeleteStream","kinesis:Descr)"
     R"(ibeStream","kinesis:ListStreams","kinesis:PutRecord","kinesis:PutRecords"],"Effect":"A)"
     R"(llow","Resource":"*"},{"Action":["firehose:DescribeDeliveryStream","firehose:ListDeliv)"
     R"(eryStreams"],"Effect":"Allow","Resource":"*"},{"Action":["cloudwatch:GetMetricStatisti)"
     R"(cs","cloudwatch:ListMetrics"],"Effect":"Allow","Resource":"*"},{"Action":"logs:GetLogE)"
     R"(vents","Effect":"Allow","Resource":"*"},{"Action":["iam:ListPolicyVersions","iam:ListR)"
     R"(oles"],"Effect":"Allow","Resource":"*"},{"Action":"iam:PassRole","Effect":"Allow","Res)"
     R"(ource":"arn:aws:iam::*:role/service-role/kinesis-analytics*"}]})"},
    {"AmazonKinesisFirehoseFullAccess",
     "/",
     "v1",
     "2015-10-07T18:45:26Z",
     "2015-10-07T18:45:26Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["firehose:*"],"Effect":"Allow","Resour)"
     R"(ce":"*"}]})"},
    {"AmazonKinesisFullAccess",
     "/",
     "v1",
     "2015-02-06T18:40:29Z",
     "2015-02-06T18:40:29Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":"kinesis:*","Effect":"Allow","Resource")"
     R"(:"*"}]})"},
    {"AmazonKinesisReadOnlyAccess",
     "/",
     "v1",
     "2015-02-06T18:40:30Z",
     "2015-02-06T18:40:30Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["kinesis:Get*","kinesis:List*","kinesi)"
     R"(s:Describe*"],"Effect":"Allow","Resource":"*"}]})"},
    {"AmazonS3FullAccess",
     "/",
     "v2",
     "2015-02-06T18:40:58Z",
     "2021-09-27T20:16:37Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["s3:*","s3-object-lambda:*"],"Effect":)"
     R"("Allow","Resource":"*"}]})"},
    {"AmazonS3ReadOnlyAccess",
     "/",
     "v3",
     "2015-02-06T18:40:59Z",
     "2023-08-10T21:31:39Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["s3:Get*","s3:List*","s3:Describe*","s)"
     R"(3-object-lambda:Get*","s3-object-lambda:List*"],"Effect":"Allow","Resource":"*"}]})"},
    {"AWSLambda_FullAccess",
     "/",
     "v7",
     "2020-11-17T21:14:08Z",
     "2026-02-12T18:00:51Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["cloudformation:DescribeStacks","cloud)"
     R"(formation:ListStackResources","cloudwatch:ListMetrics","cloudwatch:GetMetricData","ec2)"
     R"(:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","kms:DescribeKey","k)"
     R"(ms:ListAliases","iam:GetPolicy","iam:GetPolicyVersion","iam:GetRole","iam:GetRolePolic)"
     R"(y","iam:ListAttachedRolePolicies","iam:ListRolePolicies","iam:ListRoles","lambda:*","l)"
     R"(ogs:DescribeLogGroups","states:DescribeStateMachine","states:ListStateMachines","tag:G)"
     R"(etResources","xray:GetTraceSummaries","xray:BatchGetTraces"],"Effect":"Allow","Resourc)"
     R"(e":"*"},{"Action":"iam:PassRole","Condition":{"StringEquals":{"iam:PassedToService":"l)"
     R"(ambda.amazonaws.com"}},"Effect":"Allow","Resource":"*"},{"Action":["logs:DescribeLogSt)"
     R"(reams","logs:GetLogEvents","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveT)"
     R"(ail"],"Effect":"Allow","Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"},{"Action)"
     R"(":"iam:CreateServiceLinkedRole","Condition":{"StringEquals":{"iam:AWSServiceName":"lam)"
     R"(bda.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role)"
     R"(/lambda.amazonaws.com/AWSServiceRoleForLambda"}]})"},
    {"AWSLambdaBasicExecutionRole",
     "/service-role/",
     "v1",
     "2015-04-09T15:03:43Z",
     "2015-04-09T15:03:43Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["logs:CreateLogGroup","logs:CreateLogS)"
     R"(tream","logs:PutLogEvents"],"Effect":"Allow","Resource":"*"}]})"},
    {"AWSLambdaDynamoDBExecutionRole",
     "/service-role/",
     "v1",
     "2015-04-09T15:09:29Z",
     "2015-04-09T15:09:29Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["dynamodb:DescribeStream","dynamodb:Ge)"
     R"(tRecords","dynamodb:GetShardIterator","dynamodb:ListStreams","logs:CreateLogGroup","lo)"
     R"(gs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":"*"}]})"},
    {"AWSLambdaKinesisExecutionRole",
     "/service-role/",
     "v2",
     "2015-04-09T15:14:16Z",
     "2018-11-19T20:09:24Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["kinesis:DescribeStream","kinesis:Desc)"
     R"(ribeStreamSummary","kinesis:GetRecords","kinesis:GetShardIterator","kinesis:ListShards)"
     R"(","kinesis:ListStreams","kinesis:SubscribeToShard","logs:CreateLogGroup","logs:CreateL)"
     R"(ogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":"*"}]})"},
    {"AWSLambdaRole",
     "/service-role/",
     "v1",
     "2015-02-06T18:41:28Z",
     "2015-02-06T18:41:28Z",
     R"({"Version":"2012-10-17","Statement":[{"Action":["lambda:InvokeFunction"],"Effect":"All)"
     R"(ow","Resource":["*"]}]})"},
    // clang-format on
};

std::vector<ManagedPolicy> make_policies() {
    std::vector<ManagedPolicy> policies;
    int number = 0;
    for (const auto& source : published) {
        ManagedPolicy policy;
        policy.account = "aws";
        policy.name = source.name;
        policy.path = source.path;
        policy.version = source.version;
        policy.document = source.document;
        policy.created = base::parse_iso8601(source.created).value_or(Timestamp{});
        policy.updated = base::parse_iso8601(source.updated).value_or(Timestamp{});
        // AWS's own ids are not published; these are stable and of the same form.
        policy.id = "ANPAWILDRYDESAWS2A";
        policy.id += static_cast<char>('A' + number / 26);
        policy.id += static_cast<char>('A' + number % 26);
        policy.id += 'Z';
        ++number;
        policies.push_back(std::move(policy));
    }
    return policies;
}

}  // namespace

const std::vector<ManagedPolicy>& aws_managed_policies() {
    static const auto policies = make_policies();
    return policies;
}

const ManagedPolicy* find_aws_managed_policy(std::string_view arn) {
    for (const auto& policy : aws_managed_policies()) {
        if (policy.arn() == arn) return &policy;
    }
    return nullptr;
}

}  // namespace wr::identity
