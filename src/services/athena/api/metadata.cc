// The one data catalogue, AwsDataCatalog, as Athena shows it.
#include "gen/athena/errors.h"
#include "services/athena/api/athena_service.h"
#include "services/athena/api/errors.h"
#include "services/athena/api/page.h"

namespace wr::athena::api {
namespace {

constexpr char catalog_name[] = "AwsDataCatalog";

wire::ApiResult<void> check_catalog(const std::optional<std::string>& name) {
    if (!name || to_lower(*name) == to_lower(catalog_name)) return {};
    return base::fail(
        gen::athena::errors::invalid_request_exception("DataCatalog " + *name + " was not found"));
}

std::vector<model::Column> to_model(const std::vector<Column>& columns) {
    std::vector<model::Column> list;
    for (const Column& column : columns) {
        model::Column& item = list.emplace_back();
        item.name = column.name;
        item.type = column.type;
        if (!column.comment.empty()) item.comment = column.comment;
    }
    return list;
}

model::Database to_model(const Database& database) {
    model::Database item;
    item.name = database.name;
    if (!database.comment.empty()) item.description = database.comment;
    return item;
}

model::TableMetadata to_model(const Table& table) {
    model::TableMetadata item;
    item.name = table.name;
    item.create_time = table.created;
    item.last_access_time = table.created;
    item.table_type = "EXTERNAL_TABLE";
    item.columns = to_model(table.columns);
    item.partition_keys = to_model(table.partition_keys);
    item.parameters = table.properties;
    item.parameters->emplace("location", table.location);
    item.parameters->emplace("inputformat", table.input_format);
    item.parameters->emplace("outputformat", table.output_format);
    item.parameters->emplace("serde.serialization.lib", table.serde);
    return item;
}

}  // namespace

ApiResult<model::GetDataCatalogOutput> AthenaService::get_data_catalog(
    const model::GetDataCatalogInput& input, CallContext& context) {
    WR_TRY_VOID(check_catalog(input.name));
    model::GetDataCatalogOutput output;
    model::DataCatalog& catalog = output.data_catalog.emplace();
    catalog.name = catalog_name;
    catalog.type = "GLUE";
    catalog.parameters = {{"catalog-id", context.account}};
    return output;
}

ApiResult<model::ListDataCatalogsOutput> AthenaService::list_data_catalogs(
    const model::ListDataCatalogsInput&, CallContext&) {
    model::ListDataCatalogsOutput output;
    model::DataCatalogSummary& summary = output.data_catalogs_summary.emplace().emplace_back();
    summary.catalog_name = catalog_name;
    summary.type = "GLUE";
    return output;
}

ApiResult<model::GetDatabaseOutput> AthenaService::get_database(
    const model::GetDatabaseInput& input, CallContext& context) {
    WR_TRY_VOID(check_catalog(input.catalog_name));
    const auto found =
        engine_.catalog().get_database(scope_of(context), input.database_name.value_or(""));
    if (!found) return base::fail(to_athena(found.error()));
    model::GetDatabaseOutput output;
    output.database = to_model(*found);
    return output;
}

ApiResult<model::ListDatabasesOutput> AthenaService::list_databases(
    const model::ListDatabasesInput& input, CallContext& context) {
    WR_TRY_VOID(check_catalog(input.catalog_name));
    auto found = engine_.catalog().databases(scope_of(context));
    if (!found) return base::fail(to_athena(found.error()));
    const auto page = page_of(*std::move(found), input.next_token, input.max_results, 50);
    model::ListDatabasesOutput output;
    output.database_list.emplace();
    for (const Database& database : page.items) output.database_list->push_back(to_model(database));
    output.next_token = page.next_token;
    return output;
}

ApiResult<model::GetTableMetadataOutput> AthenaService::get_table_metadata(
    const model::GetTableMetadataInput& input, CallContext& context) {
    WR_TRY_VOID(check_catalog(input.catalog_name));
    const auto found = engine_.catalog().get_table(
        scope_of(context), input.database_name.value_or(""), input.table_name.value_or(""));
    if (!found) return base::fail(to_athena(found.error()));
    model::GetTableMetadataOutput output;
    output.table_metadata = to_model(*found);
    return output;
}

ApiResult<model::ListTableMetadataOutput> AthenaService::list_table_metadata(
    const model::ListTableMetadataInput& input, CallContext& context) {
    WR_TRY_VOID(check_catalog(input.catalog_name));
    auto found = engine_.catalog().tables(scope_of(context), input.database_name.value_or(""));
    if (!found) return base::fail(to_athena(found.error()));
    const auto page = page_of(*std::move(found), input.next_token, input.max_results, 50);
    model::ListTableMetadataOutput output;
    output.table_metadata_list.emplace();
    for (const Table& table : page.items) output.table_metadata_list->push_back(to_model(table));
    output.next_token = page.next_token;
    return output;
}

}  // namespace wr::athena::api
