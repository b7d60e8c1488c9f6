#pragma once
// Athena on the wire: decoded input to the engine, its answer to decoded output.

#include <functional>

#include "gen/athena/service.h"
#include "services/athena/engine/engine.h"

namespace wr::athena::api {

namespace model = wr::gen::athena;
using wire::ApiResult;
using wire::CallContext;

/// The caller's rights, for as long as his query runs: the function it returns outlives the call
/// and its context.
using Judge = std::function<Authorise(const CallContext& context)>;

/// @threads any
class AthenaService final : public model::Service {
public:
    AthenaService(Engine& engine, Judge judge) : engine_(engine), judge_(std::move(judge)) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const CallContext& context) override;

#define WR_OPERATION(function, Shape)                                          \
    ApiResult<model::Shape##Output> function(const model::Shape##Input& input, \
                                             CallContext& context) override
    // executions.cc
    WR_OPERATION(start_query_execution, StartQueryExecution);
    WR_OPERATION(stop_query_execution, StopQueryExecution);
    WR_OPERATION(get_query_execution, GetQueryExecution);
    WR_OPERATION(batch_get_query_execution, BatchGetQueryExecution);
    WR_OPERATION(list_query_executions, ListQueryExecutions);
    WR_OPERATION(get_query_results, GetQueryResults);
    // workgroups.cc
    WR_OPERATION(create_work_group, CreateWorkGroup);
    WR_OPERATION(update_work_group, UpdateWorkGroup);
    WR_OPERATION(get_work_group, GetWorkGroup);
    WR_OPERATION(list_work_groups, ListWorkGroups);
    WR_OPERATION(delete_work_group, DeleteWorkGroup);
    // named_queries.cc
    WR_OPERATION(create_named_query, CreateNamedQuery);
    WR_OPERATION(get_named_query, GetNamedQuery);
    WR_OPERATION(batch_get_named_query, BatchGetNamedQuery);
    WR_OPERATION(list_named_queries, ListNamedQueries);
    WR_OPERATION(delete_named_query, DeleteNamedQuery);
    // metadata.cc
    WR_OPERATION(get_data_catalog, GetDataCatalog);
    WR_OPERATION(list_data_catalogs, ListDataCatalogs);
    WR_OPERATION(get_database, GetDatabase);
    WR_OPERATION(list_databases, ListDatabases);
    WR_OPERATION(get_table_metadata, GetTableMetadata);
    WR_OPERATION(list_table_metadata, ListTableMetadata);
#undef WR_OPERATION

private:
    Engine& engine_;
    const Judge judge_;
};

}  // namespace wr::athena::api
