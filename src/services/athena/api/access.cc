// What must be allowed before an operation runs: the workgroup, or the data catalogue.
#include <set>

#include "services/athena/api/athena_service.h"
#include "services/athena/api/errors.h"
#include "services/athena/api/glue_service.h"

namespace wr::athena::api {

std::vector<wire::AccessRequest> AthenaService::access(std::string_view operation,
                                                       const wire::InputView& input,
                                                       const CallContext& context) {
    const std::string action = "athena:" + std::string(operation);
    const std::string start = "arn:aws:athena:" + context.region + ":" + context.account + ":";
    const auto on = [&](const std::string& resource) {
        return std::vector<wire::AccessRequest>{{action, start + resource, {}}};
    };
    for (const char* name : {"ListDataCatalogs", "ListWorkGroups"})
        if (operation == name) return {{action, "*", {}}};
    for (const char* name : {"GetDataCatalog",
                             "GetDatabase",
                             "ListDatabases",
                             "GetTableMetadata",
                             "ListTableMetadata"})
        if (operation == name) return on("datacatalog/AwsDataCatalog");
    const Scope scope = scope_of(context);
    if (operation == "BatchGetQueryExecution" || operation == "BatchGetNamedQuery") {
        std::set<std::string> groups;
        if (operation == "BatchGetQueryExecution") {
            const auto& ids = input.as<model::BatchGetQueryExecutionInput>().query_execution_ids;
            for (const auto& id : ids.value_or(std::vector<std::string>{}))
                if (const auto execution = engine_.get(scope, id))
                    groups.insert(execution->workgroup);
        } else {
            const auto& ids = input.as<model::BatchGetNamedQueryInput>().named_query_ids;
            for (const auto& id : ids.value_or(std::vector<std::string>{}))
                if (const auto query = engine_.named_query(scope, id))
                    groups.insert(query->workgroup);
        }
        if (groups.empty()) groups.insert("primary");
        std::vector<wire::AccessRequest> requests;
        for (const auto& name : groups)
            requests.push_back({action, start + "workgroup/" + name, {}});
        return requests;
    }
    std::string group = input.string("WorkGroup");
    if (operation == "CreateWorkGroup") group = input.string("Name");
    if (const std::string id = input.string("QueryExecutionId"); !id.empty())
        if (const auto execution = engine_.get(scope, id)) group = execution->workgroup;
    if (const std::string id = input.string("NamedQueryId"); !id.empty())
        if (const auto query = engine_.named_query(scope, id)) group = query->workgroup;
    return on("workgroup/" + (group.empty() ? "primary" : group));
}

std::vector<wire::AccessRequest> GlueService::access(std::string_view operation,
                                                     const wire::InputView& input,
                                                     const wire::CallContext& context) {
    const std::string action = "glue:" + std::string(operation);
    const std::string start = "arn:aws:glue:" + context.region + ":" + context.account + ":";
    std::vector<wire::AccessRequest> requests = {{action, start + "catalog", {}}};
    const bool is_table = operation.ends_with("Table") || operation.ends_with("Tables");
    std::string database = input.string(is_table ? "DatabaseName" : "Name");
    std::string table = input.string("Name");
    if (operation == "CreateDatabase") {
        const auto& given = input.as<gen::glue::CreateDatabaseInput>().database_input;
        if (given) database = given->name.value_or("");
    }
    if (operation == "CreateTable") {
        const auto& given = input.as<gen::glue::CreateTableInput>().table_input;
        if (given) table = given->name.value_or("");
    }
    if (database.empty()) {
        // Nothing is named, so the caller must be allowed everywhere.
        if (operation != "GetDatabases") requests.push_back({action, start + "database/*", {}});
        return requests;
    }
    requests.push_back({action, start + "database/" + to_lower(database), {}});
    if (!is_table) return requests;
    if (table.empty()) table = "*";
    requests.push_back({action, start + "table/" + to_lower(database) + "/" + to_lower(table), {}});
    return requests;
}

}  // namespace wr::athena::api
