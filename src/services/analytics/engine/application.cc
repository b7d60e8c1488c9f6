// Records of applications as JSON, and their compilation.
#include "services/analytics/engine/application.h"

#include <algorithm>
#include <array>

#include "base/logging.h"
#include "sql/parser.h"

namespace wr::analytics {
namespace {

using base::Json;

constexpr std::array<const char*, 6> status_names = {
    "READY", "STARTING", "RUNNING", "STOPPING", "UPDATING", "DELETING"};

void set_source(Json& json, const SourceFormat& source) {
    json.set("csv", source.format == sql::RecordFormat::Csv);
    json.set("row_path", source.row_path);
    json.set("row_delimiter", source.row_delimiter);
    json.set("column_delimiter", source.column_delimiter);
    json.set("encoding", source.encoding);
    Json columns{Json::Array{}};
    for (const auto& column : source.columns)
        columns.push(Json::Array{column.name, column.sql_type, column.mapping});
    json.set("columns", std::move(columns));
}

SourceFormat source_from(const Json& json) {
    SourceFormat source;
    source.format = json["csv"].as_bool() ? sql::RecordFormat::Csv : sql::RecordFormat::Json;
    source.row_path = json["row_path"].as_string();
    source.row_delimiter = json["row_delimiter"].as_string();
    source.column_delimiter = json["column_delimiter"].as_string();
    source.encoding = json["encoding"].as_string();
    for (const auto& column : json["columns"].as_array())
        if (const auto& parts = column.as_array(); parts.size() == 3)
            source.columns.push_back(
                {parts[0].as_string(), parts[1].as_string(), parts[2].as_string()});
    return source;
}

Json to_json(const Reference& reference) {
    Json json;
    json.set("id", reference.id);
    json.set("table", reference.table_name);
    json.set("bucket", reference.bucket_arn);
    json.set("key", reference.key);
    json.set("role", reference.role_arn);
    set_source(json, reference.source);
    return json;
}

Reference reference_from(const Json& json) {
    Reference reference;
    reference.id = json["id"].as_string();
    reference.table_name = json["table"].as_string();
    reference.bucket_arn = json["bucket"].as_string();
    reference.key = json["key"].as_string();
    reference.role_arn = json["role"].as_string();
    reference.source = source_from(json);
    return reference;
}

Json to_json(const Input& input) {
    Json json;
    json.set("id", input.id);
    json.set("prefix", input.name_prefix);
    json.set("stream", input.stream_arn);
    json.set("role", input.role_arn);
    json.set("parallelism", input.parallelism);
    set_source(json, input.source);
    if (input.started_at) json.set("started_at", static_cast<int>(*input.started_at));
    if (input.processor)
        json.set("processor",
                 Json::Array{input.processor->function_arn, input.processor->role_arn});
    return json;
}

Input input_from(const Json& json) {
    Input input;
    input.id = json["id"].as_string();
    input.name_prefix = json["prefix"].as_string();
    input.stream_arn = json["stream"].as_string();
    input.role_arn = json["role"].as_string();
    input.parallelism = json["parallelism"].as_int(1);
    input.source = source_from(json);
    if (json["started_at"].is_int())
        input.started_at = static_cast<StartingPosition>(json["started_at"].as_int());
    if (const auto& parts = json["processor"].as_array(); parts.size() == 2)
        input.processor = Processor{parts[0].as_string(), parts[1].as_string()};
    return input;
}

Json to_json(const Output& output) {
    Json json;
    json.set("id", output.id);
    json.set("stream", output.stream_name);
    json.set("kind", static_cast<int>(output.destination));
    json.set("resource", output.resource_arn);
    json.set("role", output.role_arn);
    json.set("csv", output.format == sql::RecordFormat::Csv);
    return json;
}

Output output_from(const Json& json) {
    Output output;
    output.id = json["id"].as_string();
    output.stream_name = json["stream"].as_string();
    output.destination = static_cast<Destination>(json["kind"].as_int());
    output.resource_arn = json["resource"].as_string();
    output.role_arn = json["role"].as_string();
    output.format = json["csv"].as_bool() ? sql::RecordFormat::Csv : sql::RecordFormat::Json;
    return output;
}

sql::InputSchema schema_of(std::string name, const SourceFormat& source) {
    sql::InputSchema schema;
    schema.stream_name = std::move(name);
    schema.format = source.format;
    schema.row_path = source.row_path;
    schema.row_delimiter = source.row_delimiter;
    schema.column_delimiter = source.column_delimiter;
    schema.columns = source.columns;
    return schema;
}

std::vector<sql::InputSchema> schemas_of(const Application& application) {
    std::vector<sql::InputSchema> schemas;
    for (const auto& input : application.inputs)
        for (auto& name : input.stream_names())
            schemas.push_back(schema_of(std::move(name), input.source));
    for (const auto& reference : application.references) {
        schemas.push_back(schema_of(reference.table_name, reference.source));
        schemas.back().table = true;
    }
    return schemas;
}

int64_t ms_of(base::Timestamp time) {
    return time.time_since_epoch().count();
}
base::Timestamp time_of(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

}  // namespace

base::Failure<Error> internal_failure(const base::Error& cause) {
    base::log_error("analytics.store", {{"error", cause.message}});
    return fail(ErrorCode::InternalFailure, "internal failure");
}

const char* status_name(Status status) {
    return status_names[static_cast<size_t>(status)];
}

std::optional<ApplicationName> parse_application_arn(std::string_view arn) {
    std::vector<std::string> parts;
    while (parts.size() < 5) {
        const size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        parts.emplace_back(arn.substr(0, colon));
        arn.remove_prefix(colon + 1);
    }
    constexpr std::string_view kind = "application/";
    if (parts[0] != "arn" || parts[2] != "kinesisanalytics" || !arn.starts_with(kind))
        return std::nullopt;
    return ApplicationName{parts[4], parts[3], std::string(arn.substr(kind.size()))};
}

std::vector<std::string> Input::stream_names() const {
    std::vector<std::string> names;
    for (int64_t i = 1; i <= parallelism; ++i) {
        std::string number = std::to_string(i);
        if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
        names.push_back(name_prefix + "_" + number);
    }
    return names;
}

Json to_json(const Application& application) {
    Json json;
    json.set("account", application.name.account);
    json.set("region", application.name.region);
    json.set("name", application.name.name);
    json.set("uid", application.uid);
    json.set("description", application.description);
    json.set("code", application.code);
    json.set("runtime", application.runtime);
    json.set("service_role", application.service_role);
    json.set("status", static_cast<int>(application.status));
    json.set("version", application.version);
    json.set("created", ms_of(application.created));
    json.set("updated", ms_of(application.updated));
    json.set("next_id", application.next_id);
    json.set("run", application.run);
    json.set("needs_new_positions", application.needs_new_positions);
    Json inputs{Json::Array{}};
    for (const auto& input : application.inputs) inputs.push(to_json(input));
    json.set("inputs", std::move(inputs));
    Json outputs{Json::Array{}};
    for (const auto& output : application.outputs) outputs.push(to_json(output));
    json.set("outputs", std::move(outputs));
    Json references{Json::Array{}};
    for (const auto& reference : application.references) references.push(to_json(reference));
    json.set("references", std::move(references));
    Json logging{Json::Array{}};
    for (const auto& option : application.logging)
        logging.push(Json::Array{option.id, option.log_stream_arn, option.role_arn});
    json.set("logging", std::move(logging));
    Json tags{Json::Object{}};
    for (const auto& [key, value] : application.tags) tags.set(key, value);
    json.set("tags", std::move(tags));
    return json;
}

base::Result<Application> application_from_json(const Json& json) {
    const int64_t status = json["status"].as_int(-1);
    if (!json.is_object() || status < 0 || status >= static_cast<int64_t>(status_names.size()))
        return base::fail(base::ErrorCode::Corruption, "a record of an application is damaged");
    Application application;
    application.name = {
        json["account"].as_string(), json["region"].as_string(), json["name"].as_string()};
    application.uid = static_cast<uint64_t>(json["uid"].as_int());
    application.description = json["description"].as_string();
    application.code = json["code"].as_string();
    application.runtime = json["runtime"].as_string();
    application.service_role = json["service_role"].as_string();
    application.status = static_cast<Status>(status);
    application.version = json["version"].as_int();
    application.created = time_of(json["created"]);
    application.updated = time_of(json["updated"]);
    application.next_id = static_cast<uint64_t>(json["next_id"].as_int(1));
    application.run = static_cast<uint64_t>(json["run"].as_int());
    application.needs_new_positions = json["needs_new_positions"].as_bool();
    for (const auto& input : json["inputs"].as_array())
        application.inputs.push_back(input_from(input));
    for (const auto& output : json["outputs"].as_array())
        application.outputs.push_back(output_from(output));
    for (const auto& reference : json["references"].as_array())
        application.references.push_back(reference_from(reference));
    for (const auto& option : json["logging"].as_array())
        if (const auto& parts = option.as_array(); parts.size() == 3)
            application.logging.push_back(
                {parts[0].as_string(), parts[1].as_string(), parts[2].as_string()});
    for (const auto& [key, value] : json["tags"].as_object())
        application.tags[key] = value.as_string();
    return application;
}

Result<sql::ProgramPtr> compile_application(const Application& application) {
    if (application.inputs.empty()) {
        const auto parsed = sql::parse_application(application.code);
        if (!parsed) return fail(ErrorCode::CodeValidation, parsed.error().to_text());
        return sql::ProgramPtr{};
    }
    std::vector<std::string> outputs;
    for (const auto& output : application.outputs) outputs.push_back(output.stream_name);
    auto program = sql::compile(application.code, schemas_of(application), outputs);
    if (!program) return fail(ErrorCode::CodeValidation, program.error().to_text());
    return *std::move(program);
}

Result<sql::ProgramPtr> compile_for_start(const Application& application) {
    const auto unfit = [](std::string message) {
        return fail(ErrorCode::InvalidApplicationConfiguration, std::move(message));
    };
    if (application.inputs.empty())
        return unfit("The application has no input: add one with AddApplicationInput.");
    if (application.code.empty()) return unfit("The application has no code.");
    auto program = compile_application(application);
    if (!program) return unfit(program.error().message);
    const auto names = sql::stream_names(**program);
    for (const auto& output : application.outputs)
        if (std::find(names.begin(), names.end(), output.stream_name) == names.end())
            return unfit("The output '" + output.stream_name +
                         "' names no in-application stream of the code.");
    return *std::move(program);
}

}  // namespace wr::analytics
