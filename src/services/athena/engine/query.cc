// Executions and workgroups as JSON records.
#include "services/athena/engine/query.h"

#include "base/json.h"

namespace wr::athena {
namespace {

using base::Json;

int64_t to_ms(base::Timestamp time) {
    return time.time_since_epoch().count();
}
base::Timestamp from_ms(const Json& json) {
    return base::Timestamp{std::chrono::milliseconds{json.as_int()}};
}

}  // namespace

std::string encode(const QueryExecution& execution) {
    Json columns{Json::Array{}};
    for (const auto& column : execution.columns)
        columns.push(Json::Array{column.name, column.type});
    Json json;
    json.set("id", execution.id);
    json.set("query", execution.query);
    json.set("database", execution.database);
    json.set("catalog", execution.catalog);
    json.set("workgroup", execution.workgroup);
    json.set("output_location", execution.output_location);
    json.set("state", static_cast<int>(execution.state));
    json.set("reason", execution.reason);
    json.set("category", static_cast<int>(execution.category));
    json.set("statement_type", static_cast<int>(execution.statement_type));
    json.set("submitted", to_ms(execution.submitted));
    if (execution.completed) json.set("completed", to_ms(*execution.completed));
    json.set("queue_ms", execution.queue_ms);
    json.set("engine_ms", execution.engine_ms);
    json.set("scanned_bytes", execution.scanned_bytes);
    json.set("columns", std::move(columns));
    return json.dump();
}

std::optional<QueryExecution> decode_execution(std::string_view bytes) {
    const auto json = base::parse_json(bytes);
    if (!json) return std::nullopt;
    QueryExecution execution;
    execution.id = (*json)["id"].as_string();
    execution.query = (*json)["query"].as_string();
    execution.database = (*json)["database"].as_string();
    execution.catalog = (*json)["catalog"].as_string();
    execution.workgroup = (*json)["workgroup"].as_string();
    execution.output_location = (*json)["output_location"].as_string();
    execution.state = static_cast<QueryState>((*json)["state"].as_int());
    execution.reason = (*json)["reason"].as_string();
    execution.category = static_cast<ErrorCategory>((*json)["category"].as_int());
    execution.statement_type = static_cast<StatementType>((*json)["statement_type"].as_int());
    execution.submitted = from_ms((*json)["submitted"]);
    if (json->find("completed") != nullptr) execution.completed = from_ms((*json)["completed"]);
    execution.queue_ms = (*json)["queue_ms"].as_int();
    execution.engine_ms = (*json)["engine_ms"].as_int();
    execution.scanned_bytes = static_cast<uint64_t>((*json)["scanned_bytes"].as_int());
    for (const Json& column : (*json)["columns"].as_array())
        if (column.as_array().size() == 2)
            execution.columns.push_back(
                {column.as_array()[0].as_string(), column.as_array()[1].as_string()});
    return execution;
}

std::string encode(const WorkGroup& workgroup) {
    Json json;
    json.set("name", workgroup.name);
    json.set("description", workgroup.description);
    json.set("output_location", workgroup.output_location);
    json.set("enforces_configuration", workgroup.enforces_configuration);
    json.set("enabled", workgroup.enabled);
    json.set("created", to_ms(workgroup.created));
    return json.dump();
}

std::optional<WorkGroup> decode_workgroup(std::string_view bytes) {
    const auto json = base::parse_json(bytes);
    if (!json) return std::nullopt;
    WorkGroup workgroup;
    workgroup.name = (*json)["name"].as_string();
    workgroup.description = (*json)["description"].as_string();
    workgroup.output_location = (*json)["output_location"].as_string();
    workgroup.enforces_configuration = (*json)["enforces_configuration"].as_bool();
    workgroup.enabled = (*json)["enabled"].as_bool(true);
    workgroup.created = from_ms((*json)["created"]);
    return workgroup;
}

std::string encode(const NamedQuery& query) {
    Json json;
    json.set("id", query.id);
    json.set("name", query.name);
    json.set("description", query.description);
    json.set("database", query.database);
    json.set("query", query.query);
    json.set("workgroup", query.workgroup);
    return json.dump();
}

std::optional<NamedQuery> decode_named_query(std::string_view bytes) {
    const auto json = base::parse_json(bytes);
    if (!json) return std::nullopt;
    return NamedQuery{(*json)["id"].as_string(),
                      (*json)["name"].as_string(),
                      (*json)["description"].as_string(),
                      (*json)["database"].as_string(),
                      (*json)["query"].as_string(),
                      (*json)["workgroup"].as_string()};
}

std::string glue_denial(const Scope& scope,
                        const Authorise& authorise,
                        const std::string& action,
                        const std::string& database,
                        const std::string& table) {
    const std::string start = "arn:aws:glue:" + scope.region + ":" + scope.account + ":";
    std::vector<std::string> resources = {start + "catalog"};
    if (!database.empty()) resources.push_back(start + "database/" + database);
    if (!table.empty()) resources.push_back(start + "table/" + database + "/" + table);
    for (const std::string& resource : resources)
        if (!authorise(action, resource))
            return "Insufficient permissions to execute the query. User is not authorized to "
                   "perform: " +
                   action + " on resource: " + resource;
    return {};
}

std::optional<S3Address> parse_s3_address(std::string_view text) {
    for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        const size_t slash = std::min(text.find('/'), text.size());
        S3Address address{std::string(text.substr(0, slash)), ""};
        if (slash < text.size()) address.key = text.substr(slash + 1);
        if (address.bucket.empty()) return std::nullopt;
        return address;
    }
    return std::nullopt;
}

}  // namespace wr::athena
