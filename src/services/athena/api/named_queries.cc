// Queries kept under a name.
#include "services/athena/api/athena_service.h"
#include "services/athena/api/errors.h"
#include "services/athena/api/page.h"

namespace wr::athena::api {
namespace {

model::NamedQuery to_model(const NamedQuery& query) {
    model::NamedQuery item;
    item.name = query.name;
    if (!query.description.empty()) item.description = query.description;
    item.database = query.database;
    item.query_string = query.query;
    item.named_query_id = query.id;
    item.work_group = query.workgroup;
    return item;
}

}  // namespace

ApiResult<model::CreateNamedQueryOutput> AthenaService::create_named_query(
    const model::CreateNamedQueryInput& input, CallContext& context) {
    NamedQuery query;
    query.name = input.name.value_or("");
    query.description = input.description.value_or("");
    query.database = input.database.value_or("");
    query.query = input.query_string.value_or("");
    query.workgroup = input.work_group.value_or("");
    auto id = engine_.create_named_query(scope_of(context), std::move(query));
    if (!id) return base::fail(to_athena(id.error()));
    model::CreateNamedQueryOutput output;
    output.named_query_id = *std::move(id);
    return output;
}

ApiResult<model::GetNamedQueryOutput> AthenaService::get_named_query(
    const model::GetNamedQueryInput& input, CallContext& context) {
    const auto query = engine_.named_query(scope_of(context), input.named_query_id.value_or(""));
    if (!query) return base::fail(to_athena(query.error()));
    model::GetNamedQueryOutput output;
    output.named_query = to_model(*query);
    return output;
}

ApiResult<model::BatchGetNamedQueryOutput> AthenaService::batch_get_named_query(
    const model::BatchGetNamedQueryInput& input, CallContext& context) {
    model::BatchGetNamedQueryOutput output;
    output.named_queries.emplace();
    output.unprocessed_named_query_ids.emplace();
    for (const auto& id : input.named_query_ids.value_or(std::vector<std::string>{})) {
        const auto query = engine_.named_query(scope_of(context), id);
        if (query)
            output.named_queries->push_back(to_model(*query));
        else
            output.unprocessed_named_query_ids->push_back(
                {id, "INVALID_INPUT", query.error().message});
    }
    return output;
}

ApiResult<model::ListNamedQueriesOutput> AthenaService::list_named_queries(
    const model::ListNamedQueriesInput& input, CallContext& context) {
    const auto queries = engine_.named_queries(scope_of(context), input.work_group.value_or(""));
    if (!queries) return base::fail(to_athena(queries.error()));
    struct Id {
        std::string name;
    };
    std::vector<Id> ids;
    for (const NamedQuery& query : *queries) ids.push_back({query.id});
    const auto page = page_of(std::move(ids), input.next_token, input.max_results, 50);
    model::ListNamedQueriesOutput output;
    output.named_query_ids.emplace();
    for (const Id& id : page.items) output.named_query_ids->push_back(id.name);
    output.next_token = page.next_token;
    return output;
}

ApiResult<model::DeleteNamedQueryOutput> AthenaService::delete_named_query(
    const model::DeleteNamedQueryInput& input, CallContext& context) {
    auto done = engine_.delete_named_query(scope_of(context), input.named_query_id.value_or(""));
    if (!done) return base::fail(to_athena(done.error()));
    return model::DeleteNamedQueryOutput{};
}

}  // namespace wr::athena::api
