// Module 1: the stream and the guests who may read it. Also steps that several modules share.
#include "base/json.h"
#include "fleet/pipeline_parts.h"
#include "fleet/policy_text.h"
#include "gen/cognitoidentity/types.h"
#include "gen/dynamodb/types.h"
#include "gen/iam/types.h"
#include "gen/kinesis/types.h"

namespace wr::fleet {
namespace {

wire::ApiResult<std::string> find_pool(Aws& aws) {
    gen::cognitoidentity::ListIdentityPoolsInput input;
    input.max_results = 60;
    WR_TRY(const auto pools, aws.identity_pools.list_identity_pools(input));
    for (const auto& pool : pools.identity_pools.value_or(
             std::vector<gen::cognitoidentity::IdentityPoolShortDescription>{})) {
        if (pool.identity_pool_name == names::identity_pool)
            return pool.identity_pool_id.value_or("");
    }
    return std::string();
}

wire::ApiResult<void> create_dashboard_role(Aws& aws, const std::string& account) {
    WR_TRY(const std::string pool, find_pool(aws));
    gen::iam::CreateRoleInput role;
    role.role_name = names::dashboard_role;
    role.assume_role_policy_document = trust_guests(pool);
    WR_TRY_VOID(done(aws.iam.create_role(role)));
    gen::iam::PutRolePolicyInput policy;
    policy.role_name = names::dashboard_role;
    policy.policy_name = "ReadTheFleet";
    policy.policy_document = allow({{{"kinesis:Get*", "kinesis:List*", "kinesis:Describe*"},
                                     {stream_arn(aws, account, names::stream)}}});
    WR_TRY_VOID(done(aws.iam.put_role_policy(policy)));
    gen::cognitoidentity::SetIdentityPoolRolesInput roles;
    roles.identity_pool_id = pool;
    roles.roles.emplace()["unauthenticated"] = role_arn(account, names::dashboard_role);
    return done(aws.identity_pools.set_identity_pool_roles(roles));
}

}  // namespace

void add_stream_step(std::vector<Step>& steps, Aws& aws, int module, const char* stream) {
    Step step;
    step.module = module;
    step.title = std::string("stream ") + stream;
    step.fix = std::string("aws kinesis create-stream --shard-count 1 --stream-name ") + stream;
    step.exists = [&aws, stream]() -> wire::ApiResult<bool> {
        gen::kinesis::DescribeStreamSummaryInput input;
        input.stream_name = stream;
        const auto summary = aws.kinesis.describe_stream_summary(input);
        if (summary)
            return summary->stream_description_summary &&
                   summary->stream_description_summary->stream_status == "ACTIVE";
        return found(summary);
    };
    step.create = [&aws, stream] {
        gen::kinesis::CreateStreamInput input;
        input.stream_name = stream;
        input.shard_count = 1;
        return done(aws.kinesis.create_stream(input));
    };
    steps.push_back(std::move(step));
}

void add_role_step(std::vector<Step>& steps,
                   Aws& aws,
                   int module,
                   const std::string& account,
                   const char* role,
                   const std::string& trusted,
                   const std::string& policy) {
    Step step;
    step.module = module;
    step.title = std::string("role ") + role;
    step.fix = std::string("aws iam create-role --role-name ") + role +
               " --assume-role-policy-document '" + trust_service(trusted) + "'";
    step.exists = [&aws, role] {
        gen::iam::GetRoleInput input;
        input.role_name = role;
        return found(aws.iam.get_role(input));
    };
    step.create = [&aws, role, trusted, policy]() -> wire::ApiResult<void> {
        gen::iam::CreateRoleInput input;
        input.role_name = role;
        input.assume_role_policy_document = trust_service(trusted);
        WR_TRY_VOID(done(aws.iam.create_role(input)));
        gen::iam::PutRolePolicyInput inlined;
        inlined.role_name = role;
        inlined.policy_name = "WildRydes";
        inlined.policy_document = policy;
        return done(aws.iam.put_role_policy(inlined));
    };
    (void)account;
    steps.push_back(std::move(step));
}

void add_table_step(std::vector<Step>& steps,
                    Aws& aws,
                    int module,
                    const char* table,
                    const char* hash_key,
                    const char* range_key) {
    Step step;
    step.module = module;
    step.title = std::string("table ") + table;
    step.fix = std::string("aws dynamodb create-table --table-name ") + table +
               " --attribute-definitions AttributeName=" + hash_key +
               ",AttributeType=S AttributeName=" + range_key +
               ",AttributeType=S --key-schema AttributeName=" + hash_key +
               ",KeyType=HASH AttributeName=" + range_key +
               ",KeyType=RANGE --billing-mode PAY_PER_REQUEST";
    step.exists = [&aws, table]() -> wire::ApiResult<bool> {
        gen::dynamodb::DescribeTableInput input;
        input.table_name = table;
        const auto described = aws.dynamodb.describe_table(input);
        if (described) return described->table && described->table->table_status == "ACTIVE";
        return found(described);
    };
    step.create = [&aws, table, hash_key, range_key] {
        gen::dynamodb::CreateTableInput input;
        input.table_name = table;
        input.billing_mode = "PAY_PER_REQUEST";
        for (const auto& [name, type] :
             {std::pair(hash_key, "HASH"), std::pair(range_key, "RANGE")}) {
            auto& definitions = input.attribute_definitions ? *input.attribute_definitions
                                                            : input.attribute_definitions.emplace();
            auto& attribute = definitions.emplace_back();
            attribute.attribute_name = name;
            attribute.attribute_type = "S";
            auto& schema = input.key_schema ? *input.key_schema : input.key_schema.emplace();
            auto& element = schema.emplace_back();
            element.attribute_name = name;
            element.key_type = type;
        }
        return done(aws.dynamodb.create_table(input));
    };
    steps.push_back(std::move(step));
}

std::vector<Step> module_streams(Aws& aws, const std::string& account) {
    std::vector<Step> steps;
    add_stream_step(steps, aws, 1, names::stream);
    Step pool;
    pool.module = 1;
    pool.title = "identity pool wildrydes with guests";
    pool.fix =
        "aws cognito-identity create-identity-pool --identity-pool-name wildrydes "
        "--allow-unauthenticated-identities";
    pool.exists = [&aws]() -> wire::ApiResult<bool> {
        WR_TRY(const std::string id, find_pool(aws));
        return !id.empty();
    };
    pool.create = [&aws] {
        gen::cognitoidentity::CreateIdentityPoolInput input;
        input.identity_pool_name = names::identity_pool;
        input.allow_unauthenticated_identities = true;
        return done(aws.identity_pools.create_identity_pool(input));
    };
    steps.push_back(std::move(pool));
    Step role;
    role.module = 1;
    role.title = "role WildrydesDashboardRole for the pool's guests";
    role.fix = "wildrydes workshop setup 1";
    role.exists = [&aws]() -> wire::ApiResult<bool> {
        WR_TRY(const std::string id, find_pool(aws));
        if (id.empty()) return false;
        gen::cognitoidentity::GetIdentityPoolRolesInput input;
        input.identity_pool_id = id;
        WR_TRY(const auto roles, aws.identity_pools.get_identity_pool_roles(input));
        return roles.roles && roles.roles->contains("unauthenticated");
    };
    role.create = [&aws, account] { return create_dashboard_role(aws, account); };
    steps.push_back(std::move(role));
    return steps;
}

}  // namespace wr::fleet
