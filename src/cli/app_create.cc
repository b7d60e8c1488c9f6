// wildrydes app create: an application from a script, with schema and role made when they are not
// named.
#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "fleet/policy_text.h"
#include "gen/iam/types.h"
#include "gen/sts/types.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

namespace ka = gen::kinesisanalytics;

struct Flags {
    std::string name;
    std::string script;
    std::string input;
    std::vector<std::string> outputs;
    std::string schema;
    std::string columns;
    std::string role;
    std::string function;
    std::vector<std::string> references;
    bool csv_output = false;
    bool start = false;
};

constexpr const char* principal = "kinesisanalytics.amazonaws.com";

struct Names {
    std::string account;
    std::string region;

    /// A name alone is a stream's; of functions, see `service`.
    std::string arn(const std::string& text, const char* service) const {
        if (text.starts_with("arn:")) return text;
        const std::string kind = service == std::string("lambda") ? "function:" : "stream/";
        return std::string("arn:aws:") + service + ":" + region + ":" + account + ":" + kind + text;
    }
};

struct Target {
    std::string in_app_name;
    std::string arn;
};

/// s3://bucket/key, or TABLE=s3://bucket/key with a schema behind: TABLE=s3://bucket/key@FILE.
struct Reference {
    std::string table;
    std::string bucket;
    std::string key;
    std::string schema_file;
};

wire::ApiError wrong(const std::string& message) {
    return {"Usage", message, 400, {}, {}};
}

wire::ApiResult<std::vector<Target>> targets_of(const Flags& flags,
                                                const sql::ScriptDescription& script,
                                                const Names& names) {
    std::vector<Target> targets;
    for (const auto& text : flags.outputs) {
        const size_t at = text.find('=');
        if (at != std::string::npos) {
            targets.push_back({text.substr(0, at), names.arn(text.substr(at + 1), "kinesis")});
            continue;
        }
        const auto results = script.results();
        if (results.size() != 1)
            return base::fail(wrong("the script has several results: say --output IN_APP=" + text));
        targets.push_back({results[0], names.arn(text, "kinesis")});
    }
    return targets;
}

wire::ApiResult<std::vector<Reference>> references_of(const Flags& flags) {
    std::vector<Reference> references;
    for (const auto& text : flags.references) {
        const size_t equals = text.find("=s3://");
        const size_t at = text.rfind('@');
        const size_t slash = equals == std::string::npos ? equals : text.find('/', equals + 6);
        if (slash == std::string::npos || at == std::string::npos || at < slash)
            return base::fail(wrong("--reference TABLE=s3://BUCKET/KEY@SCHEMA.json"));
        references.push_back({text.substr(0, equals),
                              text.substr(equals + 6, slash - equals - 6),
                              text.substr(slash + 1, at - slash - 1),
                              text.substr(at + 1)});
    }
    return references;
}

std::string policy_for(const Flags& flags,
                       const Names& names,
                       const std::vector<Target>& targets,
                       const std::vector<Reference>& references) {
    const std::string source = names.arn(flags.input, "kinesis");
    std::vector<fleet::Allowed> allowed;
    allowed.push_back({{"kinesis:Get*", "kinesis:List*", "kinesis:Describe*"}, {source}});
    if (source.find(":firehose:") != std::string::npos)
        allowed.push_back({{"firehose:Get*", "firehose:Describe*"}, {source}});
    for (const auto& target : targets)
        allowed.push_back({{"kinesis:PutRecords",
                            "kinesis:DescribeStream",
                            "firehose:PutRecordBatch",
                            "firehose:DescribeDeliveryStream",
                            "lambda:InvokeFunction",
                            "lambda:GetFunctionConfiguration"},
                           {target.arn}});
    if (!flags.function.empty())
        allowed.push_back({{"lambda:InvokeFunction", "lambda:GetFunctionConfiguration"},
                           {names.arn(flags.function, "lambda")}});
    for (const auto& one : references)
        allowed.push_back({{"s3:GetObject"}, {"arn:aws:s3:::" + one.bucket + "/" + one.key}});
    return fleet::allow(allowed);
}

/// A role for this application alone, which allows what the application does and nothing else.
wire::ApiResult<std::string> make_role(fleet::Aws& aws,
                                       const Flags& flags,
                                       const Names& names,
                                       const std::string& policy) {
    gen::iam::CreateRoleInput role;
    role.role_name = "app-" + flags.name;
    role.assume_role_policy_document = fleet::trust_service(principal);
    const auto created = aws.iam.create_role(role);
    if (!created && created.error().code.find("AlreadyExists") == std::string::npos)
        return base::fail(created.error());
    gen::iam::PutRolePolicyInput inlined;
    inlined.role_name = role.role_name;
    inlined.policy_name = "app";
    inlined.policy_document = policy;
    if (const auto put = aws.iam.put_role_policy(inlined); !put) return base::fail(put.error());
    return "arn:aws:iam::" + names.account + ":role/" + *role.role_name;
}

wire::ApiResult<sql::InputSchema> schema_from(const std::string& path) {
    const auto text = read_text(path);
    if (!text) return base::fail(wrong(path + ": cannot be read"));
    auto schema = input_schema_from_json(*text);
    if (!schema) return base::fail(wrong(path + ": " + schema.error().message));
    return *std::move(schema);
}

wire::ApiResult<ka::SourceSchema> schema_for(fleet::Aws& aws,
                                             const Flags& flags,
                                             const std::string& source,
                                             const std::string& role) {
    if (!flags.columns.empty()) {
        auto schema = input_schema_from_columns(flags.columns, false);
        if (!schema) return base::fail(wrong("--columns: " + schema.error().message));
        return source_schema_of(*schema);
    }
    if (!flags.schema.empty()) {
        WR_TRY(const auto schema, schema_from(flags.schema));
        return source_schema_of(schema);
    }
    ka::DiscoverInputSchemaInput input;
    input.resource_arn = source;
    input.role_arn = role;
    input.input_starting_position_configuration.emplace().input_starting_position = "TRIM_HORIZON";
    WR_TRY(auto found, aws.analytics.discover_input_schema(input));
    std::cerr << "wildrydes: discovered";
    for (const auto& column : *found.input_schema->record_columns)
        std::cerr << " " << column.name.value_or("") << " " << column.sql_type.value_or("") << ";";
    std::cerr << "\n";
    return *std::move(found.input_schema);
}

/// SOURCE_SQL_STREAM of SOURCE_SQL_STREAM_001, and how many of them the script reads.
wire::ApiResult<std::pair<std::string, int64_t>> prefix_of(
    const sql::ScriptDescription& script, const std::vector<Reference>& references) {
    std::string prefix;
    int64_t count = 0;
    for (const auto& name : script.inputs) {
        const bool is_table = std::any_of(
            references.begin(), references.end(), [&](const auto& r) { return r.table == name; });
        if (is_table) continue;
        const size_t at = name.rfind('_');
        const std::string digits = at == std::string::npos ? "" : name.substr(at + 1);
        const bool numbered =
            digits.size() == 3 && digits.find_first_not_of("0123456789") == std::string::npos;
        if (!numbered || (!prefix.empty() && prefix != name.substr(0, at)))
            return base::fail(
                wrong("the script reads " + name +
                      "; an application's input is called PREFIX_001, PREFIX_002 ..."));
        prefix = name.substr(0, at);
        count = std::max<int64_t>(count, std::stol(digits));
    }
    if (prefix.empty()) return std::pair<std::string, int64_t>{"SOURCE_SQL_STREAM", 1};
    return std::pair<std::string, int64_t>{prefix, count};
}

void set_output(ka::Output& output, const std::string& arn, const std::string& role) {
    const auto set = [&](auto& member) {
        member.emplace().resource_arn = arn;
        member->role_arn = role;
    };
    if (arn.find(":firehose:") != std::string::npos)
        set(output.kinesis_firehose_output);
    else if (arn.find(":lambda:") != std::string::npos)
        set(output.lambda_output);
    else
        set(output.kinesis_streams_output);
}

wire::ApiResult<void> add_references(fleet::Aws& aws,
                                     const Flags& flags,
                                     const std::vector<Reference>& references,
                                     const std::string& role) {
    for (const auto& one : references) {
        WR_TRY(const Detail detail, describe_application(aws, flags.name));
        ka::AddApplicationReferenceDataSourceInput input;
        input.application_name = flags.name;
        input.current_application_version_id = detail.application_version_id;
        auto& source = input.reference_data_source.emplace();
        source.table_name = one.table;
        WR_TRY(const auto schema, schema_from(one.schema_file));
        source.reference_schema = source_schema_of(schema);
        auto& object = source.s3_reference_data_source.emplace();
        object.bucket_arn = "arn:aws:s3:::" + one.bucket;
        object.file_key = one.key;
        object.reference_role_arn = role;
        const auto added = aws.analytics.add_application_reference_data_source(input);
        if (!added) return base::fail(added.error());
    }
    return {};
}

wire::ApiResult<void> start(fleet::Aws& aws, const Flags& flags) {
    WR_TRY(const Detail detail, describe_application(aws, flags.name));
    ka::StartApplicationInput input;
    input.application_name = flags.name;
    for (const auto& source : *detail.input_descriptions) {
        auto& one = input.input_configurations
                        ? input.input_configurations->emplace_back()
                        : input.input_configurations.emplace().emplace_back();
        one.id = source.input_id;
        one.input_starting_position_configuration.emplace().input_starting_position = "NOW";
    }
    const auto started = aws.analytics.start_application(input);
    if (!started) return base::fail(started.error());
    return {};
}

wire::ApiResult<void> create(fleet::Aws& aws,
                             const Flags& flags,
                             const std::string& code,
                             const sql::ScriptDescription& script) {
    WR_TRY(const auto identity, aws.sts.get_caller_identity({}));
    const Names names{identity.account.value_or(""), aws.region};
    WR_TRY(const auto targets, targets_of(flags, script, names));
    WR_TRY(const auto references, references_of(flags));
    WR_TRY(const auto prefix, prefix_of(script, references));
    std::string role = flags.role;
    if (role.empty()) {
        WR_TRY(role, make_role(aws, flags, names, policy_for(flags, names, targets, references)));
    }
    ka::CreateApplicationInput input;
    input.application_name = flags.name;
    // Code that joins a table is taken once the table is there.
    if (references.empty()) input.application_code = code;
    auto& source = input.inputs.emplace().emplace_back();
    source.name_prefix = prefix.first;
    if (prefix.second > 1) source.input_parallelism.emplace().count = prefix.second;
    const std::string arn = names.arn(flags.input, "kinesis");
    const auto set = [&](auto& member) {
        member.emplace().resource_arn = arn;
        member->role_arn = role;
    };
    if (arn.find(":firehose:") != std::string::npos)
        set(source.kinesis_firehose_input);
    else
        set(source.kinesis_streams_input);
    WR_TRY(source.input_schema, schema_for(aws, flags, arn, role));
    if (!flags.function.empty()) {
        auto& processor =
            source.input_processing_configuration.emplace().input_lambda_processor.emplace();
        processor.resource_arn = names.arn(flags.function, "lambda");
        processor.role_arn = role;
    }
    for (const auto& target : targets) {
        auto& output =
            input.outputs ? input.outputs->emplace_back() : input.outputs.emplace().emplace_back();
        output.name = target.in_app_name;
        set_output(output, target.arn, role);
        output.destination_schema.emplace().record_format_type = flags.csv_output ? "CSV" : "JSON";
    }
    if (const auto created = aws.analytics.create_application(input); !created)
        return base::fail(created.error());
    if (!references.empty()) {
        WR_TRY_VOID(add_references(aws, flags, references, role));
        WR_TRY(const Detail detail, describe_application(aws, flags.name));
        ka::UpdateApplicationInput update;
        update.application_name = flags.name;
        update.current_application_version_id = detail.application_version_id;
        update.application_update.emplace().application_code_update = code;
        const auto updated = aws.analytics.update_application(update);
        if (!updated) return base::fail(updated.error());
    }
    return flags.start ? start(aws, flags) : wire::ApiResult<void>{};
}

int run(Context& context, const Flags& flags) {
    const auto code = read_text(flags.script);
    if (!code) return fail(exit_environment, flags.script + ": cannot be read");
    const auto script = sql::describe_script(*code);
    if (!script) return tell_compile_error(flags.script, *code, script.error());
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    const auto created = create(*aws, flags, *code, *script);
    if (created) return exit_ok;
    if (created.error().code == "Usage") return fail(exit_usage, created.error().message);
    return report(created.error(), context.endpoint());
}

}  // namespace

void add_app_create(CLI::App& app, Selection& selection) {
    auto flags = std::make_shared<Flags>();
    CLI::App* command = app.add_subcommand("create", "Create from a script");
    command->add_option("name", flags->name, "Application name")->required();
    command->add_option("script", flags->script, "FILE.sql; - is standard input")->required();
    command->add_option("--input", flags->input, "Stream, or ARN of a stream or delivery stream")
        ->required();
    command->add_option(
        "--output", flags->outputs, "[IN_APP=]STREAM, or ARN of stream, delivery stream, function");
    command->add_option("--schema", flags->schema, "FILE with the InputSchema; else discovered");
    command->add_option("--columns", flags->columns, "'NAME TYPE, ...' instead of a schema");
    command->add_option("--role", flags->role, "ARN; else a role app-NAME is made for it");
    command->add_option("--function", flags->function, "Function that prepares the records");
    command->add_option(
        "--reference", flags->references, "TABLE=s3://BUCKET/KEY@SCHEMA.json: a table to join");
    command->add_flag("--csv-output", flags->csv_output, "Outputs are CSV, not JSON");
    command->add_flag("--start", flags->start, "And start it");
    take_one_value_each(*command);
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return run(context, *flags); };
    });
}

}  // namespace wr::cli
