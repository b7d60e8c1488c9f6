#pragma once
// Glue's catalogue on the wire: the part that Athena's users meet.

#include "gen/glue/service.h"
#include "services/athena/engine/catalog.h"

namespace wr::athena::api {

/// @threads any
class GlueService final : public wr::gen::glue::Service {
public:
    explicit GlueService(Catalog& catalog) : catalog_(catalog) {}

    std::vector<wire::AccessRequest> access(std::string_view operation,
                                            const wire::InputView& input,
                                            const wire::CallContext& context) override;

#define WR_OPERATION(function, Shape)                       \
    wire::ApiResult<wr::gen::glue::Shape##Output> function( \
        const wr::gen::glue::Shape##Input& input, wire::CallContext& context) override
    WR_OPERATION(create_database, CreateDatabase);
    WR_OPERATION(delete_database, DeleteDatabase);
    WR_OPERATION(get_database, GetDatabase);
    WR_OPERATION(get_databases, GetDatabases);
    WR_OPERATION(create_table, CreateTable);
    WR_OPERATION(delete_table, DeleteTable);
    WR_OPERATION(get_table, GetTable);
    WR_OPERATION(get_tables, GetTables);
#undef WR_OPERATION

private:
    Catalog& catalog_;
};

}  // namespace wr::athena::api
