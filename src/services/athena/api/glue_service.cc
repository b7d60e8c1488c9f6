// Databases and tables between Glue's shapes and the catalogue's.
#include "services/athena/api/glue_service.h"

#include <re2/re2.h>

#include "gen/glue/errors.h"
#include "services/athena/api/errors.h"
#include "services/athena/api/page.h"
#include "services/athena/engine/hive_type.h"

namespace wr::athena::api {
namespace {

namespace model = wr::gen::glue;
using Columns = std::vector<model::Column>;

Columns to_model(const std::vector<Column>& columns) {
    Columns list;
    for (const Column& column : columns) {
        model::Column item;
        item.name = column.name;
        item.type = column.type;
        if (!column.comment.empty()) item.comment = column.comment;
        list.push_back(std::move(item));
    }
    return list;
}

std::vector<Column> from_model(const std::optional<Columns>& columns) {
    std::vector<Column> list;
    for (const model::Column& column : columns.value_or(Columns{}))
        list.push_back({to_lower(column.name.value_or("")),
                        normalize_type(column.type.value_or("string")),
                        column.comment.value_or("")});
    return list;
}

model::Database to_model(const Database& database, const std::string& account) {
    model::Database item;
    item.name = database.name;
    if (!database.comment.empty()) item.description = database.comment;
    if (!database.location.empty()) item.location_uri = database.location;
    item.create_time = database.created;
    item.catalog_id = account;
    return item;
}

model::Table to_model(const Table& table, const std::string& account) {
    model::SerDeInfo serde;
    serde.serialization_library = table.serde;
    serde.parameters = table.serde_parameters;
    model::StorageDescriptor storage;
    storage.columns = to_model(table.columns);
    storage.location = table.location;
    storage.input_format = table.input_format;
    storage.output_format = table.output_format;
    storage.compressed = false;
    storage.number_of_buckets = -1;
    storage.serde_info = std::move(serde);
    model::Table item;
    item.name = table.name;
    item.database_name = table.database;
    if (!table.comment.empty()) item.description = table.comment;
    item.owner = "hadoop";
    item.create_time = table.created;
    item.update_time = table.updated;
    item.retention = 0;
    item.storage_descriptor = std::move(storage);
    item.partition_keys = to_model(table.partition_keys);
    item.table_type = "EXTERNAL_TABLE";
    item.parameters = table.properties;
    item.catalog_id = account;
    return item;
}

Table from_model(const std::string& database, const model::TableInput& input) {
    Table table;
    table.database = database;
    table.name = input.name.value_or("");
    table.comment = input.description.value_or("");
    table.partition_keys = from_model(input.partition_keys);
    if (input.parameters) table.properties = *input.parameters;
    if (!input.storage_descriptor) return table;
    const model::StorageDescriptor& storage = *input.storage_descriptor;
    table.columns = from_model(storage.columns);
    table.location = storage.location.value_or("");
    table.input_format = storage.input_format.value_or("");
    table.output_format = storage.output_format.value_or("");
    if (!storage.serde_info) return table;
    table.serde = storage.serde_info->serialization_library.value_or("");
    if (storage.serde_info->parameters) table.serde_parameters = *storage.serde_info->parameters;
    return table;
}

}  // namespace

wire::ApiResult<model::CreateDatabaseOutput> GlueService::create_database(
    const model::CreateDatabaseInput& input, wire::CallContext& context) {
    const model::DatabaseInput given = input.database_input.value_or(model::DatabaseInput{});
    auto made = catalog_.create_database(scope_of(context),
                                         {given.name.value_or(""),
                                          given.description.value_or(""),
                                          given.location_uri.value_or(""),
                                          {}});
    if (!made) return base::fail(to_glue(made.error()));
    return model::CreateDatabaseOutput{};
}

wire::ApiResult<model::DeleteDatabaseOutput> GlueService::delete_database(
    const model::DeleteDatabaseInput& input, wire::CallContext& context) {
    // Glue takes the tables with it, unlike Hive's DROP DATABASE.
    auto done = catalog_.delete_database(scope_of(context), input.name.value_or(""), true);
    if (!done) return base::fail(to_glue(done.error()));
    return model::DeleteDatabaseOutput{};
}

wire::ApiResult<model::GetDatabaseOutput> GlueService::get_database(
    const model::GetDatabaseInput& input, wire::CallContext& context) {
    const auto found = catalog_.get_database(scope_of(context), input.name.value_or(""));
    if (!found) return base::fail(to_glue(found.error()));
    model::GetDatabaseOutput output;
    output.database = to_model(*found, context.account);
    return output;
}

wire::ApiResult<model::GetDatabasesOutput> GlueService::get_databases(
    const model::GetDatabasesInput& input, wire::CallContext& context) {
    const auto found = catalog_.databases(scope_of(context));
    if (!found) return base::fail(to_glue(found.error()));
    model::GetDatabasesOutput output;
    const auto page = page_of(*found, input.next_token, input.max_results, 100);
    output.database_list.emplace();
    for (const Database& database : page.items)
        output.database_list->push_back(to_model(database, context.account));
    output.next_token = page.next_token;
    return output;
}

wire::ApiResult<model::CreateTableOutput> GlueService::create_table(
    const model::CreateTableInput& input, wire::CallContext& context) {
    if (!input.table_input || !input.table_input->name)
        return base::fail(
            gen::glue::errors::invalid_input_exception("TableInput with a name is required"));
    Table table = from_model(input.database_name.value_or(""), *input.table_input);
    for (const auto* columns : {&table.columns, &table.partition_keys})
        for (const Column& column : *columns)
            if (const auto known = to_duckdb_type(column.type); !known)
                return base::fail(gen::glue::errors::invalid_input_exception(
                    "Error: " + known.error().message + " at column " + column.name));
    auto made = catalog_.create_table(scope_of(context), std::move(table));
    if (!made) return base::fail(to_glue(made.error()));
    return model::CreateTableOutput{};
}

wire::ApiResult<model::DeleteTableOutput> GlueService::delete_table(
    const model::DeleteTableInput& input, wire::CallContext& context) {
    auto done = catalog_.delete_table(
        scope_of(context), input.database_name.value_or(""), input.name.value_or(""));
    if (!done) return base::fail(to_glue(done.error()));
    return model::DeleteTableOutput{};
}

wire::ApiResult<model::GetTableOutput> GlueService::get_table(const model::GetTableInput& input,
                                                              wire::CallContext& context) {
    const auto found = catalog_.get_table(
        scope_of(context), input.database_name.value_or(""), input.name.value_or(""));
    if (!found) return base::fail(to_glue(found.error()));
    model::GetTableOutput output;
    output.table = to_model(*found, context.account);
    return output;
}

wire::ApiResult<model::GetTablesOutput> GlueService::get_tables(const model::GetTablesInput& input,
                                                                wire::CallContext& context) {
    const std::string database = input.database_name.value_or("");
    if (const auto known = catalog_.get_database(scope_of(context), database); !known)
        return base::fail(to_glue(known.error()));
    auto found = catalog_.tables(scope_of(context), database);
    if (!found) return base::fail(to_glue(found.error()));
    if (input.expression) {
        const re2::RE2 pattern(*input.expression, re2::RE2::Quiet);
        std::erase_if(*found, [&](const Table& table) {
            return !pattern.ok() || !re2::RE2::FullMatch(table.name, pattern);
        });
    }
    const auto page = page_of(*found, input.next_token, input.max_results, 100);
    model::GetTablesOutput output;
    output.table_list.emplace();
    for (const Table& table : page.items)
        output.table_list->push_back(to_model(table, context.account));
    output.next_token = page.next_token;
    return output;
}

}  // namespace wr::athena::api
